//! Who collects together stands together on the list, and where they live.

use super::tiny_day::{CYCLE, Offer, TinyDay};

#[test]
fn an_order_with_nothing_but_a_phone_stands_with_the_room_that_phone_named() {
    let day = TinyDay::open(&[Offer { sku: "A", terms: &[], lines: &[] }]);
    let orders = "order_no,leader_code,sku_code,ordered_qty,phone,room,paid_at\n\
        N1,L1,A,1,15000001111,,2026-11-22 09:01\n\
        N2,L1,A,2,15000002222,1002,2026-11-22 09:02\n\
        N3,L1,A,3,15000001111,1801,2026-11-22 09:03\n\
        N4,L1,A,4,15000003333,,2026-11-22 09:04\n\
        N5,L1,A,5,,902,2026-11-22 09:05\n";
    day.import("orders", orders);
    for step in [&["cutoff", CYCLE][..], &["procure", CYCLE], &["receive", CYCLE, "--all-as-planned"]] {
        day.run(step);
    }
    day.run(&["allocate", CYCLE]);
    let printed = day.print();
    let rows = printed.rows("09_pickup_list/P1.csv");
    let shown: Vec<_> =
        rows.iter().map(|row| (row.number("seq"), row.text("room"), row.number("allocated_qty"))).collect();
    // Rooms in natural order; those of whom none is known come first.
    assert_eq!(shown, [(1, "", 4), (2, "902", 5), (3, "1002", 2), (4, "1801", 3), (4, "", 1)]);
}
