//! 错货: what came that nobody ordered, waiting for the buyer's word.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Operation;
use crate::domain::money::Fen;
use crate::domain::paper::WrongWord;
use crate::domain::time::{Moment, Zone};
use crate::store::backend::Db;
use crate::store::users;
use crate::store::wrong_goods::{self, WordRow, WrongRow};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::warehouse::{Head, frame, head, may, supply};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment, unsigned, yuan};

/// Wrong goods on one page.
const ROWS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/warehouse/wrong_goods.html")]
struct WrongPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    pager: Pager,
    waiting: usize,
    can_decide: bool,
    can_report: bool,
    /// Purchase orders to choose from: number and supplier.
    orders: Vec<(String, String)>,
    /// Goods to choose from: SKU code and name.
    goods: Vec<(String, String)>,
}

struct Row {
    id: String,
    what: String,
    qty: String,
    with: String,
    instead_of: String,
    found_at: String,
    by: String,
    wait_until: String,
    is_late: bool,
    /// The buyer's word and when it was said.
    word: Option<(String, String)>,
}

/// Which page of them.
#[derive(Debug, Deserialize)]
pub struct WrongQuery {
    /// From 1.
    page: Option<usize>,
}

/// `GET /warehouse/{code}/wrong-goods`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
    query: web::Query<WrongQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, (&code, query.page), &caller, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    (code, wanted): (&str, Option<usize>),
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<WrongPage, WebError> {
    let (head, cycle) = head(site, db, code, "/wrong-goods", lang)?;
    let book = supply(site, db, &cycle)?;
    let mut found = wrong_goods::of_cycle(db, cycle.id)?;
    let words = wrong_goods::words(db, &found.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let names: HashMap<i64, String> = users::all(db)?.into_iter().map(|user| (user.id, user.display_name)).collect();
    let book = book.unwrap_or_default();
    let orders: HashMap<i64, (String, String)> = book
        .purchase_orders
        .iter()
        .map(|po| (po.id, (po.po_no.clone(), book.suppliers[po.supplier_ix as usize].name.clone())))
        .collect();
    let goods: HashMap<i32, &str> =
        book.offers.iter().map(|offer| (offer.offer_no as i32, offer.name.as_str())).collect();
    let desk = site.desk();
    let row = |row: &WrongRow| Row {
        id: row.id.to_string(),
        what: row.what.clone(),
        qty: count(unsigned(row.qty)),
        with: row.po_id.and_then(|id| orders.get(&id)).map_or(String::new(), |(no, name)| format!("{name} {no}")),
        instead_of: row.offer_no.and_then(|no| goods.get(&no)).map_or(String::new(), |name| (*name).to_owned()),
        found_at: short(desk.zone, row.found_at),
        by: row.user_id.and_then(|id| names.get(&id)).cloned().unwrap_or_default(),
        wait_until: short(desk.zone, row.wait_until),
        is_late: !words.contains_key(&row.id) && desk.now >= Moment(row.wait_until),
        word: words.get(&row.id).map(|said| (word_of(said, lang), short(desk.zone, said.said_at))),
    };
    let mut listed: Vec<(String, String)> = orders.values().cloned().collect();
    listed.sort();
    // What waits for a word comes first, whatever page there is.
    found.sort_by_key(|row| words.contains_key(&row.id));
    let waiting = found.iter().filter(|row| !words.contains_key(&row.id)).count();
    let address = |page| lang.to(&format!("/warehouse/{}/wrong-goods?page={page}", segment(code)));
    let (shown, pager) = Pager::cut(found, wanted, ROWS_MAX, address);
    Ok(WrongPage {
        rows: shown.iter().map(row).collect(),
        pager,
        waiting,
        can_decide: may(caller, Operation::DecideWrongGoods),
        can_report: may(caller, Operation::ReportWrongGoods) && cycle.card().state.is_frozen(),
        orders: listed,
        goods: book.offers.iter().map(|offer| (offer.sku_code.clone(), offer.name.clone())).collect(),
        frame: frame(site, visitor, code, "/wrong-goods", lang),
        head,
    })
}

fn short(zone: Zone, at: i64) -> String {
    zone.minute(Moment(at)).get(5..).unwrap_or_default().to_owned()
}

fn word_of(said: &WordRow, lang: Lang) -> String {
    let Some(word) = WrongWord::parse(&said.word) else { return String::new() };
    let words = lang.coded(word.zh(), word.code());
    match said.give_back_fen.filter(|fen| *fen > 0) {
        Some(fen) => format!("{words}，{} ¥{}", lang.say("每件退", "back for each"), yuan(Fen(fen))),
        None => words,
    }
}
