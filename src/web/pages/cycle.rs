//! The page of a cycle: what it closed with, how its orders came, and every sheet of its night.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::errors::Step;
use crate::domain::facts::Cycle;
use crate::domain::time::Zone;
use crate::flow::load_cycle::card;
use crate::sheets::Press;
use crate::store::backend::Db;
use crate::store::cycles;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::curve::{self, Curve};
use crate::web::pages::cycles::{Sums, recount};
use crate::web::pages::frame::Frame;
use crate::web::pages::hours;
use crate::web::pages::rows::{SheetRow, title};
use crate::web::pages::totals::{self, Group};
use crate::web::scope::View;
use crate::web::site::Site;
use crate::web::words::{Lang, count, day, segment, span};

/// Documents of a kind on this page; all of them have a page of their own.
const ROWS_MAX: usize = 100;
/// A kind with so few documents shows them at once.
const ROWS_OPEN: usize = 3;

#[derive(Template)]
#[template(path = "pages/cycle.html")]
struct CyclePage {
    frame: Frame,
    code: String,
    name: String,
    state: &'static str,
    state_words: String,
    window: String,
    pickup: String,
    terms: [String; 3],
    as_of: String,
    sums: Option<Sums>,
    /// Of a cycle that has not closed yet.
    groups: Vec<Group>,
    curve: Option<Curve>,
    versions: Vec<Version>,
    /// The version shown and the newest, where an older one is shown.
    older: Option<(u32, u32)>,
    kinds: Vec<Kind>,
    document_count: String,
    is_frozen: bool,
}

struct Version {
    number: u32,
    step: String,
    at: String,
    address: String,
    is_shown: bool,
}

/// The documents of one kind.
struct Kind {
    number: String,
    title: &'static str,
    count: String,
    sheets: Vec<SheetRow>,
    is_open: bool,
    /// Where all are listed, if there are more than are shown.
    all: Option<String>,
}

/// Which version is shown; the newest where None.
#[derive(Debug, Deserialize)]
pub struct CycleQuery {
    version: Option<u32>,
}

/// `GET /cycles/{code}`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
    query: web::Query<CycleQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let mut page = page(site, db, &code, query.version, &caller, lang)?;
        page.frame = page.frame.seen_by(visitor, site.desk().zone);
        Ok(page)
    });
    page_answer(lang, done.await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    version: Option<u32>,
    caller: &Caller,
    lang: Lang,
) -> Result<CyclePage, WebError> {
    let totals_seen = View::of(caller, Operation::ShowTotals);
    let (desk, cycle) = (site.desk(), card(db, code)?);
    let zone = desk.zone;
    let mut kinds = Vec::new();
    let mut shown = cycle.version;
    if cycle.state.is_frozen() {
        let newest = site.book(db, &cycle, None)?;
        let book = site.book(db, &cycle, version)?;
        shown = book.version;
        kinds = kinds_of(&book, &newest, &View::of(caller, Operation::ListSheets), lang)?;
    }
    let (sums, groups) = figures(db, &cycle, &totals_seen, lang)?;
    let here = format!("/cycles/{}", segment(code));
    let is_older = shown < cycle.version;
    Ok(CyclePage {
        sums,
        groups,
        curve: if totals_seen == View::All { drawn(site, db, &cycle, lang)? } else { None },
        versions: versions(db, &cycle, shown, zone, lang)?,
        frame: Frame::new(lang, if is_older { format!("{here}?version={shown}") } else { here }),
        state: cycle.state.code(),
        state_words: lang.state(cycle.state),
        window: span(&zone.minute(cycle.opens_at), &zone.minute(cycle.cutoff_at)),
        pickup: day(cycle.pickup_date, lang),
        terms: terms(&cycle, lang),
        as_of: zone.minute(desk.now),
        older: is_older.then_some((shown, cycle.version)),
        document_count: count(kinds.iter().map(|(_, documents)| *documents as u64).sum()),
        kinds: kinds.into_iter().map(|(kind, _)| kind).collect(),
        is_frozen: cycle.state.is_frozen(),
        code: cycle.cycle_code,
        name: cycle.name,
    })
}

/// How the orders came in, hour by hour, beside earlier cycles.
fn drawn(site: &Site, db: &mut Db, cycle: &Cycle, lang: Lang) -> Result<Option<Curve>, WebError> {
    let own = hours::of_cycle(site, db, cycle)?;
    let earlier = hours::of_earlier(db, cycle)?;
    let alike = hours::of_same_weekday(db, cycle)?;
    Ok(curve::draw(cycle, &own, &earlier, alike.as_ref(), (site.desk().zone, lang)))
}

/// The totals, and of a cycle that has not closed yet what they are made of.
fn figures(db: &mut Db, cycle: &Cycle, view: &View, lang: Lang) -> Result<(Option<Sums>, Vec<Group>), WebError> {
    if let Some(closed) = Sums::closed(db, cycle, view)? {
        return Ok((Some(closed), Vec::new()));
    }
    let Some(totals) = recount(db, cycle, view)? else { return Ok((None, Vec::new())) };
    let groups = totals::groups(db, &totals, lang)?;
    Ok((Some(Sums::of(&totals)), groups))
}

/// How money comes in, how demand becomes cases, who goes without.
fn terms(cycle: &Cycle, lang: Lang) -> [String; 3] {
    let (payment, rounding, rule) = (cycle.payment, cycle.rounding, cycle.shortage_rule);
    match lang {
        Lang::Zh => [payment.zh().into(), format!("箱数{}", rounding.zh()), format!("缺货{}", rule.zh())],
        Lang::En => {
            let term = |what: &str, code: &str| format!("{what}: {}", code.replace('_', " "));
            [term("Paid", payment.code()), term("Cases", rounding.code()), term("Shortage", rule.code())]
        }
    }
}

fn versions(db: &mut Db, cycle: &Cycle, shown: u32, zone: Zone, lang: Lang) -> Result<Vec<Version>, WebError> {
    let base = format!("/cycles/{}", segment(&cycle.cycle_code));
    let all = cycles::versions(db, cycle.id)?;
    let version = |(number, step, at): (u32, String, _)| Version {
        number,
        step: Step::parse(&step).map_or_else(|| step.clone(), |step| lang.coded(step.zh(), step.code())),
        at: zone.minute(at).get(5..).unwrap_or_default().to_owned(),
        address: lang.to(&if number == cycle.version { base.clone() } else { format!("{base}?version={number}") }),
        is_shown: number == shown,
    };
    Ok(all.into_iter().map(version).collect())
}

/// The kinds in the order of the night, each with the number of its documents.
fn kinds_of(book: &Book, newest: &Book, view: &View, lang: Lang) -> Result<Vec<(Kind, usize)>, WebError> {
    let press = Press::new(book);
    let documents = view.documents(&press);
    let mut kinds = Vec::new();
    for of_kind in documents.chunk_by(|a, b| a.kind == b.kind) {
        let kind = of_kind[0].kind;
        let rows = of_kind.iter().take(ROWS_MAX).map(|document| SheetRow::new(&press, document, newest));
        let has_more = of_kind.len() > ROWS_MAX;
        let row = Kind {
            number: format!("{:02}", kind.number()),
            title: title(kind, lang),
            count: count(of_kind.len() as u64),
            sheets: rows.collect::<Result<_, _>>()?,
            is_open: of_kind.len() <= ROWS_OPEN,
            all: has_more.then(|| lang.to(&all_of(book, kind))),
        };
        kinds.push((row, of_kind.len()));
    }
    Ok(kinds)
}

fn all_of(book: &Book, kind: DocumentKind) -> String {
    format!("/cycles/{}/sheets/{}?version={}", segment(&book.cycle.cycle_code), kind.code(), book.version)
}
