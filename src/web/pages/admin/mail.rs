//! 邮件: letters as they stand, and trying one again.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::letters::{LetterState, Template as LetterTemplate};
use crate::domain::time::Moment;
use crate::store::outbox;
use crate::store::recipients::shown;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::warehouse::Tab;
use crate::web::words::{Lang, count, unsigned};

/// Letters on one page.
const ROWS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/admin/mail.html")]
struct MailPage {
    frame: Frame,
    tabs: Vec<Tab>,
    states: Vec<Tab>,
    rows: Vec<Row>,
    total: String,
    pager: Pager,
}

struct Row {
    id: i64,
    about: String,
    to: String,
    mark: &'static str,
    state: String,
    at: String,
    tries: i32,
    error: String,
    can_retry: bool,
}

/// Which letters.
#[derive(Debug, Deserialize)]
pub struct MailQuery {
    #[serde(default)]
    state: String,
    /// From 1.
    page: Option<usize>,
}

/// `GET /admin/mail`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    query: web::Query<MailQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let (state, at) = (LetterState::parse(&query.state), query.page.unwrap_or(1).clamp(1, 10_000));
        let (letters, total) = outbox::list(db, state, ROWS_MAX as i64, ((at - 1) * ROWS_MAX) as i64)?;
        let zone = site.desk().zone;
        let mut rows = Vec::new();
        for letter in &letters {
            rows.push(row(letter, shown(db, letter)?, zone, lang));
        }
        let code = state.map_or("", LetterState::code);
        let address = |page| lang.to(&format!("/admin/mail?state={code}&page={page}"));
        Ok(MailPage {
            rows,
            states: states(state, lang),
            total: count(unsigned(total)),
            pager: Pager::new(Some(at), unsigned(total) as usize, ROWS_MAX, address),
            tabs: tabs(&caller, "/admin/mail", lang),
            frame: frame(site, visitor, "/admin/mail", lang),
        })
    });
    page_answer(lang, done.await)
}

fn states(shown: Option<LetterState>, lang: Lang) -> Vec<Tab> {
    let all =
        Tab { address: lang.to("/admin/mail"), name: lang.say("全部", "All").to_owned(), is_here: shown.is_none() };
    let of = |state: &LetterState| Tab {
        address: lang.to(&format!("/admin/mail?state={}", state.code())),
        name: lang.coded(state.zh(), state.code()),
        is_here: shown == Some(*state),
    };
    std::iter::once(all).chain(LetterState::ALL.iter().map(of)).collect()
}

fn row(letter: &outbox::Letter, to: String, zone: crate::domain::time::Zone, lang: Lang) -> Row {
    let state = letter.state();
    let template: LetterTemplate = letter.template();
    let at = letter.sent_at.unwrap_or(letter.created_at);
    Row {
        id: letter.id,
        about: lang.coded(template.zh(), template.code()),
        to,
        mark: match state {
            LetterState::Sent | LetterState::Shared => "settled",
            LetterState::Dead => "cancelled",
            LetterState::Queued | LetterState::Sending => "open",
        },
        state: lang.coded(state.zh(), state.code()),
        at: zone.minute(Moment(at)),
        tries: letter.tries,
        error: letter.last_error.clone().unwrap_or_default(),
        can_retry: matches!(state, LetterState::Dead | LetterState::Queued),
    }
}
