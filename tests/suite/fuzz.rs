//! Files spoilt at random: the importer never crashes, and what it refuses leaves no trace.

mod mutate;

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tuan::domain::coordinates::Datum;
use tuan::flow::correct_orders::correct_orders;
use tuan::flow::edit_plan::edit_plan;
use tuan::flow::import_ground::GivenDatum;
use tuan::flow::import_orders::{Manner, import_orders};
use tuan::flow::import_weights::import_weights;
use tuan::flow::pin_lines::pin_lines;
use tuan::flow::receive_goods::receive_file;
use tuan::flow::{Desk, FlowError, import_ground, import_master, import_stock};
use tuan::imports::ImportKind;

use crate::app::dice::{Dice, rounds, seed};
use crate::app::{Start, TestApp, arg, books, fixture};

/// Rounds where `TUAN_ROUNDS` says nothing.
const ROUNDS: u64 = 1_000;

/// Lines kept of a long file: enough to hold every kind of row, few enough to try often.
const LINES_MAX: usize = 60;

/// A day in small, before and after its cutoff.
struct Day {
    open: Start,
    bought: Start,
}

impl Day {
    /// Imports the master files in `folder`, then the first lines of `orders`.
    fn new(cycle: &str, folder: &str, kinds: &[&str], orders: &str) -> Day {
        let open = || {
            let mut app = TestApp::new();
            app.now = "2026-11-22 12:00".to_owned();
            app.cycle = cycle.to_owned();
            for kind in kinds {
                app.tuan(&["import", kind, arg(&fixture(&format!("{folder}/{kind}.csv")))]).done();
            }
            app.tuan(&["cycle", "open", cycle]).done();
            app
        };
        let bought = open();
        let orders = bought.file("orders.csv", short(&fs::read(fixture(orders)).expect("a fixture can be read")));
        bought.tuan(&["import", "orders", arg(&orders), "--cycle", cycle]).done();
        bought.tuan(&["cutoff", cycle]).done();
        bought.tuan(&["procure", cycle]).done();
        Day { open: open().keep(), bought: bought.keep() }
    }

    /// Whether a file of this kind makes sense only after the cutoff.
    fn is_for_later(kind: ImportKind) -> bool {
        matches!(
            kind,
            ImportKind::Receipts | ImportKind::Weights | ImportKind::Pins | ImportKind::Plan | ImportKind::Corrections
        )
    }

    /// A copy for a file of this kind.
    fn app(&self, kind: ImportKind) -> TestApp {
        if Day::is_for_later(kind) { self.bought.app() } else { self.open.app() }
    }
}

/// The first lines of a text; bytes that are no text stay whole.
fn short(bytes: &[u8]) -> Vec<u8> {
    bytes.split_inclusive(|byte| *byte == b'\n').take(LINES_MAX).flatten().copied().collect()
}

/// Files to spoil, each with the day it belongs to.
fn corpus() -> Vec<(ImportKind, usize, PathBuf)> {
    let mut files = Vec::new();
    for (day, folder) in [(0, "awkward"), (0, "awkward/base"), (1, "pilot_day")] {
        for entry in fs::read_dir(fixture(folder)).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
            let kind = name.split(['-', '.']).next().and_then(ImportKind::parse);
            if let Some(kind) = kind.filter(|_| name.ends_with(".csv")) {
                files.push((kind, day, path));
            }
        }
    }
    files.sort_by(|a, b| a.2.cmp(&b.2));
    files
}

fn import(app: &mut TestApp, kind: ImportKind, desk: &Desk, path: &Path) -> Result<(), FlowError> {
    let (db, cycle) = (&mut app.db, app.cycle.clone());
    let given = GivenDatum { datum: Some(Datum::Gcj02), is_trusted: false };
    match kind {
        ImportKind::Suppliers => import_master::import_suppliers(db, desk, path, false),
        ImportKind::Skus => import_master::import_skus(db, desk, path, false),
        ImportKind::Warehouses => {
            import_master::import_warehouses(db, desk, path, given, false).map(|mapped| mapped.imported)
        }
        ImportKind::Vehicles => import_master::import_vehicles(db, desk, path, false),
        ImportKind::Leaders => {
            import_master::import_leaders(db, desk, path, given, false).map(|mapped| mapped.imported)
        }
        ImportKind::Cycles => import_master::import_cycles(db, desk, path, false),
        ImportKind::Offers => import_master::import_offers(db, desk, path, false),
        ImportKind::Stock => import_stock::import_stock(db, desk, path, false),
        ImportKind::Receipts => receive_file(db, desk, &cycle, path, false),
        ImportKind::Weights => import_weights(db, desk, &cycle, path, false, false),
        ImportKind::Pins => pin_lines(db, desk, &cycle, path, false),
        ImportKind::Plan => edit_plan(db, desk, &cycle, path, false),
        ImportKind::Corrections => correct_orders(db, desk, &cycle, path, false),
        ImportKind::Districts => {
            import_ground::import_districts(db, desk, path, given, false).map(|done| done.imported)
        }
        ImportKind::Places => import_ground::import_places(db, desk, path, given, false).map(|done| done.imported),
        ImportKind::ServiceAreas => {
            import_ground::import_service_areas(db, desk, path, given, false).map(|done| done.imported)
        }
        ImportKind::Orders => {
            let leftover = app.folder().join("left.csv");
            let faulty_to = path.to_string_lossy().contains("skip").then_some(leftover.as_path());
            let manner = Manner { is_dry_run: false, faulty_to };
            return import_orders(&mut app.db, desk, &cycle, path, manner, &mut |_, _| ()).map(|_| ());
        }
    }
    .map(|_| ())
}

#[test]
fn spoilt_files_never_crash_the_importer_and_a_refused_one_leaves_no_trace() {
    let (seed, rounds, corpus) = (seed(), rounds(ROUNDS), corpus());
    let awkward = ["suppliers", "warehouses", "skus", "leaders", "cycles", "offers"];
    let pilot = ["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers", "stock"];
    let days = [
        Day::new("AWK-1", "awkward/base", &awkward, "awkward/orders-fine-tab.csv"),
        Day::new("261122", "pilot_day", &pilot, "pilot_day/orders.csv"),
    ];
    let mut apps: HashMap<(usize, bool), TestApp> = HashMap::new();
    let (mut taken, mut refused) = (0, 0);
    for round in 0..rounds {
        let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(round));
        let (kind, day, path) = &corpus[(round as usize * 7 + dice.below(7)) % corpus.len()];
        let spoilt = mutate::spoil(&mut dice, &short(&fs::read(path).expect("a fixture can be read")));
        let place = format!("seed {seed}, round {round}: {} spoilt", path.display());
        let at = (*day, Day::is_for_later(*kind));
        let mut app = apps.remove(&at).unwrap_or_else(|| days[*day].app(*kind));
        if one_round(&mut app, *kind, &spoilt, dice.below(2) == 0, &place) {
            taken += 1;
        } else {
            // Nothing was changed, so the next round begins from the same books.
            refused += 1;
            apps.insert(at, app);
        }
    }
    println!("fuzz: seed {seed}, {rounds} rounds over {} files: {taken} taken, {refused} refused", corpus.len());
    assert!(refused > 0 && (rounds < 50 || taken > 0), "{taken} taken and {refused} refused: nothing was proved");
}

/// Imports a spoilt file; whether it was taken.
fn one_round(app: &mut TestApp, kind: ImportKind, spoilt: &[u8], is_skipping: bool, place: &str) -> bool {
    let before = app.books();
    let name = if is_skipping { "spoilt-skip.csv" } else { "spoilt.csv" };
    let path = app.file(name, spoilt);
    let desk = app.desk("2026-11-22 13:00");
    let outcome = catch_unwind(AssertUnwindSafe(|| import(app, kind, &desk, &path)));
    let kept = || {
        let path = std::env::temp_dir().join("tuan-fuzz-spoilt.csv");
        fs::write(&path, spoilt).expect("the temporary folder can be written to");
        format!("{place}; the file is {}", path.display())
    };
    match outcome {
        Err(_) => panic!("the importer crashed: {}", kept()),
        Ok(Err(FlowError::Store(error))) => panic!("the database had to refuse it ({error}): {}", kept()),
        Ok(Err(_)) => {
            let after = app.books();
            if after != before {
                books::assert_same(&before, &after, &format!("a refusal: {}", kept()));
            }
            false
        }
        Ok(Ok(())) => {
            let found = app.audit();
            assert!(found.is_empty(), "{found}: {}", kept());
            true
        }
    }
}
