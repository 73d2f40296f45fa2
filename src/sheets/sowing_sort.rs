//! 播种分拣单: SKU after SKU, how many pieces go into each slot of a warehouse.

use crate::sheets::cell::{Cell, Sink};
use crate::sheets::facts::{Fact, fact};
use crate::sheets::press::Press;

/// The cells at the beginning of a row that name the SKU.
const SKU_CELLS: usize = 3;

pub fn print(press: &Press<'_>, warehouse_ix: u32, sink: &mut dyn Sink) {
    let points = press.points_of_warehouse(warehouse_ix);
    let totals = press.goods().of_points(points.clone());
    for ((rank, shares), total) in press.goods().by_sku(points).iter().zip(totals) {
        let offer = press.offer_at_rank(*rank);
        let (case_size, unit) = (u64::from(offer.case_size), &offer.unit);
        sink.block(format_args!(
            "{}  {}  {}  ·  合计 {} {unit} = {} 箱 + {} {unit}（{case_size} {unit}/箱）{}",
            offer.sku_code,
            offer.name,
            offer.spec,
            total.qty,
            total.qty / case_size,
            total.qty % case_size,
            if offer.is_variable_weight { " · 称重" } else { "" },
        ));
        let mut running_total = 0;
        for (nth, &(point_ix, qty)) in shares.iter().enumerate() {
            let point = &press.book.points[point_ix as usize];
            running_total += qty;
            let cells = [
                Cell::Text(&offer.sku_code),
                Cell::Text(&offer.name),
                Cell::Text(unit),
                Cell::Int(i64::from(point.slot_no)),
                Cell::Text(&point.route_code),
                Cell::Int(i64::from(point.stop_seq)),
                Cell::Text(&point.name),
                Cell::count(qty),
                Cell::count(running_total),
            ];
            sink.row_like_last(if nth == 0 { 0 } else { SKU_CELLS }, &cells);
        }
        let remainder = total.qty as i64 - running_total as i64;
        sink.block_foot(format_args!("各格合计 {running_total} {unit} = 总数 {} {unit} · 余数 {remainder}", total.qty));
    }
}

pub fn facts(press: &Press<'_>, warehouse_ix: u32) -> Vec<Fact> {
    vec![fact("仓库", &press.book.warehouses[warehouse_ix as usize].name)]
}
