//! Tokens of machines, and the security log.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::Scope;
use crate::domain::secret::token_text;
use crate::domain::time::Moment;
use crate::flow::machines::{add_token, revoke_token};
use crate::store::{security_log as log, tokens};
use crate::web::answers::{Shared, ask};
use crate::web::api::users::{answered, done_or_not};
use crate::web::body::Given;
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// A machine's token; its secret is told only when it is made.
#[derive(Serialize, ToSchema)]
pub struct TokenObject {
    token_id: i64,
    name: String,
    scopes: Vec<&'static str>,
    #[schema(format = "date-time")]
    made_at: String,
    #[schema(format = "date-time")]
    revoked_at: Option<String>,
}

/// Every token, by name.
#[derive(Serialize, ToSchema)]
pub struct TokenList {
    tokens: Vec<TokenObject>,
}

/// Every machine's token.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "access", responses((status = 200, body = TokenList)))]
pub async fn list(site: Shared, request: HttpRequest) -> HttpResponse {
    let asked = ask(&site, move |site, db| {
        let zone = site.desk().zone;
        let object = |row: tokens::TokenRow| TokenObject {
            token_id: row.id,
            scopes: row.scopes().iter().map(|scope| scope.code()).collect(),
            made_at: zone.rfc3339(Moment(row.made_at)),
            revoked_at: row.revoked_at.map(|at| zone.rfc3339(Moment(at))),
            name: row.name,
        };
        Ok(TokenList { tokens: tokens::all(db)?.into_iter().map(object).collect() })
    });
    answered(&request, asked.await, HttpResponse::Ok())
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    name: String,
    scopes: Vec<String>,
    /// Codes of the leaders it is for; none: all.
    #[serde(default)]
    leaders: Vec<String>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
pub struct NewTokenAnswer {
    token_id: i64,
    /// Told this once; to be sent as `Authorization: Bearer …`.
    token: String,
}

/// Makes a token.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "add_token", tag = "access", request_body = NewTokenBody,
    responses((status = 201, body = NewTokenAnswer)))]
pub async fn add(site: Shared, request: HttpRequest, caller: Caller, Given(body): Given<NewTokenBody>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let unknown = |code: &str| WebError::bad(format!("没有权限“{code}”"), format!("there is no scope {code:?}"));
        let scope = |code: &String| Scope::parse(code).ok_or_else(|| unknown(code));
        let scopes = body.scopes.iter().map(scope).collect::<Result<Vec<_>, _>>()?;
        let made = add_token(db, &site.desk(), &caller.actor(), &body.name, &scopes, &body.leaders)?;
        Ok(NewTokenAnswer { token_id: made.id, token: token_text(&made.secret) })
    });
    answered(&request, done.await, HttpResponse::Created())
}

/// Revokes a token, at once.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "access", params(("id" = i64, Path)),
    responses((status = 204)))]
pub async fn revoke(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        revoke_token(db, &site.desk(), &caller.actor(), *id)?;
        site.machines().forget();
        Ok(())
    });
    done_or_not(&request, done.await)
}

/// Which part of the log.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    limit: Option<u32>,
}

/// What happened at the door or with what is guarded.
#[derive(Serialize, ToSchema)]
pub struct LogEntry {
    #[schema(format = "date-time")]
    at: String,
    act: String,
    actor: String,
    subject: String,
    detail: String,
    request_id: String,
    /// The chain, the place in it, and the hash that covers the entry and all before it in its chain.
    chain: i32,
    seq: i64,
    hash: String,
}

/// The newest entries.
#[derive(Serialize, ToSchema)]
pub struct LogAnswer {
    entries: Vec<LogEntry>,
}

/// The security log, the newest first.
#[utoipa::path(get, path = "/api/v1/security-log", operation_id = "show_security_log", tag = "access",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 500)),
    responses((status = 200, body = LogAnswer)))]
pub async fn security_log(site: Shared, request: HttpRequest, query: web::Query<LogQuery>) -> HttpResponse {
    let asked = ask(&site, move |site, db| {
        let limit = query.limit.unwrap_or(100);
        if !(1..=500).contains(&limit) {
            return Err(WebError::bad("limit 须在 1–500 之间", "limit must be 1 to 500"));
        }
        let zone = site.desk().zone;
        let entry = |row: log::LogRow| LogEntry {
            at: zone.rfc3339(Moment(row.at)),
            act: row.act,
            actor: row.actor,
            subject: row.subject,
            detail: row.detail,
            request_id: row.request_id,
            chain: row.chain,
            seq: row.seq,
            hash: row.hash,
        };
        Ok(LogAnswer { entries: log::newest(db, i64::from(limit))?.into_iter().map(entry).collect() })
    });
    answered(&request, asked.await, HttpResponse::Ok())
}
