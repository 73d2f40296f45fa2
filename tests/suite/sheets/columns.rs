//! Each sheet has the columns that the trade agreed on, in that order.

use std::collections::BTreeSet;

use super::printed::{cells, folder_of, pilot};

/// What every CSV begins with.
const LEADING: &str = "doc_no version cycle";

const SHEETS: &[(&str, &str)] = &[
    (
        "01_procurement_summary",
        "warehouse supplier_code supplier sku_code sku_name spec unit temp_zone ordered_qty tolerance_qty line_count \
         resident_count leader_count on_hand net_need case_size moq cases_suggested cases_planned planned_qty \
         surplus_qty surplus_cost price_unit unit_price cost_amount sales_amount margin_pct threshold_state \
         short_of_min_value reason",
    ),
    (
        "02_purchase_order",
        "po_no supplier deliver_to due_at line_no sku_code supplier_sku barcode sku_name spec case_size cases unit \
         planned_qty nominal_weight_g price_unit price_qty unit_price cost_amount",
    ),
    (
        "03_receiving_sheet",
        "po_no line_no sku_code sku_name case_size unit expected_cases expected_qty receipt_no arrived_cases \
         loose_pieces arrived_qty gross_g tare_g net_g broken_qty rejected_qty diff reason_code lot best_before qc \
         closes",
    ),
    (
        "04_shortage_notice",
        "sku_code sku_name ordered_qty supply_qty gap_qty rule action points residents refund_amount",
    ),
    ("04_shortage_notice_point", "sku_code sku_name resident room ordered_qty allocated_qty refund_amount"),
    (
        "05_pick_list",
        "pick_seq zone temp_zone sku_code sku_name spec unit case_size to_pick full_cases loose_pieces note",
    ),
    (
        "05_pick_list_route",
        "route pick_seq zone temp_zone sku_code sku_name spec unit case_size to_pick full_cases loose_pieces note",
    ),
    (
        "05_pick_list_point",
        "route stop_seq point pick_seq zone temp_zone sku_code sku_name spec unit case_size to_pick full_cases \
         loose_pieces note",
    ),
    ("06_sowing_sort", "sku_code sku_name unit slot_no route stop_seq point qty running_total"),
    (
        "07_dispatch_sheet",
        "trip_no route plate driver phone load_seq stop_seq point leader address leader_phone window eta totes_out \
         totes_back full_cases pieces weight_kg volume_l cold_items",
    ),
    (
        "08_handover_slip",
        "slip_no sku_code sku_name spec unit due_qty received_qty broken_qty short_qty over_qty wrong_qty known_short",
    ),
    (
        "09_pickup_list",
        "seq chain_no building unit_no room resident nickname phone_tail4 sku_name spec unit ordered_qty \
         allocated_qty weight_adjustment due_amount remark",
    ),
    ("10_label", "kind slot_no point no of temp_zone building room items weigh_no actual_weight_g price"),
    ("14_difference_sheet", "slot_no route point sku_name unit before after change reason"),
];

#[test]
fn every_sheet_has_the_columns_of_the_trade() {
    for (path, bytes) in pilot().csv("") {
        let (_, keys) = SHEETS.iter().find(|(folder, _)| *folder == folder_of(path)).unwrap_or_else(|| {
            panic!("{path} is no sheet of the trade");
        });
        let want: Vec<&str> = LEADING.split(' ').chain(keys.split(' ').filter(|key| !key.is_empty())).collect();
        assert_eq!(cells(path, bytes)[0], want, "{path}");
    }
}

#[test]
fn the_pilot_day_prints_every_kind_of_sheet() {
    let printed: BTreeSet<&str> = pilot().csv("").map(|(path, _)| folder_of(path)).collect();
    assert_eq!(printed, SHEETS.iter().map(|(folder, _)| *folder).collect());
}

#[test]
fn every_row_names_its_document_its_version_and_the_cycle() {
    for (path, bytes) in pilot().csv("") {
        let rows = cells(path, bytes);
        assert!(rows.len() > 1, "{path} has no rows");
        for row in &rows[1..] {
            assert_eq!(row[..2], rows[1][..2], "{path}: one document, one version");
            assert!(row[0].contains("-261122-") && row[2] == "261122", "{path}: {row:?}");
        }
    }
}
