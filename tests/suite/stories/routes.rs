//! Routes are planned from places, goods, times and vehicles; what a person changes in them stays.

use serde_json::Value;

use crate::app::{Ran, TestApp, arg};
use crate::sheets::printed::Printed;

const LEADERS: [(&str, &str, &str); 6] = [
    ("L1", "112.90", "28.20"),
    ("L2", "112.91", "28.20"),
    ("L3", "112.92", "28.20"),
    ("L4", "113.10", "28.20"),
    ("L5", "113.11", "28.20"),
    ("L6", "113.12", "28.20"),
];

/// A warehouse between three points in the west and three in the east, all filed on one route, and two vehicles.
struct City {
    app: TestApp,
}

impl City {
    /// Each order is of a piece of a kilogram; `capacity_kg` is what each of the vehicles carries.
    fn new(capacity_kg: u32) -> City {
        let city = City { app: TestApp::new() };
        city.import("suppliers", "supplier_code,name\nV1,甲供应商\n");
        city.import(
            "warehouses",
            "warehouse_code,name,kind,longitude,latitude,datum\nW1,中心仓,central,113.01,28.2,wgs84\n",
        );
        city.import(
            "vehicles",
            &format!(
                "plate,warehouse_code,driver,capacity_kg,shift_start,shift_end\n\
                 湘A1,W1,张师傅,{capacity_kg},05:00,13:00\n湘A2,W1,李师傅,{capacity_kg},05:00,13:00\n"
            ),
        );
        city.import("leaders", &leaders());
        city.import(
            "skus",
            "sku_code,name,spec,supplier_code,case_size,price_unit,unit_price,nominal_weight_g,volume_ml\n\
             A,土鸡蛋,1kg,V1,1,piece,1.00,1000,2000\n",
        );
        city
    }

    fn import(&self, kind: &str, text: &str) {
        let file = self.app.file(&format!("{kind}.csv"), text);
        self.app.tuan(&["import", kind, arg(&file)]).done();
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.app.tuan(args).done()
    }

    /// A cycle that is allocated: `qty` pieces for each leader.
    fn allocated(&self, cycle: &str, pickup_date: &str, qty: u32) {
        let head = "cycle_code,name,opens_at,cutoff_at,pickup_date";
        let cutoff = "2026-11-22 08:00,2026-11-22 23:00";
        self.import("cycles", &format!("{head}\n{cycle},小团,{cutoff},{pickup_date}\n"));
        self.import("offers", &format!("cycle_code,sku_code,sale_price\n{cycle},A,2.00\n"));
        self.run(&["cycle", "open", cycle]);
        let mut orders = "order_no,leader_code,sku_code,ordered_qty,room\n".to_owned();
        for (leader, ..) in LEADERS {
            orders += &format!("{cycle}-{leader},{leader},A,{qty},101\n");
        }
        let file = self.app.file("orders.csv", orders);
        self.run(&["import", "orders", arg(&file), "--cycle", cycle]);
        for step in ["cutoff", "procure"] {
            self.run(&[step, cycle]);
        }
        self.run(&["receive", cycle, "--all-as-planned"]);
        self.run(&["allocate", cycle]);
    }

    /// The stops of each vehicle, in order: `湘A1 L3 L2 L1`.
    fn rounds(&self, cycle: &str) -> Vec<String> {
        let plans = self.run(&["--json", "route", cycle, "show"]).objects();
        let trips = plans.iter().flat_map(|plan| plan["trips"].as_array().cloned().unwrap_or_default());
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let round = |trip: Value| {
            let stops = trip["stops"].as_array().cloned().unwrap_or_default();
            let mut words = vec![word(&trip["plate"])];
            words.extend(stops.iter().map(|stop| word(&stop["leader_code"])));
            words.join(" ")
        };
        let mut rounds: Vec<String> = trips.map(round).collect();
        rounds.sort();
        rounds
    }
}

fn leaders() -> String {
    let mut text = "leader_code,name,phone,point_code,point_name,warehouse_code,longitude,latitude,datum,window_start,\
                    window_end,report_by,route_code,stop_seq\n"
        .to_owned();
    for (at, (code, longitude, latitude)) in LEADERS.iter().enumerate() {
        let place = format!("{longitude},{latitude},wgs84");
        text += &format!("{code},周{at},1380000000{at},P{code},点{at},W1,{place},10:00,21:00,12:00,R1,{}\n", at + 1);
    }
    text
}

/// The same stops on the same vehicles, whichever way round they are driven.
fn sides(rounds: &[String]) -> Vec<Vec<&str>> {
    let mut sides: Vec<Vec<&str>> = rounds
        .iter()
        .map(|round| {
            let mut stops: Vec<&str> = round.split(' ').skip(1).collect();
            stops.sort_unstable();
            stops
        })
        .collect();
    sides.sort();
    sides
}

#[test]
fn two_vehicles_share_a_city_as_its_places_lie_and_the_same_again_changes_nothing() {
    let mut city = City::new(9);
    city.allocated("T1", "2026-11-23", 3);
    let told = city.run(&["--json", "dispatch", "T1"]).objects();
    let plan = told.iter().find(|object| object["method"].is_string()).expect("how the routes came about");
    assert_eq!((&plan["method"], &plan["vehicles"]), (&Value::from("solver"), &Value::from(2)), "{plan}");
    assert_eq!(sides(&city.rounds("T1")), [["L1", "L2", "L3"], ["L4", "L5", "L6"]]);
    let books = city.app.books();
    assert!(city.run(&["dispatch", "T1"]).stdout.contains("派车没有变化"));
    assert_eq!(city.app.books(), books);
    // Another seed may think of another plan, but of no worse city.
    city.run(&["dispatch", "T1", "--seed", "7", "--iterations", "2000"]);
    assert_eq!(sides(&city.rounds("T1")), [["L1", "L2", "L3"], ["L4", "L5", "L6"]]);
    assert_eq!(city.app.audit(), "");
}

#[test]
fn sheets_go_by_the_planned_stops_and_say_when_the_vehicle_comes() {
    let city = City::new(9);
    city.allocated("T1", "2026-11-23", 3);
    city.run(&["dispatch", "T1"]);
    let printed = Printed::of(&city.app, "T1", &[]);
    let rows = printed.rows_of("07_dispatch_sheet");
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let (stop, load) = (row.number("stop_seq"), row.number("load_seq"));
        assert_eq!((stop + load, row.text("eta").len()), (4, 5), "{row:?}");
    }
    // Later stops are later.
    let etas = |plate: &str| -> Vec<&str> {
        rows.iter().filter(|row| row.text("plate") == plate).map(|row| row.text("eta")).collect()
    };
    assert!(["湘A1", "湘A2"].iter().all(|plate| etas(plate).is_sorted() && etas(plate).len() == 3));
    let slots = printed.rows_of("06_sowing_sort");
    let places: Vec<(&str, i64)> = slots.iter().map(|row| (row.text("route"), row.number("stop_seq"))).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn routes_are_written_as_a_map_reads_them() {
    let city = City::new(9);
    city.allocated("T1", "2026-11-23", 3);
    city.run(&["dispatch", "T1"]);
    let file = city.app.folder().join("routes.geojson");
    city.run(&["export", "routes", "T1", "--out", arg(&file)]);
    let map: Value = serde_json::from_slice(&std::fs::read(&file).expect("it was written")).expect("JSON");
    let features = map["features"].as_array().expect("features");
    let of = |kind: &str| -> Vec<&Value> { features.iter().filter(|one| one["geometry"]["type"] == kind).collect() };
    let (ways, stops) = (of("LineString"), of("Point"));
    assert_eq!((ways.len(), stops.len(), &map["datum"]), (2, 6, &Value::from("wgs84")));
    let way = ways[0]["geometry"]["coordinates"].as_array().expect("places");
    assert_eq!((way.len(), &way[0], &way[0]), (5, &way[4], &serde_json::json!([113.01, 28.2])));
    assert!(stops.iter().all(|stop| stop["properties"]["eta"].is_string()), "{map}");
}

#[test]
fn what_no_vehicle_can_carry_stays_on_a_trip_of_its_own_and_is_named() {
    let mut city = City::new(7);
    city.allocated("T1", "2026-11-23", 3);
    let told = city.run(&["dispatch", "T1"]).stdout;
    assert!(told.contains("没有车能送") && told.contains("所有车辆已满"), "{told}");
    let rounds = city.rounds("T1");
    assert_eq!(rounds.len(), 3, "{rounds:?}");
    assert_eq!(rounds.iter().map(|round| round.split(' ').count() - 1).sum::<usize>(), 6, "nothing is dropped");
    assert!(rounds[0].starts_with("- "), "{rounds:?}");
    assert_eq!(city.app.audit(), "");
}

#[test]
fn without_places_the_filed_routes_are_driven_and_that_is_said() {
    let mut city = City::new(9);
    city.allocated("T1", "2026-11-23", 3);
    let bare = "leader_code,name,phone,point_code,point_name,warehouse_code,route_code,stop_seq\n\
                L7,吴七,13800000007,P7,七号点,W1,R2,1\n";
    city.import("leaders", bare);
    let told = city.run(&["dispatch", "T1", "--as-filed"]).stdout;
    assert!(told.contains("按要求用固定线路"), "{told}");
    assert_eq!(city.rounds("T1"), Vec::<String>::new());
    // Then planned after all, and back: each is a version of its own, and the books are sound.
    city.run(&["dispatch", "T1"]);
    assert_eq!(city.rounds("T1").len(), 2);
    assert_eq!(city.app.audit(), "");
    city.run(&["dispatch", "T1", "--as-filed"]);
    assert_eq!((city.rounds("T1").len(), city.app.audit()), (0, String::new()));
}

#[test]
fn leaders_keep_their_drivers_from_one_day_to_the_next() {
    let mut city = City::new(9);
    city.allocated("T1", "2026-11-23", 3);
    city.run(&["dispatch", "T1"]);
    let first = city.rounds("T1");
    city.allocated("T2", "2026-11-24", 2);
    let told = city.run(&["--json", "dispatch", "T2"]).objects();
    let plan = told.iter().find(|object| object["method"].is_string()).expect("how the routes came about");
    let stops = |key: &str| plan[key].as_u64().expect("a number");
    assert_eq!(stops("usual_stops"), 6, "{plan}");
    // One vehicle would do for twelve kilograms only if it carried them.
    assert_eq!(stops("moved_stops"), 0, "{plan}");
    assert_eq!(sides(&city.rounds("T2")), sides(&first));
    assert_eq!(city.app.audit(), "");
}

#[test]
fn a_person_moves_stops_and_what_is_held_fast_stays() {
    let mut city = City::new(30);
    city.allocated("T1", "2026-11-23", 3);
    city.run(&["dispatch", "T1"]);
    city.run(&["route", "T1", "pin", "PL4", "李师傅"]);
    city.run(&["route", "T1", "pin", "L1", "湘A1"]);
    let of = |city: &City, plate: &str| -> Vec<String> {
        let rounds = city.rounds("T1");
        let round = rounds.iter().find(|round| round.starts_with(plate)).cloned().unwrap_or_default();
        round.split(' ').skip(1).map(str::to_owned).collect()
    };
    assert!(of(&city, "湘A2").contains(&"L4".to_owned()) && of(&city, "湘A1").contains(&"L1".to_owned()));
    city.run(&["route", "T1", "move", "PL6", "湘A2", "1"]);
    assert_eq!(of(&city, "湘A2")[0], "L6");
    let mut order = of(&city, "湘A2");
    order.reverse();
    let codes: Vec<String> = order.iter().map(|leader| format!("P{leader}")).collect();
    let mut args = vec!["route", "T1", "reorder", "湘A2"];
    args.extend(codes.iter().map(String::as_str));
    city.run(&args);
    assert_eq!(of(&city, "湘A2"), order);
    // A locked trip outlives a new planning; a point that is pinned does too.
    city.run(&["route", "T1", "replan"]);
    assert_eq!(of(&city, "湘A2"), order);
    assert!(of(&city, "湘A1").contains(&"L1".to_owned()));
    let refused = city.app.tuan(&["route", "T1", "pin", "PL1", "湘A2"]).refused();
    assert!(refused.stderr.contains("已锁定，请先解锁"), "{}", refused.stderr);
    let refused = city.app.tuan(&["route", "T1", "reorder", "湘A2", "PL1"]).refused();
    assert!(refused.stderr.contains("正好写出该车次的站点"), "{}", refused.stderr);
    let refused = city.app.tuan(&["route", "T1", "pin", "PL9", "湘A2"]).refused();
    assert!(refused.stderr.contains("没有可排的自提点"), "{}", refused.stderr);
    city.run(&["route", "T1", "unlock", "湘A2"]);
    city.run(&["route", "T1", "unpin", "L1"]);
    assert_eq!(city.app.audit(), "");
    let books = city.app.books();
    city.run(&["dispatch", "T1"]);
    assert!(city.run(&["dispatch", "T1"]).stdout.contains("派车没有变化"));
    assert_ne!(books, String::new());
    assert_eq!(city.app.audit(), "");
}
