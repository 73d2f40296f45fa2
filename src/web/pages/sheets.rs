//! All documents of one kind, for days that have thousands of them.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Operation;
use crate::domain::documents::DocumentKind;
use crate::flow::load_cycle::card;
use crate::sheets::Press;
use crate::store::backend::Db;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::api::sheets::kind_of;
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::rows::{SheetRow, title};
use crate::web::scope::View;
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment};

/// Documents on one page.
const ROWS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "pages/sheets.html")]
struct SheetsPage {
    frame: Frame,
    cycle_name: String,
    cycle_address: String,
    title: &'static str,
    total: String,
    version: u32,
    sheets: Vec<SheetRow>,
    pager: Pager,
}

/// Which documents. Other parameters are not ours to judge on a page that people open by hand.
#[derive(Debug, Deserialize)]
pub struct SheetsQuery {
    version: Option<u32>,
    /// From 1.
    page: Option<usize>,
}

/// `GET /cycles/{code}/sheets/{kind}`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    path: web::Path<(String, String)>,
    query: web::Query<SheetsQuery>,
) -> HttpResponse {
    let (lang, (code, kind)) = (Lang::of(&request), path.into_inner());
    let done = ask(&site, move |site, db| {
        let mut page = page(site, db, &code, kind_of(&kind)?, &query, &caller, lang)?;
        page.frame = page.frame.seen_by(visitor, site.desk().zone);
        Ok(page)
    });
    page_answer(lang, done.await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    kind: DocumentKind,
    query: &SheetsQuery,
    caller: &Caller,
    lang: Lang,
) -> Result<SheetsPage, WebError> {
    let cycle = card(db, code)?;
    let newest = site.book(db, &cycle, None)?;
    let book = site.book(db, &cycle, query.version)?;
    let press = Press::new(&book);
    let mut documents = View::of(caller, Operation::ListSheets).documents(&press);
    documents.retain(|document| document.kind == kind);
    let cycle_address = format!("/cycles/{}?version={}", segment(code), book.version);
    let address =
        |page: usize| format!("/cycles/{}/sheets/{}?version={}&page={page}", segment(code), kind.code(), book.version);
    let (shown, pager) = Pager::cut(documents, query.page, ROWS_MAX, |page| lang.to(&address(page)));
    let rows = shown.iter().map(|document| SheetRow::new(&press, document, &newest));
    Ok(SheetsPage {
        sheets: rows.collect::<Result<_, _>>()?,
        frame: Frame::new(lang, address(pager.at)),
        cycle_name: cycle.name.clone(),
        cycle_address: lang.to(&cycle_address),
        title: title(kind, lang),
        total: count(pager.total as u64),
        version: book.version,
        pager,
    })
}
