//! From a problem to a plan.

use super::anneal::{Schedule, anneal};
use super::chance::Chance;
use super::ground::{Ground, NONE};
use super::matrix::Matrix;
use super::plan::{Plan, write_down};
use super::polish::polish;
use super::problem::{Problem, ProblemFault};
use super::recreate::Recreate;
use super::ruin::RuinSize;
use super::savings::{can_drive, lay, start_with_savings};
use super::tours::Tours;

/// What a plan begins with.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The stops of each vehicle, as they were driven or as a person wants them. What no longer fits is planned anew.
    pub stops_by_vehicle: Vec<Vec<u32>>,
    /// Vehicles whose stops stay exactly as they stand above, and that get no others.
    pub locked: Vec<u32>,
}

/// How many iterations a problem of so many stops is worth on a night.
pub fn iterations_for(stops: usize) -> u64 {
    (stops as u64 * 600).clamp(30_000, 600_000)
}

/// Plans with a fixed number of iterations: the same input gives the same plan, on any machine however busy.
///
/// # Errors
/// [`ProblemFault`] where the numbers make no sense. A stop that cannot be served is no error.
pub fn solve(
    problem: &Problem,
    matrix: &impl Matrix,
    start: &Start,
    seed: u64,
    iterations: u64,
) -> Result<Plan, ProblemFault> {
    solve_at_pace(problem, matrix, start, seed, &mut |done| {
        if done >= iterations { 1.0 } else { done as f64 / iterations as f64 }
    })
}

/// Plans for as long as `pace` says. It is asked every few iterations with how many are done, and answers which share
/// of the search is over; from 1.0 on it ends. A pace that looks at a clock gives another plan every time.
///
/// # Errors
/// [`ProblemFault`] where the numbers make no sense.
pub fn solve_at_pace(
    problem: &Problem,
    matrix: &impl Matrix,
    start: &Start,
    seed: u64,
    pace: &mut dyn FnMut(u64) -> f64,
) -> Result<Plan, ProblemFault> {
    check_start(problem, start)?;
    let ground = Ground::new(problem, matrix, &start.locked)?;
    let mut chance = Chance::new(seed);
    let mut tours = Tours::new(&ground);
    let is_warm = start.stops_by_vehicle.iter().any(|stops| !stops.is_empty());
    lay_start(&ground, &mut tours, start);
    if !is_warm {
        start_with_savings(&ground, &mut tours);
    }
    let schedule = schedule(is_warm);
    Recreate::new(&ground, schedule.near_tried).recreate(&ground, &mut tours, &mut chance);
    let iterations = anneal(&ground, &mut tours, &mut chance, &schedule, pace);
    polish(&ground, &mut tours);
    Ok(write_down(problem, &ground, &tours, iterations))
}

/// Found by trying on the instances of `scripts/bench routes`. A warm start begins hotter: the price of other drivers
/// keeps what leaders are used to, but makes hills between plans that a cool search does not climb.
fn schedule(is_warm: bool) -> Schedule {
    let size = RuinSize { average: 10.0, string_max: 10.0 };
    Schedule { hot: if is_warm { 1.0 } else { 0.5 }, cold: 0.01, size, near_tried: 60 }
}

fn check_start(problem: &Problem, start: &Start) -> Result<(), ProblemFault> {
    let mut is_seen = vec![false; problem.stops.len()];
    let is_vehicle = |vehicle: usize| vehicle < problem.vehicles.len();
    let beyond = start.stops_by_vehicle.len().checked_sub(1).filter(|&last| !is_vehicle(last));
    let wrong = beyond.or(start.locked.iter().map(|&v| v as usize).find(|&v| !is_vehicle(v)));
    if let Some(vehicle) = wrong {
        return Err(ProblemFault::StartMismatch(vehicle));
    }
    for &stop in start.stops_by_vehicle.iter().flatten() {
        match is_seen.get_mut(stop as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(ProblemFault::StartMismatch(stop as usize)),
        }
    }
    Ok(())
}

/// Lays out what the start says: locked routes as they are, of the others what still fits.
fn lay_start(ground: &Ground, tours: &mut Tours, start: &Start) {
    for (van, stops) in (0u32..).zip(&start.stops_by_vehicle) {
        let it = &ground.vans[van as usize];
        let may_stay = |&stop: &u32| [NONE, van].contains(&ground.pinned[stop as usize]);
        if it.is_locked || (stops.iter().all(may_stay) && can_drive(ground, it, stops)) {
            lay(ground, tours, van, stops);
            continue;
        }
        let mut after = ground.stops as u32 + van;
        for &stop in stops {
            let fits = may_stay(&stop) && tours.fits(&ground.demand[stop as usize], van);
            if fits && tours.delay_price(ground, stop, after).is_some() {
                tours.link(ground, stop, after);
                after = stop;
            }
        }
    }
    let is_absent = |stop: &u32| tours.nodes[*stop as usize].route == NONE;
    let absent: Vec<u32> = tours.absent.iter().copied().filter(is_absent).collect();
    tours.absent = absent;
}
