//! 补录: what was done on paper, found by the number that stands on it.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::natural_order::natural_cmp;
use crate::flow::load_cycle::card;
use crate::sheets::masks::{hide, push_name};
use crate::store::backend::Db;
use crate::store::pickups;
use crate::store::sheet_copies::{Numbered, issued, numbered};
use crate::store::supply::receipts_of;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::rows::title;
use crate::web::pages::warehouse::{Head, frame, head, may};
use crate::web::requests::RequestId;
use crate::web::reveals::{Reveal, note_reveal};
use crate::web::site::Site;
use crate::web::words::{Lang, segment};

#[derive(Template)]
#[template(path = "pages/warehouse/paper.html")]
struct PaperPage {
    frame: Frame,
    head: Head,
    doc_no: String,
    /// Why there is nothing to enter.
    words: Option<String>,
    sheet: Option<Sheet>,
    list: Option<PickupSheet>,
}

/// The sheet whose copies are noted.
struct Sheet {
    name: &'static str,
    kind: &'static str,
    key: String,
    /// Those that were issued, the newest last: the paper in hand may be an older one.
    versions: Vec<u32>,
}

impl Sheet {
    /// The only version that the paper can be of.
    fn version(&self) -> Option<u32> {
        self.versions.first().copied().filter(|_| self.versions.len() == 1)
    }
}

/// A pickup list whose ticks are entered.
struct PickupSheet {
    point: String,
    point_code: String,
    rows: Vec<PickupRow>,
    may_confirm: bool,
}

struct PickupRow {
    order_no: String,
    room: String,
    who: String,
    goods: String,
    pieces: u64,
    is_done: bool,
}

/// The number on the paper.
#[derive(Debug, Deserialize)]
pub struct PaperQuery {
    #[serde(default)]
    doc_no: String,
}

/// What a number leads to.
enum Found {
    /// A receiving sheet is entered where goods are received, a sheet of another night in that night.
    Elsewhere(String),
    Page(Box<PaperPage>),
}

/// `GET /warehouse/{code}/paper`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
    query: web::Query<PaperQuery>,
) -> HttpResponse {
    let (lang, request_id) = (Lang::of(&request), RequestId::of(&request));
    let done = ask(&site, move |site, db| {
        let found = page(site, db, &code, &query.doc_no, &caller, visitor, lang)?;
        if let Found::Page(page) = &found
            && page.list.is_some()
        {
            let (subject, detail) = (format!("document:{}", page.doc_no), "entered");
            note_reveal(
                site,
                db,
                &caller,
                Reveal { act: "sheet_taken", subject: &subject, detail, request_id: &request_id },
            );
        }
        Ok(found)
    });
    match done.await {
        Ok(Found::Elsewhere(address)) => {
            HttpResponse::SeeOther().insert_header((header::LOCATION, lang.to(&address))).finish()
        }
        Ok(Found::Page(page)) => page_answer(lang, Ok(*page)),
        Err(error) => page_answer(lang, Err::<PaperPage, _>(error)),
    }
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    doc_no: &str,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<Found, WebError> {
    let doc_no = doc_no.trim();
    let (head, _) = head(site, db, code, "/paper", lang)?;
    let mut page = PaperPage {
        frame: frame(site, visitor, code, "/paper", lang),
        head,
        doc_no: doc_no.to_owned(),
        words: None,
        sheet: None,
        list: None,
    };
    if doc_no.is_empty() {
        return Ok(Found::Page(Box::new(page)));
    }
    let Some(found) = sheet_of(db, doc_no)? else {
        let (zh, en) = (format!("没有单据 {doc_no}，看看单头的号码"), format!("There is no sheet {doc_no}"));
        page.words = Some(lang.say(&zh, &en).to_owned());
        return Ok(Found::Page(Box::new(page)));
    };
    let night = segment(&found.cycle_code);
    let cycle = card(db, &found.cycle_code)?;
    if found.kind == DocumentKind::ReceivingSheet {
        let receipts = receipts_of(db, cycle.id)?;
        // A delivery that is known is counted again; one that is not is the next.
        let known = receipts.iter().find(|row| row.receipt_no.eq_ignore_ascii_case(doc_no));
        let receipt = known.map_or(String::new(), |row| format!("&receipt={}", segment(&row.receipt_no)));
        return Ok(Found::Elsewhere(format!("/warehouse/{night}/receiving?po={}{receipt}", segment(&found.key))));
    }
    if found.cycle_code != page.head.code {
        return Ok(Found::Elsewhere(format!("/warehouse/{night}/paper?doc_no={}", segment(&found.doc_no))));
    }
    let book = site.book(db, &cycle, None)?;
    let own = issued(db, cycle.id)?.into_iter().filter(|(kind, key, _)| (*kind, key) == (found.kind, &found.key));
    let mut versions: Vec<u32> = own.map(|(_, _, version)| version).collect();
    versions.sort_unstable();
    let (name, kind, key) = (title(found.kind, lang), found.kind.code(), found.key.clone());
    page.sheet = Some(Sheet { name, kind, key, versions });
    if found.kind == DocumentKind::PickupList {
        let may_confirm = may(caller, Operation::ConfirmPickups);
        page.list = pickup_sheet(db, &book, &found.key, may_confirm)?;
    }
    page.doc_no = found.doc_no;
    Ok(Found::Page(Box::new(page)))
}

/// The sheet of this number; a receiving sheet's may carry its delivery: `RS-261122-007-2`.
fn sheet_of(db: &mut Db, doc_no: &str) -> Result<Option<Numbered>, WebError> {
    let found = numbered(db, doc_no)?;
    let Some((sheet_no, _)) = doc_no.rsplit_once('-').filter(|_| found.is_none()) else { return Ok(found) };
    Ok(numbered(db, sheet_no)?.filter(|sheet| sheet.kind == DocumentKind::ReceivingSheet))
}

fn pickup_sheet(
    db: &mut Db,
    book: &Book,
    point_code: &str,
    may_confirm: bool,
) -> Result<Option<PickupSheet>, WebError> {
    let Some(point_ix) = book.points.iter().position(|point| point.point_code == point_code) else { return Ok(None) };
    let handed = pickups::handed_at(db, book.cycle.id, book.points[point_ix].id)?;
    let orders = book.orders_of_point(point_ix as u32).iter();
    let mut rows: Vec<PickupRow> =
        orders.map(|&order| pickup_row(book, order, &handed)).filter(|row| row.pieces > 0).collect();
    rows.sort_by(|a, b| natural_cmp(&a.room, &b.room).then_with(|| a.order_no.cmp(&b.order_no)));
    let point = &book.points[point_ix];
    Ok(Some(PickupSheet { point: point.name.clone(), point_code: point.point_code.clone(), rows, may_confirm }))
}

fn pickup_row(book: &Book, order: u32, handed: &HashMap<(i64, i32), i64>) -> PickupRow {
    let (at, person) = (order as usize, book.orders.people.of_order(order));
    let lines: Vec<usize> = book.lines_of(order).filter(|&line| book.lines.allocated[line] > 0).collect();
    let offer = |line: usize| &book.offers[book.lines.offer_ix[line] as usize];
    let mut who = String::new();
    push_name(&mut who, person.name);
    let is_done = |line: &usize| {
        let key = (book.orders.id[at], offer(*line).offer_no as i32);
        handed.get(&key).is_some_and(|pieces| *pieces >= i64::from(book.lines.allocated[*line]))
    };
    PickupRow {
        order_no: book.orders.order_no.get(at).to_owned(),
        room: person.address(),
        who: format!("{who} {}", hide(person.nickname, person.name)).trim().to_owned(),
        goods: lines
            .iter()
            .map(|&line| format!("{} ×{}", offer(line).name, book.lines.allocated[line]))
            .collect::<Vec<_>>()
            .join("，"),
        pieces: lines.iter().map(|&line| u64::from(book.lines.allocated[line])).sum(),
        is_done: lines.iter().all(is_done),
    }
}
