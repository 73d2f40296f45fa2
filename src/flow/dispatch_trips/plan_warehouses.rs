//! Plans warehouses side by side: each plan is its own, whoever is planned when.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::dispatching::morning::Morning;
use crate::domain::errors::RuleError;
use crate::domain::routing::check::{PlanFault, check};
use crate::domain::routing::{Plan, ProblemFault, Roads, Start, iterations_for, solve, solve_at_pace};
use crate::flow::FlowError;
use crate::flow::dispatch_trips::{Asked, Effort};

/// A plan to be made.
pub struct Task {
    pub morning: Morning,
    pub start: Start,
    /// A sum over all that it is made from.
    pub input: String,
    /// The plan in force was made from the same.
    pub is_known: bool,
    /// A person changed something.
    pub is_edited: bool,
}

/// The plan of each task with the roads that it goes by; None where it is known.
///
/// # Errors
/// `locked_trip_unsound`; `routes_out_of_range`.
pub fn plan_all(tasks: &[Task], asked: &Asked) -> Result<Vec<Option<Planned>>, FlowError> {
    let stops: usize = tasks.iter().filter(|task| !task.is_known).map(|task| task.morning.points.len()).sum();
    let plans: Vec<Mutex<Option<Result<Planned, FlowError>>>> = tasks.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(tasks.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((task, cell)) = tasks.iter().zip(&plans).nth(next.fetch_add(1, Ordering::Relaxed)) {
                    if !task.is_known {
                        let planned = plan_one(task, asked, stops);
                        *cell.lock().unwrap_or_else(PoisonError::into_inner) = Some(planned);
                    }
                }
            });
        }
    });
    let out = |cell: Mutex<Option<_>>| cell.into_inner().unwrap_or_else(PoisonError::into_inner).transpose();
    plans.into_iter().map(out).collect()
}

/// A plan, and the roads that it goes by.
type Planned = (Plan, Roads);

/// Plans, and has the plan proved by arithmetic that knows nothing of how it was made.
fn plan_one(task: &Task, asked: &Asked, all_stops: usize) -> Result<Planned, FlowError> {
    let (morning, start) = (&task.morning, &task.start);
    let settings = &asked.settings;
    let roads = Roads::new(&morning.places, settings.speed, settings.detour_pct, asked.engine.as_ref());
    let stops = morning.points.len();
    let plan = match asked.effort {
        Effort::BySize => solve(&morning.problem, &roads, start, asked.seed(), iterations_for(stops)),
        Effort::Iterations(iterations) => solve(&morning.problem, &roads, start, asked.seed(), iterations),
        Effort::Seconds(seconds) => {
            let own = Duration::from_secs(u64::from(seconds)).mul_f64(stops as f64 / all_stops.max(1) as f64);
            let began = Instant::now();
            let mut pace = |_| began.elapsed().as_secs_f64() / own.as_secs_f64().max(1e-3);
            solve_at_pace(&morning.problem, &roads, start, asked.seed(), &mut pace)
        }
    };
    let plan = plan.map_err(|fault| out_of_range(&fault))?;
    match check(&morning.problem, &roads, &plan).first() {
        None => Ok((plan, roads)),
        Some(fault) => Err(unsound(task, fault)),
    }
}

fn out_of_range(fault: &ProblemFault) -> FlowError {
    refused(
        "routes_out_of_range",
        "点数、时间或距离超出可排范围，可加 --as-filed 用固定线路".to_owned(),
        format!("{fault}; dispatch --as-filed keeps to the filed routes"),
    )
}

/// Only what a person laid out or locked is taken without asking whether it can be driven.
fn unsound(task: &Task, fault: &PlanFault) -> FlowError {
    let plate = |van: u32| task.morning.vans[van as usize].card.plate.as_str();
    // The fault counts vehicles through; people know them by their plates.
    let mut words = fault.to_string();
    for van in (0..task.morning.vans.len() as u32).rev() {
        words = words.replace(&format!("vehicle {van} "), &format!("{} ", plate(van)));
    }
    if task.is_edited {
        return refused(
            "route_edit_unsound",
            format!("这样改跑不成（{words}）。请换车、换位置，或先减站"),
            format!("it cannot be driven like that: {words}; choose another vehicle or place, or take stops off first"),
        );
    }
    refused(
        "locked_trip_unsound",
        format!("锁定的车次跑不成（{words}），请先解锁或移走站点"),
        format!("a locked trip cannot be driven: {words}; unlock it, or move stops away"),
    )
}

fn refused(code: &'static str, zh: String, en: String) -> FlowError {
    RuleError::Refused { code, zh, en }.into()
}
