//! Copies of sheets: printed, handed out, taken back.

use std::collections::HashSet;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::book::Book;
use crate::domain::documents::{DocumentKind, Issue};
use crate::domain::paper::CopyAct;
use crate::flow::load_cycle::card;
use crate::flow::note_copies::{CopiesAct, OfSheet, note_copies};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::pack::is_printed_tonight;
use crate::web::api::schemas::Noted;
use crate::web::api::sheets::kind_of;
use crate::web::body::{Given, event_name};
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// Sheets named in one request; a whole night is printed by its pack.
const SHEETS_MAX: usize = 500;
const COPIES_MAX: u32 = 999;

/// What was done with copies.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopiesBody {
    /// Made by the sender, new for each act: 1–64 visible ASCII characters.
    event_id: String,
    /// printed, issued or collected
    act: String,
    #[serde(default = "one")]
    copies: u32,
    #[serde(default)]
    sheets: Vec<SheetBody>,
    /// Instead of naming sheets: all that the desk prints of a night, as the cycle stood at this version.
    tonight: Option<u32>,
}

/// A sheet at the version of its own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetBody {
    kind: String,
    key: String,
    version: u32,
}

fn one() -> u32 {
    1
}

/// Notes what was done with copies of sheets, the same number of each.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/copies", operation_id = "note_copies", tag = "sheets",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = CopiesBody,
    responses((status = 200, description = "Whether it was new.", body = Noted)),
)]
pub async fn note(
    site: Shared,
    caller: Caller,
    code: web::Path<String>,
    Given(body): Given<CopiesBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let tonight = match body.tonight {
            Some(version) => {
                let cycle = card(db, &code)?;
                all_of(&*site.book(db, &cycle, Some(version))?)
            }
            None => Vec::new(),
        };
        let act = act_of(body, tonight, &caller)?;
        Ok(json!({ "is_new": note_copies(db, &site.desk(), &code, &act)? }))
    });
    json_answer(done.await)
}

/// What the desk prints of a night.
fn all_of(book: &Book) -> Vec<OfSheet> {
    let printed = book.documents.iter().filter(|((kind, _), _)| is_printed_tonight(*kind));
    let sheet = |((kind, key), issue): (&(DocumentKind, String), &Issue)| OfSheet {
        kind: *kind,
        key: key.clone(),
        version: issue.version,
    };
    printed.map(sheet).collect()
}

fn act_of(body: CopiesBody, tonight: Vec<OfSheet>, caller: &Caller) -> Result<CopiesAct, WebError> {
    let CopiesBody { event_id, act, copies, sheets, tonight: night } = body;
    let act = CopyAct::parse(&act)
        .ok_or_else(|| WebError::bad("act 可用：printed issued collected", "act is printed, issued or collected"))?;
    let is_none = sheets.is_empty() && tonight.is_empty();
    if !(1..=COPIES_MAX).contains(&copies) || is_none || sheets.len() > SHEETS_MAX {
        return Err(WebError::bad("份数 1–999，单据 1–500 份", "1 to 999 copies of 1 to 500 sheets"));
    }
    let mut seen = HashSet::new();
    if night.is_some() && !sheets.is_empty() || !sheets.iter().all(|one| seen.insert((&one.kind, &one.key))) {
        let en = "name each sheet once, and none beside tonight";
        return Err(WebError::bad("每份单据只写一次；写了 tonight 就不再写 sheets", en));
    }
    let sheet = |SheetBody { kind, key, version }| Ok(OfSheet { kind: kind_of(&kind)?, key, version });
    let mut sheets = sheets.into_iter().map(sheet).collect::<Result<Vec<_>, WebError>>()?;
    sheets.extend(tonight);
    Ok(CopiesAct { event_id: event_name(event_id)?, act, copies, sheets, user_id: caller.user_id().ok() })
}
