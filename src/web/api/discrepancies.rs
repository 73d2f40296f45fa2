//! 差异 over HTTP: where two counts differ, the swaps that suggest themselves, and what becomes of each.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::discrepancy::{Hop, LiableParty, Problem, Remedy};
use crate::domain::money::Fen;
use crate::flow::decide_discrepancy::{Decide, decide_discrepancy};
use crate::flow::load_cycle::card;
use crate::flow::report_discrepancy::{ReportDiscrepancy, report_discrepancy};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::handover::answer;
use crate::web::api::schemas::Noted;
use crate::web::body::{Given, event_name};
use crate::web::caller::Caller;
use crate::web::differences::{Difference, SuggestedSwap, differences};
use crate::web::errors::WebError;

/// The differences of a cycle.
#[derive(Serialize, ToSchema)]
pub struct Discrepancies {
    discrepancies: Vec<Difference>,
    /// 串货: what is over at one point and short at another of the same trip.
    swaps: Vec<SuggestedSwap>,
    /// What is due from each party for differences that were decided, in fen.
    due_fen: HashMap<String, i64>,
}

/// Where two counts of the same goods differ, and what was decided of it.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/discrepancies", operation_id = "list_discrepancies", tag = "road",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses((status = 200, description = "The differences.", body = Discrepancies)),
)]
pub async fn list(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let cycle = card(db, &code)?;
        let (discrepancies, swaps) = differences(site, db, &cycle)?;
        let mut due_fen: HashMap<String, i64> = HashMap::new();
        for word in discrepancies.iter().filter_map(|one| one.word.as_ref()) {
            *due_fen.entry(word.liable_party.clone()).or_default() += word.amount_fen;
        }
        due_fen.retain(|_, fen| *fen != 0);
        answer(&Discrepancies { discrepancies, swaps, due_fen })
    });
    json_answer(done.await)
}

/// A difference that the desk enters.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscrepancyBody {
    /// Made by the sender, new for each report: 1–64 visible ASCII characters.
    event_id: String,
    /// supplier_central, central_grid, dock_truck or point_resident; those of truck_point come from the leaders' counts.
    hop: String,
    /// short, over, broken or wrong
    problem: String,
    /// The warehouse's code, of the first two hops.
    warehouse: Option<String>,
    /// The point's code, of the others.
    point: Option<String>,
    sku: String,
    #[schema(maximum = 1_000_000)]
    given_qty: u64,
    #[schema(maximum = 1_000_000)]
    found_qty: u64,
}

/// Enters a difference between two counts.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/discrepancies", operation_id = "report_discrepancy", tag = "road",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = DiscrepancyBody,
    responses((status = 200, description = "Whether it was new.", body = Noted)),
)]
pub async fn report(
    site: Shared,
    caller: Caller,
    code: web::Path<String>,
    Given(body): Given<DiscrepancyBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let hop = Hop::ALL.iter().copied().find(|hop| hop.code() == body.hop);
        let problem = Problem::ALL.iter().copied().find(|problem| problem.code() == body.problem);
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let act = ReportDiscrepancy {
            cycle_code: code.into_inner(),
            event_id: event_name(body.event_id)?,
            hop: hop.ok_or_else(|| one_of("hop", &codes(Hop::ALL, |hop| hop.code())))?,
            problem: problem.ok_or_else(|| one_of("problem", &codes(Problem::ALL, |one| one.code())))?,
            warehouse: filled(body.warehouse),
            point: filled(body.point),
            sku_code: body.sku,
            given_qty: body.given_qty,
            found_qty: body.found_qty,
            by: caller.key(),
        };
        answer(&report_discrepancy(db, &site.desk(), &act)?)
    });
    json_answer(done.await)
}

/// What becomes of a difference.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// Made by the sender, new for each word: 1–64 visible ASCII characters.
    event_id: String,
    /// refund, claim, deduction, swap or none
    remedy: String,
    /// Left out: whom the rule names. Another one needs a reason.
    liable_party: Option<String>,
    /// Left out: what residents paid for the pieces. Another amount needs a reason.
    amount_fen: Option<i64>,
    /// Of a swap: the other difference's number.
    other: Option<String>,
    reason: Option<String>,
}

/// Says what becomes of a difference: who bears it, and what is due.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/discrepancies/{id}/word", operation_id = "decide_discrepancy", tag = "road",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        ("id" = i64, Path, description = "The difference."),
    ),
    request_body = DecisionBody,
    responses((status = 200, description = "Whether it was new.", body = Noted)),
)]
pub async fn decide(
    site: Shared,
    caller: Caller,
    path: web::Path<(String, i64)>,
    Given(body): Given<DecisionBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let remedy = Remedy::ALL.iter().copied().find(|remedy| remedy.code() == body.remedy);
        let party = |text: String| {
            let found = LiableParty::ALL.iter().copied().find(|party| party.code() == text);
            found.ok_or_else(|| one_of("liable_party", &codes(LiableParty::ALL, |party| party.code())))
        };
        let number = |text: String| {
            text.parse().map_err(|_| WebError::bad("other 是差异的编号", "other is the number of a difference"))
        };
        let (cycle_code, id) = path.into_inner();
        let act = Decide {
            cycle_code,
            id,
            event_id: event_name(body.event_id)?,
            remedy: remedy.ok_or_else(|| one_of("remedy", &codes(Remedy::ALL, |remedy| remedy.code())))?,
            liable_party: filled(body.liable_party).map(party).transpose()?,
            amount: body.amount_fen.map(Fen),
            other_id: filled(body.other).map(number).transpose()?,
            reason: body.reason,
            by: caller.key(),
        };
        answer(&decide_discrepancy(db, &site.desk(), &act)?)
    });
    json_answer(done.await)
}

fn codes<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> String {
    all.iter().map(|one| code(*one)).collect::<Vec<_>>().join(" ")
}

fn one_of(field: &str, known: &str) -> WebError {
    WebError::bad(format!("{field} 可用：{known}"), format!("{field} is one of: {known}"))
}
