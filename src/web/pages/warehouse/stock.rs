//! 盘点: what the ledger says lies in the warehouse, to be counted lot by lot.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::store::backend::Db;
use crate::store::{master, stock};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::Visitor;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::warehouse::{Head, frame, head};
use crate::web::site::Site;
use crate::web::words::{Lang, segment};

/// Lots on one page.
const ROWS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "pages/warehouse/stock.html")]
struct StockPage {
    frame: Frame,
    head: Head,
    warehouses: Vec<(String, String)>,
    skus: Vec<(String, String)>,
    rows: Vec<Row>,
    pager: Pager,
    query: StockQuery,
}

struct Row {
    warehouse_code: String,
    warehouse: String,
    sku_code: String,
    name: String,
    unit: String,
    lot: String,
    best_before: String,
    book: i64,
}

impl Row {
    fn is_wanted(&self, query: &StockQuery) -> bool {
        let wanted = query.q.trim().to_lowercase();
        let texts = [&self.sku_code, &self.name, &self.lot];
        (query.warehouse.is_empty() || query.warehouse == self.warehouse_code)
            && texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    }
}

/// Which lots.
#[derive(Debug, Deserialize)]
pub struct StockQuery {
    /// A warehouse's code; left out or empty: all.
    #[serde(default)]
    warehouse: String,
    /// Part of a code, a name, a lot.
    #[serde(default)]
    q: String,
    /// From 1.
    page: Option<usize>,
}

/// `GET /warehouse/{code}/stock`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    visitor: Visitor,
    code: web::Path<String>,
    query: web::Query<StockQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, query.into_inner(), visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    query: StockQuery,
    visitor: Visitor,
    lang: Lang,
) -> Result<StockPage, WebError> {
    let (head, _) = head(site, db, code, "/stock", lang)?;
    let warehouses = master::warehouse::all(db)?;
    let skus = master::sku::all(db)?;
    let rows = rows(db, &query, &warehouses, &skus)?;
    let address = |page| {
        let (warehouse, q) = (segment(&query.warehouse), segment(&query.q));
        lang.to(&format!("/warehouse/{}/stock?warehouse={warehouse}&q={q}&page={page}", segment(code)))
    };
    let (rows, pager) = Pager::cut(rows, query.page, ROWS_MAX, address);
    Ok(StockPage {
        rows,
        pager,
        query,
        warehouses: warehouses.into_iter().map(|row| (row.warehouse_code, row.name)).collect(),
        skus: skus.iter().filter(|sku| sku.keeps_stock).map(|sku| (sku.sku_code.clone(), sku.name.clone())).collect(),
        frame: frame(site, visitor, code, "/stock", lang),
        head,
    })
}

/// The lots that are asked for, by warehouse, goods and best-before.
fn rows(
    db: &mut Db,
    query: &StockQuery,
    warehouses: &[master::WarehouseRow],
    skus: &[master::SkuRow],
) -> Result<Vec<Row>, WebError> {
    let by_id: HashMap<i64, &master::SkuRow> = skus.iter().map(|sku| (sku.id, sku)).collect();
    let mut rows = Vec::new();
    for ((warehouse_id, sku_id, lot, best_before), book) in stock::lots(db)? {
        let warehouse = warehouses.iter().find(|row| row.id == warehouse_id);
        let (Some(warehouse), Some(sku)) = (warehouse, by_id.get(&sku_id)) else { continue };
        // What was used up is not looked for again; a lot that turns up all the same is added by hand.
        if book == 0 {
            continue;
        }
        let row = Row {
            warehouse_code: warehouse.warehouse_code.clone(),
            warehouse: warehouse.name.clone(),
            sku_code: sku.sku_code.clone(),
            name: format!("{} {}", sku.name, sku.spec),
            unit: sku.unit.clone(),
            lot,
            best_before,
            book,
        };
        if row.is_wanted(query) {
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.warehouse_code.clone(), row.sku_code.clone(), row.best_before.clone());
        key(a).cmp(&key(b)).then_with(|| a.lot.cmp(&b.lot))
    });
    Ok(rows)
}
