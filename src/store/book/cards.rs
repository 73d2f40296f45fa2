//! The master data that was copied into the cycle at the freeze.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::Book;
use crate::domain::facts::{
    BelowMinValue, BelowMoq, Offer, Point, PriceUnit, Rounding, ShortageRule, Supplier, TempZone, Warehouse,
};
use crate::domain::money::Fen;
use crate::domain::weighing::{WeightPolicy, WeightRule};
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::offers::OfferRow;
use crate::store::schema::{cycle_points, cycle_skus, cycle_suppliers, cycle_warehouses, offers};

const CODES: &str = "the schema's CHECKs let only known code names in";

pub fn warehouses(db: &mut Db, cycle_id: i64) -> Result<Vec<Warehouse>, StoreError> {
    use cycle_warehouses as t;
    let rows: Vec<(i64, String, String, String, i64)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .order(t::warehouse_code)
        .select((t::warehouse_id, t::warehouse_code, t::name, t::kind, t::receiving_warehouse_id))
        .load(conn))?;
    let ix_of: HashMap<i64, u32> = rows.iter().zip(0..).map(|(row, ix)| (row.0, ix)).collect();
    let card = |(id, warehouse_code, name, kind, receiving): (i64, String, String, String, i64)| Warehouse {
        id,
        warehouse_code,
        name,
        is_grid: kind == "grid",
        receiving_ix: ix_of[&receiving],
    };
    Ok(rows.into_iter().map(card).collect())
}

#[derive(Queryable)]
struct SupplierCopy {
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

pub fn suppliers(db: &mut Db, cycle_id: i64) -> Result<Vec<Supplier>, StoreError> {
    use cycle_suppliers as t;
    let rows: Vec<SupplierCopy> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .order(t::supplier_code)
        .select((
            t::supplier_id, t::supplier_code, t::name, t::contact, t::phone, t::email,
            t::min_order_value_fen, t::below_min_value, t::due_at,
        ))
        .load(conn))?;
    let card = |row: SupplierCopy| Supplier {
        id: row.supplier_id,
        supplier_code: row.supplier_code,
        name: row.name,
        contact: row.contact,
        phone: row.phone,
        email: row.email,
        min_order_value: Fen(row.min_order_value_fen),
        below_min_value: BelowMinValue::parse(&row.below_min_value).expect(CODES),
        due_at: row.due_at,
    };
    Ok(rows.into_iter().map(card).collect())
}

#[derive(Queryable)]
struct SkuCopy {
    sku_code: String,
    name: String,
    spec: String,
    unit: String,
    category: Option<String>,
    temp_zone: String,
    barcode: Option<String>,
    supplier_sku: Option<String>,
    nominal_weight_g: Option<i32>,
    is_variable_weight: bool,
    sub_units: Option<i32>,
    volume_ml: Option<i32>,
    zone: Option<String>,
    keeps_stock: bool,
}

pub fn offers(db: &mut Db, book: &Book) -> Result<Vec<Offer>, StoreError> {
    use cycle_skus as s;
    let rows: Vec<(OfferRow, SkuCopy)> = on_either!(db, conn => offers::table
        .inner_join(s::table.on(s::cycle_id.eq(offers::cycle_id)
            .and(s::offer_no.eq(offers::offer_no))))
        .filter(offers::cycle_id.eq(book.cycle.id))
        .order(s::sku_code)
        .select((offers::all_columns, (
            s::sku_code, s::name, s::spec, s::unit, s::category, s::temp_zone, s::barcode, s::supplier_sku,
            s::nominal_weight_g, s::is_variable_weight, s::sub_units, s::volume_ml, s::zone, s::keeps_stock,
        )))
        .load(conn))?;
    let supplier_ix: HashMap<i64, u32> = book.suppliers.iter().zip(0..).map(|(s, ix)| (s.id, ix)).collect();
    Ok(rows.into_iter().map(|(offer, sku)| offer_card(offer, sku, book, &supplier_ix)).collect())
}

fn offer_card(offer: OfferRow, sku: SkuCopy, book: &Book, supplier_ix: &HashMap<i64, u32>) -> Offer {
    let whole = |n: Option<i32>| n.map(|n| n as u32);
    Offer {
        offer_no: offer.offer_no as u32,
        sku_id: offer.sku_id,
        sku_code: sku.sku_code,
        name: sku.name,
        spec: sku.spec,
        unit: sku.unit,
        category: sku.category,
        temp_zone: TempZone::parse(&sku.temp_zone).expect(CODES),
        barcode: sku.barcode,
        supplier_sku: sku.supplier_sku,
        supplier_ix: supplier_ix[&offer.supplier_id],
        sale_price: Fen(offer.sale_price_fen),
        limit_per_resident: whole(offer.limit_per_resident),
        threshold_qty: offer.threshold_qty as u32,
        stock_cap: whole(offer.stock_cap),
        rounding: offer.rounding.map_or(book.cycle.rounding, |code| Rounding::parse(&code).expect(CODES)),
        round_up_at_pct: offer.round_up_at_pct as u32,
        below_moq: BelowMoq::parse(&offer.below_moq).expect(CODES),
        shortage_rule: offer
            .shortage_rule
            .map_or(book.cycle.shortage_rule, |code| ShortageRule::parse(&code).expect(CODES)),
        price_unit: PriceUnit::parse(&offer.price_unit).expect(CODES),
        unit_price: offer.unit_price_fen.map(Fen),
        case_size: offer.case_size as u32,
        moq: offer.moq as u32,
        order_multiple: offer.order_multiple as u32,
        nominal_weight_g: whole(sku.nominal_weight_g),
        is_variable_weight: sku.is_variable_weight,
        weight: WeightRule {
            policy: WeightPolicy::parse(&offer.weight_policy).expect(CODES),
            cap_bp: whole(offer.weight_cap_bp),
            min_g: whole(offer.weight_min_g),
            max_g: whole(offer.weight_max_g),
            tolerance_bp: offer.weight_tolerance_bp as u32,
        },
        sub_units: whole(sku.sub_units),
        volume_ml: whole(sku.volume_ml),
        zone: sku.zone,
        keeps_stock: sku.keeps_stock,
    }
}

#[derive(Queryable)]
struct PointCopy {
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
    window_start: Option<String>,
    window_end: Option<String>,
    report_by: Option<String>,
    route_code: String,
    stop_seq: i32,
    slot_no: i32,
}

pub fn points(db: &mut Db, book: &Book) -> Result<Vec<Point>, StoreError> {
    use cycle_points as t;
    let rows: Vec<PointCopy> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .select((
            t::point_id, t::point_code, t::name, t::warehouse_id, t::leader_id, t::leader_code, t::leader_name,
            t::leader_phone, t::compound, t::address, t::window_start, t::window_end, t::report_by,
            t::route_code, t::stop_seq, t::slot_no,
        ))
        .load(conn))?;
    let warehouse_ix: HashMap<i64, u32> = book.warehouses.iter().zip(0..).map(|(w, ix)| (w.id, ix)).collect();
    let card = |row: PointCopy| Point {
        id: row.point_id,
        point_code: row.point_code,
        name: row.name,
        warehouse_ix: warehouse_ix[&row.warehouse_id],
        leader_id: row.leader_id,
        leader_code: row.leader_code,
        leader_name: row.leader_name,
        leader_phone: row.leader_phone,
        compound: row.compound,
        address: row.address,
        window_start: row.window_start,
        window_end: row.window_end,
        report_by: row.report_by,
        filed_route: row.route_code.clone(),
        filed_stop: row.stop_seq as u32,
        route_code: row.route_code,
        stop_seq: row.stop_seq as u32,
        slot_no: row.slot_no as u32,
    };
    let mut points: Vec<Point> = rows.into_iter().map(card).collect();
    // Warehouses are in order of their codes, so this is the walking order while no plan says otherwise.
    points.sort_by_key(|point| (point.warehouse_ix, point.slot_no));
    Ok(points)
}
