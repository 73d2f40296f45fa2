//! 有问题 over HTTP: goods of a line that were not as they should be.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::after_sales::{Measure, Problem};
use crate::flow::answered::Sender;
use crate::flow::report_problem::{ReportProblem, report_problem};
use crate::imports::cell::NAME;
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::handover::{answer, moment, remark, sender};
use crate::web::api::pickups::{fault, sound_text};
use crate::web::body::parsed;
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// What is wrong with goods of a line, and with what part of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AfterSalesBody {
    order_no: String,
    sku: String,
    /// missing, broken, melted, wrong or unwanted.
    problem: String,
    /// pieces, sub_units (what pieces hold: 30 eggs a tray) or percent.
    measure: String,
    /// So many of the measure.
    #[schema(minimum = 1, maximum = 2_000_000)]
    part: u32,
    remark: Option<String>,
    /// RFC 3339, by the phone's clock.
    device_time: String,
    /// Who reports.
    by: String,
}

/// A case that was taken.
#[derive(Serialize, ToSchema)]
pub struct AfterSalesCase {
    order_no: String,
    sku_code: String,
    /// 1 for the first of a line.
    case_no: i32,
    /// reported.
    state: &'static str,
    /// part / whole of the line's price goes back.
    part: u32,
    whole: u32,
    /// What goes back once the case is approved: never more than the line's price with all its cases.
    amount_fen: i64,
}

/// Says that goods of a line were not as they should be. The same key is the same case.
#[utoipa::path(
    post, path = "/api/v1/after-sales", operation_id = "report_problem", tag = "pickups", request_body = AfterSalesBody,
    params((
        "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
        description = "1–64 visible ASCII characters, new for each case",
    )),
    responses((status = 200, description = "The case is on disk.", body = AfterSalesCase)),
)]
pub async fn report(site: Shared, caller: Caller, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let act = match sender(&caller, &request, &body).and_then(|sender| sound(&caller, sender, &body)) {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let done = report_problem(db, &site.desk(), &act)?;
        answer(&AfterSalesCase {
            order_no: done.order_no,
            sku_code: done.sku_code,
            case_no: done.case_no,
            state: "reported",
            part: done.part,
            whole: done.whole,
            amount_fen: done.amount_fen,
        })
    });
    json_answer(done.await)
}

fn sound(caller: &Caller, sender: Sender, body: &[u8]) -> Result<ReportProblem, WebError> {
    let body: AfterSalesBody = parsed(body)?;
    let mut faults = Vec::new();
    let problem = Problem::ALL.iter().find(|problem| problem.code() == body.problem);
    if problem.is_none() {
        faults.push(fault("problem", "not_a_choice", "没有这种问题", "there is no such problem"));
    }
    let measure = Measure::ALL.iter().find(|measure| measure.code() == body.measure);
    if measure.is_none() {
        faults.push(fault("measure", "not_a_choice", "没有这种计法", "there is no such measure"));
    }
    if !(1..=2_000_000).contains(&body.part) {
        faults.push(fault("part", "out_of_bounds", "数量须大于 0", "must be above 0"));
    }
    let device_at = moment("device_time", &body.device_time, &mut faults);
    let reported_by = sound_text("by", &body.by, NAME, &mut faults);
    let remark = remark(body.remark.as_deref(), &mut faults);
    match (problem, measure, device_at, reported_by) {
        (Some(problem), Some(measure), Some(device_at), Some(reported_by)) if faults.is_empty() => Ok(ReportProblem {
            order_no: body.order_no,
            sku_code: body.sku,
            problem: *problem,
            measure: *measure,
            part: body.part,
            remark,
            reported_by,
            device_at,
            within: caller.within(),
            sender,
        }),
        _ => Err(WebError::Fields(faults)),
    }
}
