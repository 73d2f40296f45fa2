//! Everyone who may ask: each role in each account state, nobody, a device, tokens of each scope.

use tuan::domain::access::{Operation, Reach, Role, Scope};

use super::super::client::Client;
use super::super::server::{Answer, Server};
use super::samples::Sample;
use super::{Expected, RouteRow};

/// Someone who asks.
pub struct Caller {
    /// A role's code, `anonymous`, or `token` with its scope.
    pub role: String,
    /// `active`, `suspended`, `invited`; of tokens `active`, `bounded` (to leader L01), `revoked`.
    pub state: String,
    client: Client,
}

/// Everyone, in the order of the table.
pub fn callers(server: &Server) -> Vec<Caller> {
    let mut all = Vec::new();
    let mut add = |role: &str, state: &str, client: Client| {
        all.push(Caller { role: role.to_owned(), state: state.to_owned(), client });
    };
    add("anonymous", "active", server.anonymous());
    add("resident", "active", server.device());
    for role in Role::ALL.iter().filter(|role| **role != Role::Resident) {
        for state in ["active", "suspended", "invited"] {
            add(role.code(), state, server.as_role_in(role.code(), state));
        }
    }
    for scope in Scope::ALL {
        add(&format!("token {}", scope.code()), "active", server.token(&[scope.code()]));
    }
    add("token", "bounded", server.token_of(&[], &["L01"]));
    add("token", "revoked", server.revoked_token());
    all
}

impl Caller {
    /// Asks at one of a route's addresses. Where the answer ends the session, another one asks.
    pub fn ask(&self, server: &Server, route: &RouteRow, path: &str, sample: &Sample) -> Answer {
        let ends_session =
            matches!(route.operation, Operation::SignOut | Operation::EndSession | Operation::LockScreen);
        let again = (ends_session && self.state == "active").then(|| Role::parse(&self.role)).flatten();
        let other = again.filter(|role| *role != Role::Resident).map(|role| server.as_role(role.code()));
        let client = other.as_ref().unwrap_or(&self.client);
        match route.method.as_str() {
            "GET" => client.get(path),
            "POST" if path.ends_with("/cash-back") => {
                let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "authz")];
                client.send("POST", path, &headers, br#"{"amount_fen":1}"#)
            }
            "POST" if path.starts_with("/api/") => client.post(path, &sample.body),
            "POST" => client.form(path, &[]),
            method => client.send(method, path, &[], b""),
        }
    }

    /// What the access table grants: the answer of a new row.
    pub fn granted(&self, operation: Operation) -> Expected {
        if operation.is_public() {
            return Expected::Allow;
        }
        let of_reach = |reach: Option<Reach>, none: Expected| match reach {
            Some(Reach::All) => Expected::Allow,
            Some(Reach::Own) => Expected::Own,
            None => none,
        };
        match (self.role.as_str(), self.state.as_str()) {
            ("anonymous", _) | (_, "suspended" | "invited" | "revoked") => Expected::SignIn,
            ("resident", _) => of_reach(operation.reach(Role::Resident), Expected::SignIn),
            ("token", _) => of_reach(operation.scope().map(|_| Reach::Own), Expected::Deny),
            (role, _) => match role.strip_prefix("token ") {
                Some(scope) if operation.scope() == Scope::parse(scope) => Expected::Allow,
                Some(_) => Expected::Deny,
                None => of_reach(operation.reach(Role::parse(role).expect("a role")), Expected::Deny),
            },
        }
    }
}
