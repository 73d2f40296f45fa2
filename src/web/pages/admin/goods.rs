//! 商品: the catalogue, or what is on sale in a cycle. Both are changed by importing a file.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::facts::TempZone;
use crate::domain::money::Fen;
use crate::store::backend::Db;
use crate::store::cycles;
use crate::store::master::{self, SkuRow};
use crate::store::offers::{self, OfferRow};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::warehouse::Tab;
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment, yuan};

/// Goods on one page.
const ROWS_MAX: usize = 100;
/// Cycles to choose from, the latest cutoff first.
const CYCLES_MAX: usize = 40;

#[derive(Template)]
#[template(path = "pages/admin/goods.html")]
struct GoodsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    /// Code, name, whether it is the one that is shown.
    cycles: Vec<(String, String, bool)>,
    is_cycle: bool,
    rows: Vec<Row>,
    query: String,
    total: String,
    pager: Pager,
}

struct Row {
    code: String,
    name: String,
    spec: String,
    supplier: String,
    zone: String,
    case_size: i32,
    moq: i32,
    /// 元 a piece; in a cycle only.
    price: String,
    limit: String,
    threshold: String,
    cap: String,
}

/// Which goods.
#[derive(Debug, Deserialize)]
pub struct GoodsQuery {
    /// A cycle's code; left out or empty: the catalogue.
    #[serde(default)]
    cycle: String,
    /// Part of a code, a name, a category, a supplier.
    #[serde(default)]
    q: String,
    /// From 1.
    page: Option<usize>,
}

/// `GET /admin/goods`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    query: web::Query<GoodsQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &query, &caller, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    query: &GoodsQuery,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<GoodsPage, WebError> {
    let suppliers: HashMap<i64, String> =
        master::supplier::all(db)?.into_iter().map(|row| (row.id, row.name)).collect();
    let all = cycles::all(db)?;
    let cycle = all.iter().find(|cycle| cycle.cycle_code == query.cycle);
    if cycle.is_none() && !query.cycle.is_empty() {
        return Err(WebError::missing("团期", "cycle", &query.cycle));
    }
    let skus = master::sku::all(db)?;
    let rows: Vec<Row> = match cycle {
        None => {
            let supplier = |sku: &SkuRow| suppliers.get(&sku.supplier_id).cloned().unwrap_or_default();
            let wanted = skus.iter().filter(|sku| matches(sku, &supplier(sku), &query.q));
            wanted.map(|sku| row(sku, supplier(sku), None, lang)).collect()
        }
        Some(cycle) => {
            let by_id: HashMap<i64, &SkuRow> = skus.iter().map(|sku| (sku.id, sku)).collect();
            let sold = offers::of_cycle(db, cycle.id)?;
            let known = sold.iter().filter_map(|offer| Some((*by_id.get(&offer.sku_id)?, offer)));
            let supplier = |offer: &OfferRow| suppliers.get(&offer.supplier_id).cloned().unwrap_or_default();
            let wanted = known.filter(|(sku, offer)| matches(sku, &supplier(offer), &query.q));
            wanted.map(|(sku, offer)| row(sku, supplier(offer), Some(offer), lang)).collect()
        }
    };
    let address =
        |page| lang.to(&format!("/admin/goods?cycle={}&q={}&page={page}", segment(&query.cycle), segment(&query.q)));
    let (rows, pager) = Pager::cut(rows, query.page, ROWS_MAX, address);
    let listed = all.iter().take(CYCLES_MAX);
    Ok(GoodsPage {
        cycles: listed.map(|one| (one.cycle_code.clone(), one.name.clone(), one.cycle_code == query.cycle)).collect(),
        is_cycle: cycle.is_some(),
        rows,
        query: query.q.clone(),
        total: count(pager.total as u64),
        pager,
        tabs: tabs(caller, "/admin/goods", lang),
        frame: frame(site, visitor, "/admin/goods", lang),
    })
}

fn matches(sku: &SkuRow, supplier: &str, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    let texts = [sku.sku_code.as_str(), &sku.name, &sku.spec, sku.category.as_deref().unwrap_or_default(), supplier];
    texts.iter().any(|text| text.to_lowercase().contains(&wanted))
}

/// Goods as the catalogue has them, or as an offer sells them.
fn row(sku: &SkuRow, supplier: String, offer: Option<&OfferRow>, lang: Lang) -> Row {
    let text = |qty: Option<i32>| qty.map_or_else(String::new, |qty| qty.to_string());
    Row {
        code: sku.sku_code.clone(),
        name: sku.name.clone(),
        spec: format!("{} / {}", sku.spec, sku.unit),
        supplier,
        zone: TempZone::parse(&sku.temp_zone).map(|zone| lang.coded(zone.zh(), zone.code())).unwrap_or_default(),
        case_size: offer.map_or(sku.case_size, |offer| offer.case_size),
        moq: offer.map_or(sku.moq, |offer| offer.moq),
        price: offer.map(|offer| yuan(Fen(offer.sale_price_fen))).unwrap_or_default(),
        limit: text(offer.and_then(|offer| offer.limit_per_resident)),
        threshold: text(offer.map(|offer| offer.threshold_qty).filter(|qty| *qty > 0)),
        cap: text(offer.and_then(|offer| offer.stock_cap)),
    }
}
