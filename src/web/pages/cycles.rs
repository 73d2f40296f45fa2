//! The first page: every cycle with its state, window, pickup date and totals.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::access::Operation;
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::states::CycleState;
use crate::domain::time::Zone;
use crate::flow::count_totals::{Totals, count_leaders, count_totals};
use crate::store::backend::Db;
use crate::store::{cycles, freeze};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::scope::View;
use crate::web::site::Site;
use crate::web::words::{Lang, count, day, segment, span, unsigned, yuan};

/// Cycles on the page; the earlier ones are in the API.
const ROWS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/cycles.html")]
struct CyclesPage {
    frame: Frame,
    as_of: String,
    rows: Vec<Row>,
    more: usize,
}

struct Row {
    address: String,
    code: String,
    name: String,
    state: &'static str,
    state_words: String,
    window: String,
    pickup: String,
    sums: Option<Sums>,
    has_sheets: bool,
}

/// A cycle's totals as printed.
pub struct Sums {
    pub orders: String,
    pub lines: String,
    pub pieces: String,
    pub sales: String,
    /// Pieces of orders that do not count because they are unpaid.
    pub unpaid: Option<String>,
    /// Of a frozen cycle: what its closing figures add up to.
    pub checksum: Option<String>,
}

/// `GET /`
pub async fn show(site: Shared, request: HttpRequest, caller: Caller, visitor: Visitor) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| page(site, db, &View::of(&caller, Operation::ShowTotals), visitor, lang));
    page_answer(lang, done.await)
}

fn page(site: &Site, db: &mut Db, view: &View, visitor: Visitor, lang: Lang) -> Result<CyclesPage, WebError> {
    let desk = site.desk();
    let all = cycles::all(db)?;
    let rows = all.iter().take(ROWS_MAX).map(|found| row(db, &found.card(), view, desk.zone, lang));
    Ok(CyclesPage {
        rows: rows.collect::<Result<_, _>>()?,
        frame: Frame::new(lang, "/".into()).seen_by(visitor, desk.zone),
        as_of: desk.zone.minute(desk.now),
        more: all.len().saturating_sub(ROWS_MAX),
    })
}

fn row(db: &mut Db, card: &Cycle, view: &View, zone: Zone, lang: Lang) -> Result<Row, WebError> {
    Ok(Row {
        address: lang.to(&format!("/cycles/{}", segment(&card.cycle_code))),
        code: card.cycle_code.clone(),
        name: card.name.clone(),
        state: card.state.code(),
        state_words: lang.state(card.state),
        window: span(&zone.minute(card.opens_at), &zone.minute(card.cutoff_at)),
        pickup: day(card.pickup_date, lang),
        sums: sums(db, card, view)?,
        has_sheets: card.state.is_frozen() && card.version > 1,
    })
}

/// The closing figures of a frozen cycle, a recount of an open one or for a leader, nothing of a draft.
fn sums(db: &mut Db, card: &Cycle, view: &View) -> Result<Option<Sums>, WebError> {
    if let Some(closed) = Sums::closed(db, card, view)? {
        return Ok(Some(closed));
    }
    Ok(recount(db, card, view)?.map(|totals| Sums::of(&totals)))
}

/// The totals of a cycle that takes or took orders, counted now, as far as they are seen.
pub fn recount(db: &mut Db, card: &Cycle, view: &View) -> Result<Option<Totals>, WebError> {
    if matches!(card.state, CycleState::Draft | CycleState::Cancelled) {
        return Ok(None);
    }
    Ok(match view {
        View::Nothing => None,
        View::Leaders(leader_ids) => Some(count_leaders(db, &card.cycle_code, leader_ids)?),
        View::All => Some(count_totals(db, &card.cycle_code)?),
    })
}

impl Sums {
    /// What a frozen cycle closed with, for whoever sees all of it.
    pub fn closed(db: &mut Db, card: &Cycle, view: &View) -> Result<Option<Sums>, WebError> {
        if *view != View::All {
            return Ok(None);
        }
        Ok(freeze::closing(db, card.id)?.map(|closing| Sums {
            orders: count(unsigned(closing.order_count)),
            lines: count(unsigned(closing.line_count)),
            pieces: count(unsigned(closing.pieces)),
            sales: yuan(Fen(closing.amount_fen)),
            unpaid: None,
            checksum: Some(closing.checksum),
        }))
    }

    pub fn of(totals: &Totals) -> Sums {
        Sums {
            orders: count(totals.orders),
            lines: count(totals.lines),
            pieces: count(totals.ordered_qty),
            sales: yuan(Fen(totals.sales_fen)),
            unpaid: (totals.unpaid_qty > 0).then(|| count(totals.unpaid_qty)),
            checksum: None,
        }
    }
}
