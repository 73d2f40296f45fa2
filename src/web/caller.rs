//! Who asks: found once for each request by the layer in front of the handlers, and how far they reach.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::domain::access::{Reach, Role, Scope};
use crate::flow::intake::Within;
use crate::web::errors::WebError;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Anonymous,
    /// A resident's device, by the random id in its signed cookie.
    Device {
        id: String,
    },
    /// Someone who signed in.
    Person {
        user_id: i64,
        roles: Vec<Role>,
        leader_id: Option<i64>,
        session_id: i64,
    },
    /// A machine with a token, for these leaders only where some are named.
    Machine {
        token_id: i64,
        scopes: Vec<Scope>,
        leader_ids: Vec<i64>,
    },
}

/// Who asks, and how far they reach with the operation they ask for. Every query of a handler is bounded by it.
#[derive(Clone, Debug)]
pub struct Caller {
    pub principal: Principal,
    pub reach: Reach,
}

impl Caller {
    /// The name under which idempotency keys and rate limits are counted.
    pub fn key(&self) -> String {
        match &self.principal {
            Principal::Anonymous => "anonymous".to_owned(),
            Principal::Device { id } => format!("device:{id}"),
            Principal::Person { user_id, .. } => format!("user:{user_id}"),
            Principal::Machine { token_id, .. } => format!("token:{token_id}"),
        }
    }

    /// Whose orders the caller reaches.
    pub fn within(&self) -> Within {
        match &self.principal {
            Principal::Device { .. } => Within::Placed(self.key()),
            Principal::Machine { leader_ids, .. } if leader_ids.is_empty() => Within::All,
            Principal::Machine { leader_ids, .. } => Within::Leaders(leader_ids.clone()),
            _ if self.reach == Reach::All => Within::All,
            Principal::Person { leader_id, .. } => Within::Leaders(leader_id.iter().copied().collect()),
            Principal::Anonymous => Within::Leaders(Vec::new()),
        }
    }

    /// Whether the caller may say that an order it places is paid.
    pub fn may_say_paid(&self) -> bool {
        match &self.principal {
            Principal::Device { .. } => false,
            Principal::Machine { scopes, .. } => scopes.contains(&Scope::OrdersPaid),
            Principal::Person { .. } => true,
            Principal::Anonymous => self.reach == Reach::All,
        }
    }

    /// Whether the caller is told pickup codes: the resident's own device, and machines that were trusted with them.
    pub fn is_told_codes(&self) -> bool {
        match &self.principal {
            Principal::Device { .. } => true,
            Principal::Machine { scopes, .. } => scopes.contains(&Scope::OrdersCode),
            Principal::Person { .. } => false,
            Principal::Anonymous => self.reach == Reach::All,
        }
    }

    /// Whether what belongs to this leader is within reach. What is not shall look as if it did not exist.
    pub fn reaches_leader(&self, leader_id: i64) -> bool {
        match &self.principal {
            Principal::Person { leader_id: own, .. } => self.reach == Reach::All || *own == Some(leader_id),
            Principal::Machine { leader_ids, .. } => leader_ids.is_empty() || leader_ids.contains(&leader_id),
            Principal::Anonymous | Principal::Device { .. } => false,
        }
    }
}

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Caller, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Caller>().cloned();
        let missing = || WebError::Broken("a handler asked for a caller that nobody looked for".into());
        ready(found.ok_or_else(|| actix_web::error::ErrorInternalServerError(missing())))
    }
}
