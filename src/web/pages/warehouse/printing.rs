//! 打印: every sheet as a plain list, with its version, its pages and the copies that are out; the night's pack.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::book::Book;
use crate::domain::documents::{DocumentKind, difference_key};
use crate::domain::paper::{Copies, CopyAct};
use crate::sheets::{Document, Press, pages_of, work_order};
use crate::store::backend::Db;
use crate::store::sheet_copies::{self, CopiesRow};
use crate::store::users;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::api::pack::is_printed_tonight;
use crate::web::api::sheets::{kind_of, link};
use crate::web::caller::Visitor;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::rows::title;
use crate::web::pages::warehouse::void::{VoidPaper, void_out};
use crate::web::pages::warehouse::{Head, frame, head};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment};

/// Sheets on one page.
const ROWS_MAX: usize = 200;
/// Of so many sheets the pages are added up; of more that would take longer than a look at the list may.
const ADDED_UP_MAX: usize = 600;

#[derive(Template)]
#[template(path = "pages/warehouse/printing.html")]
struct PrintingPage {
    frame: Frame,
    lang: Lang,
    head: Head,
    /// Empty before there are sheets.
    kinds: Vec<KindTab>,
    rows: Vec<Row>,
    total: String,
    pager: Pager,
    pack: String,
    tonight: String,
    /// Of how many of them older paper is out, and where their notices of changes are.
    tonight_older: usize,
    changes: String,
    /// About how many pages of paper that takes.
    tonight_pages: Option<String>,
    /// Older paper that is still out: its sheet is void.
    void_out: Vec<VoidPaper>,
}

struct KindTab {
    address: String,
    name: String,
    count: usize,
    is_here: bool,
}

struct Row {
    kind: &'static str,
    kind_code: &'static str,
    key: String,
    about: String,
    doc_no: String,
    version: u32,
    pages: String,
    printed: String,
    copies: Copies,
    /// An older version that was printed, and its notice of changes.
    older: Option<Older>,
    print: String,
    csv: String,
    xlsx: String,
}

/// Paper of an older version that was printed or handed out.
struct Older {
    version: u32,
    changes: Option<Changes>,
}

/// The notice of changes that takes the place of printing all anew.
struct Changes {
    address: String,
    key: String,
    version: u32,
}

/// Which sheets.
#[derive(Debug, Deserialize)]
pub struct PrintingQuery {
    kind: Option<String>,
    /// From 1.
    page: Option<usize>,
}

/// `GET /warehouse/{code}/sheets`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    visitor: Visitor,
    code: web::Path<String>,
    query: web::Query<PrintingQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, &query, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    query: &PrintingQuery,
    visitor: Visitor,
    lang: Lang,
) -> Result<PrintingPage, WebError> {
    let (head, row) = head(site, db, code, "/sheets", lang)?;
    let cycle = row.card();
    let book: Arc<Book> = match cycle.state.is_frozen() {
        true => site.book(db, &cycle, None)?,
        false => Arc::default(),
    };
    let kind = query.kind.as_deref().filter(|kind| !kind.is_empty()).map(kind_of).transpose()?;
    let history = History::read(db, cycle.id)?;
    let press = Press::new(&book);
    let documents = work_order(&press);
    let wanted: Vec<_> = documents.iter().filter(|one| kind.is_none_or(|kind| kind == one.kind)).collect();
    let base = format!("/warehouse/{}/sheets", segment(code));
    let filter = kind.map_or(String::new(), |kind| format!("kind={}&", kind.code()));
    let address = |page| lang.to(&format!("{base}?{filter}page={page}"));
    let (shown, pager) = Pager::cut(wanted, query.page, ROWS_MAX, address);
    let rows = shown.iter().map(|document| history.row(&press, document, site, lang)).collect::<Result<_, _>>()?;
    let tonight: Vec<_> = documents.iter().filter(|document| is_printed_tonight(document.kind)).collect();
    let pages = match tonight.len() {
        0..=ADDED_UP_MAX => Some(tonight.iter().map(|document| pages_of(&press, document)).sum::<Result<u64, _>>()?),
        _ => None,
    };
    Ok(PrintingPage {
        kinds: kinds(&documents, kind, &base, lang),
        rows,
        total: count(pager.total as u64),
        pager,
        pack: format!("/api/v1/cycles/{}/pack", segment(code)),
        tonight: count(tonight.len() as u64),
        tonight_older: tonight.iter().filter(|document| history.older(document).is_some()).count(),
        changes: lang.to(&format!("{base}?kind={}", DocumentKind::DifferenceSheet.code())),
        tonight_pages: pages.map(count),
        void_out: void_out(&book, history.copies.iter().map(|(sheet, (copies, _))| (sheet, *copies))),
        frame: frame(site, visitor, code, "/sheets", lang),
        lang,
        head,
    })
}

fn kinds(documents: &[Document<'_>], shown: Option<DocumentKind>, base: &str, lang: Lang) -> Vec<KindTab> {
    if documents.is_empty() {
        return Vec::new();
    }
    let all = KindTab {
        address: lang.to(base),
        name: lang.say("全部", "All").to_owned(),
        count: documents.len(),
        is_here: shown.is_none(),
    };
    let of = |kind: &DocumentKind| KindTab {
        address: lang.to(&format!("{base}?kind={}", kind.code())),
        name: title(*kind, lang).to_owned(),
        count: documents.iter().filter(|document| document.kind == *kind).count(),
        is_here: shown == Some(*kind),
    };
    let tabs = DocumentKind::ALL.iter().map(of).filter(|tab| tab.count > 0);
    std::iter::once(all).chain(tabs).collect()
}

/// What was done with copies, by sheet and version.
struct History {
    copies: HashMap<(DocumentKind, String, u32), (Copies, Option<CopiesRow>)>,
    names: HashMap<i64, String>,
}

impl History {
    fn read(db: &mut Db, cycle_id: i64) -> Result<History, WebError> {
        let mut copies: HashMap<_, (Copies, Option<CopiesRow>)> = HashMap::new();
        for row in sheet_copies::of_cycle(db, cycle_id)? {
            let (Some(kind), Some(act)) = (DocumentKind::parse(&row.kind), CopyAct::parse(&row.act)) else { continue };
            let (sums, printed) = copies.entry((kind, row.key.clone(), row.version as u32)).or_default();
            sums.add(act, row.copies as u32);
            if act == CopyAct::Printed {
                *printed = Some(row);
            }
        }
        let names = match copies.is_empty() {
            true => HashMap::new(),
            false => users::all(db)?.into_iter().map(|user| (user.id, user.display_name)).collect(),
        };
        Ok(History { copies, names })
    }

    fn row(&self, press: &Press<'_>, document: &Document<'_>, site: &Site, lang: Lang) -> Result<Row, WebError> {
        let (book, issue) = (press.book, document.issue);
        let own = self.copies.get(&(document.kind, document.key.to_owned(), issue.version));
        let printed = own.and_then(|(_, printed)| printed.as_ref()).map(|row| {
            let at = site.desk().zone.minute(crate::domain::time::Moment(row.noted_at));
            let by = row.user_id.and_then(|id| self.names.get(&id)).map_or("", String::as_str);
            format!("{} {by}", at.get(5..).unwrap_or_default())
        });
        let changes = difference_key(&issue.doc_no, issue.version);
        let changes = Document::find(book, DocumentKind::DifferenceSheet, &changes).map(|found| Changes {
            address: link(book, &found, "html"),
            key: found.key.to_owned(),
            version: found.issue.version,
        });
        Ok(Row {
            kind: title(document.kind, lang),
            kind_code: document.kind.code(),
            key: document.key.to_owned(),
            about: document.about(press)?,
            doc_no: issue.doc_no.clone(),
            version: issue.version,
            pages: count(pages_of(press, document)?),
            printed: printed.unwrap_or_default(),
            copies: own.map(|(copies, _)| *copies).unwrap_or_default(),
            older: self.older(document).map(|version| Older { version, changes }),
            print: link(book, document, "html"),
            csv: link(book, document, "csv"),
            xlsx: link(book, document, "xlsx"),
        })
    }

    /// The newest older version of a sheet that is on paper, where its newest is not.
    fn older(&self, document: &Document<'_>) -> Option<u32> {
        let is_out = |version: &u32| {
            let own = self.copies.get(&(document.kind, document.key.to_owned(), *version));
            own.is_some_and(|(copies, _)| copies.printed + copies.issued > 0)
        };
        let newest = document.issue.version;
        if is_out(&newest) { None } else { (1..newest).rev().find(is_out) }
    }
}
