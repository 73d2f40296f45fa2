//! Solves one instance of the literature with the planner of `domain/routing` and prints what it found as JSON.
//!
//! ```text
//! cargo run --release --example vrplib -- FILE --seconds N|--iterations N [--seed S]
//! ```
//!
//! FILE is a CVRPLIB `.vrp` (EUC_2D, distances rounded to the nearest integer, as many vehicles as it takes) or a file of
//! Solomon or of Gehring & Homberger (distances truncated to one decimal, the vehicles given, total distance).
//! Seconds are those of the processor, not of the clock on the wall, so a busy machine changes nothing.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use rustix::time::{ClockId, clock_gettime};
use tuan::domain::routing::{
    Load, Matrix, Plan, Prices, Problem, Service, Span, Start, Stop, Vehicle, check, solve, solve_at_pace,
};

#[derive(Parser)]
struct Args {
    file: PathBuf,
    /// Seconds of processor time.
    #[arg(long, conflicts_with = "iterations", required_unless_present = "iterations")]
    seconds: Option<f64>,
    #[arg(long)]
    iterations: Option<u64>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints the stops of each route too.
    #[arg(long)]
    stops: bool,
}

/// Places in the plane, and what to do with the fractions of their distances.
struct Plane {
    places: Vec<(f64, f64)>,
    unit: Unit,
    is_timed: bool,
}

#[derive(Clone, Copy)]
enum Unit {
    /// Rounded to the nearest integer (TSPLIB's EUC_2D).
    Whole,
    /// Tenths, the rest cut off.
    Tenths,
}

impl Matrix for Plane {
    fn metres(&self, from: usize, to: usize) -> u32 {
        let (a, b) = (self.places[from], self.places[to]);
        let distance = (a.0 - b.0).hypot(a.1 - b.1);
        match self.unit {
            Unit::Whole => distance.round() as u32,
            Unit::Tenths => (distance * 10.0 + 1e-9).floor() as u32,
        }
    }

    fn seconds(&self, from: usize, to: usize, _hour: u8) -> u32 {
        if self.is_timed { self.metres(from, to) } else { 0 }
    }

    fn slowest_s(&self, from: usize, to: usize, _hours: RangeInclusive<u8>) -> u32 {
        self.seconds(from, to, 0)
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let text = std::fs::read_to_string(&args.file).with_context(|| args.file.display().to_string())?;
    let (problem, plane) = if text.contains("DEMAND_SECTION") { read_vrp(&text)? } else { read_solomon(&text)? };
    let start = Start::default();
    let plan = match (args.seconds, args.iterations) {
        (Some(seconds), _) => solve_at_pace(&problem, &plane, &start, args.seed, &mut |_| cpu_seconds() / seconds)?,
        (None, iterations) => solve(&problem, &plane, &start, args.seed, iterations.unwrap_or(0))?,
    };
    print(&args, &problem, &plane, &plan);
    Ok(())
}

fn print(args: &Args, problem: &Problem, plane: &Plane, plan: &Plan) {
    let faults = check::check(problem, plane, plan);
    let cost = plan.cost.total() as f64;
    let mut told = serde_json::json!({
        "cost": match plane.unit { Unit::Whole => cost, Unit::Tenths => cost / 10.0 },
        "routes": plan.routes.len(),
        "iterations": plan.iterations,
        "feasible": faults.is_empty() && plan.unserved.is_empty(),
        "unserved": plan.unserved.len(),
        "cpu_seconds": cpu_seconds(),
    });
    if args.stops {
        let stops = plan.routes.iter().map(|route| route.visits.iter().map(|visit| visit.stop + 1).collect());
        told["stops"] = stops.collect::<Vec<Vec<u32>>>().into();
    }
    println!("{told}");
    faults.iter().for_each(|fault| eprintln!("{fault}"));
}

/// Seconds of processor time of this process so far.
fn cpu_seconds() -> f64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

fn read_vrp(text: &str) -> Result<(Problem, Plane)> {
    let field = |name: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(name));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    };
    ensure!(field("EDGE_WEIGHT_TYPE") == Some("EUC_2D"), "only EUC_2D distances are read");
    let capacity = field("CAPACITY").context("no CAPACITY")?.parse()?;
    let rows = |from: &str, until: &str| -> Result<Vec<Vec<f64>>> {
        let (_, behind) = text.split_once(from).with_context(|| format!("no {from}"))?;
        let section = behind.split_once(until).map_or(behind, |(section, _)| section);
        let numbers = |line: &str| line.split_whitespace().map(|word| Ok(word.parse()?)).collect();
        section.lines().filter(|line| !line.trim().is_empty()).map(numbers).collect()
    };
    let places = rows("NODE_COORD_SECTION", "DEMAND_SECTION")?;
    let demands = rows("DEMAND_SECTION", "DEPOT_SECTION")?;
    ensure!(places.len() == demands.len() && places.len() > 1, "places and demands do not match");
    ensure!(places.iter().all(|row| row.len() == 3) && demands.iter().all(|row| row.len() == 2), "a row is too short");
    ensure!(demands[0][1] == 0.0, "only the first place may be the depot");
    let stops: Vec<Stop> = demands[1..].iter().map(|row| Stop::new(weight(row[1]))).collect();
    let total: u64 = stops.iter().map(|stop| stop.load.weight_g).sum();
    // The best known solutions of X often use more vehicles than the least number; so many are always enough.
    let vehicles = stops.len().min(2 * total.div_ceil(capacity) as usize + 10);
    let problem = problem(stops, vec![Vehicle::new(Load { weight_g: capacity, ..Load::ENDLESS }); vehicles]);
    let places = places[1..].iter().chain(&places[..1]).map(|row| (row[1], row[2])).collect();
    Ok((problem, Plane { places, unit: Unit::Whole, is_timed: false }))
}

fn read_solomon(text: &str) -> Result<(Problem, Plane)> {
    let numbers = |line: &str| -> Option<Vec<f64>> { line.split_whitespace().map(|word| word.parse().ok()).collect() };
    let rows: Vec<Vec<f64>> = text.lines().filter_map(numbers).filter(|row| !row.is_empty()).collect();
    let fleet = rows.iter().find(|row| row.len() == 2).context("no line with the number and capacity of vehicles")?;
    let places: Vec<&Vec<f64>> = rows.iter().filter(|row| row.len() == 7).collect();
    let Some((depot, rest)) = places.split_first().filter(|(_, rest)| !rest.is_empty()) else { bail!("no stops") };
    let tenths = |value: f64| (value * 10.0) as i32;
    let stop = |row: &&Vec<f64>| Stop {
        window: Span { from_s: tenths(row[4]), until_s: tenths(row[5]) },
        extra_service_s: tenths(row[6]) as u32,
        ..Stop::new(weight(row[3]))
    };
    let shift = Span { from_s: tenths(depot[4]), until_s: tenths(depot[5]) };
    let vehicle = Vehicle { shift, ..Vehicle::new(Load { weight_g: fleet[1] as u64, ..Load::ENDLESS }) };
    let problem = problem(rest.iter().map(stop).collect(), vec![vehicle; fleet[0] as usize]);
    let places = rest.iter().chain([depot]).map(|row| (row[1], row[2])).collect();
    Ok((problem, Plane { places, unit: Unit::Tenths, is_timed: true }))
}

fn weight(demand: f64) -> Load {
    Load { weight_g: demand as u64, ..Load::default() }
}

/// One unit of distance is a metre at a fen the kilometre: a thousandth of a fen.
fn problem(stops: Vec<Stop>, vehicles: Vec<Vehicle>) -> Problem {
    let prices = Prices { fen_per_km: 1, overtime_fen_per_hour: 0, other_driver_fen: 0 };
    Problem { depot_count: 1, stops, vehicles, service: Service::default(), prices }
}
