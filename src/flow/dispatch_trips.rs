//! 派车: routes for the vehicles of each warehouse, and a trip for each route.
//!
//! A warehouse whose place and points' places are known, and which has vehicles, is planned by `domain::routing`. Any other
//! keeps to the routes that its leaders were filed with.

mod changes;
pub mod edit_routes;
mod known;
mod plan_warehouses;
mod save;
pub mod show_routes;

use crate::domain::book::Book;
use crate::domain::dispatching::drawn::{Numbers, draw};
use crate::domain::dispatching::morning::{Known, Morning, input_sum, morning};
use crate::domain::dispatching::settings::RouteSettings;
use crate::domain::dispatching::trips::{served_points, trips};
use crate::domain::errors::Step;
use crate::domain::route_plan::{Method, RoutePlan, WhyFiled};
use crate::domain::routing::edits::{Draft, Edit};
use crate::domain::routing::{Cost, RoadEngine};
use crate::domain::states::CycleState;
use crate::flow::dispatch_trips::changes::step_changes;
use crate::flow::dispatch_trips::known::{Held, load_known};
use crate::flow::dispatch_trips::plan_warehouses::{Task, plan_all};
use crate::flow::dispatch_trips::save::{NewEdits, save};
use crate::flow::load_cycle::{book_within, refused};
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::ids::IdMaker;

/// What dispatching did.
#[derive(Clone, Debug)]
pub struct Dispatched {
    pub is_changed: bool,
    /// As it stands afterwards; points are still in the order of before.
    pub book: Book,
}

/// How long routes are thought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// As many iterations as so many stops are worth.
    #[default]
    BySize,
    Iterations(u64),
    /// By the clock, over all warehouses: another plan every time.
    Seconds(u32),
}

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub settings: RouteSettings,
    /// Chance is made of it: the same seed, the same plan. None: 1, or whatever the plan in force was made with.
    pub seed: Option<u64>,
    pub effort: Effort,
    /// Keep to the routes that leaders were filed with.
    pub is_as_filed: bool,
    /// Plan anew what was planned from the same.
    pub is_anew: bool,
    /// Who knows the roads; None: the air line times a detour.
    pub engine: Option<RoadEngine>,
}

impl Default for Asked {
    fn default() -> Asked {
        let settings = RouteSettings::default();
        Asked { settings, seed: None, effort: Effort::BySize, is_as_filed: false, is_anew: false, engine: None }
    }
}

impl Asked {
    fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    fn iterations(&self) -> Option<u64> {
        if let Effort::Iterations(iterations) = self.effort { Some(iterations) } else { None }
    }

    /// Whether a plan that was made from the same will do.
    fn takes(&self, plan: &RoutePlan) -> bool {
        let is_enough = match self.effort {
            Effort::BySize => true,
            Effort::Iterations(iterations) => plan.iterations == iterations,
            Effort::Seconds(_) => false,
        };
        !self.is_anew && is_enough && self.seed.is_none_or(|seed| seed == plan.seed)
    }
}

/// Plans the routes and writes the trips. Asked for again with the same goods, points and vehicles, it changes nothing; with
/// others, it begins with the plan in force and leaves alone what a person locked. Without vehicles for all filed routes,
/// routes beyond them stay without one, to be filled in by hand.
///
/// # Errors
/// `not_found`; `wrong_state` before goods were allocated and once settled; `locked_trip_unsound` where what a person locked
/// can no longer be driven.
pub fn dispatch_trips(db: &mut Db, desk: &Desk, cycle_code: &str, asked: &Asked) -> Result<Dispatched, FlowError> {
    dispatch_edited(db, desk, cycle_code, asked, &mut |_, _| Ok(NewEdits::default()))
}

/// Edits are found out on what is known then: on the drafts of the warehouses' next plans.
type Editing<'e> = &'e mut dyn FnMut(&Book, &mut [Drafted]) -> Result<NewEdits, FlowError>;

/// A warehouse that can be planned, with what its next plan begins with.
pub(crate) struct Drafted {
    pub(crate) morning: Morning,
    pub(crate) draft: Draft,
    /// Edits of the draft that are new.
    pub(crate) edited: Vec<Edit>,
    /// Vehicles whose rounds stay as they are laid out this once.
    pub(crate) still: Vec<u32>,
    /// The plan in force stays, whatever else changed.
    pub(crate) is_kept: bool,
}

fn dispatch_edited(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    asked: &Asked,
    editing: Editing<'_>,
) -> Result<Dispatched, FlowError> {
    until_saved(|| {
        let (before, known, held) = db.read(|db| -> Result<_, FlowError> {
            let book = book_within(db, desk, cycle_code, None, Want::Demand, Step::Dispatch)?;
            let known = load_known(db, desk, &book)?;
            let held = Held::load(db, book.cycle.id)?;
            Ok((book, known, held))
        })?;
        if !before.cycle.state.may_become(CycleState::Dispatched) {
            return Err(refused(&before.cycle, Step::Dispatch).into());
        }
        let (plans, edits) = plan(&before, &known, &held, asked, editing)?;
        let mut book = before.clone();
        lay(&mut book, plans);
        book.trips = trips(&book, &known);
        let changes = step_changes(&before, &book);
        let is_same = before.plans == book.plans && before.trips == book.trips && edits.rows.is_empty();
        if is_same && book.cycle.state == CycleState::Dispatched {
            return Ok(Some(Dispatched { is_changed: false, book }));
        }
        let mut ids = IdMaker::lease(db, desk.now)?;
        let saved = db.write(|db| save(db, &mut ids, desk, (&before, &book), &changes, &edits))?;
        ids.release(db)?;
        book.cycle.state = CycleState::Dispatched;
        book.cycle.version += 1;
        Ok(saved.then_some(Dispatched { is_changed: true, book }))
    })
}

/// The plan of each warehouse that has points with orders: new ones under the cycle's next version, others as they were.
fn plan(
    book: &Book,
    known: &Known,
    held: &Held,
    asked: &Asked,
    editing: Editing<'_>,
) -> Result<(Vec<RoutePlan>, NewEdits), FlowError> {
    let (mut plans, mut drafted) = (Vec::new(), Vec::new());
    for (warehouse_ix, points) in (0u32..).zip(served_points(book)) {
        if points.is_empty() {
            continue;
        }
        let found = if asked.is_as_filed {
            Err(WhyFiled::Asked)
        } else {
            morning(book, warehouse_ix, points, known, &asked.settings)
        };
        match found {
            Ok(morning) => drafted.push(known::drafted(book, morning, held)),
            Err(why) => plans.push(filed(book, warehouse_ix, why)),
        }
    }
    let edits = editing(book, &mut drafted)?;
    let tasks: Vec<Task> = drafted.into_iter().map(|drafted| task(book, drafted, asked)).collect();
    let planned = plan_all(&tasks, asked)?;
    let mut numbers = Numbers::new(book);
    for (task, plan) in tasks.iter().zip(planned) {
        let Some((plan, roads)) = plan else {
            plans.extend(book.plan_of(task.morning.warehouse_ix).cloned());
            continue;
        };
        let morning = &task.morning;
        let (trips, stops) = draw(book, &mut numbers, morning, &plan, &roads);
        let driver = |vehicle: u32| &morning.vans[vehicle as usize].card.driver;
        let vehicles = plan.vehicle_by_stop(morning.points.len());
        let usual = || morning.usual.iter().zip(&vehicles).filter_map(|(usual, now)| Some((usual.as_ref()?, now)));
        let is_moved = |now: &Option<u32>, usual: &String| now.is_none_or(|vehicle| driver(vehicle) != usual);
        plans.push(RoutePlan {
            warehouse_ix: morning.warehouse_ix,
            version: book.cycle.version + 1,
            method: Method::Solver,
            why_filed: None,
            seed: asked.seed(),
            iterations: asked.iterations().unwrap_or(plan.iterations),
            input: task.input.clone(),
            depot_e7: Some(morning.depot),
            cost: plan.cost,
            usual_stops: usual().count() as u32,
            moved_stops: usual().filter(|(usual, now)| is_moved(now, &usual.driver)).count() as u32,
            trips,
            stops,
        });
    }
    // A plan that comes to what is there already is no other plan.
    let plans = plans.into_iter().map(|plan| match book.plan_of(plan.warehouse_ix) {
        Some(old) if old.method == plan.method && is_alike(old, &plan) => old.clone(),
        _ => plan,
    });
    let mut plans: Vec<RoutePlan> = plans.collect();
    plans.sort_by_key(|plan| plan.warehouse_ix);
    Ok((plans, edits))
}

fn is_alike(a: &RoutePlan, b: &RoutePlan) -> bool {
    (&a.why_filed, &a.input, &a.trips, &a.stops) == (&b.why_filed, &b.input, &b.trips, &b.stops)
}

/// A plan that is planned already, from the same, is not planned again.
fn task(book: &Book, drafted: Drafted, asked: &Asked) -> Task {
    let Drafted { mut morning, draft, edited, still, is_kept } = drafted;
    let Draft { problem, mut start } = draft;
    morning.problem = problem;
    let input = input_sum(book, &morning, &asked.settings);
    let known = book.plan_of(morning.warehouse_ix).filter(|plan| plan.method == Method::Solver);
    let will_do = |plan: &RoutePlan| is_kept || (edited.is_empty() && plan.input == input && asked.takes(plan));
    let is_known = known.is_some_and(will_do);
    start.locked.extend(still);
    start.locked.sort_unstable();
    start.locked.dedup();
    Task { morning, start, input, is_known, is_edited: !edited.is_empty() }
}

fn filed(book: &Book, warehouse_ix: u32, why: WhyFiled) -> RoutePlan {
    RoutePlan {
        warehouse_ix,
        version: book.cycle.version + 1,
        method: Method::Filed,
        why_filed: Some(why),
        seed: 0,
        iterations: 0,
        input: String::new(),
        depot_e7: None,
        cost: Cost::default(),
        usual_stops: 0,
        moved_stops: 0,
        trips: Vec::new(),
        stops: Vec::new(),
    }
}

/// Gives the points the routes and stops of the plans; the others those that they were filed with.
fn lay(book: &mut Book, plans: Vec<RoutePlan>) {
    for point in &mut book.points {
        point.route_code.clone_from(&point.filed_route);
        point.stop_seq = point.filed_stop;
    }
    for plan in &plans {
        for stop in &plan.stops {
            let point = &mut book.points[stop.point_ix as usize];
            point.route_code = plan.route_code(&stop.trip_no).unwrap_or_default().to_owned();
            point.stop_seq = stop.stop_seq;
        }
    }
    book.plans = plans;
}
