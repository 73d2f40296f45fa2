//! Steps that take rows: the file that the command line takes too, or the same rows as JSON. All faults of the rows come
//! back at once, and then nothing was changed.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::domain::money::Fen;
use crate::flow::answered::Sender;
use crate::flow::import_file::Imported;
use crate::flow::load_cycle::card;
use crate::flow::place_orders::ActKey;
use crate::flow::receive_goods::Received;
use crate::flow::{Desk, FlowError, correct_orders, edit_plan, receive_goods};
use crate::store::backend::Db;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::orders::idempotency_key;
use crate::web::api::schemas::Taken;
use crate::web::body::{JSON_MAX, Upload, parse, to_file};
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// What whoever changes a plan looked at.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Seen {
    version: Option<u32>,
}

/// The buyer's cases, each with a reason. With the version of the cycle that the buyer looked at, nothing is changed that
/// the buyer has not seen: `plan_changed` where it has another by now.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/plan", operation_id = "edit_plan", tag = "cycles",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        ("version" = Option<u32>, Query, description = "The version of the cycle that was looked at"),
    ),
    request_body(content(
        (RowsBody = "application/json"),
        (String = "text/csv"),
    )),
    responses(
        (status = 200, description = "What came of the rows.", body = Taken),
    ),
)]
pub async fn plan(
    site: Shared,
    code: web::Path<String>,
    seen: web::Query<Seen>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    let step = move |db: &mut Db, desk: &Desk, code: &str, path: &Path, is_dry_run: bool| {
        edit_plan::edit_plan_seen(db, desk, code, path, is_dry_run, seen.version)
    };
    take(site, code.into_inner(), request, body, step).await
}

/// Arrivals. A key that was used before gets its first answer; a dry run uses none up.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/receipts", operation_id = "receive_goods", tag = "cycles",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        (
            "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
            description = "1–64 visible ASCII characters, new for each delivery",
        ),
    ),
    request_body(content(
        (RowsBody = "application/json"),
        (String = "text/csv"),
    )),
    responses(
        (status = 200, description = "What came of the rows.", body = Taken),
    ),
)]
pub async fn receipts(
    site: Shared,
    caller: Caller,
    code: web::Path<String>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    let is_json = is_json(&request);
    let (code, key) = (code.into_inner(), idempotency_key(request.headers()));
    let upload = match to_file(body, "rows.csv").await {
        Ok(upload) => upload,
        Err(error) => return json_answer(Err(error)),
    };
    let done = ask(&site, move |site, db| {
        let key = ActKey { key: key?, body_sha256: digest(&upload)? };
        let sender = Sender { by: caller.key(), key };
        let is_dry_run = is_json && to_table(&upload)?;
        let done = receive_goods::receive_once(db, &site.desk(), &code, &upload.path(), is_dry_run, &sender)?;
        let Received { state, version, rows, new, changed, same } = done;
        Ok(json!({
            "cycle_code": code, "state": state, "version": version, "rows": rows, "new": new, "changed": changed,
            "same": same, "dry_run": is_dry_run,
        }))
    });
    json_answer(done.await)
}

/// The SHA-256 of what was sent, as keys are kept with it.
fn digest(upload: &Upload) -> Result<String, WebError> {
    let mut file = fs::File::open(upload.path()).map_err(unreadable)?;
    let (mut hash, mut part) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut part).map_err(unreadable)? {
            0 => return Ok(STANDARD_NO_PAD.encode(hash.finalize())),
            length => hash.update(&part[..length]),
        }
    }
}

fn unreadable(error: std::io::Error) -> WebError {
    WebError::Broken(format!("an upload could not be read: {error}"))
}

/// Changes of frozen orders.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/corrections", operation_id = "correct_orders", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body(content(
        (RowsBody = "application/json"),
        (String = "text/csv"),
    )),
    responses(
        (status = 200, description = "What came of the rows.", body = Taken),
    ),
)]
pub async fn corrections(
    site: Shared,
    code: web::Path<String>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    take(site, code.into_inner(), request, body, correct_orders::correct_orders).await
}

/// The rows as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowsBody {
    rows: Vec<Map<String, Value>>,
    /// Check only.
    #[serde(default)]
    dry_run: bool,
}

async fn take<S>(site: Shared, code: String, request: HttpRequest, body: web::Payload, step: S) -> HttpResponse
where
    S: FnOnce(&mut Db, &Desk, &str, &Path, bool) -> Result<Imported, FlowError> + Send + 'static,
{
    let is_json = is_json(&request);
    let upload = match to_file(body, "rows.csv").await {
        Ok(upload) => upload,
        Err(error) => return json_answer(Err(error)),
    };
    let done = ask(&site, move |site, db| {
        let is_dry_run = is_json && to_table(&upload)?;
        let desk = site.desk();
        let done = step(db, &desk, &code, &upload.path(), is_dry_run)?;
        let cycle = card(db, &code)?;
        Ok(json!({
            "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
            "rows": done.rows, "new": done.new, "changed": done.changed, "same": done.same, "dry_run": is_dry_run,
        }))
    });
    json_answer(done.await)
}

pub(super) fn is_json(request: &HttpRequest) -> bool {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|value| value.starts_with("application/json"))
}

/// Turns rows as JSON into the table that the steps read, in place, and tells whether only to check them. So both come
/// to the same faults.
pub(super) fn to_table(upload: &Upload) -> Result<bool, WebError> {
    let path = upload.path();
    if fs::metadata(&path).map_err(unreadable)?.len() > JSON_MAX as u64 {
        return Err(WebError::TooLarge { limit: JSON_MAX });
    }
    let body: RowsBody = parse(&fs::read(&path).map_err(unreadable)?)?;
    let keys: BTreeSet<&String> = body.rows.iter().flat_map(Map::keys).collect();
    let mut table = csv::Writer::from_path(&path).map_err(|error| WebError::Broken(error.to_string()))?;
    let mut write = |cells: Vec<String>| table.write_record(cells).map_err(|error| WebError::Broken(error.to_string()));
    write(keys.iter().map(|key| key.strip_suffix("_fen").unwrap_or(key).to_owned()).collect())?;
    for (row, at) in body.rows.iter().zip(1..) {
        let cell = |key: &&String| cell_of(key, row.get(*key).unwrap_or(&Value::Null), at);
        write(keys.iter().map(cell).collect::<Result<_, _>>()?)?;
    }
    table.flush().map_err(unreadable)?;
    Ok(body.dry_run)
}

/// A value as a cell: money is told in fen and stands in yuan.
fn cell_of(key: &str, value: &Value, row: usize) -> Result<String, WebError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(yes) => Ok(u8::from(*yes).to_string()),
        Value::Number(number) if key.ends_with("_fen") => match number.as_i64() {
            Some(fen) => Ok(Fen(fen).yuan()),
            None => Err(wrong(key, row)),
        },
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
        Value::String(text) if !key.ends_with("_fen") => Ok(text.clone()),
        _ => Err(wrong(key, row)),
    }
}

fn wrong(key: &str, row: usize) -> WebError {
    WebError::bad(
        format!("第 {row} 行 {key}：须为文本、整数、true/false 或 null"),
        format!("row {row}, {key}: a text, a whole number, true, false or null is expected"),
    )
}
