//! 请假: a leader is away, and who stands in.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::time::parse_date;
use crate::flow::take_leave::{Absence, TakeLeave, absences_of, end_leave, take_leave};
use crate::sheets::masks::push_name;
use crate::web::answers::{Shared, ask};
use crate::web::api::pickups::fault;
use crate::web::api::users::{answered, done_or_not};
use crate::web::body::Given;
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;

/// Days on which a leader is away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveBody {
    /// The first day.
    #[schema(format = "date")]
    from: String,
    /// The last day.
    #[schema(format = "date")]
    to: String,
    /// Code of the leader who stands in; left out: nobody does, and no orders are taken for goods of those days.
    stand_in: Option<String>,
}

/// An absence.
#[derive(Serialize, ToSchema)]
pub struct LeaveAnswer {
    /// Address of the absence.
    link: String,
    #[schema(format = "date")]
    from: String,
    #[schema(format = "date")]
    to: String,
    leader_code: String,
    leader_name: String,
    /// Empty: nobody, and no orders are taken.
    stand_in_code: String,
    stand_in_name: String,
    /// Whether it is the caller who is away; else the caller stands in.
    is_own: bool,
}

#[derive(Serialize, ToSchema)]
pub struct LeaveList {
    /// Those that are not over, the earliest first.
    leaves: Vec<LeaveAnswer>,
}

/// The caller's absences that are not over, and those in which the caller stands in.
#[utoipa::path(get, path = "/api/v1/leader/leaves", operation_id = "list_leaves", tag = "access",
    responses((status = 200, body = LeaveList)))]
pub async fn list(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let own = caller.own_leader().ok_or(WebError::Forbidden)?;
        let leaves = absences_of(db, &site.desk(), own)?;
        Ok(LeaveList { leaves: leaves.iter().map(|absence| told(absence, own)).collect() })
    });
    answered(&request, done.await, HttpResponse::Ok())
}

/// Tells of days on which the caller is away. Told again it is the same.
#[utoipa::path(post, path = "/api/v1/leader/leaves", operation_id = "take_leave", tag = "access", request_body = LeaveBody,
    responses((status = 201, body = LeaveAnswer)))]
pub async fn take(site: Shared, request: HttpRequest, caller: Caller, Given(body): Given<LeaveBody>) -> HttpResponse {
    let request_id = RequestId::of(&request).0;
    let done = ask(&site, move |site, db| {
        let leader_id = caller.own_leader().ok_or(WebError::Forbidden)?;
        let date = |field: &str, text: &str| {
            let wrong = || fault(field, "not_a_date", "要写成 2026-11-23 这样的日期", "write a date as 2026-11-23");
            parse_date(text).ok_or_else(|| WebError::Fields(vec![wrong()]))
        };
        let (from, to) = (date("from", &body.from)?, date("to", &body.to)?);
        let stand_in = body.stand_in.filter(|code| !code.is_empty());
        let act = TakeLeave { leader_id, from, to, stand_in, by: caller.actor(), request_id };
        Ok(told(&take_leave(db, &site.desk(), &act)?, leader_id))
    });
    answered(&request, done.await, HttpResponse::Created())
}

/// Takes an absence back: one's own, or one in which one stands in.
#[utoipa::path(post, path = "/api/v1/leader/leaves/{id}/end", operation_id = "end_leave", tag = "access",
    params(("id" = i64, Path, description = "The absence")), responses((status = 204)))]
pub async fn end(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let request_id = RequestId::of(&request).0;
    let done = ask(&site, move |site, db| {
        let own = caller.own_leader().ok_or(WebError::Forbidden)?;
        Ok(end_leave(db, &site.desk(), own, *id, &caller.actor(), &request_id)?)
    });
    done_or_not(&request, done.await)
}

/// Names are masked: an absence tells a leader who stands in, not what they are called in full.
fn told(absence: &Absence, own: i64) -> LeaveAnswer {
    let masked = |name: &str| {
        let mut shown = String::new();
        push_name(&mut shown, name);
        shown
    };
    let Absence { id, leave, leader, stand_in } = absence;
    LeaveAnswer {
        link: format!("/api/v1/leader/leaves/{id}"),
        from: leave.from.to_string(),
        to: leave.to.to_string(),
        leader_code: leader.leader_code.clone(),
        leader_name: masked(&leader.name),
        stand_in_code: stand_in.as_ref().map(|row| row.leader_code.clone()).unwrap_or_default(),
        stand_in_name: stand_in.as_ref().map(|row| masked(&row.name)).unwrap_or_default(),
        is_own: leader.id == own,
    }
}
