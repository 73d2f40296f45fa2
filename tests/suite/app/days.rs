//! The pilot day on the fixture's own clock, built once per process and copied for each test.

use std::sync::OnceLock;

use tuan::domain::time::Zone;
use tuan::flow::allocate_goods::allocate_goods;
use tuan::flow::correct_orders::correct_orders;
use tuan::flow::cutoff::cutoff;
use tuan::flow::dispatch_trips::{Asked, dispatch_trips};
use tuan::flow::edit_plan::edit_plan;
use tuan::flow::import_ground::GivenDatum;
use tuan::flow::import_orders::{Manner, import_orders};
use tuan::flow::open_cycle::open_cycle;
use tuan::flow::procure::procure;
use tuan::flow::receive_goods::receive_file;
use tuan::flow::send_purchases::{Chosen, send_purchases};
use tuan::flow::{Desk, FlowError, import_master, import_stock};
use tuan::store::backend::Db;
use tuan::store::migrations::migrate;

use super::fixture;
use super::server::{Place, Template};

/// The pilot day's cycle.
pub const CYCLE: &str = "261122";

/// A stretch of the day.
pub struct Stage {
    pub name: &'static str,
    /// When the next one begins.
    pub ends_at: &'static str,
    /// What happens in it, from where the stage before it ended.
    run: fn(&mut Db) -> Result<(), FlowError>,
}

pub const STAGES: &[Stage] = &[
    Stage { name: "empty", ends_at: "2026-11-22 06:00", run: |db| Ok(migrate(db)?) },
    Stage { name: "open", ends_at: "2026-11-22 23:00", run: open },
    Stage { name: "frozen", ends_at: "2026-11-22 23:01", run: freeze },
    Stage { name: "procured", ends_at: "2026-11-23 03:10", run: buy },
    Stage { name: "receiving", ends_at: "2026-11-23 03:15", run: receive },
    Stage { name: "allocated", ends_at: "2026-11-23 03:20", run: allocate },
    Stage { name: "dispatched", ends_at: "2026-11-23 05:00", run: dispatch },
];

static TEMPLATES: [OnceLock<Template>; STAGES.len()] = [const { OnceLock::new() }; STAGES.len()];

/// The database as it stands at the end of a stage.
pub fn template(stage: usize) -> &'static Template {
    TEMPLATES[stage].get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let before = stage.checked_sub(1).map(template);
        let place = before.map_or_else(|| Place::empty(folder.path()), |before| before.copy_to(folder.path()));
        let mut db = Db::open(place.url()).expect("the database was made a moment ago");
        let Stage { name, run, .. } = &STAGES[stage];
        run(&mut db).unwrap_or_else(|error| panic!("the pilot day fails in {name}: {error}"));
        db.settle_after_load().expect("the database can take stock");
        drop(db);
        Template::of(place)
    })
}

/// A desk in the zone of the pilot day.
pub fn desk(time: &str) -> Desk {
    let zone = Zone::default();
    Desk { now: zone.parse(time).expect("the times of tests are well-formed"), zone }
}

fn open(db: &mut Db) -> Result<(), FlowError> {
    let desk = desk("2026-11-22 06:00");
    let file = |name: &str| fixture(&format!("pilot_day/{name}.csv"));
    import_master::import_suppliers(db, &desk, &file("suppliers"), false)?;
    import_master::import_skus(db, &desk, &file("skus"), false)?;
    import_master::import_warehouses(db, &desk, &file("warehouses"), GivenDatum::default(), false)?;
    import_master::import_vehicles(db, &desk, &file("vehicles"), false)?;
    import_master::import_leaders(db, &desk, &file("leaders"), GivenDatum::default(), false)?;
    import_master::import_cycles(db, &desk, &file("cycles"), false)?;
    import_master::import_offers(db, &desk, &file("offers"), false)?;
    import_stock::import_stock(db, &desk, &file("stock"), false)?;
    open_cycle(db, &desk, CYCLE)?;
    import_orders(db, &desk, CYCLE, &file("orders"), Manner::default(), &mut |_, _| ())?;
    Ok(())
}

fn freeze(db: &mut Db) -> Result<(), FlowError> {
    cutoff(db, &desk("2026-11-22 23:00"), "test", CYCLE).map(|_| ())
}

fn buy(db: &mut Db) -> Result<(), FlowError> {
    procure(db, &desk("2026-11-22 23:01"), CYCLE, false)?;
    edit_plan(db, &desk("2026-11-22 23:08"), CYCLE, &fixture("pilot_day/plan.csv"), false)?;
    send_purchases(db, &desk("2026-11-22 23:12"), CYCLE, Chosen::default())?;
    Ok(())
}

fn receive(db: &mut Db) -> Result<(), FlowError> {
    receive_file(db, &desk("2026-11-23 03:10"), CYCLE, &fixture("pilot_day/receipts.csv"), false).map(|_| ())
}

fn allocate(db: &mut Db) -> Result<(), FlowError> {
    allocate_goods(db, &desk("2026-11-23 03:15"), CYCLE, None).map(|_| ())
}

fn dispatch(db: &mut Db) -> Result<(), FlowError> {
    dispatch_trips(db, &desk("2026-11-23 03:20"), CYCLE, &Asked::default())?;
    correct_orders(db, &desk("2026-11-23 03:40"), CYCLE, &fixture("pilot_day/corrections.csv"), false)?;
    allocate_goods(db, &desk("2026-11-23 03:41"), CYCLE, None)?;
    Ok(())
}
