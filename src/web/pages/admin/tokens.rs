//! 令牌: machines that hold a token. Its secret is shown once.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Scope;
use crate::domain::time::Moment;
use crate::store::{master, tokens};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::pager::Pager;
use crate::web::pages::warehouse::Tab;
use crate::web::words::Lang;

/// Tokens on one page.
const ROWS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/admin/tokens.html")]
struct TokensPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    pager: Pager,
    scopes: Vec<(&'static str, String)>,
    leaders: Vec<(String, String)>,
}

struct Row {
    id: i64,
    name: String,
    scopes: String,
    made_at: String,
    revoked_at: Option<String>,
}

/// Which page of them.
#[derive(Debug, Deserialize)]
pub struct TokensQuery {
    /// From 1.
    page: Option<usize>,
}

/// `GET /admin/tokens`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    query: web::Query<TokensQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let zone = site.desk().zone;
        let row = |row: tokens::TokenRow| Row {
            id: row.id,
            scopes: row.scopes().iter().map(|scope| lang.say(scope.zh(), scope.code())).collect::<Vec<_>>().join(" · "),
            made_at: zone.minute(Moment(row.made_at)),
            revoked_at: row.revoked_at.map(|at| zone.minute(Moment(at))),
            name: row.name,
        };
        let leaders = master::leader::all(db)?.into_iter().map(|row| (row.leader_code, row.name));
        let address = |page| lang.to(&format!("/admin/tokens?page={page}"));
        let (shown, pager) = Pager::cut(tokens::all(db)?, query.page, ROWS_MAX, address);
        Ok(TokensPage {
            rows: shown.into_iter().map(row).collect(),
            pager,
            scopes: Scope::ALL.iter().map(|scope| (scope.code(), lang.coded(scope.zh(), scope.code()))).collect(),
            leaders: leaders.collect(),
            tabs: tabs(&caller, "/admin/tokens", lang),
            frame: frame(site, visitor, "/admin/tokens", lang),
        })
    });
    page_answer(lang, done.await)
}
