//! Letters: what waits, what was sent, what did not arrive, and trying again.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::letters::LetterState;
use crate::domain::time::{Moment, Zone};
use crate::flow::retry_letter::retry_letter;
use crate::store::backend::{Db, StoreError};
use crate::store::outbox::{self, Letter};
use crate::store::recipients::shown;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::Slice;
use crate::web::errors::WebError;

/// Which letters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// queued, sending, sent, shared, dead
    state: Option<String>,
    limit: Option<u32>,
    offset: Option<u32>,
}

/// A letter as it stands; its words and addresses are nowhere kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterAnswer {
    /// A number of up to 19 digits.
    id: String,
    /// queued, sending, sent, shared (to the people of a role) or dead
    state: String,
    template: String,
    /// What it is about: no second letter is about the same.
    about: String,
    /// supplier, leader, role, user or address
    recipient: String,
    /// Code and name of the recipient.
    to: String,
    version: Option<i32>,
    tries: i32,
    last_error: Option<String>,
    message_id: Option<String>,
    created_at: String,
    next_try_at: String,
    sent_at: Option<String>,
}

/// Letters, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterList {
    mail: Vec<LetterAnswer>,
    total: i64,
    /// The address of the next slice.
    next: Option<String>,
}

fn answer(db: &mut Db, letter: &Letter, zone: Zone) -> Result<LetterAnswer, StoreError> {
    let time = |at: i64| zone.rfc3339(Moment(at));
    Ok(LetterAnswer {
        id: letter.id.to_string(),
        state: letter.state.clone(),
        template: letter.template.clone(),
        about: letter.business_key.clone(),
        recipient: letter.recipient.clone(),
        to: shown(db, letter)?,
        version: letter.version,
        tries: letter.tries,
        last_error: letter.last_error.clone(),
        message_id: letter.message_id.clone(),
        created_at: time(letter.created_at),
        next_try_at: time(letter.next_try_at),
        sent_at: letter.sent_at.map(time),
    })
}

/// `GET /api/v1/mail`: the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/mail",
    operation_id = "list_mail",
    tag = "mail",
    params(
        ("state" = Option<String>, Query, description = "queued, sending, sent, shared or dead"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, description = "A slice of the letters.", body = LetterList)),
)]
pub async fn list(site: Shared, query: web::Query<ListQuery>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let slice = Slice::new(query.limit, query.offset)?;
        let unknown = || WebError::bad("state 不认识", "state is queued, sending, sent, shared or dead");
        let state = query.state.as_deref().map(|text| LetterState::parse(text).ok_or_else(unknown)).transpose()?;
        let ((limit, offset), zone) = (slice.bounds(), site.desk().zone);
        let (letters, total) = outbox::list(db, state, limit, offset)?;
        let mail = letters.iter().map(|letter| answer(db, letter, zone)).collect::<Result<Vec<_>, _>>()?;
        let after = offset + mail.len() as i64;
        let next = (after < total && !mail.is_empty()).then(|| {
            let state = state.map_or(String::new(), |state| format!("&state={}", state.code()));
            format!("/api/v1/mail?limit={limit}&offset={after}{state}")
        });
        Ok(json(LetterList { mail, total, next }))
    });
    json_answer(done.await)
}

/// `POST /api/v1/mail/{id}/retry`: queues a dead or waiting letter at once, under the same Message-ID.
#[utoipa::path(
    post,
    path = "/api/v1/mail/{id}/retry",
    operation_id = "retry_mail",
    tag = "mail",
    params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The letter.", body = LetterAnswer),
    ),
)]
pub async fn retry(site: Shared, id: web::Path<i64>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let desk = site.desk();
        let letter = retry_letter(db, &desk, *id)?;
        Ok(json(answer(db, &letter, desk.zone)?))
    });
    json_answer(done.await)
}

fn json(answer: impl Serialize) -> serde_json::Value {
    serde_json::to_value(answer).expect("an answer is plain data")
}
