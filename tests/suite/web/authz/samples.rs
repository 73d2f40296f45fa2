//! What is asked of each address: something of leader L01's, and something of L02's where it has anything of the kind.

use serde_json::{Value, json};

use super::super::handover::send;
use super::super::photos::{picture, put};
use super::super::server::Server;
use super::RouteRow;

/// Orders of the pilot day.
const ORDER_OF_L01: &str = "261122-0001";
const AT: &str = "2026-11-23T09:00:00+08:00";
const ORDER_OF_L02: &str = "261122-0009";

/// A request for a route.
pub struct Sample {
    /// The address with its variables filled in, for something of leader L01's or of nobody's.
    pub mine: String,
    /// The same for something of leader L02's: who reaches only their own gets 404.
    pub foreign: Option<String>,
    /// What a POST to the API sends. A body that is refused as faulty shows as well that its sender may.
    pub body: Value,
}

/// Things that samples name.
pub struct Samples {
    helper_of_l01: i64,
    helper_of_l02: i64,
    session_of_another: i64,
    token: i64,
    leave_of_l01: i64,
    leave_of_l02: i64,
    photo_of_l01: i64,
    photo_of_l02: i64,
}

impl Samples {
    pub fn new(server: &Server) -> Samples {
        let helper = |leader: &str| {
            let body = json!({ "name": "帮手", "until": "today", "leader": leader });
            let answer = server.as_role("admin").post("/api/v1/helpers", &body);
            answer.json()["user_id"].as_i64().unwrap_or_else(|| panic!("{}", answer.text()))
        };
        let leave = |leader: &str| {
            let body = json!({ "from": "2026-12-24", "to": "2026-12-24" });
            let answer = server.as_role_of("leader", leader).post("/api/v1/leader/leaves", &body);
            id_of(&answer.json()["link"]).unwrap_or_else(|| panic!("{}", answer.text()))
        };
        // Nobody else works in it.
        let others = server.as_role_of("leader", "L40").json("/api/v1/sessions");
        let tokens = server.as_role("admin").json("/api/v1/tokens");
        Samples {
            helper_of_l01: helper("L01"),
            helper_of_l02: helper("L02"),
            leave_of_l01: leave("L01"),
            photo_of_l01: arrival_photo(server, "L01", "P01"),
            photo_of_l02: arrival_photo(server, "L02", "P02"),
            leave_of_l02: leave("L02"),
            session_of_another: others["sessions"][0]["session_id"].as_i64().expect("a session"),
            // A token that is revoked by an allowed caller is none that the callers use.
            token: {
                server.token(&["metrics:read"]);
                let all = server.as_role("admin").json("/api/v1/tokens");
                let known = tokens["tokens"].as_array().expect("tokens").clone();
                let new = all["tokens"].as_array().expect("tokens").iter().find(|token| !known.contains(token));
                new.expect("a new token")["token_id"].as_i64().expect("an id")
            },
        }
    }

    pub fn of(&self, route: &RouteRow) -> Sample {
        let both = |mine: String, foreign: String| Sample { mine, foreign: Some(foreign), body: json!({}) };
        let one = |mine: String| Sample { mine, foreign: None, body: json!({}) };
        let filled = |id: i64| route.path.replace("{id}", &id.to_string());
        match route.path {
            "/api/v1/cycles/{code}/sheets/{kind}" => {
                let of = |point: &str| format!("/api/v1/cycles/261122/sheets/pickup_list?key={point}");
                both(of("P01"), of("P02"))
            }
            "/api/v1/points/{code}/pickup-list" => {
                let of = |point: &str| format!("/api/v1/points/{point}/pickup-list?cycle=261122");
                both(of("P01"), of("P02"))
            }
            // A stream has no end, so one that does not begin is asked for.
            path if path.ends_with("/events") => one(path.replace("{code}", "none")),
            path if path.starts_with("/api/v1/orders/{no}") => {
                both(path.replace("{no}", ORDER_OF_L01), path.replace("{no}", ORDER_OF_L02))
            }
            path if path.starts_with("/api/v1/leader/leaves/{id}") => {
                both(filled(self.leave_of_l01), filled(self.leave_of_l02))
            }
            "/api/v1/photos/{id}" => both(filled(self.photo_of_l01), filled(self.photo_of_l02)),
            path @ "/api/v1/cycles/{code}/trips/{trip}/events" => {
                let of = |trip: &str| common(path).replace("TR-261122-001", trip);
                let told = json!({ "event_id": "authz-trip", "act": "departed", "by": "司机", "device_time": AT });
                Sample { mine: of("TR-261122-001"), foreign: Some(of("TR-261122-002")), body: told }
            }
            path @ "/api/v1/cycles/{code}/trips/{trip}/stops/{point}/events" => {
                let of = |trip: &str, point: &str| common(path).replace("TR-261122-001", trip).replace("P01", point);
                let told = json!({ "event_id": "authz-stop", "act": "arrived", "by": "司机", "device_time": AT });
                let (mine, foreign) = (of("TR-261122-001", "P01"), of("TR-261122-002", "P02"));
                Sample { mine, foreign: Some(foreign), body: told }
            }
            path if path.contains("/discrepancies/{id}") => one(common(&filled(0))),
            path if path.contains("/sessions/{id}") => one(filled(self.session_of_another)),
            path if path.starts_with("/api/v1/users/{id}") && !path.ends_with("/roles") => {
                both(filled(self.helper_of_l01), filled(self.helper_of_l02))
            }
            "/api/v1/users/{id}/roles" => one(filled(self.helper_of_l02)),
            "/api/v1/imports/{kind}" => one("/api/v1/imports/suppliers".to_owned()),
            "/api/v1/wrong-goods/{id}/word" => one(filled(0)),
            "/api/v1/mail/{id}/retry" => one(filled(0)),
            "/api/v1/tokens/{id}" => one(filled(self.token)),
            path if path.starts_with("/s/{token}") => one(path.replace("{token}", &"A".repeat(32))),
            "/i/{token}" => one("/i/AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
            path if path.starts_with("/o/{token}") => one(path.replace("{token}", "AAAAAAAAAAAAAAAAAAAAAA")),
            "/g/{leader}" => one("/g/L01".to_owned()),
            path => one(common(path)),
        }
    }
}

/// The address with the variables that mean the same everywhere.
fn common(path: &str) -> String {
    let filled = path
        .replace("{code}", "261122")
        .replace("{kind}", "pickup_list")
        .replace("{file}", "none")
        .replace("{po_no}", "PO-261122-001")
        .replace("{event_id}", "none")
        .replace("{trip}", "TR-261122-001")
        .replace("{point}", "P01");
    assert!(!filled.contains('{'), "{path} has a variable that tests/suite/web/authz/samples.rs does not fill");
    filled
}

/// A photo of what came to a leader's point, which the leader counted.
fn arrival_photo(server: &Server, leader: &str, point: &str) -> i64 {
    let client = server.as_role_of("leader", leader);
    let at = "2026-11-23T09:00:00+08:00";
    let count = json!({ "cycle": "261122", "point": point, "device_time": at, "by": leader });
    let counted = send(&client, "/api/v1/receipts/leader", &format!("count-{leader}"), &count);
    assert_eq!(counted.status, 200, "{}", counted.text());
    let kept = put(&client, &format!("cycle=261122&point={point}"), &format!("photo-{leader}"), &picture());
    id_of(&kept.json()["link"]).unwrap_or_else(|| panic!("{}", kept.text()))
}

/// The number at the end of an address.
fn id_of(link: &Value) -> Option<i64> {
    link.as_str()?.rsplit('/').next()?.parse().ok()
}
