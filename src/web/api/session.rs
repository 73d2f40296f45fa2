//! Signing in and out, one's sessions, and a resident's device.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::Reach;
use crate::domain::session::Factor;
use crate::domain::time::{Moment, Zone};
use crate::flow::fresh;
use crate::flow::sessions::{end_any_session, end_session};
use crate::store::backend::Db;
use crate::store::sessions::{self, SessionRow};
use crate::store::{master, users};
use crate::web::answers::{Shared, ask, refusal};
use crate::web::body::Given;
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::credentials::{device_cookie, session_cookie};
use crate::web::csrf;
use crate::web::door::{Visit, sign_in};
use crate::web::errors::WebError;
use crate::web::pages::code::opened;
use crate::web::pages::login::{forget, kept_s, sign_out};
use crate::web::requests::RequestId;
use crate::web::words::Lang;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    login_name: String,
    password: String,
}

/// What is said of a session to whoever holds it.
#[derive(Serialize, ToSchema)]
pub struct SessionAnswer {
    login_name: String,
    name: String,
    roles: Vec<&'static str>,
    /// Of leaders and helpers.
    leader_code: Option<String>,
    /// `none`: not asked for; `due`: the code is still to come (`POST /session/code`); `given`.
    second_factor: &'static str,
    /// To be sent as `X-CSRF-Token` with each change.
    csrf_token: String,
    #[schema(format = "date-time")]
    ends_at: String,
}

/// Signs in; the session comes as a cookie.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "sign_in", tag = "access", request_body = SignInBody, security(()),
    responses((status = 201, body = SessionAnswer)))]
pub async fn enter(site: Shared, request: HttpRequest, Given(body): Given<SignInBody>) -> HttpResponse {
    let let_in = match sign_in(&site, Visit::of(&request), body.login_name, body.password).await {
        Ok(let_in) => let_in,
        Err(error) => return refused(&request, &error),
    };
    let principal = Principal::Person {
        user_id: let_in.user.id,
        roles: let_in.roles.clone(),
        leader_ids: let_in.user.leader_id.into_iter().collect(),
        session_id: let_in.session_id,
    };
    let cookie = session_cookie(&request, &let_in.secret, kept_s(&site, &let_in));
    let csrf = csrf::token(site.key(), &principal);
    let (factor, ends_at) = (let_in.factor, let_in.ends_at);
    let said = ask(&site, move |site, db| said(db, &principal, csrf, factor, ends_at, site.desk().zone));
    match said.await {
        Ok(answer) => HttpResponse::Created().cookie(cookie).json(answer),
        Err(error) => refused(&request, &error),
    }
}

fn said(
    db: &mut Db,
    principal: &Principal,
    csrf_token: String,
    factor: Factor,
    ends_at: Moment,
    zone: Zone,
) -> Result<SessionAnswer, WebError> {
    let Principal::Person { user_id, roles, leader_ids, .. } = principal else { return Err(WebError::Forbidden) };
    let user = users::find(db, *user_id)?.ok_or(WebError::SignInRequired)?;
    let leader = leader_ids.first().map(|id| master::leader::by_id(db, *id)).transpose()?.flatten();
    Ok(SessionAnswer {
        login_name: user.login_name,
        name: user.display_name,
        roles: roles.iter().map(|role| role.code()).collect(),
        leader_code: leader.map(|row| row.leader_code),
        second_factor: factor.code(),
        csrf_token,
        ends_at: zone.rfc3339(ends_at),
    })
}

/// Who one is.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "show_session", tag = "access", responses((status = 200, body = SessionAnswer)))]
pub async fn show(site: Shared, request: HttpRequest, caller: Caller, visitor: Visitor) -> HttpResponse {
    let asked = ask(&site, move |site, db| {
        let Principal::Person { user_id, session_id, .. } = caller.principal else { return Err(WebError::Forbidden) };
        let own = sessions::of_user(db, user_id)?.into_iter().find(|session| session.id == session_id);
        let own = own.ok_or(WebError::SignInRequired)?;
        let ends_at = Moment(own.ends_at);
        said(db, &caller.principal, visitor.csrf, own.factor(), ends_at, site.desk().zone)
    });
    answered(&request, asked.await)
}

/// The code that an authenticator app shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    code: String,
}

/// Gives the code of the second factor. Enrolling is done on the page `/login/code`.
#[utoipa::path(post, path = "/api/v1/session/code", operation_id = "give_code", tag = "access", request_body = CodeBody,
    responses((status = 204)))]
pub async fn give_code(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    Given(body): Given<CodeBody>,
) -> HttpResponse {
    match opened(&site, &caller, body.code, None).await {
        Ok((secret, ends_at)) => {
            let kept_s = (ends_at.0 - site.desk().now.0) / 1_000_000;
            HttpResponse::NoContent().cookie(session_cookie(&request, &secret, kept_s)).finish()
        }
        Err(error) => refused(&request, &error),
    }
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "sign_out", tag = "access", responses((status = 204)))]
pub async fn leave(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    match sign_out(&site, &caller).await {
        Ok(()) => forget(&request, &caller, &mut HttpResponse::NoContent()).finish(),
        Err(error) => refused(&request, &error),
    }
}

/// One of one's own sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionObject {
    session_id: i64,
    device: String,
    is_this: bool,
    #[schema(format = "date-time")]
    made_at: String,
    #[schema(format = "date-time")]
    seen_at: String,
    #[schema(format = "date-time")]
    ends_at: String,
}

/// All of them, the newest first.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    sessions: Vec<SessionObject>,
}

/// One's own sessions, the newest first.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "access", responses((status = 200, body = SessionList)))]
pub async fn list(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    let asked = ask(&site, move |site, db| {
        let Principal::Person { user_id, session_id, .. } = caller.principal else { return Err(WebError::Forbidden) };
        let desk = site.desk();
        let live = sessions::of_user(db, user_id)?.into_iter().filter(|session| session.is_live(desk.now));
        Ok(SessionList { sessions: live.map(|session| object(session, session_id, desk.zone)).collect() })
    });
    answered(&request, asked.await)
}

fn object(session: SessionRow, own: i64, zone: Zone) -> SessionObject {
    let time = |at| zone.rfc3339(Moment(at));
    SessionObject {
        session_id: session.id,
        is_this: session.id == own,
        made_at: time(session.made_at),
        seen_at: time(session.seen_at),
        ends_at: time(session.ends_at),
        device: session.device,
    }
}

/// Ends one of one's own sessions; an admin ends anybody's.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", operation_id = "end_session", tag = "access", params(("id" = i64, Path)),
    responses((status = 204)))]
pub async fn end(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let request_id = RequestId::of(&request).0;
    let ended = ask(&site, move |site, db| {
        let (desk, own) = (site.desk(), caller.user_id()?);
        let was_there = match caller.reach {
            Reach::All => end_any_session(db, &desk, own, *id, &request_id)?,
            Reach::Own => end_session(db, &desk, own, *id, "session_ended", &request_id)?,
        };
        if was_there { Ok(()) } else { Err(WebError::missing("登录", "session", *id)) }
    });
    match ended.await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => refused(&request, &error),
    }
}

/// What a resident's device sends with each change.
#[derive(Serialize, ToSchema)]
pub struct DeviceAnswer {
    /// To be sent as `X-CSRF-Token`.
    csrf_token: String,
}

/// Makes a resident's device known by a cookie, so that its orders are its own. A device that
/// is known stays who it is.
#[utoipa::path(post, path = "/api/v1/device", operation_id = "begin_device", tag = "access", security(()), responses((status = 200, body = DeviceAnswer)))]
pub async fn begin_device(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    if let Principal::Device { .. } = caller.principal {
        return HttpResponse::Ok().json(DeviceAnswer { csrf_token: csrf::token(site.key(), &caller.principal) });
    }
    match fresh::secret() {
        Ok(id) => {
            let principal = Principal::Device { id: id.to_text() };
            let answer = DeviceAnswer { csrf_token: csrf::token(site.key(), &principal) };
            HttpResponse::Ok().cookie(device_cookie(&request, &id, site.key())).json(answer)
        }
        Err(error) => refused(&request, &error.into()),
    }
}

fn answered<T: Serialize>(request: &HttpRequest, done: Result<T, WebError>) -> HttpResponse {
    match done {
        Ok(object) => HttpResponse::Ok().json(object),
        Err(error) => refused(request, &error),
    }
}

fn refused(request: &HttpRequest, error: &WebError) -> HttpResponse {
    refusal(request.path(), Lang::of(request), error)
}
