//! The API's description, OpenAPI 3.1: each handler describes itself, here the parts are put together, and what holds
//! for all of them (who may, which refusals) is added from the table of operations.

mod refusals;

use std::sync::OnceLock;

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use crate::domain::access::{Operation, Reach, Role, Scope};
use crate::domain::after_sales;
use crate::domain::discrepancy::{self, Hop, Remedy};
use crate::domain::pickup::PickupMethod;
use crate::domain::road::{StopAct, TripAct};
use crate::flow::invitations::HelpUntil;
use crate::web::{api, pages};
use refusals::{Shape, refusals};

#[derive(OpenApi)]
#[openapi(
    info(title = "Tuan 团", description = "Fulfilment for community group-buy: 社区团购履约"),
    paths(
        api::health::healthz,
        api::health::readyz,
        api::health::metrics,
        show,
        pages::docs::show,
        api::cycles::list,
        api::cycles::show,
        api::cycles::totals,
        api::sheets::list,
        api::sheets::show,
        api::steps::open,
        api::steps::cutoff,
        api::steps::procure,
        api::files::plan,
        api::trial::try_it,
        api::purchases::renew,
        api::purchases::revoke,
        api::steps::send,
        api::files::receipts,
        api::steps::allocate,
        api::files::corrections,
        api::steps::dispatch,
        api::planned_routes::show,
        api::planned_routes::edit,
        api::weights::weigh,
        api::weights::list,
        api::weights::void,
        api::weights::bind,
        api::weights::finish,
        api::session::begin_device,
        api::session::show,
        api::session::enter,
        api::session::leave,
        api::session::give_code,
        api::session::list,
        api::session::end,
        api::users::list,
        api::users::add,
        api::users::change_roles,
        api::users::invite_again,
        api::users::suspend,
        api::users::restore,
        api::users::add_a_helper,
        api::machines::list,
        api::machines::add,
        api::machines::revoke,
        api::machines::security_log,
        api::totals_events::watch,
        api::orders::place,
        api::orders::show,
        api::orders::cancel,
        api::payments::mark,
        api::payments::mark_all,
        api::leader_day::show,
        api::leader_window::show,
        api::pickup_list::show,
        api::pickups::confirm,
        api::pickups::reverse,
        api::pack::show,
        api::copies::note,
        api::wrong_goods::report,
        api::wrong_goods::decide,
        api::imports::import,
        api::imports::count_stock,
        api::imports::add_cycle,
        api::screen::lock,
        api::screen::unlock,
        api::screen::set_pin,
        api::users::end_sessions,
        api::handover::receive,
        api::handover::choose,
        api::after_sales::report,
        api::photos::keep,
        api::photos::show,
        api::driver_day::show,
        api::trips::list,
        api::trips::tell,
        api::trips::tell_of_stop,
        api::trips::move_on,
        api::totes::show,
        api::totes::adjust,
        api::discrepancies::list,
        api::discrepancies::report,
        api::discrepancies::decide,
        api::leave::list,
        api::leave::take,
        api::leave::end,
        api::households::join,
        api::households::call,
        api::households::cash_back,
        api::jielong::show,
        api::mail::list,
        api::mail::retry,
    ),
    components(schemas(Problem)),
    tags(
        (name = "cycles", description = "团期 Cycles, their totals and steps"),
        (name = "orders", description = "订单 Orders, payments and cancellations"),
        (name = "pickups", description = "核销 Handing goods out"),
        (name = "road", description = "配送 Trips, handovers, totes, differences"),
        (name = "sheets", description = "单据 Sheets of the night"),
        (name = "access", description = "账号 People, machines, sessions"),
        (name = "mail", description = "邮件 Letters"),
        (name = "operation", description = "运行 Health and figures of the server"),
    ),
)]
struct Described;

/// A refusal (RFC 9457). `type` and `code` are stable, the words may change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:tuan:problem:` and the code.
    pub r#type: String,
    pub status: u16,
    /// The stable name of the reason.
    #[schema(example = "wrong_state")]
    pub code: String,
    /// The reason in English.
    pub title: String,
    /// The reason in Chinese.
    pub detail: String,
    /// All that is wrong, one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Value>>,
    /// Faults beyond those that are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors_left_out: Option<u64>,
}

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "show_openapi", tag = "operation",
    responses((status = 200, description = "The API's description, OpenAPI 3.1.", body = Value)),
)]
pub async fn show() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string());
    HttpResponse::Ok().content_type("application/json").body(text.as_str())
}

/// The whole document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(assemble)
}

/// What the table of operations and the layers in front of the handlers add to what the handlers say.
fn assemble() -> Value {
    let mut whole = serde_json::to_value(Described::openapi()).expect("a description is plain data");
    whole["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    whole["components"]["securitySchemes"] = security_schemes();
    for (schema, place, codes) in choices() {
        whole["components"]["schemas"][schema]["properties"]
            .pointer_mut(place)
            .unwrap_or_else(|| panic!("{schema} has no {place}"))["enum"] = json!(codes);
    }
    let paths = whole["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for path in paths {
        for (method, described) in path.as_object_mut().into_iter().flatten() {
            complete(method, described);
        }
    }
    whole
}

/// How callers show who they are: cookies have a name over HTTPS, and another on the server's own machine without.
fn security_schemes() -> Value {
    let cookie =
        |name: &str, words: &str| json!({ "type": "apiKey", "in": "cookie", "name": name, "description": words });
    json!({
        "token": { "type": "http", "scheme": "bearer", "description": "Machines: a token with scopes." },
        "session": cookie("__Host-tuan", "People: the session of a sign-in."),
        "session_without_https": cookie("tuan_session", "The same on the server's own machine without HTTPS."),
        "device": cookie("__Host-tuan-device", "Residents: their device."),
        "device_without_https": cookie("tuan_device", "The same on the server's own machine without HTTPS."),
    })
}

/// Fields that take one of a few codes, from where these are decided: schema, place below its properties, codes.
fn choices() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let roles: Vec<&str> = Role::ALL.iter().filter(|role| **role != Role::Resident).map(|role| role.code()).collect();
    vec![
        ("NewUserBody", "/roles/items", roles.clone()),
        ("RolesBody", "/roles/items", roles),
        ("NewTokenBody", "/scopes/items", Scope::ALL.iter().map(|scope| scope.code()).collect()),
        ("HelperBody", "/until", HelpUntil::ALL.iter().map(|until| until.code()).collect()),
        ("EventBody", "/method", PickupMethod::ALL.iter().map(|method| method.code()).collect()),
        ("TripBody", "/act", TripAct::ALL.iter().map(|act| act.code()).collect()),
        ("StopBody", "/act", StopAct::ALL.iter().map(|act| act.code()).collect()),
        ("DiscrepancyBody", "/hop", Hop::ALL.iter().map(|hop| hop.code()).collect()),
        ("DiscrepancyBody", "/problem", discrepancy::Problem::ALL.iter().map(|one| one.code()).collect()),
        ("DecisionBody", "/remedy", Remedy::ALL.iter().map(|remedy| remedy.code()).collect()),
        ("AfterSalesBody", "/problem", after_sales::Problem::ALL.iter().map(|problem| problem.code()).collect()),
        ("AfterSalesBody", "/measure", after_sales::Measure::ALL.iter().map(|measure| measure.code()).collect()),
    ]
}

fn complete(method: &str, described: &mut Value) {
    let Some(operation) = operation_of(described) else { return };
    let shape = Shape {
        is_change: method != "get",
        takes_body: described.get("requestBody").is_some(),
        takes_parameters: described.get("parameters").is_some(),
    };
    if !operation.is_public() {
        described["security"] = security(operation);
    }
    described["description"] = json!(who_may(operation));
    let summary = described["summary"].clone();
    let responses = described["responses"].as_object_mut().expect("an operation has responses");
    for answer in responses.values_mut().filter(|answer| answer["description"] == "") {
        answer["description"] = summary.clone();
    }
    for (status, words) in refusals(operation, shape) {
        responses.entry(status.to_string()).or_insert_with(|| problem(words));
    }
}

/// Any one of these opens it.
fn security(operation: Operation) -> Value {
    let mut ways = Vec::new();
    if operation.scope().is_some() {
        ways.push(json!({ "token": [] }));
    }
    ways.extend([json!({ "session": [] }), json!({ "session_without_https": [] })]);
    if operation.reach(Role::Resident).is_some() {
        ways.extend([json!({ "device": [] }), json!({ "device_without_https": [] })]);
    }
    json!(ways)
}

fn problem(words: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": words, "content": { "application/problem+json": { "schema": schema } } })
}

/// The operation that a part of the document describes.
pub fn operation_of(described: &Value) -> Option<Operation> {
    let code = described["operationId"].as_str()?;
    Operation::ALL.iter().copied().find(|operation| operation.code() == code)
}

/// Who may ask for it, in words.
fn who_may(operation: Operation) -> String {
    if operation.is_public() {
        return "Open to everybody.".to_owned();
    }
    let of = |reach: Reach| -> Vec<&str> {
        Role::ALL.iter().filter(|role| operation.reach(**role) == Some(reach)).map(|role| role.code()).collect()
    };
    let mut words = Vec::new();
    for (reach, which) in [(Reach::All, "everything"), (Reach::Own, "what is theirs")] {
        let roles = of(reach);
        if !roles.is_empty() {
            words.push(format!("{}: {which}", roles.join(", ")));
        }
    }
    words.extend(operation.scope().map(|scope| format!("tokens: scope {}", scope.code())));
    format!("{}.", words.join("; "))
}

/// What is left of a path's object when only its operations are wanted: method and description.
pub fn operations_of(path: &Value) -> impl Iterator<Item = (&String, &Value)> {
    static NONE: OnceLock<Map<String, Value>> = OnceLock::new();
    path.as_object()
        .unwrap_or_else(|| NONE.get_or_init(Map::new))
        .iter()
        .filter(|(_, part)| part["operationId"].is_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::web::routes::entries;

    /// Pages and files for people: reached by links, not by programs.
    fn is_described(path: &str) -> bool {
        path.starts_with("/api/") || ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"].contains(&path)
    }

    #[test]
    fn the_description_and_the_route_table_agree() {
        let routed: BTreeSet<(String, String, &str)> = entries()
            .into_iter()
            .filter(|(path, _, _)| is_described(path))
            .map(|(path, method, operation)| (path.to_owned(), method.as_str().to_lowercase(), operation.code()))
            .collect();
        let mut described = BTreeSet::new();
        for (path, parts) in document()["paths"].as_object().expect("paths") {
            for (method, part) in operations_of(parts) {
                let code = operation_of(part).map_or("unknown", Operation::code);
                assert_eq!(part["operationId"], code, "{method} {path}");
                described.insert((path.clone(), method.clone(), code));
            }
        }
        assert_eq!(described, routed);
    }

    #[test]
    fn every_operation_has_words_and_refusals() {
        for (path, parts) in document()["paths"].as_object().expect("paths") {
            for (method, part) in operations_of(parts) {
                let has = |key: &str| part[key].as_str().is_some_and(|words| !words.is_empty());
                assert!(has("summary") && has("description"), "{method} {path}: {part}");
                assert!(part["responses"].get("503").is_some(), "{method} {path}");
                for (status, answer) in part["responses"].as_object().expect("responses") {
                    let content = answer["content"].as_object();
                    let is_empty = content.is_none_or(|content| content.is_empty());
                    assert_eq!(is_empty, status == "204", "{method} {path} {status}: {answer}");
                    let said = content.into_iter().flat_map(|content| content.values());
                    let is_loose =
                        |said: &Value| said["schema"] == json!({ "type": "object" }) || said.get("schema").is_none();
                    assert!(
                        path == "/openapi.json" || !said.clone().any(is_loose),
                        "{method} {path} {status}: {answer}"
                    );
                }
            }
        }
        assert_eq!(document()["openapi"], "3.1.0");
    }
}
