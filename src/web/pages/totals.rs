//! The totals of an open cycle by SKU, leader and supplier: what a buyer watches in the afternoon.

use std::collections::HashMap;

use crate::flow::count_totals::{Sum, Totals};
use crate::store::backend::{Db, StoreError};
use crate::store::master;
use crate::web::words::{Lang, count};

/// Rows shown of each; the API has all.
const ROWS_MAX: usize = 300;

/// Sums by one kind of thing, the greatest first.
pub struct Group {
    pub title: &'static str,
    pub count: String,
    /// Code, name, pieces, and the pieces more that residents would accept.
    pub rows: Vec<(String, String, String, String)>,
}

/// All groups of a cycle.
pub fn groups(db: &mut Db, totals: &Totals, lang: Lang) -> Result<Vec<Group>, StoreError> {
    let skus = master::sku::all(db)?.into_iter().map(|row| (row.sku_code, format!("{} {}", row.name, row.spec)));
    let skus: HashMap<String, String> = skus.collect();
    let leaders = master::leader::all(db)?.into_iter().map(|row| (row.leader_code, row.name)).collect();
    let suppliers = master::supplier::all(db)?.into_iter().map(|row| (row.supplier_code, row.name)).collect();
    Ok(vec![
        group(lang.say("商品", "SKUs"), &totals.skus, &skus),
        group(lang.say("供应商", "Suppliers"), &totals.suppliers, &suppliers),
        group(lang.say("团长", "Leaders"), &totals.leaders, &leaders),
    ])
}

fn group(title: &'static str, sums: &[Sum], names: &HashMap<String, String>) -> Group {
    let mut sums: Vec<&Sum> = sums.iter().collect();
    sums.sort_by(|a, b| b.ordered_qty.cmp(&a.ordered_qty).then_with(|| a.code.cmp(&b.code)));
    let row = |sum: &&Sum| {
        let name = names.get(&sum.code).cloned().unwrap_or_default();
        let tolerance = if sum.tolerance_qty > 0 { count(sum.tolerance_qty) } else { String::new() };
        (sum.code.clone(), name, count(sum.ordered_qty), tolerance)
    };
    Group { title, count: count(sums.len() as u64), rows: sums.iter().take(ROWS_MAX).map(row).collect() }
}
