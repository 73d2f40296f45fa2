//! What is on a truck stays there: sharing again takes from what is still in the warehouse. Totes that are out stand on slips.

use tuan::domain::road::TripAct;
use tuan::domain::totes::ToteCounts;
use tuan::flow::adjust_totes::{AdjustTotes, Holder, adjust_totes};
use tuan::flow::road::Drives;
use tuan::flow::tell_trip::{TellTrip, tell_trip};

use super::changes::Story;
use super::tiny_day::CYCLE;

fn load(story: &mut Story, trip_no: &str) {
    let desk = story.day.app.desk("2026-11-23 06:00");
    let act = TellTrip {
        cycle_code: CYCLE.to_owned(),
        trip_no: trip_no.to_owned(),
        event_id: format!("load-{trip_no}"),
        act: TripAct::Loaded,
        told_by: "石大路".to_owned(),
        remark: None,
        totes: ToteCounts::default(),
        device_at: desk.now,
        drives: Drives::All,
        by: "test".to_owned(),
    };
    assert!(tell_trip(&mut story.day.app.db, &desk, &act).expect("it is dispatched").is_new);
}

#[test]
fn a_fall_of_supply_is_borne_by_slots_that_are_not_loaded() {
    let mut story = Story::dispatched(10);
    load(&mut story, "TR-T1-002");
    let recount = "receipt_no,po_no,sku_code,arrived_qty,closes,recount\nD1,PO-T1-001,A,7,1,1\n";
    let file = story.day.file("receipts", recount);
    story.day.run(&["receive", CYCLE, &file]);
    story.day.run(&["allocate", CYCLE]);
    story.day.run(&["check"]);
    // By the rule the last in the queue would bear it; their goods are on the truck.
    let printed = story.day.print();
    assert_eq!(story.day.given(&printed, "A"), [4, 0, 3]);
}

#[test]
fn a_late_addition_to_a_loaded_slot_gets_nothing_though_goods_are_left() {
    let mut story = Story::dispatched(12);
    load(&mut story, "TR-T1-001");
    story.day.import("corrections", "order_no,action,sku_code,ordered_qty,reason\nB-01,add,A,2,漏下单\n");
    story.day.run(&["allocate", CYCLE]);
    story.day.run(&["check"]);
    let rows = story.day.print().rows("09_pickup_list/P1.csv");
    let given: Vec<i64> =
        rows.iter().filter(|row| row.text("sku_name") == "A").map(|row| row.number("allocated_qty")).collect();
    assert_eq!(given, [4, 0]);
}

#[test]
fn what_a_point_still_has_stands_on_its_slip_and_on_the_dispatch_sheet() {
    let mut story = Story::after(10, true);
    let desk = story.day.app.desk("2026-11-23 01:00");
    let counted = AdjustTotes {
        holder: Holder::Point("P1".to_owned()),
        counted: ToteCounts { tote: 3, boxes: 1, ice: 0 },
        event_id: "count".to_owned(),
        reason: "期初".to_owned(),
        by: "test".to_owned(),
    };
    assert!(adjust_totes(&mut story.day.app.db, &desk, &counted).expect("the point is known").is_new);
    story.day.app.now = "2026-11-23 04:00".to_owned();
    story.day.run(&["dispatch", CYCLE]);
    story.day.run(&["check"]);
    let printed = story.day.print();
    let first = &printed.rows("07_dispatch_sheet/TR-T1-001.csv")[0];
    assert_eq!((first.text("point"), first.number("totes_out"), first.number("totes_back")), ("一号点", 1, 4));
    let page = String::from_utf8(printed.files["all.html"].clone()).expect("UTF-8");
    assert!(page.contains("<td>周转筐</td><td class=\"n\">3</td><td class=\"n s\">1</td>"), "the slip carries it");
}
