//! The files of `fixtures/awkward`: each broken one gets its whole list of faults, each odd one is read in full.

use std::io::Cursor;

use super::corrections::Corrections;
use super::cycles::Cycles;
use super::leaders::Leaders;
use super::offers::Offers;
use super::orders::Orders;
use super::pins::Pins;
use super::plan::Plan;
use super::receipts::Receipts;
use super::skus::Skus;
use super::stock::Stock;
use super::suppliers::Suppliers;
use super::vehicles::Vehicles;
use super::warehouses::Warehouses;
use super::*;

macro_rules! fixture {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../fixtures/awkward/", $name)).as_slice())
    };
}

/// Drafts found and faults as (row, column, code).
fn outcome<K: Kind>((name, bytes): (&str, &[u8])) -> (usize, Vec<(u64, String, &'static str)>) {
    let (mut drafts, mut faults) = (0, Faults::default());
    let settings = Settings::new(name, Zone::default());
    let read = read::<K, ()>(&mut Cursor::new(bytes), &settings, |row| {
        match row.draft {
            Ok(_) => drafts += 1,
            Err(wrong) => faults.extend(wrong),
        }
        Ok(())
    });
    if let Err(ReadError::Faults(wrong)) = read {
        faults.extend(wrong);
    }
    let listed = faults.kept().iter().map(|fault| (fault.row, fault.column.clone(), fault.kind.code())).collect();
    (drafts, listed)
}

#[track_caller]
fn broken<K: Kind>(fixture: (&str, &[u8]), want: &[(u64, &str, &str)]) {
    let (_, faults) = outcome::<K>(fixture);
    let listed: Vec<(u64, &str, &str)> =
        faults.iter().map(|(row, column, code)| (*row, column.as_str(), *code)).collect();
    assert_eq!(listed, want, "{}", fixture.0);
}

#[track_caller]
fn fine<K: Kind>(fixture: (&str, &[u8]), rows: usize) {
    assert_eq!(outcome::<K>(fixture), (rows, Vec::new()), "{}", fixture.0);
}

#[test]
fn odd_files_are_read_in_full() {
    fine::<Orders>(fixture!("orders-fine-gb18030.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-utf16le.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-utf16be-unmarked.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-utf8-bom.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-semicolon.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-tab.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-cr.csv"), 3);
    fine::<Orders>(fixture!("orders-fine-quoted-newline.csv"), 2);
    fine::<Orders>(fixture!("orders-fine-full-width.csv"), 2);
    fine::<Orders>(fixture!("orders-fine-rare-names.csv"), 2);
    fine::<Orders>(fixture!("orders-fine-guarded.csv"), 2);
    fine::<Orders>(fixture!("orders-fine-odd-heads.csv"), 2);
    fine::<Skus>(fixture!("skus-fine-money.csv"), 4);
    fine::<Receipts>(fixture!("receipts-fine-filled-sheet.csv"), 3);
    fine::<Corrections>(fixture!("corrections-fine.csv"), 3);
}

#[test]
fn the_base_of_the_awkward_files_is_sound() {
    fine::<Suppliers>(fixture!("base/suppliers.csv"), 2);
    fine::<Warehouses>(fixture!("base/warehouses.csv"), 2);
    fine::<Skus>(fixture!("base/skus.csv"), 4);
    fine::<Leaders>(fixture!("base/leaders.csv"), 3);
    fine::<Cycles>(fixture!("base/cycles.csv"), 1);
    fine::<Offers>(fixture!("base/offers.csv"), 4);
}

#[test]
fn files_wrong_only_against_what_is_known_are_sound_here() {
    fine::<Orders>(fixture!("orders-duplicate-line.csv"), 3);
    fine::<Orders>(fixture!("orders-two-leaders.csv"), 2);
    fine::<Orders>(fixture!("orders-unknown-codes.csv"), 4);
    fine::<Orders>(fixture!("orders-point-needed.csv"), 2);
}

#[test]
fn a_file_that_is_no_table_is_refused_by_name() {
    broken::<Orders>(fixture!("orders-empty.csv"), &[(0, "", "empty_file")]);
    broken::<Orders>(fixture!("orders-head-only.csv"), &[(0, "", "no_rows")]);
    broken::<Orders>(fixture!("orders-no-head.csv"), &[(1, "", "heads_unknown")]);
    broken::<Orders>(fixture!("orders-png.csv"), &[(0, "", "not_a_table")]);
    broken::<Orders>(fixture!("orders-xlsx.csv"), &[(0, "", "not_a_table")]);
    broken::<Orders>(fixture!("orders-unclosed-quote.csv"), &[(3, "", "unclosed_quote")]);
}

#[test]
fn faults_of_the_head_row_do_not_hide_those_of_the_rows() {
    broken::<Orders>(
        fixture!("orders-missing-column.csv"),
        &[(1, "leader_code", "column_missing"), (1, "ordered_qty", "column_missing"), (3, "tolerance", "negative")],
    );
    broken::<Orders>(
        fixture!("orders-unknown-column.csv"),
        &[(1, "价格", "column_unknown"), (1, "order_no", "column_twice"), (3, "ordered_qty", "too_small")],
    );
    broken::<Receipts>(fixture!("receipts-missing-count.csv"), &[(1, "arrived_qty", "column_missing")]);
}

#[test]
fn spreadsheet_damage_is_refused_by_name() {
    broken::<Orders>(
        fixture!("orders-spreadsheet-damage.csv"),
        &[
            (2, "order_no", "scientific_notation"),
            (2, "sku_code", "scientific_notation"),
            (2, "phone", "scientific_notation"),
            (2, "room", "scientific_notation"),
            (2, "paid_at", "hash_marks"),
            (3, "leader_code", "spreadsheet_error"),
            (3, "ordered_qty", "hash_marks"),
            (3, "phone", "hash_marks"),
            (3, "paid_at", "not_a_time"),
            (4, "ordered_qty", "scientific_notation"),
        ],
    );
}

#[test]
fn cells_of_orders_are_refused_one_by_one() {
    broken::<Orders>(fixture!("orders-ragged.csv"), &[(2, "", "cell_count"), (3, "", "cell_count")]);
    let quantities = ["negative", "too_small", "not_whole", "too_large", "too_large", "not_a_number", "cell_missing"];
    let mut want: Vec<(u64, &str, &str)> =
        (2..).zip(quantities).map(|(row, code)| (row, "ordered_qty", code)).collect();
    want.extend([(9, "tolerance", "negative"), (10, "tolerance", "too_large")]);
    broken::<Orders>(fixture!("orders-quantities.csv"), &want);
    broken::<Orders>(
        fixture!("orders-phones.csv"),
        &[
            (2, "phone", "not_a_mobile"),
            (2, "paid_at", "not_a_time"),
            (3, "phone", "not_a_mobile"),
            (3, "paid_at", "not_a_time"),
            (4, "phone", "not_a_mobile"),
            (4, "paid_at", "not_a_time"),
        ],
    );
    broken::<Orders>(
        fixture!("orders-many-faults.csv"),
        &[
            (2, "order_no", "cell_missing"),
            (2, "leader_code", "not_a_code"),
            (2, "sku_code", "not_a_code"),
            (2, "ordered_qty", "too_small"),
            (2, "point_code", "not_a_code"),
            (2, "phone", "not_a_mobile"),
            (2, "tolerance", "negative"),
            (2, "paid_at", "not_a_time"),
        ],
    );
    broken::<Orders>(fixture!("orders-faulty-and-sound.csv"), &[(3, "ordered_qty", "too_small")]);
}

#[test]
fn characters_that_hide_or_turn_text_are_refused() {
    broken::<Orders>(fixture!("orders-nul.csv"), &[(2, "remark", "nul"), (3, "x_note", "nul"), (4, "order_no", "nul")]);
    broken::<Orders>(
        fixture!("orders-control-and-bidi.csv"),
        &[
            (2, "resident", "bidi_character"),
            (3, "resident", "line_feed"),
            (3, "remark", "control_character"),
            (4, "resident", "control_character"),
            (4, "remark", "bidi_character"),
            (5, "order_no", "bidi_character"),
        ],
    );
    broken::<Orders>(
        fixture!("orders-too-long.csv"),
        &[
            (2, "resident", "too_long"),
            (2, "remark", "too_long"),
            (3, "order_no", "not_a_code"),
            (4, "x_note", "too_long"),
        ],
    );
    broken::<Orders>(fixture!("orders-broken-utf8.csv"), &[(3, "resident", "undecodable")]);
    broken::<Orders>(fixture!("orders-broken-gb18030.csv"), &[(3, "resident", "undecodable")]);
}

#[test]
fn wrong_coordinates_are_refused_by_name() {
    broken::<Leaders>(
        fixture!("leaders-swapped-coordinates.csv"),
        &[(2, "longitude", "coordinates_swapped"), (3, "longitude", "coordinates_swapped")],
    );
    broken::<Leaders>(
        fixture!("leaders-outside-china.csv"),
        &[(2, "longitude", "outside_china"), (3, "longitude", "outside_china")],
    );
    broken::<Leaders>(
        fixture!("leaders-coordinates.csv"),
        &[
            (2, "latitude", "cell_missing"),
            (3, "datum", "datum_missing"),
            (4, "longitude", "scientific_notation"),
            (5, "longitude", "not_a_number"),
            (6, "longitude", "coordinates_out_of_range"),
            (7, "datum", "not_a_choice"),
        ],
    );
}

#[test]
fn cells_of_the_catalogue_are_refused_one_by_one() {
    broken::<Skus>(
        fixture!("skus-money.csv"),
        &[
            (2, "unit_price", "too_many_decimals"),
            (3, "unit_price", "negative"),
            (4, "price_unit", "not_a_choice"),
            (4, "unit_price", "not_money"),
            (5, "case_size", "too_small"),
            (5, "cost_price", "too_large"),
            (5, "unit_price", "not_money"),
            (6, "spec", "cell_missing"),
        ],
    );
    broken::<Skus>(
        fixture!("skus-weights.csv"),
        &[
            (2, "nominal_weight_g", "nominal_weight_needed"),
            (3, "temp_zone", "not_a_choice"),
            (3, "tax_pct", "too_large"),
            (3, "nominal_weight_g", "too_small"),
            (3, "keeps_stock", "not_a_choice"),
        ],
    );
    broken::<Suppliers>(
        fixture!("suppliers-contacts.csv"),
        &[
            (2, "phone", "not_a_phone"),
            (2, "email", "not_an_email"),
            (2, "min_order_value", "not_money"),
            (2, "below_min_value", "not_a_choice"),
            (2, "due_at", "not_a_time_of_day"),
            (3, "name", "cell_missing"),
            (3, "phone", "scientific_notation"),
            (3, "email", "not_an_email"),
            (3, "min_order_value", "negative"),
        ],
    );
    broken::<Warehouses>(
        fixture!("warehouses-kinds.csv"),
        &[(2, "kind", "not_a_choice"), (3, "parent_code", "not_a_code")],
    );
    broken::<Vehicles>(
        fixture!("vehicles-capacity.csv"),
        &[
            (2, "phone", "not_a_phone"),
            (2, "capacity_kg", "too_small"),
            (2, "capacity_l", "too_many_decimals"),
            (2, "shift_start", "not_a_time_of_day"),
            (3, "plate", "cell_missing"),
        ],
    );
}

#[test]
fn cells_of_a_cycle_and_its_steps_are_refused_one_by_one() {
    broken::<Cycles>(
        fixture!("cycles-times.csv"),
        &[
            (2, "cutoff_at", "cutoff_before_opening"),
            (3, "opens_at", "not_a_time"),
            (3, "cutoff_at", "hash_marks"),
            (3, "pickup_date", "not_a_date"),
            (3, "payment", "not_a_choice"),
            (3, "rounding", "not_a_choice"),
        ],
    );
    broken::<Offers>(
        fixture!("offers-terms.csv"),
        &[
            (2, "sale_price", "too_many_decimals"),
            (2, "limit_per_resident", "too_small"),
            (2, "round_up_at_pct", "too_small"),
            (2, "shortage_rule", "not_a_choice"),
            (2, "weight_tolerance_pct", "too_many_decimals"),
            (2, "weight_min_g", "range_reversed"),
            (3, "sale_price", "cell_missing"),
            (3, "round_up_at_pct", "too_large"),
        ],
    );
    broken::<Receipts>(
        fixture!("receipts-counts.csv"),
        &[
            (2, "broken_qty", "broken_over_rejected"),
            (3, "arrived_qty", "cell_missing"),
            (4, "arrived_qty", "cell_missing"),
            (5, "arrived_qty", "negative"),
            (5, "arrived_cases", "not_whole"),
            (5, "loose_pieces", "not_a_number"),
            (5, "best_before", "not_a_date"),
            (5, "closes", "not_a_choice"),
            (5, "gross_g", "net_over_gross"),
        ],
    );
    broken::<Stock>(
        fixture!("stock-counts.csv"),
        &[(2, "qty", "negative"), (3, "sku_code", "cell_missing"), (3, "best_before", "not_a_date")],
    );
    broken::<Pins>(fixture!("pins-reasons.csv"), &[(2, "reason", "cell_missing"), (3, "qty", "too_large")]);
    broken::<Plan>(
        fixture!("plan-reasons.csv"),
        &[(2, "cases", "negative"), (2, "reason", "cell_missing"), (3, "cases", "not_whole")],
    );
    broken::<Corrections>(
        fixture!("corrections-shapes.csv"),
        &[
            (2, "sku_code", "cell_missing"),
            (3, "ordered_qty", "too_small"),
            (4, "ordered_qty", "cell_unexpected"),
            (5, "action", "not_a_choice"),
            (6, "reason", "cell_missing"),
        ],
    );
}
