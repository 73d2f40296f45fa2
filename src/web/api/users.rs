//! People: who there is, adding and inviting them, suspending, changing roles. A leader manages their own helpers.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::{Reach, Role};
use crate::flow::invitations::{HelpUntil, Invitation, add_helper, invite};
use crate::flow::people::{
    Belongs, NewUser, add_user, by_id, change_roles as change, end_all_sessions, leader_id, set_suspended,
};
use crate::sheets::qr::Qr;
use crate::store::backend::Db;
use crate::store::master;
use crate::store::users::{self, UserRow};
use crate::web::answers::{Shared, ask, refusal};
use crate::web::body::Given;
use crate::web::caller::Caller;
use crate::web::client::Client;
use crate::web::errors::WebError;
use crate::web::site::Site;
use crate::web::words::Lang;

/// Someone's account.
#[derive(Serialize, ToSchema)]
pub struct UserObject {
    user_id: i64,
    /// The account's address on this server: scripts cannot hold all digits of an id.
    link: String,
    login_name: String,
    name: String,
    /// `invited`, `active`, `suspended`.
    state: &'static str,
    roles: Vec<&'static str>,
    leader_code: Option<String>,
    has_second_factor: bool,
}

/// Everyone within reach, by login name.
#[derive(Serialize, ToSchema)]
pub struct UserList {
    users: Vec<UserObject>,
}

/// Everyone with an account; for a leader their own helpers.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "list_users", tag = "access", responses((status = 200, body = UserList)))]
pub async fn list(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    let asked = ask(&site, move |_, db| {
        let all = users::all(db)?;
        let (roles, leaders) = (users::all_roles(db)?, master::leader::all(db)?);
        let own = |user: &UserRow| -> Vec<Role> {
            roles.iter().filter(|(id, _)| *id == user.id).map(|(_, role)| *role).collect()
        };
        let object = |user: UserRow, roles: Vec<Role>| UserObject {
            user_id: user.id,
            link: format!("/api/v1/users/{}", user.id),
            state: user.state().code(),
            roles: roles.iter().map(|role| role.code()).collect(),
            leader_code: leaders.iter().find(|row| Some(row.id) == user.leader_id).map(|row| row.leader_code.clone()),
            has_second_factor: user.totp_sealed.is_some(),
            login_name: user.login_name,
            name: user.display_name,
        };
        let seen = all.into_iter().map(|user| (own(&user), user)).filter(|(roles, user)| manages(&caller, user, roles));
        Ok(UserList { users: seen.map(|(roles, user)| object(user, roles)).collect() })
    });
    answered(&request, asked.await, HttpResponse::Ok())
}

/// Whether the caller manages an account: an admin all, a leader the accounts of their own helpers.
fn manages(caller: &Caller, user: &UserRow, roles: &[Role]) -> bool {
    let is_own_helper = || roles == [Role::Helper] && user.leader_id.is_some_and(|id| caller.reaches_leader(id));
    caller.reach == Reach::All || is_own_helper()
}

/// The account of someone whom the caller manages; another's looks as if it did not exist.
fn managed(db: &mut Db, caller: &Caller, user_id: i64) -> Result<UserRow, WebError> {
    let user = by_id(db, user_id)?;
    let roles = users::roles(db, user_id)?;
    if manages(caller, &user, &roles) { Ok(user) } else { Err(WebError::missing("账号", "user", user_id)) }
}

/// Someone to be added. They get an invitation and set a password themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    login_name: String,
    #[serde(default)]
    name: String,
    /// Where the invitation goes by mail; without it the link is handed over by hand.
    email: Option<String>,
    roles: Vec<String>,
    /// Code of the leader that a leader's or helper's account belongs to.
    leader: Option<String>,
    warehouse: Option<String>,
    /// A driver's vehicle by its plate.
    vehicle: Option<String>,
}

/// A link that serves once.
#[derive(Serialize, ToSchema)]
pub struct InvitationAnswer {
    user_id: i64,
    /// Address of the link on this server; told once.
    link: String,
    #[schema(format = "date-time")]
    ends_at: String,
}

fn told(site: &Site, invitation: &Invitation) -> InvitationAnswer {
    InvitationAnswer {
        user_id: invitation.user_id,
        link: format!("/i/{}", invitation.secret.to_text()),
        ends_at: site.desk().zone.rfc3339(invitation.ends_at),
    }
}

/// Adds someone, who gets an invitation.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "add_user", tag = "access", request_body = NewUserBody,
    responses((status = 201, body = InvitationAnswer)))]
pub async fn add(site: Shared, request: HttpRequest, caller: Caller, Given(body): Given<NewUserBody>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let (desk, actor, roles) = (site.desk(), caller.actor(), roles_of(&body.roles)?);
        let belongs = Belongs {
            leader: body.leader.as_deref(),
            warehouse: body.warehouse.as_deref(),
            vehicle: body.vehicle.as_deref(),
        };
        let new = NewUser {
            login_name: &body.login_name,
            display_name: &body.name,
            email: body.email.as_deref(),
            roles: &roles,
            belongs,
            password: None,
        };
        let user_id = add_user(db, &desk, &actor, &new)?;
        Ok(told(site, &invite(db, &desk, site.key(), &actor, user_id)?))
    });
    answered(&request, done.await, HttpResponse::Created())
}

fn roles_of(codes: &[String]) -> Result<Vec<Role>, WebError> {
    let unknown = |code: &str| WebError::bad(format!("没有角色“{code}”"), format!("there is no role {code:?}"));
    codes.iter().map(|code| Role::parse(code).ok_or_else(|| unknown(code))).collect()
}

/// The roles and places someone is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesBody {
    roles: Vec<String>,
    leader: Option<String>,
    warehouse: Option<String>,
    vehicle: Option<String>,
}

/// Gives someone exactly these roles and places; the sessions of the account end.
#[utoipa::path(post, path = "/api/v1/users/{id}/roles", operation_id = "change_roles", tag = "access", request_body = RolesBody,
    params(("id" = i64, Path)), responses((status = 204)))]
pub async fn change_roles(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<i64>,
    Given(body): Given<RolesBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let belongs = Belongs {
            leader: body.leader.as_deref(),
            warehouse: body.warehouse.as_deref(),
            vehicle: body.vehicle.as_deref(),
        };
        Ok(change(db, &site.desk(), &caller.actor(), *id, &roles_of(&body.roles)?, belongs)?)
    });
    done_or_not(&request, done.await)
}

/// Makes a new link, for who lost the first or forgot the password.
#[utoipa::path(post, path = "/api/v1/users/{id}/invite", operation_id = "invite_user", tag = "access", params(("id" = i64, Path)),
    responses((status = 201, body = InvitationAnswer)))]
pub async fn invite_again(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let user = managed(db, &caller, *id)?;
        Ok(told(site, &invite(db, &site.desk(), site.key(), &caller.actor(), user.id)?))
    });
    answered(&request, done.await, HttpResponse::Created())
}

/// Suspends someone, at once.
#[utoipa::path(post, path = "/api/v1/users/{id}/suspend", operation_id = "suspend_user", tag = "access", params(("id" = i64, Path)),
    responses((status = 204)))]
pub async fn suspend(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    set(site, request, caller, *id, true).await
}

/// Lets someone in again who was suspended.
#[utoipa::path(post, path = "/api/v1/users/{id}/restore", operation_id = "restore_user", tag = "access", params(("id" = i64, Path)),
    responses((status = 204)))]
pub async fn restore(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    set(site, request, caller, *id, false).await
}

/// Ends every session of someone, on whichever device.
#[utoipa::path(post, path = "/api/v1/users/{id}/sessions/end", operation_id = "end_user_sessions", tag = "access", params(("id" = i64, Path)),
    responses((status = 204)))]
pub async fn end_sessions(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let user = managed(db, &caller, *id)?;
        Ok(end_all_sessions(db, &site.desk(), &caller.actor(), user.id)?)
    });
    done_or_not(&request, done.await)
}

async fn set(site: Shared, request: HttpRequest, caller: Caller, id: i64, is_suspended: bool) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let user = managed(db, &caller, id)?;
        Ok(set_suspended(db, &site.desk(), &caller.actor(), user.id, is_suspended)?)
    });
    done_or_not(&request, done.await)
}

/// A helper to be let in by a link, without a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelperBody {
    name: String,
    /// `today`, `three_days`, `week`, `revoked`.
    until: String,
    /// Code of the leader; a leader may leave it out.
    leader: Option<String>,
}

/// Adds a helper, who is let in by the link.
#[utoipa::path(post, path = "/api/v1/helpers", operation_id = "add_helper", tag = "access", request_body = HelperBody,
    responses((status = 201, body = HelperAnswer)))]
pub async fn add_a_helper(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    Given(body): Given<HelperBody>,
) -> HttpResponse {
    let here = here(&request);
    let done = ask(&site, move |site, db| {
        let until = HelpUntil::parse(&body.until).ok_or_else(unknown_until)?;
        let leader_id = leader_of(db, &caller, body.leader.as_deref())?;
        let added = add_helper(db, &site.desk(), site.key(), &caller.actor(), leader_id, &body.name, until)?;
        let InvitationAnswer { user_id, link, ends_at } = told(site, &added);
        let drawn = Qr::of(&format!("{here}{link}"));
        let Qr { width, path } = drawn.ok_or_else(|| WebError::Broken("an address is too long for a code".into()))?;
        Ok(HelperAnswer { user_id, link, ends_at, qr_width: width, qr_path: path })
    });
    answered(&request, done.await, HttpResponse::Created())
}

/// A helper's link, and the same as a QR code to be held before the helper's phone.
#[derive(Serialize, ToSchema)]
pub struct HelperAnswer {
    user_id: i64,
    /// Address of the link on this server; told once.
    link: String,
    #[schema(format = "date-time")]
    ends_at: String,
    /// The code as an SVG drawing: `<svg viewBox="0 0 qr_width qr_width"><path d="qr_path"/></svg>`.
    qr_width: usize,
    qr_path: String,
}

/// The server as the caller named it, such as `https://tuan.example`.
fn here(request: &HttpRequest) -> String {
    let scheme = if Client::of(request).is_secure { "https" } else { "http" };
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    format!("{scheme}://{}", host.unwrap_or_default())
}

fn unknown_until() -> WebError {
    WebError::bad("until 只能是 today、three_days、week、revoked", "until is today, three_days, week or revoked")
}

/// The leader that a new helper helps, who must be within the caller's reach.
fn leader_of(db: &mut Db, caller: &Caller, code: Option<&str>) -> Result<i64, WebError> {
    match (code, caller.own_leader()) {
        (Some(code), _) => {
            let id = leader_id(db, code)?;
            if caller.reaches_leader(id) { Ok(id) } else { Err(WebError::missing("团长", "leader", code)) }
        }
        (None, Some(own)) => Ok(own),
        (None, None) => Err(WebError::bad("请写明 leader", "name the leader")),
    }
}

pub(super) fn answered<T: Serialize>(
    request: &HttpRequest,
    done: Result<T, WebError>,
    mut answer: actix_web::HttpResponseBuilder,
) -> HttpResponse {
    match done {
        Ok(object) => answer.json(object),
        Err(error) => refusal(request.path(), Lang::of(request), &error),
    }
}

pub(super) fn done_or_not(request: &HttpRequest, done: Result<(), WebError>) -> HttpResponse {
    match done {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => refusal(request.path(), Lang::of(request), &error),
    }
}
