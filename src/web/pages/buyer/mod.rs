//! 采购: live totals while orders come, then one table a supplier with what is bought and what it leaves over, and where
//! each purchase order stands.

mod bars;
mod board;
mod line;
mod live;
pub mod picture;
pub mod plots;
mod section;
mod words;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::facts::Cycle;
use crate::domain::states::CycleState;
use crate::store::backend::Db;
use crate::store::cycles;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::assets;
use crate::web::caller::Visitor;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::site::Site;
use crate::web::words::{Lang, day, segment, span};
use board::Board;
use live::Live;

/// Cycles that can be chosen at the head; `/` lists all.
const CYCLES_MAX: usize = 6;

#[derive(Template)]
#[template(path = "pages/buyer/buyer.html")]
struct BuyerPage {
    frame: Frame,
    cycles: Vec<Choice>,
    /// None where there is no cycle to buy for.
    shown: Option<Shown>,
}

/// A cycle that can be chosen.
struct Choice {
    address: String,
    code: String,
    state: String,
    is_shown: bool,
}

/// The cycle that is looked at.
struct Shown {
    code: String,
    name: String,
    state: &'static str,
    state_words: String,
    window: String,
    pickup: String,
    live: Option<Live>,
    board: Option<Board>,
    /// Where its plots are.
    plots: String,
}

impl BuyerPage {
    fn script(&self) -> &'static str {
        assets::buyer_script()
    }
}

/// Which cycle, and whose order of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BuyerQuery {
    cycle: Option<String>,
    supplier: Option<String>,
    warehouse: Option<String>,
}

/// `GET /buyer`
pub async fn show(site: Shared, request: HttpRequest, visitor: Visitor, query: web::Query<BuyerQuery>) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| page(site, db, &query, visitor, lang));
    page_answer(lang, done.await)
}

fn page(site: &Site, db: &mut Db, query: &BuyerQuery, visitor: Visitor, lang: Lang) -> Result<BuyerPage, WebError> {
    let zone = site.desk().zone;
    let all: Vec<Cycle> = cycles::all(db)?.iter().map(|row| row.card()).collect();
    let Some(cycle) = chosen(&all, query.cycle.as_deref())? else {
        return Ok(BuyerPage {
            frame: Frame::new(lang, "/buyer".into()).seen_by(visitor, zone),
            cycles: Vec::new(),
            shown: None,
        });
    };
    let here = format!("/buyer?cycle={}", segment(&cycle.cycle_code));
    let choice = |other: &Cycle| Choice {
        address: lang.to(&format!("/buyer?cycle={}", segment(&other.cycle_code))),
        code: other.cycle_code.clone(),
        state: lang.state(other.state),
        is_shown: other.id == cycle.id,
    };
    let is_live = matches!(cycle.state, CycleState::Draft | CycleState::Open);
    Ok(BuyerPage {
        cycles: near(&all, cycle).map(choice).collect(),
        shown: Some(Shown {
            live: if is_live { Some(Live::read(site, db, cycle, lang)?) } else { None },
            board: if cycle.state.is_frozen() { Some(Board::read(site, db, cycle, query, lang)?) } else { None },
            state: cycle.state.code(),
            state_words: lang.state(cycle.state),
            window: span(&zone.minute(cycle.opens_at), &zone.minute(cycle.cutoff_at)),
            pickup: day(cycle.pickup_date, lang),
            plots: lang.to(&format!("/buyer/plots?cycle={}", segment(&cycle.cycle_code))),
            code: cycle.cycle_code.clone(),
            name: cycle.name.clone(),
        }),
        frame: Frame::new(lang, here).seen_by(visitor, zone),
    })
}

/// The cycle that is asked for; else the one whose purchases are being decided, else the one that takes orders, else the
/// latest.
fn chosen<'c>(all: &'c [Cycle], code: Option<&str>) -> Result<Option<&'c Cycle>, WebError> {
    if let Some(code) = code {
        let found = all.iter().find(|cycle| cycle.cycle_code == code);
        return found.map(Some).ok_or_else(|| WebError::missing("团期", "cycle", code));
    }
    let in_state = |states: &[CycleState]| all.iter().find(|cycle| states.contains(&cycle.state));
    let busy = in_state(&[CycleState::Procured]).or_else(|| in_state(&[CycleState::Open]));
    Ok(busy.or_else(|| in_state(&[CycleState::Frozen])).or_else(|| all.first()))
}

/// The latest cycles, and among them the one that is shown.
fn near<'c>(all: &'c [Cycle], shown: &'c Cycle) -> impl Iterator<Item = &'c Cycle> {
    let first = all.iter().filter(|cycle| cycle.state != CycleState::Cancelled).take(CYCLES_MAX);
    let is_among = first.clone().any(|cycle| cycle.id == shown.id);
    first.chain((!is_among).then_some(shown))
}
