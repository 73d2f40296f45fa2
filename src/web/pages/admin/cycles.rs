//! 团期: making one, cloning one with its offers, opening it.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Days;

use crate::domain::facts::{Payment, Rounding, ShortageRule};
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::store::backend::Db;
use crate::store::cycles::{self, CycleRow};
use crate::store::offers;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::Tab;
use crate::web::site::Site;
use crate::web::words::{Lang, day, segment, span};

/// Cycles on the page; the earlier ones are in the list of all.
const ROWS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "pages/admin/cycles.html")]
struct CyclesPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    more: usize,
    payments: Vec<(&'static str, String)>,
    roundings: Vec<(&'static str, String)>,
    rules: Vec<(&'static str, String)>,
}

struct Row {
    code: String,
    name: String,
    state: &'static str,
    state_words: String,
    window: String,
    pickup: String,
    offers: i64,
    address: String,
    can_open: bool,
    /// What a clone of it begins with: a day later, or the first day after that is free.
    next_code: String,
    next_opens: String,
    next_cutoff: String,
    next_pickup: String,
    terms: [String; 3],
}

/// `GET /admin/cycles`
pub async fn show(site: Shared, request: HttpRequest, (caller, visitor): (Caller, Visitor)) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &caller, visitor, lang)).await)
}

fn page(site: &Site, db: &mut Db, caller: &Caller, visitor: Visitor, lang: Lang) -> Result<CyclesPage, WebError> {
    let all = cycles::all(db)?;
    let shown = &all[..all.len().min(ROWS_MAX)];
    let counts = offers::counts(db, &shown.iter().map(|cycle| cycle.id).collect::<Vec<_>>())?;
    let rows = shown.iter().map(|cycle| row(site, cycle, counts.get(&cycle.id).copied(), &all, lang)).collect();
    let listed = |zh: &str, code: &'static str| (code, lang.coded(zh, code));
    Ok(CyclesPage {
        frame: frame(site, visitor, "/admin/cycles", lang),
        tabs: tabs(caller, "/admin/cycles", lang),
        rows,
        more: all.len().saturating_sub(ROWS_MAX),
        payments: Payment::ALL.iter().map(|one| listed(one.zh(), one.code())).collect(),
        roundings: Rounding::ALL.iter().map(|one| listed(one.zh(), one.code())).collect(),
        rules: ShortageRule::ALL.iter().map(|one| listed(one.zh(), one.code())).collect(),
    })
}

fn row(site: &Site, cycle: &CycleRow, offers: Option<i64>, all: &[CycleRow], lang: Lang) -> Row {
    let (card, zone) = (cycle.card(), site.desk().zone);
    // The first day on which no other cycle is picked up.
    let is_free = |days: &u64| {
        let date = card.pickup_date.checked_add_days(Days::new(*days)).unwrap_or(card.pickup_date);
        !all.iter().any(|other| other.pickup_date == date.to_string())
    };
    let later = (1..60).find(is_free).unwrap_or(1);
    let at = |moment: Moment| zone.minute(moment.plus(chrono::Duration::days(later as i64))).replace(' ', "T");
    let cutoff = at(card.cutoff_at);
    Row {
        offers: offers.unwrap_or(0),
        address: lang.to(&format!("/cycles/{}", segment(&card.cycle_code))),
        state: card.state.code(),
        state_words: lang.state(card.state),
        window: span(&zone.minute(card.opens_at), &zone.minute(card.cutoff_at)),
        pickup: day(card.pickup_date, lang),
        can_open: card.state == CycleState::Draft,
        next_code: cutoff.get(2..10).unwrap_or_default().replace('-', ""),
        next_opens: at(card.opens_at),
        next_pickup: card.pickup_date.checked_add_days(Days::new(later)).unwrap_or(card.pickup_date).to_string(),
        next_cutoff: cutoff,
        terms: [card.payment.code(), card.rounding.code(), card.shortage_rule.code()].map(str::to_owned),
        code: card.cycle_code,
        name: card.name,
    }
}
