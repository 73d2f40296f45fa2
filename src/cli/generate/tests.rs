//! The days hold what their sizes say.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::*;

/// A table read back.
struct Sheet {
    heads: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Sheet {
    fn of(day: &Day, table: Table) -> Sheet {
        let bytes = bytes(day, table);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let heads = reader.headers().expect("a header row").clone();
        Sheet { heads, rows: reader.records().map(|row| row.expect("sound CSV")).collect() }
    }

    fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let place = self.heads.iter().position(|head| head == name).expect("a known column");
        self.rows.iter().map(move |row| &row[place])
    }

    fn distinct(&self, name: &str) -> u64 {
        self.column(name).collect::<BTreeSet<_>>().len() as u64
    }

    fn distinct_pairs(&self, one: &str, other: &str) -> u64 {
        self.column(one).zip(self.column(other)).collect::<BTreeSet<_>>().len() as u64
    }
}

fn bytes(day: &Day, table: Table) -> Vec<u8> {
    let mut out = Vec::new();
    day.write_csv(table, &mut out, &mut |_| ()).expect("memory takes what is written");
    out
}

fn check_counts(size: Size) {
    let (day, figures) = (Day::new(size, 1), size.figures());
    let count = |table| Sheet::of(&day, table).count();
    assert_eq!(count(Table::Suppliers), figures.suppliers);
    assert_eq!(count(Table::Offers), figures.skus);
    assert_eq!(count(Table::Warehouses), figures.centrals + figures.grids);
    assert_eq!(count(Table::Cycles), 1);
    let skus = Sheet::of(&day, Table::Skus);
    assert_eq!(skus.count(), figures.skus);
    assert_eq!(skus.distinct("supplier_code"), figures.suppliers, "every supplier sells something");
    let points = Sheet::of(&day, Table::Leaders);
    assert_eq!(points.count(), figures.points);
    assert_eq!(points.distinct("point_code"), figures.points);
    assert_eq!(points.distinct("leader_code"), figures.leaders);
    assert_eq!(points.distinct("route_code"), figures.routes);
    assert_eq!(points.distinct_pairs("route_code", "stop_seq"), figures.points, "no two points share a stop");
    check_orders(&Sheet::of(&day, Table::Orders), &figures);
}

fn check_orders(orders: &Sheet, figures: &Figures) {
    assert_eq!(orders.count(), figures.lines);
    assert_eq!(orders.distinct("order_no"), figures.orders);
    assert_eq!(orders.distinct("leader_code"), figures.leaders);
    assert_eq!(orders.distinct_pairs("order_no", "sku_code"), figures.lines, "a SKU stands once in an order");
    let share = orders.column("tolerance").filter(|extra| !extra.is_empty()).count() as f64 / figures.lines as f64;
    assert!((0.035..0.065).contains(&share), "{share} of the lines carry tolerance");
    assert!(orders.column("paid_at").filter(|at| !at.is_empty()).is_sorted());
    for awkward in ["𠮷", "䶮", "\n", "\"", ",", "👍", "=1+1"] {
        assert!(orders.rows.iter().any(|row| row.iter().any(|field| field.contains(awkward))), "no {awkward:?}");
    }
}

#[test]
fn a_pilot_day_adds_up_to_the_table() {
    check_counts(Size::S);
}

#[test]
fn a_city_day_adds_up_to_the_table() {
    check_counts(Size::M);
}

#[test]
fn the_larger_days_add_up_without_being_written() {
    for size in [Size::L, Size::Xl] {
        let (day, figures) = (Day::new(size, 1), size.figures());
        assert_eq!(day.places.group_sizes.iter().sum::<u64>(), figures.orders);
        let mut sizes = day.places.group_sizes.clone();
        sizes.sort_unstable();
        let ratio = sizes[sizes.len() * 99 / 100] as f64 / sizes[sizes.len() / 2] as f64;
        assert!((4.8..6.4).contains(&ratio), "99th percentile {ratio} × the median");
        assert_eq!(day.short_skus().len() as u64, figures.short_skus);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let print = |seed| {
        let day = Day::new(Size::S, seed);
        let mut hash = Sha256::new();
        Table::ALL.iter().for_each(|table| hash.update(bytes(&day, *table)));
        hash.finalize().to_vec()
    };
    assert_eq!(print(1), print(1));
    assert_ne!(print(1), print(2));
}

#[rustfmt::skip]
fn known_columns(table: Table) -> &'static str {
    match table {
        Table::Suppliers => "supplier_code name | contact phone email min_order_value below_min_value due_at",
        Table::Skus => "sku_code name spec supplier_code case_size | unit category temp_zone barcode supplier_sku moq \
            order_multiple cost_price price_unit unit_price tax_pct nominal_weight_g is_variable_weight sub_units \
            volume_ml zone keeps_stock",
        Table::Warehouses => "warehouse_code name kind | parent_code longitude latitude datum",
        Table::Vehicles => "plate warehouse_code driver | phone capacity_kg capacity_l capacity_totes shift_start shift_end",
        Table::Leaders => "leader_code name phone point_code point_name warehouse_code | email compound address longitude \
            latitude datum window_start window_end report_by commission_pct tier route_code stop_seq",
        Table::Cycles => "cycle_code name opens_at cutoff_at pickup_date | payment rounding shortage_rule pay_grace_min \
            pay_within_min after_sales_days auto_send",
        Table::Offers => "cycle_code sku_code sale_price | limit_per_resident threshold_qty stock_cap rounding \
            round_up_at_pct below_moq shortage_rule supplier_code cost_price price_unit unit_price case_size moq \
            order_multiple weight_policy weight_cap_pct weight_min_g weight_max_g weight_tolerance_pct",
        Table::Stock => "warehouse_code sku_code qty | lot best_before",
        Table::Orders => "order_no leader_code sku_code ordered_qty | point_code chain_no resident nickname phone building \
            unit_no room tolerance paid_at remark leader_note",
    }
}

#[test]
fn every_file_has_the_columns_that_imports_know() {
    let day = Day::new(Size::S, 1);
    for table in Table::ALL {
        let (required, optional) = known_columns(*table).split_once('|').expect("both kinds of columns");
        let bytes = bytes(&day, *table);
        let heads = csv::Reader::from_reader(bytes.as_slice()).headers().expect("a header row").clone();
        let heads: Vec<&str> = heads.iter().collect();
        assert!(required.split_whitespace().all(|column| heads.contains(&column)), "{}", table.name());
        let known: Vec<&str> = required.split_whitespace().chain(optional.split_whitespace()).collect();
        assert!(heads.iter().all(|head| known.contains(head)), "{}: {heads:?}", table.name());
    }
}

#[test]
fn progress_ends_at_the_number_of_lines() {
    let (day, mut last) = (Day::new(Size::S, 1), 0);
    day.write_csv(Table::Orders, &mut io::sink(), &mut |done| last = done).expect("a sink takes all");
    assert_eq!(last, 7_200);
}
