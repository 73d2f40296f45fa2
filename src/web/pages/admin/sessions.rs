//! 登录: who is signed in, on what, and since when. An admin ends any of them.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::time::{Moment, Zone};
use crate::store::sessions::{self, SessionRow};
use crate::store::users::UserRow;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::warehouse::Tab;
use crate::web::words::{Lang, count};

/// Sessions on one page.
const ROWS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/admin/sessions.html")]
struct SessionsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    total: String,
    pager: Pager,
}

struct Row {
    id: i64,
    name: String,
    login_name: String,
    device: String,
    made_at: String,
    seen_at: String,
    ends_at: String,
    /// The one that looks.
    is_this: bool,
}

/// Which page of them.
#[derive(Debug, Deserialize)]
pub struct SessionsQuery {
    /// From 1.
    page: Option<usize>,
}

/// `GET /admin/sessions`: the last seen first.
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    query: web::Query<SessionsQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let desk = site.desk();
        let own = match caller.principal {
            Principal::Person { session_id, .. } => session_id,
            _ => 0,
        };
        let mut live = sessions::all(db, desk.now)?;
        live.retain(|(session, _)| session.is_live(desk.now));
        let address = |page| lang.to(&format!("/admin/sessions?page={page}"));
        let (shown, pager) = Pager::cut(live, query.page, ROWS_MAX, address);
        Ok(SessionsPage {
            rows: shown.into_iter().map(|(session, user)| row(session, user, own, desk.zone)).collect(),
            total: count(pager.total as u64),
            pager,
            tabs: tabs(&caller, "/admin/sessions", lang),
            frame: frame(site, visitor, "/admin/sessions", lang),
        })
    });
    page_answer(lang, done.await)
}

fn row(session: SessionRow, user: UserRow, own: i64, zone: Zone) -> Row {
    let time = |at: i64| zone.minute(Moment(at));
    Row {
        id: session.id,
        name: user.display_name,
        login_name: user.login_name,
        made_at: time(session.made_at),
        seen_at: time(session.seen_at),
        ends_at: time(session.ends_at),
        is_this: session.id == own,
        device: session.device,
    }
}
