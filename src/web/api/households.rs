//! What a leader does for a household beside handing out: joins and parts households, calls, gives cash back.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::money::Fen;
use crate::flow::join_households::{JoinHouseholds, Regroup, join_households};
use crate::flow::return_cash::{ReturnCash, return_cash};
use crate::flow::show_phone::show_phone;
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::handover::{answer, sender};
use crate::web::api::pickups::fault;
use crate::web::body::parsed;
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;

/// Orders of one change.
const ORDERS_MAX: usize = 200;

/// A change of who collects together: groups, or the undo of a change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HouseholdsBody {
    /// Made by the phone: 1–48 letters, digits, `-` or `_`. The same twice is one change.
    change_id: String,
    /// Order numbers: the residents of each group collect together.
    #[serde(default)]
    #[schema(max_items = 200)]
    groups: Vec<Vec<String>>,
    /// The change that is taken back.
    undoes: Option<String>,
}

/// A change that was made.
#[derive(Serialize, ToSchema)]
pub struct HouseholdsAnswer {
    change_id: String,
}

/// Joins or parts households at a point, for all its cycles, or takes such a change back. Sheets stay as they are.
#[utoipa::path(
    post, path = "/api/v1/households", operation_id = "join_households", tag = "pickups", request_body = HouseholdsBody,
    responses((status = 200, description = "The change is on disk.", body = HouseholdsAnswer)),
)]
pub async fn join(site: Shared, caller: Caller, body: web::Bytes) -> HttpResponse {
    let act = match sound(&caller, &body) {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        join_households(db, &site.desk(), &act)?;
        answer(&HouseholdsAnswer { change_id: act.change_id })
    });
    json_answer(done.await)
}

fn sound(caller: &Caller, body: &[u8]) -> Result<JoinHouseholds, WebError> {
    let HouseholdsBody { change_id, groups, undoes } = parsed(body)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut faults = Vec::new();
    if !(1..=48).contains(&change_id.len()) || !change_id.chars().all(is_plain) {
        let (zh, en) = ("只用字母、数字、- 和 _，最多 48 个", "use 1 to 48 letters, digits, - or _");
        faults.push(fault("change_id", "not_an_id", zh, en));
    }
    let count: usize = groups.iter().map(Vec::len).sum();
    if (count == 0) == undoes.is_none() || count > ORDERS_MAX {
        faults.push(fault(
            "groups",
            "out_of_bounds",
            "要有 1–200 个订单，或要撤销的改动",
            "needs 1 to 200 orders, or a change to undo",
        ));
    }
    if !faults.is_empty() {
        return Err(WebError::Fields(faults));
    }
    let regroup = undoes.map_or(Regroup::Groups(groups), Regroup::Undo);
    Ok(JoinHouseholds { change_id, regroup, within: caller.within(), by: caller.key() })
}

/// Whom to call.
#[derive(Serialize, ToSchema)]
pub struct PhoneAnswer {
    /// Empty where none was given.
    phone: String,
}

/// A resident's phone, for a call. Each is noted, and no one gets more in a day than there are open households.
#[utoipa::path(
    post, path = "/api/v1/orders/{no}/call", operation_id = "call_resident", tag = "pickups",
    params(("no" = String, Path, description = "The order's number")),
    responses((status = 200, description = "The phone.", body = PhoneAnswer)),
)]
pub async fn call(site: Shared, request: HttpRequest, caller: Caller, no: web::Path<String>) -> HttpResponse {
    let request_id = RequestId::of(&request).0;
    let done = ask(&site, move |site, db| {
        let phone = show_phone(db, &site.desk(), &no, &caller.within(), &caller.actor(), &request_id)?;
        answer(&PhoneAnswer { phone })
    });
    json_answer(done.await)
}

/// Cash that was given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CashBody {
    /// What the household was given.
    #[schema(minimum = 1)]
    amount_fen: i64,
}

/// What was given back.
#[derive(Serialize, ToSchema)]
pub struct CashAnswer {
    order_no: String,
    amount_fen: i64,
}

/// Says that what goes back for an order was given back in cash. The same key is the same cash; an amount that is not
/// what is due by now is refused (`amount_differs`).
#[utoipa::path(
    post, path = "/api/v1/orders/{no}/cash-back", operation_id = "return_cash", tag = "orders",
    request_body = CashBody,
    params(
        ("no" = String, Path, description = "The order's number"),
        (
            "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
            description = "1–64 visible ASCII characters, new for each act",
        ),
    ),
    responses((status = 200, description = "Given back.", body = CashAnswer)),
)]
pub async fn cash_back(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    no: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let act = match sound_cash(&request, &caller, no.into_inner(), &body) {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let done = return_cash(db, &site.desk(), &act)?;
        answer(&CashAnswer { order_no: done.order_no, amount_fen: done.amount_fen })
    });
    json_answer(done.await)
}

fn sound_cash(request: &HttpRequest, caller: &Caller, order_no: String, body: &[u8]) -> Result<ReturnCash, WebError> {
    // The order is part of what the key was given to.
    let sender = sender(caller, request, &[order_no.as_bytes(), b"\n", body].concat())?;
    let CashBody { amount_fen } = parsed(body)?;
    if amount_fen < 1 {
        return Err(WebError::Fields(vec![fault("amount_fen", "out_of_bounds", "应大于 0", "must be above 0")]));
    }
    let (within, actor, request_id) = (caller.within(), caller.actor(), RequestId::of(request).0);
    Ok(ReturnCash { order_no, amount: Fen(amount_fen), within, sender, actor, request_id })
}
