//! Who asks: found once for each request by the layer in front of the handlers, and how far they reach.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::domain::access::{Reach, Role, Scope};
use crate::domain::time::Moment;
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
        /// Their own first, then those they stand in for today.
        leader_ids: Vec<i64>,
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

    /// The id of someone who signed in.
    ///
    /// # Errors
    /// `forbidden` for machines and devices.
    pub fn user_id(&self) -> Result<i64, WebError> {
        match &self.principal {
            Principal::Person { user_id, .. } => Ok(*user_id),
            _ => Err(WebError::Forbidden),
        }
    }

    /// Who acts, as the security log words it.
    pub fn actor(&self) -> String {
        self.key()
    }

    /// Whether it is a leader or a helper: their phones keep a list of households.
    pub fn has_list(&self) -> bool {
        self.own_leader().is_some()
    }

    /// The leaders within reach; None: all.
    pub fn leaders(&self) -> Option<Vec<i64>> {
        match &self.principal {
            _ if self.reach == Reach::All => None,
            Principal::Person { leader_ids, .. } | Principal::Machine { leader_ids, .. } => Some(leader_ids.clone()),
            Principal::Anonymous | Principal::Device { .. } => Some(Vec::new()),
        }
    }

    /// Whose orders the caller reaches.
    pub fn within(&self) -> Within {
        match &self.principal {
            Principal::Device { .. } => Within::Placed(self.key()),
            Principal::Machine { leader_ids, .. } if leader_ids.is_empty() => Within::All,
            Principal::Person { .. } if self.reach == Reach::All => Within::All,
            Principal::Person { leader_ids, .. } | Principal::Machine { leader_ids, .. } => {
                Within::Leaders(leader_ids.clone())
            }
            Principal::Anonymous => Within::Leaders(Vec::new()),
        }
    }

    /// Whether the caller may say that an order it places is paid.
    pub fn may_say_paid(&self) -> bool {
        match &self.principal {
            Principal::Device { .. } => false,
            Principal::Machine { scopes, .. } => scopes.contains(&Scope::OrdersPaid),
            Principal::Person { .. } => true,
            Principal::Anonymous => false,
        }
    }

    /// Whether the caller is told pickup codes: the resident's own device, and machines that were trusted with them.
    pub fn is_told_codes(&self) -> bool {
        match &self.principal {
            Principal::Device { .. } => true,
            Principal::Machine { scopes, .. } => scopes.contains(&Scope::OrdersCode),
            Principal::Person { .. } => false,
            Principal::Anonymous => false,
        }
    }

    /// The leader who the caller is or helps, not those stood in for.
    pub fn own_leader(&self) -> Option<i64> {
        match &self.principal {
            Principal::Person { leader_ids, .. } => leader_ids.first().copied(),
            _ => None,
        }
    }

    /// Whether what belongs to this leader is within reach. What is not shall look as if it did not exist.
    pub fn reaches_leader(&self, leader_id: i64) -> bool {
        self.leaders().is_none_or(|leaders| leaders.contains(&leader_id))
    }
}

/// What a page shows of whoever looks at it.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The name of someone who signed in.
    pub name: Option<String>,
    /// What they are to the platform: a page leads to what they may open.
    pub roles: Vec<Role>,
    /// What a form brings back in its field `csrf`, and a script in the header `X-CSRF-Token`, to prove that a page
    /// of ours asked for the change.
    pub csrf: String,
    /// When a phone's session ends, where that is near: there is an evening left to renew it.
    pub ends_soon: Option<Moment>,
}

impl FromRequest for Visitor {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Visitor, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions().get::<Visitor>().cloned().unwrap_or_default()))
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
