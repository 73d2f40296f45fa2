//! What the freeze copies into the cycle, and the closing figures written after it.

use diesel::{ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::master::{LeaderRow, PointRow, SkuRow, SupplierRow, WarehouseRow};
use crate::store::schema::{closing_figures, cycle_hours, cycle_points, cycle_skus, cycle_suppliers, cycle_warehouses};

#[derive(Insertable)]
#[diesel(table_name = cycle_suppliers, treat_none_as_default_value = false)]
struct SupplierCopy {
    cycle_id: i64,
    supplier_id: i64,
    supplier_code: String,
    name: String,
    contact: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    min_order_value_fen: i64,
    below_min_value: String,
    due_at: Option<String>,
}

pub fn copy_suppliers(db: &mut Db, cycle_id: i64, rows: &[SupplierRow]) -> Result<(), StoreError> {
    let copies: Vec<SupplierCopy> = rows
        .iter()
        .map(|row| SupplierCopy {
            cycle_id,
            supplier_id: row.id,
            supplier_code: row.supplier_code.clone(),
            name: row.name.clone(),
            contact: row.contact.clone(),
            phone: row.phone.clone(),
            email: row.email.clone(),
            min_order_value_fen: row.min_order_value_fen,
            below_min_value: row.below_min_value.clone(),
            due_at: row.due_at.clone(),
        })
        .collect();
    Ok(insert_rows!(db, cycle_suppliers::table, copies)?)
}

#[derive(Insertable)]
#[diesel(table_name = cycle_skus, treat_none_as_default_value = false)]
struct SkuCopy {
    cycle_id: i64,
    offer_no: i32,
    sku_code: String,
    name: String,
    spec: String,
    unit: String,
    category: Option<String>,
    temp_zone: String,
    barcode: Option<String>,
    supplier_sku: Option<String>,
    tax_bp: Option<i32>,
    nominal_weight_g: Option<i32>,
    is_variable_weight: bool,
    sub_units: Option<i32>,
    volume_ml: Option<i32>,
    zone: Option<String>,
    keeps_stock: bool,
}

/// Copies the SKUs on sale; each with its offer_no.
pub fn copy_skus(db: &mut Db, cycle_id: i64, rows: &[(i32, SkuRow)]) -> Result<(), StoreError> {
    let copies: Vec<SkuCopy> = rows
        .iter()
        .map(|(offer_no, row)| SkuCopy {
            cycle_id,
            offer_no: *offer_no,
            sku_code: row.sku_code.clone(),
            name: row.name.clone(),
            spec: row.spec.clone(),
            unit: row.unit.clone(),
            category: row.category.clone(),
            temp_zone: row.temp_zone.clone(),
            barcode: row.barcode.clone(),
            supplier_sku: row.supplier_sku.clone(),
            tax_bp: row.tax_bp,
            nominal_weight_g: row.nominal_weight_g,
            is_variable_weight: row.is_variable_weight,
            sub_units: row.sub_units,
            volume_ml: row.volume_ml,
            zone: row.zone.clone(),
            keeps_stock: row.keeps_stock,
        })
        .collect();
    Ok(insert_rows!(db, cycle_skus::table, copies)?)
}

#[derive(Insertable)]
#[diesel(table_name = cycle_warehouses)]
struct WarehouseCopy {
    cycle_id: i64,
    warehouse_id: i64,
    warehouse_code: String,
    name: String,
    kind: String,
    receiving_warehouse_id: i64,
}

/// Copies the warehouses, each with the id of the one that buys for it.
pub fn copy_warehouses(db: &mut Db, cycle_id: i64, rows: &[(WarehouseRow, i64)]) -> Result<(), StoreError> {
    let copies: Vec<WarehouseCopy> = rows
        .iter()
        .map(|(row, receiving)| WarehouseCopy {
            cycle_id,
            warehouse_id: row.id,
            warehouse_code: row.warehouse_code.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            receiving_warehouse_id: *receiving,
        })
        .collect();
    Ok(insert_rows!(db, cycle_warehouses::table, copies)?)
}

#[derive(Insertable)]
#[diesel(table_name = cycle_points, treat_none_as_default_value = false)]
struct PointCopy {
    cycle_id: i64,
    point_id: i64,
    point_code: String,
    name: String,
    warehouse_id: i64,
    leader_id: i64,
    leader_code: String,
    leader_name: String,
    leader_phone: String,
    compound: Option<String>,
    address: Option<String>,
    longitude_e7: Option<i64>,
    latitude_e7: Option<i64>,
    window_start: Option<String>,
    window_end: Option<String>,
    report_by: Option<String>,
    route_code: String,
    stop_seq: i32,
    slot_no: i32,
}

/// A point's place in the sorting line.
#[derive(Clone, Debug)]
pub struct Place {
    pub route_code: String,
    pub stop_seq: i32,
    pub slot_no: i32,
}

/// Copies the points with their leaders and their places.
pub fn copy_points(db: &mut Db, cycle_id: i64, rows: &[(PointRow, LeaderRow, Place)]) -> Result<(), StoreError> {
    let copies: Vec<PointCopy> = rows
        .iter()
        .map(|(row, leader, place)| PointCopy {
            cycle_id,
            point_id: row.id,
            point_code: row.point_code.clone(),
            name: row.name.clone(),
            warehouse_id: row.warehouse_id,
            leader_id: leader.id,
            leader_code: leader.leader_code.clone(),
            leader_name: leader.name.clone(),
            leader_phone: leader.phone.clone(),
            compound: row.compound.clone(),
            address: row.address.clone(),
            longitude_e7: row.longitude_e7,
            latitude_e7: row.latitude_e7,
            window_start: row.window_start.clone(),
            window_end: row.window_end.clone(),
            report_by: row.report_by.clone(),
            route_code: place.route_code.clone(),
            stop_seq: place.stop_seq,
            slot_no: place.slot_no,
        })
        .collect();
    Ok(insert_rows!(db, cycle_points::table, copies)?)
}

/// What the cycle closed with.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, diesel::Queryable)]
#[diesel(table_name = closing_figures)]
pub struct ClosingRow {
    pub cycle_id: i64,
    pub order_count: i64,
    pub line_count: i64,
    pub pieces: i64,
    pub amount_fen: i64,
    pub checksum: String,
}

/// Orders that arrived within one hour.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, diesel::Queryable)]
#[diesel(table_name = cycle_hours)]
pub struct HourRow {
    pub cycle_id: i64,
    pub hour_at: i64,
    pub order_count: i64,
    pub pieces: i64,
    pub sales_fen: i64,
}

pub fn closing(db: &mut Db, cycle_id: i64) -> Result<Option<ClosingRow>, StoreError> {
    let found: Vec<ClosingRow> = on_either!(db, conn => closing_figures::table
        .filter(closing_figures::cycle_id.eq(cycle_id))
        .load(conn))?;
    Ok(found.into_iter().next())
}

pub fn save_closing(db: &mut Db, row: &ClosingRow, hours: &[HourRow]) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(closing_figures::table).values(row).execute(conn))?;
    Ok(insert_rows!(db, cycle_hours::table, hours)?)
}

/// The cycle's orders by hour of arrival, in order.
pub fn hours(db: &mut Db, cycle_id: i64) -> Result<Vec<HourRow>, StoreError> {
    Ok(on_either!(db, conn => cycle_hours::table
        .filter(cycle_hours::cycle_id.eq(cycle_id))
        .order(cycle_hours::hour_at)
        .load(conn))?)
}
