//! 日志: the security log, the newest first, by kind of act and by whom.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::time::Moment;
use crate::store::{security_log, users};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::Tab;
use crate::web::words::Lang;

/// Entries on one page.
const ROWS_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "pages/admin/log.html")]
struct LogPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    acts: Vec<(String, bool)>,
    query: String,
    is_filtered: bool,
    back: Option<i64>,
    next: Option<i64>,
}

struct Row {
    at: String,
    act: String,
    is_refusal: bool,
    actor: String,
    subject: String,
    detail: String,
    request_id: String,
}

/// Which entries. Only the kind of act may stand in an address; a name is posted.
#[derive(Debug, Deserialize)]
pub struct LogQuery {
    #[serde(default)]
    act: String,
    /// Part of who did it, what it was done to, or the detail.
    #[serde(default)]
    q: String,
    /// From 1.
    page: Option<i64>,
}

/// The kind of act that a page begins with.
#[derive(Debug, Deserialize)]
pub struct ActQuery {
    #[serde(default)]
    act: String,
}

/// `GET /admin/log`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    person: (Caller, Visitor),
    query: web::Query<ActQuery>,
) -> HttpResponse {
    let query = LogQuery { act: query.into_inner().act, q: String::new(), page: None };
    page(site, Lang::of(&request), person, query).await
}

/// `POST /admin/log`: what is looked for.
pub async fn find(
    site: Shared,
    request: HttpRequest,
    person: (Caller, Visitor),
    query: web::Form<LogQuery>,
) -> HttpResponse {
    page(site, Lang::of(&request), person, query.into_inner()).await
}

async fn page(site: Shared, lang: Lang, (caller, visitor): (Caller, Visitor), query: LogQuery) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let zone = site.desk().zone;
        let names: HashMap<String, String> =
            users::all(db)?.into_iter().map(|user| (format!("user:{}", user.id), user.display_name)).collect();
        let at = query.page.unwrap_or(1).clamp(1, 10_000);
        // A name that is looked for stands in the log as an id; several people may have it.
        let wanted = query.q.trim();
        let ids: Vec<String> =
            names.iter().filter(|(_, name)| name.as_str() == wanted).map(|(id, _)| id.clone()).collect();
        let filter = security_log::Filter { act: &query.act, ids: &ids, part: wanted };
        let mut rows = security_log::filtered(db, filter, ROWS_MAX + 1, (at - 1) * ROWS_MAX)?;
        let has_more = rows.len() as i64 > ROWS_MAX;
        rows.truncate(ROWS_MAX as usize);
        let named = |id: &str| names.get(id).map_or_else(|| id.to_owned(), |name| format!("{name}（{id}）"));
        let row = |row: security_log::LogRow| Row {
            at: zone.second(Moment(row.at)),
            is_refusal: row.act.ends_with("refused"),
            act: row.act,
            actor: named(&row.actor),
            subject: named(&row.subject),
            detail: row.detail,
            request_id: row.request_id,
        };
        let acts = security_log::acts(db)?.into_iter().map(|act| (act.clone(), act == query.act));
        Ok(LogPage {
            rows: rows.into_iter().map(row).collect(),
            acts: acts.collect(),
            is_filtered: !query.act.is_empty() || !wanted.is_empty(),
            query: query.q.clone(),
            back: (at > 1).then(|| at - 1),
            next: has_more.then(|| at + 1),
            tabs: tabs(&caller, "/admin/log", lang),
            frame: frame(site, visitor, "/admin/log", lang),
        })
    });
    page_answer(lang, done.await)
}
