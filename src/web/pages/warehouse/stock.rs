//! 盘点: what the ledger says lies in the warehouse, to be counted lot by lot.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::store::backend::Db;
use crate::store::{master, stock};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::Visitor;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::{Head, frame, head};
use crate::web::site::Site;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/warehouse/stock.html")]
struct StockPage {
    frame: Frame,
    head: Head,
    warehouses: Vec<(String, String)>,
    skus: Vec<(String, String)>,
    rows: Vec<Row>,
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

/// `GET /warehouse/{code}/stock`
pub async fn show(site: Shared, request: HttpRequest, visitor: Visitor, code: web::Path<String>) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, visitor, lang)).await)
}

fn page(site: &Site, db: &mut Db, code: &str, visitor: Visitor, lang: Lang) -> Result<StockPage, WebError> {
    let (head, _) = head(site, db, code, "/stock", lang)?;
    let warehouses = master::warehouse::all(db)?;
    let skus = master::sku::all(db)?;
    let by_id: HashMap<i64, &master::SkuRow> = skus.iter().map(|sku| (sku.id, sku)).collect();
    let mut rows = Vec::new();
    for ((warehouse_id, sku_id, lot, best_before), book) in stock::lots(db)? {
        let warehouse = warehouses.iter().find(|row| row.id == warehouse_id);
        let (Some(warehouse), Some(sku)) = (warehouse, by_id.get(&sku_id)) else { continue };
        // What was used up is not looked for again; a lot that turns up all the same is added by hand.
        if book == 0 {
            continue;
        }
        rows.push(Row {
            warehouse_code: warehouse.warehouse_code.clone(),
            warehouse: warehouse.name.clone(),
            sku_code: sku.sku_code.clone(),
            name: format!("{} {}", sku.name, sku.spec),
            unit: sku.unit.clone(),
            lot,
            best_before,
            book,
        });
    }
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.warehouse_code.clone(), row.sku_code.clone(), row.best_before.clone());
        key(a).cmp(&key(b)).then_with(|| a.lot.cmp(&b.lot))
    });
    Ok(StockPage {
        rows,
        warehouses: warehouses.into_iter().map(|row| (row.warehouse_code, row.name)).collect(),
        skus: skus.iter().filter(|sku| sku.keeps_stock).map(|sku| (sku.sku_code.clone(), sku.name.clone())).collect(),
        frame: frame(site, visitor, code, "/stock", lang),
        head,
    })
}
