//! Money that came for orders, marked one by one or all of a leader's at once.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::flow::intake::{Act, Done, OrderAct};
use crate::flow::mark_payments::{Chosen, MarkAll, MarkedAll, Paid, PaidAs};
use crate::web::answers::{Shared, json_answer, refused};
use crate::web::api::order_schemas::{Marked, MarkedAll as MarkedAllSchema};
use crate::web::api::orders::mixed_up;
use crate::web::body::parsed;
use crate::web::caller::Caller;

/// `POST /api/v1/orders/{no}/payment`: the money is in hand. Done again it tells what already is.
#[utoipa::path(
    post, path = "/api/v1/orders/{no}/payment", operation_id = "mark_payment", tag = "orders",
    params(("no" = String, Path, description = "The order's number")),
    responses(
        (status = 200, description = "Recorded: paid, already, or paid_after_cutoff, which goes back in full", body = Marked),
    )
)]
pub async fn mark(site: Shared, caller: Caller, no: web::Path<String>) -> HttpResponse {
    let act = OrderAct { order_no: no.into_inner(), within: caller.within(), by: caller.key() };
    match site.intake.ask(Act::MarkPaid(act)).await {
        Ok(Done::Paid(paid)) => HttpResponse::Ok().json(paid_json(&paid)),
        Ok(_) => refused(&site, &mixed_up()),
        Err(error) => refused(&site, &error),
    }
}

/// Which orders of a leader are paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentsBody {
    /// The leader's code.
    leader: String,
    /// `all` that are unpaid, or a list of order numbers.
    orders: ChosenBody,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
enum ChosenBody {
    Word(Word),
    Numbers(Vec<String>),
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Word {
    All,
}

/// `POST /api/v1/cycles/{code}/payments`: all of a leader's orders, or those that are named.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/payments", operation_id = "mark_payments", tag = "orders",
    request_body = PaymentsBody, params(("code" = String, Path, description = "The cycle's code")),
    responses(
        (status = 200, description = "Each order with what became of its money", body = MarkedAllSchema),
    )
)]
pub async fn mark_all(site: Shared, caller: Caller, code: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let body: PaymentsBody = match parsed(&body) {
        Ok(body) => body,
        Err(error) => return refused(&site, &error),
    };
    let chosen = match body.orders {
        ChosenBody::Word(Word::All) => Chosen::All,
        ChosenBody::Numbers(numbers) => Chosen::Numbers(numbers),
    };
    let (within, by) = (caller.within(), caller.key());
    let act = MarkAll { cycle_code: code.into_inner(), leader_code: body.leader, chosen, within, by };
    match site.intake.ask(Act::MarkAllPaid(act)).await {
        Ok(Done::PaidAll(marked)) => json_answer(Ok(marked_json(&marked))),
        Ok(_) => refused(&site, &mixed_up()),
        Err(error) => refused(&site, &error),
    }
}

fn paid_json(paid: &Paid) -> Value {
    json!({ "order_no": paid.order_no, "status": paid.paid_as.code(), "amount_fen": paid.amount_fen })
}

fn marked_json(marked: &MarkedAll) -> Value {
    let count = |paid_as| marked.orders.iter().filter(|paid| paid.paid_as == paid_as).count();
    json!({
        "orders": marked.orders.iter().map(paid_json).collect::<Vec<_>>(),
        "paid": count(PaidAs::Paid), "already": count(PaidAs::Already),
        "paid_after_cutoff": count(PaidAs::AfterCutoff),
    })
}
