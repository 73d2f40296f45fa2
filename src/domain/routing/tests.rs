//! What every plan must keep, on fleets made by chance, and what a dispatcher must be told, by example.

use proptest::prelude::*;

use super::check::{PlanFault, check};
use super::edits::{Draft, Edit, EditFault};
use super::*;

const HOUR_S: i32 = 3600;

/// Places on a plane of metres at 30 km/h, the way back a little longer.
#[derive(Clone, Debug)]
struct Plane(Vec<(i32, i32)>);

impl Matrix for Plane {
    fn metres(&self, from: usize, to: usize) -> u32 {
        let (a, b) = (self.0[from], self.0[to]);
        let one_way = u32::from(from > to && to.is_multiple_of(3)) * 40;
        a.0.abs_diff(b.0) + a.1.abs_diff(b.1) + one_way
    }

    fn seconds(&self, from: usize, to: usize, hour: u8) -> u32 {
        let per_hour = if (7..9).contains(&hour) { 20_000 } else { 30_000 };
        (self.metres(from, to) * 3600).div_ceil(per_hour)
    }
}

fn load(totes: u64) -> Load {
    Load { weight_g: totes * 10_000, volume_ml: totes * 40_000, totes }
}

fn problem(stops: Vec<Stop>, vehicles: Vec<Vehicle>) -> Problem {
    let prices = Prices { fen_per_km: 120, overtime_fen_per_hour: 6000, other_driver_fen: 1500 };
    Problem { depot_count: 2, stops, vehicles, service: Service { per_stop_s: 120, per_tote_s: 10 }, prices }
}

prop_compose! {
    fn any_stop(vehicles: u32)(
        totes in 0u64..14,
        extra_kg in 0u64..60,
        opens in 5i32..11,
        hours in 0i32..5,
        pin in 0u32..40,
        usual in 0u32..12,
    ) -> Stop {
        let mut stop = Stop::new(load(totes));
        stop.load.weight_g += extra_kg * 1000;
        if hours > 0 {
            stop.window = Span { from_s: opens * HOUR_S, until_s: (opens + hours) * HOUR_S };
        }
        stop.pinned_to = (pin < vehicles).then_some(pin);
        stop.usual_vehicle = (usual < vehicles).then_some(usual);
        stop
    }
}

prop_compose! {
    fn any_vehicle()(
        depot in 0u32..2,
        totes in 6u64..50,
        kg in 60u64..600,
        begins in 4i32..7,
        hours in 2i32..8,
        overtime in 0u32..2,
        stops_max in 1u32..12,
        minutes_max in 60u32..420,
        use_price_fen in 0u32..20_000,
        limits in 0u8..4,
    ) -> Vehicle {
        Vehicle {
            depot,
            capacity: Load { weight_g: kg * 1000, volume_ml: totes * 50_000, totes },
            shift: Span { from_s: begins * HOUR_S, until_s: (begins + hours) * HOUR_S },
            overtime_max_s: overtime * 1800,
            stops_max: (limits & 1 == 1).then_some(stops_max),
            minutes_max: (limits & 2 == 2).then_some(minutes_max),
            use_price_fen,
        }
    }
}

fn any_morning() -> impl Strategy<Value = (Problem, Plane)> {
    (1usize..7).prop_flat_map(|vehicles| {
        let stops = prop::collection::vec(any_stop(vehicles as u32), 0..45);
        (stops, prop::collection::vec(any_vehicle(), vehicles)).prop_flat_map(|(stops, vehicles)| {
            let places = prop::collection::vec((0i32..12_000, 0i32..12_000), stops.len() + 2);
            (Just(problem(stops, vehicles)), places.prop_map(Plane))
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_stop_is_served_once_or_named_and_nothing_is_broken((problem, roads) in any_morning(), seed in any::<u64>()) {
        let plan = solve(&problem, &roads, &Start::default(), seed, 400).expect("a sound problem");
        prop_assert_eq!(check(&problem, &roads, &plan), vec![]);
        prop_assert_eq!(&solve(&problem, &roads, &Start::default(), seed, 400).expect("a sound problem"), &plan);
    }

    #[test]
    fn a_next_day_begins_with_what_was_driven((problem, roads) in any_morning(), seed in any::<u64>()) {
        let first = solve(&problem, &roads, &Start::default(), seed, 200).expect("a sound problem");
        let start = Start { stops_by_vehicle: first.stops_by_vehicle(problem.vehicles.len()), locked: vec![] };
        let second = solve(&problem, &roads, &start, seed, 0).expect("a sound problem");
        prop_assert_eq!(check(&problem, &roads, &second), vec![]);
        prop_assert!(second.unserved.len() <= first.unserved.len());
    }

    #[test]
    fn locked_routes_stay((problem, roads) in any_morning(), seed in any::<u64>()) {
        let first = solve(&problem, &roads, &Start::default(), seed, 100).expect("a sound problem");
        let mut draft = Draft::new(problem, &first);
        draft.apply(&Edit::Lock { vehicle: 0 }).expect("vehicle 0 is there");
        let second = solve(&draft.problem, &roads, &draft.start, seed ^ 1, 300).expect("a sound problem");
        prop_assert_eq!(check(&draft.problem, &roads, &second), vec![]);
        let count = draft.problem.vehicles.len();
        prop_assert_eq!(&second.stops_by_vehicle(count)[0], &first.stops_by_vehicle(count)[0]);
    }
}

/// Eight stops on a line, a kilometre apart, the depots at its beginning.
fn line(vehicles: Vec<Vehicle>) -> (Problem, Plane) {
    let places = (1..=8).map(|km| (km * 1000, 0)).chain([(0, 0), (0, 0)]).collect();
    (problem(vec![Stop::new(load(2)); 8], vehicles), Plane(places))
}

fn planned(problem: &Problem, roads: &Plane) -> Plan {
    let plan = solve(problem, roads, &Start::default(), 7, 2000).expect("a sound problem");
    assert_eq!(check(problem, roads, &plan), []);
    plan
}

fn reasons(plan: &Plan) -> Vec<(u32, Reason)> {
    plan.unserved.iter().map(|unserved| (unserved.stop, unserved.reason)).collect()
}

#[test]
fn one_vehicle_drives_out_and_back() {
    let (problem, roads) = line(vec![Vehicle::new(load(100))]);
    let plan = planned(&problem, &roads);
    assert_eq!((plan.routes.len(), plan.unserved.len()), (1, 0));
    assert_eq!(plan.routes[0].load, load(16));
    assert!(plan.cost.driving <= 16_200 * 120, "{}", plan.cost.driving);
}

#[test]
fn small_vehicles_share_the_stops() {
    let (problem, roads) = line(vec![Vehicle::new(load(8)), Vehicle::new(load(6)), Vehicle::new(load(4))]);
    let plan = planned(&problem, &roads);
    assert_eq!(plan.routes.len(), 3);
    assert!(plan.routes.iter().all(|route| route.visits.len() <= 4));
}

#[test]
fn a_stop_that_cannot_be_served_is_named_with_its_reason() {
    let shift = Span { from_s: 6 * HOUR_S, until_s: 9 * HOUR_S };
    let vehicle = Vehicle { shift, ..Vehicle::new(load(20)) };
    let (mut problem, roads) = line(vec![vehicle, vehicle]);
    problem.stops[0].load.weight_g = 999_000;
    problem.stops[1].load.volume_ml = 900_000;
    problem.stops[2].load.totes = 21;
    problem.stops[3].window = Span { from_s: 0, until_s: 6 * HOUR_S };
    problem.stops[4].window = Span { from_s: 9 * HOUR_S, until_s: 10 * HOUR_S };
    problem.stops[5].pinned_to = Some(1);
    problem.stops[5].extra_service_s = 4 * HOUR_S as u32;
    let want = [
        (0, Reason::TooHeavy),
        (1, Reason::TooLarge),
        (2, Reason::TooManyTotes),
        (3, Reason::WindowTooEarly),
        (4, Reason::BackTooLate),
        (5, Reason::PinnedVehicleCannot),
    ];
    assert_eq!(reasons(&planned(&problem, &roads)), want);
}

#[test]
fn a_fleet_that_is_too_small_serves_what_it_can() {
    let (problem, roads) = line(vec![Vehicle::new(load(10))]);
    let plan = planned(&problem, &roads);
    assert_eq!(plan.routes[0].visits.len(), 5);
    assert!(reasons(&plan).iter().all(|&(_, reason)| reason == Reason::FleetFull), "{:?}", plan.unserved);
    let (mut problem, roads) = line(vec![]);
    problem.stops.truncate(1);
    let plan = solve(&problem, &Plane(vec![(0, 0), roads.0[8], roads.0[9]]), &Start::default(), 1, 10);
    assert_eq!(reasons(&plan.expect("no vehicle is no error")), [(0, Reason::NoVehicle)]);
}

#[test]
fn overtime_is_paid_when_it_is_cheaper_than_another_vehicle() {
    let shift = Span { from_s: 6 * HOUR_S, until_s: 6 * HOUR_S + 3300 };
    let vehicle = |use_price_fen| Vehicle { shift, overtime_max_s: 3600, use_price_fen, ..Vehicle::new(load(100)) };
    let (mut problem, roads) = line(vec![vehicle(50_000), vehicle(50_000)]);
    problem.prices.overtime_fen_per_hour = 60_000;
    let plan = planned(&problem, &roads);
    assert_eq!(plan.routes.len(), 1);
    assert!(plan.cost.overtime > 0);
    problem.vehicles = vec![vehicle(0), vehicle(0)];
    assert_eq!(planned(&problem, &roads).cost.overtime, 0);
}

#[test]
fn leaders_keep_their_driver_unless_that_is_dear() {
    let (mut problem, roads) = line(vec![Vehicle::new(load(10)), Vehicle::new(load(10))]);
    let usual = [0, 1, 0, 1, 0, 1, 0, 1];
    problem.stops.iter_mut().zip(usual).for_each(|(stop, vehicle)| stop.usual_vehicle = Some(vehicle));
    let kept = planned(&problem, &roads);
    assert_eq!(kept.vehicle_by_stop(8), usual.map(Some));
    problem.prices.other_driver_fen = 1;
    let changed = planned(&problem, &roads);
    assert!(changed.cost.driving < kept.cost.driving);
    let usual: Vec<Option<u32>> = usual.iter().copied().map(Some).collect();
    let changes = stability::compare(&kept, &usual, &changed);
    assert_eq!((changes.kept_in_10_000(), changes.moved.len()), (10_000, 0));
    assert_eq!(changes.paid_more, kept.cost.driving - changed.cost.driving);
}

#[test]
fn a_person_moves_orders_and_locks_and_the_rest_is_planned_anew() {
    let (problem, roads) = line(vec![Vehicle::new(load(10)), Vehicle::new(load(10))]);
    let plan = planned(&problem, &roads);
    let mut draft = Draft::new(problem, &plan);
    let from = plan.vehicle_by_stop(8)[0].expect("everything is served");
    let to = 1 - from;
    draft.apply(&Edit::Move { stop: 0, vehicle: to, position: 0 }).expect("a sound edit");
    let refused = draft.apply(&Edit::Reorder { vehicle: to, stops: vec![0] });
    assert_eq!(refused, Err(EditFault::OtherStops(to)));
    let moved = solve(&draft.problem, &roads, &draft.start, 1, 500).expect("a sound problem");
    assert_eq!(check(&draft.problem, &roads, &moved), []);
    assert_eq!(moved.vehicle_by_stop(8)[0], Some(to));
    let mut draft = Draft::new(draft.problem, &moved);
    let mut order = draft.start.stops_by_vehicle[to as usize].clone();
    order.reverse();
    draft.apply(&Edit::Reorder { vehicle: to, stops: order.clone() }).expect("the same stops");
    assert_eq!(draft.apply(&Edit::Pin { stop: 1, vehicle: to }), Err(EditFault::Locked(to)));
    let locked = solve(&draft.problem, &roads, &draft.start, 1, 500).expect("a sound problem");
    assert_eq!(locked.stops_by_vehicle(2)[to as usize], order);
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let (sound, roads) = line(vec![Vehicle::new(load(10))]);
    let fault = |change: &dyn Fn(&mut Problem)| {
        let mut problem = sound.clone();
        change(&mut problem);
        solve(&problem, &roads, &Start::default(), 1, 1).expect_err("refused")
    };
    assert_eq!(fault(&|p| p.vehicles[0].depot = 2), ProblemFault::UnknownDepot(0));
    assert_eq!(fault(&|p| p.stops[3].window = Span { from_s: 9, until_s: 8 }), ProblemFault::WindowBackwards(3));
    assert_eq!(fault(&|p| p.stops[3].pinned_to = Some(1)), ProblemFault::UnknownVehicle(3));
    assert_eq!(fault(&|p| p.prices.fen_per_km = u32::MAX), ProblemFault::LegOutOfRange(0, 1));
    let twice = Start { stops_by_vehicle: vec![vec![1, 1]], locked: vec![] };
    assert_eq!(solve(&sound, &roads, &twice, 1, 1), Err(ProblemFault::StartMismatch(1)));
}

#[test]
fn a_planted_breach_is_found() {
    let (mut problem, roads) = line(vec![Vehicle::new(load(10)), Vehicle::new(load(10))]);
    problem.stops[7].window = Span { from_s: 7 * HOUR_S, until_s: 8 * HOUR_S };
    let sound = planned(&problem, &roads);
    let found = |change: &dyn Fn(&mut Plan)| {
        let mut plan = sound.clone();
        change(&mut plan);
        check(&problem, &roads, &plan)
    };
    let last = sound.routes[0].visits.last().expect("a route has stops").stop;
    let shorten = |plan: &mut Plan| plan.routes[0].visits.retain(|visit| visit.stop != last);
    assert_eq!(found(&shorten), [PlanFault::Forgotten { stop: last }]);
    assert_eq!(found(&|p| p.routes[1].visits[0].stop = last).len(), 2);
    assert_eq!(found(&|p| p.routes[1].vehicle = 0), [PlanFault::TwoRoutes { vehicle: 0 }]);
    assert!(matches!(found(&|p| p.cost.driving += 1)[..], [PlanFault::WrongCost { .. }]));
    assert!(
        found(&|p| p.routes[0].returns_s = p.routes[0].departs_s)
            .contains(&PlanFault::Slower { vehicle: 0, stop: None })
    );
    assert!(found(&|p| p.routes[0].load.totes -= 1).contains(&PlanFault::WrongLoad { vehicle: 0 }));
    let (route, visit) = sound
        .routes
        .iter()
        .enumerate()
        .find_map(|(route, it)| Some((route, it.visits.iter().position(|visit| visit.stop == 7)?)))
        .expect("stop 7 is served");
    let vehicle = sound.routes[route].vehicle;
    let late = found(&|p| p.routes[route].visits[visit].begins_s = 8 * HOUR_S + 1);
    assert!(late.contains(&PlanFault::TooLate { vehicle, stop: 7 }), "{late:?}");
    let mut tight = problem.clone();
    tight.vehicles[0].capacity = load(1);
    assert!(check(&tight, &roads, &sound).contains(&PlanFault::TooMuch { vehicle: 0 }));
}
