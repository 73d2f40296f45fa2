//! The morning of a city: how long routes take, what memory they need, and how many leaders keep their driver the next
//! day. Prints a line of JSON for each size. Run by `scripts/bench routes`.
//!
//! `cargo bench --bench routes -- [STOPS…]`

use rustix::time::{ClockId, clock_gettime};
use tuan::domain::routing::{
    DETOUR_PCT, Haversine, Load, Plan, Prices, Problem, Service, Span, SpeedByHour, Start, Stop, Vehicle, check,
    iterations_for, solve, stability,
};

/// Repeatable chance (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn within(&mut self, from: u64, until: u64) -> u64 {
        from + self.below(until - from + 1)
    }
}

#[derive(Clone)]
struct City {
    problem: Problem,
    /// Longitude and latitude of the stops, then of the depot.
    places: Vec<(i64, i64)>,
}

const HOUR_S: i32 = 3600;

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    for stops in if sizes.is_empty() { vec![500, 2000] } else { sizes } {
        measure(stops);
    }
}

fn measure(stops: usize) {
    let mut dice = Dice(stops as u64);
    let city = first_day(&mut dice, stops);
    let iterations = iterations_for(stops);
    let began = cpu_seconds();
    let plan = plan_of(&city, &Start::default(), iterations);
    let first_s = cpu_seconds() - began;
    let peak_mib = peak_mib();

    let (next, usual) = next_day(&mut dice, &city, &plan);
    let mut carefree_city = next.clone();
    carefree_city.problem.stops.iter_mut().for_each(|stop| stop.usual_vehicle = None);
    let carefree = plan_of(&carefree_city, &Start::default(), iterations);
    let began = cpu_seconds();
    let kept = plan_of(&next, &usual, iterations);
    let next_s = cpu_seconds() - began;
    let usual_by_stop: Vec<Option<u32>> = next.problem.stops.iter().map(|stop| stop.usual_vehicle).collect();
    let changes = stability::compare(&kept, &usual_by_stop, &carefree);
    println!(
        "{}",
        serde_json::json!({
            "stops": stops,
            "iterations": iterations,
            "cpu_s": (first_s * 100.0).round() / 100.0,
            "peak_mib": peak_mib,
            "routes": plan.routes.len(),
            "unserved": plan.unserved.len(),
            "paid_yuan": plan.cost.paid() / 100_000,
            "next_day_cpu_s": (next_s * 100.0).round() / 100.0,
            "kept_driver_pct": f64::from(changes.kept_in_10_000()) / 100.0,
            "paid_more_pct": changes.paid_more as f64 * 100.0 / carefree.cost.paid() as f64,
            "unserved_next": kept.unserved.len(),
        })
    );
}

fn plan_of(city: &City, start: &Start, iterations: u64) -> Plan {
    let roads = Haversine::new(&city.places, SpeedByHour::default(), DETOUR_PCT);
    let plan = solve(&city.problem, &roads, start, 1, iterations).expect("the city is well made");
    let faults = check::check(&city.problem, &roads, &plan);
    assert!(faults.is_empty(), "{faults:?}");
    plan
}

/// Compounds lie in clusters; half of the leaders take goods all morning, half within two hours.
fn first_day(dice: &mut Dice, stops: usize) -> City {
    let clusters: Vec<(i64, i64)> =
        (0..stops / 25 + 3).map(|_| spot(dice, (1_129_400_000, 282_000_000), 1_200_000)).collect();
    let mut places: Vec<(i64, i64)> = (0..stops)
        .map(|_| {
            let cluster = clusters[dice.below(clusters.len() as u64) as usize];
            spot(dice, cluster, 150_000)
        })
        .collect();
    places.push((1_130_600_000, 281_500_000));
    let stops: Vec<Stop> = (0..stops).map(|_| stop(dice)).collect();
    let totes: u64 = stops.iter().map(|stop| stop.load.totes).sum();
    let vehicles = (0..totes / 70 + 4).map(vehicle).collect();
    let prices = Prices { fen_per_km: 120, overtime_fen_per_hour: 6000, other_driver_fen: 0 };
    let service = Service { per_stop_s: 180, per_tote_s: 12 };
    City { problem: Problem { depot_count: 1, stops, vehicles, service, prices }, places }
}

fn spot(dice: &mut Dice, round: (i64, i64), spread: u64) -> (i64, i64) {
    let shift = |dice: &mut Dice| (dice.below(spread) + dice.below(spread)) as i64 - spread as i64;
    (round.0 + shift(dice), round.1 + shift(dice))
}

fn stop(dice: &mut Dice) -> Stop {
    let totes = dice.within(2, 12);
    let load = Load { weight_g: totes * dice.within(6_000, 14_000), volume_ml: totes * 45_000, totes };
    let opens = 6 * HOUR_S + dice.below(5) as i32 * HOUR_S;
    let window = if dice.below(2) == 0 {
        Span { from_s: 6 * HOUR_S, until_s: 12 * HOUR_S }
    } else {
        Span { from_s: opens, until_s: opens + 2 * HOUR_S }
    };
    Stop { window, ..Stop::new(load) }
}

fn vehicle(number: u64) -> Vehicle {
    let large = Load { weight_g: 1_500_000, volume_ml: 6_000_000, totes: 110 };
    let small = Load { weight_g: 900_000, volume_ml: 3_600_000, totes: 70 };
    Vehicle {
        shift: Span { from_s: 5 * HOUR_S + HOUR_S / 2, until_s: 12 * HOUR_S + HOUR_S / 2 },
        overtime_max_s: HOUR_S as u32,
        stops_max: Some(30),
        use_price_fen: if number.is_multiple_of(3) { 12_000 } else { 9_000 },
        ..Vehicle::new(if number.is_multiple_of(3) { large } else { small })
    }
}

/// 5 in 100 leaders are closed, 2 in 100 are new, everybody orders up to a quarter more or less.
fn next_day(dice: &mut Dice, city: &City, plan: &Plan) -> (City, Start) {
    let mut next = city.clone();
    next.problem.prices.other_driver_fen = 600;
    let vehicle_by_stop = plan.vehicle_by_stop(city.problem.stops.len());
    let depot = next.places.pop().expect("the depot stands last");
    let mut new_number = vec![None; city.problem.stops.len()];
    let (mut stops, mut places) = (Vec::new(), Vec::new());
    for (index, stop) in city.problem.stops.iter().enumerate() {
        if dice.below(100) < 5 {
            continue;
        }
        let scale = dice.within(75, 125);
        let load = Load {
            weight_g: stop.load.weight_g * scale / 100,
            volume_ml: stop.load.volume_ml * scale / 100,
            totes: (stop.load.totes * scale + 50) / 100,
        };
        new_number[index] = Some(stops.len() as u32);
        stops.push(Stop { load, usual_vehicle: vehicle_by_stop[index], ..*stop });
        places.push(next.places[index]);
    }
    for _ in 0..city.problem.stops.len() / 50 {
        let beside = places[dice.below(places.len() as u64) as usize];
        places.push(spot(dice, beside, 100_000));
        stops.push(stop(dice));
    }
    places.push(depot);
    let yesterday = plan.stops_by_vehicle(city.problem.vehicles.len());
    let renumber = |stops: &Vec<u32>| stops.iter().filter_map(|&stop| new_number[stop as usize]).collect();
    let start = Start { stops_by_vehicle: yesterday.iter().map(renumber).collect(), locked: Vec::new() };
    (City { problem: Problem { stops, ..next.problem }, places }, start)
}

fn cpu_seconds() -> f64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

/// The most memory this process has held so far, where the system tells it.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
