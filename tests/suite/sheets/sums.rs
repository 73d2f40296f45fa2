//! Whoever adds up two sheets of the same goods gets the same figure.

use std::collections::BTreeMap;

use super::fixture::{lines, read, sku_names};
use super::printed::{Row, pilot};

/// Sums of a column by another.
type Sums = BTreeMap<String, i64>;

/// Adds up a column of all sheets of a kind; figures of nobody are left out.
fn sums(folder: &str, by: &str, figure: &str) -> Sums {
    add_up(&pilot().rows_of(folder), by, |row| row.number(figure))
}

fn add_up(rows: &[Row], by: &str, figure: impl Fn(&Row) -> i64) -> Sums {
    let mut sums = Sums::new();
    rows.iter().for_each(|row| *sums.entry(row.text(by).to_owned()).or_default() += figure(row));
    sums.retain(|_, sum| *sum != 0);
    sums
}

#[test]
fn what_is_picked_sorted_and_handed_out_is_the_same_of_every_sku() {
    let handed_out = sums("09_pickup_list", "sku_name", "allocated_qty");
    assert!(handed_out.len() > 100);
    assert_eq!(sums("05_pick_list", "sku_name", "to_pick"), handed_out);
    assert_eq!(sums("05_pick_list_route", "sku_name", "to_pick"), handed_out);
    assert_eq!(sums("05_pick_list_point", "sku_name", "to_pick"), handed_out);
    assert_eq!(sums("06_sowing_sort", "sku_name", "qty"), handed_out);
    assert_eq!(sums("08_handover_slip", "sku_name", "due_qty"), handed_out);
}

#[test]
fn what_is_picked_sorted_loaded_and_handed_out_is_the_same_at_every_point() {
    let picked = sums("05_pick_list_point", "point", "to_pick");
    assert_eq!(picked.len(), 45);
    assert_eq!(sums("06_sowing_sort", "point", "qty"), picked);
    assert_eq!(sums("07_dispatch_sheet", "point", "pieces"), picked);
    for leader in read("leaders") {
        let rows = pilot().rows(&format!("09_pickup_list/{}.csv", leader["point_code"]));
        let handed_out: i64 = rows.iter().map(|row| row.number("allocated_qty")).sum();
        let point = leader["point_name"].replace('\n', " ");
        let sum = picked.iter().find(|(name, _)| name.trim_start_matches('\'') == point).map(|(_, sum)| *sum);
        assert_eq!(Some(handed_out), sum, "{point}");
    }
}

#[test]
fn each_tote_that_goes_out_has_a_label_and_each_shortage_is_known_at_the_door() {
    let labels = pilot().rows_of("10_label");
    let totes: Vec<&Row> = labels.iter().filter(|row| row.text("kind") == "筐签").collect();
    let mut labelled = Sums::new();
    for tote in &totes {
        let count = labelled.entry(tote.text("point").to_owned()).or_default();
        *count += 1;
        assert_eq!(tote.number("no"), *count, "{tote:?}");
    }
    assert!(totes.iter().all(|tote| tote.number("of") == labelled[tote.text("point")]));
    assert_eq!(sums("07_dispatch_sheet", "point", "totes_out"), labelled);
    let mut slips = pilot().rows_of("08_handover_slip");
    slips.retain(|row| !row.text("known_short").is_empty());
    let short = add_up(&slips, "sku_code", |row| row.number("known_short"));
    assert_eq!(short, sums("04_shortage_notice", "sku_code", "gap_qty"));
}

#[test]
fn the_pickup_lists_hold_every_line_of_the_order_file() {
    let mut ordered = Sums::new();
    let names = sku_names();
    lines().iter().for_each(|line| *ordered.entry(names[&line.sku_code].clone()).or_default() += line.ordered);
    assert_eq!(sums("09_pickup_list", "sku_name", "ordered_qty"), ordered);
}

#[test]
fn cases_and_loose_pieces_make_up_what_is_picked() {
    for folder in ["05_pick_list", "05_pick_list_route", "05_pick_list_point"] {
        for row in pilot().rows_of(folder) {
            let [picked, cases, size, loose] =
                ["to_pick", "full_cases", "case_size", "loose_pieces"].map(|key| row.number(key));
            assert!(picked == cases * size + loose && loose < size, "{folder}: {row:?}");
        }
    }
}

#[test]
fn the_running_total_of_a_sku_ends_at_its_sum() {
    let rows = pilot().rows_of("06_sowing_sort");
    let mut totals = Sums::new();
    for row in &rows {
        let total = totals.entry(row.text("sku_code").to_owned()).or_default();
        *total += row.number("qty");
        assert_eq!(row.number("running_total"), *total, "{row:?}");
    }
    assert_eq!(totals, add_up(&rows, "sku_code", |row| row.number("qty")));
}

#[test]
fn what_is_bought_is_what_suppliers_are_asked_for_and_the_warehouse_expects() {
    let planned = sums("01_procurement_summary", "sku_code", "planned_qty");
    assert_eq!(sums("02_purchase_order", "sku_code", "planned_qty"), planned);
    assert_eq!(sums("03_receiving_sheet", "sku_code", "expected_qty"), planned);
    let cost = |folder: &str| add_up(&pilot().rows_of(folder), "supplier", |row| row.fen("cost_amount"));
    assert_eq!(cost("02_purchase_order"), cost("01_procurement_summary"));
    for row in pilot().rows_of("02_purchase_order") {
        assert_eq!(row.number("planned_qty"), row.number("cases") * row.number("case_size"), "{row:?}");
    }
}

#[test]
fn a_shortage_notice_tells_what_its_annexes_add_up_to() {
    let short = |row: &Row| row.number("ordered_qty") - row.number("allocated_qty");
    let annexes = pilot().rows_of("04_shortage_notice_point");
    let gaps = add_up(&annexes, "sku_code", short);
    assert_eq!(sums("04_shortage_notice", "sku_code", "gap_qty"), gaps);
    assert_eq!(gaps.len(), 4);
    let refunds = add_up(&annexes, "sku_code", |row| row.fen("refund_amount"));
    let notices = pilot().rows_of("04_shortage_notice");
    let told = add_up(&notices, "sku_code", |row| row.fen("refund_amount"));
    assert_eq!(told, refunds);
    let residents = add_up(&annexes, "sku_code", |_| 1);
    assert_eq!(add_up(&notices, "sku_code", |row| row.number("residents")), residents, "a line a resident");
    let lists = add_up(&pilot().rows_of("09_pickup_list"), "sku_name", |row| short(row).max(0));
    let names = sku_names();
    assert_eq!(lists, gaps.iter().map(|(sku, gap)| (names[sku].clone(), *gap)).collect::<Sums>());
}
