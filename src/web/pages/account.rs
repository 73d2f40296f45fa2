//! One's own account: where one is signed in, and the password.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::password::is_password;
use crate::domain::time::{Moment, Zone};
use crate::flow::people::change_password;
use crate::flow::sessions::end_session;
use crate::store::sessions::{self, SessionRow};
use crate::store::users;
use crate::web::answers::{Shared, ask, html};
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::door::new_password;
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::frame::Frame;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    login_name: String,
    roles: String,
    has_password: bool,
    /// Whether they sign out on the page of their list, which takes away what names residents.
    has_list: bool,
    sessions: Vec<SessionLine>,
    /// Why the password was not changed.
    words: Option<String>,
}

struct SessionLine {
    device: String,
    made_at: String,
    ends_at: String,
    is_this: bool,
    end: String,
}

/// `GET /account`
pub async fn show(site: Shared, request: HttpRequest, caller: Caller, visitor: Visitor) -> HttpResponse {
    page(&site, Lang::of(&request), caller, visitor, None).await
}

async fn page(site: &Shared, lang: Lang, caller: Caller, visitor: Visitor, error: Option<WebError>) -> HttpResponse {
    let status = error.as_ref().map_or(StatusCode::OK, WebError::status);
    let words = error.map(|error| lang.sentence(&error.zh(), &error.en()));
    let filled = ask(site, move |site, db| {
        let has_list = caller.has_list();
        let Principal::Person { user_id, ref roles, session_id, .. } = caller.principal else {
            return Err(WebError::Forbidden);
        };
        let desk = site.desk();
        let user = users::find(db, user_id)?.ok_or(WebError::SignInRequired)?;
        let live = sessions::of_user(db, user_id)?.into_iter().filter(|session| session.is_live(desk.now));
        let page = AccountPage {
            frame: Frame::new(lang, "/account".into()).seen_by(visitor, desk.zone),
            name: user.display_name,
            login_name: user.login_name,
            roles: roles.iter().map(|role| lang.coded(role.zh(), role.code())).collect::<Vec<_>>().join(" · "),
            has_password: user.password_hash.is_some(),
            has_list,
            sessions: live.map(|session| line(&session, session_id, desk.zone, lang)).collect(),
            words,
        };
        page.render().map_err(|error| WebError::Broken(error.to_string()))
    });
    match filled.await {
        Ok(markup) => html(status, lang, markup),
        Err(error) => pages::error::page(&error, lang),
    }
}

fn line(session: &SessionRow, own: i64, zone: Zone, lang: Lang) -> SessionLine {
    let device =
        if session.device.is_empty() { lang.say("未知设备", "unknown").to_owned() } else { session.device.clone() };
    SessionLine {
        device,
        made_at: zone.minute(Moment(session.made_at)),
        ends_at: zone.minute(Moment(session.ends_at)),
        is_this: session.id == own,
        end: format!("/account/sessions/{}/end", session.id),
    }
}

/// `POST /account/sessions/{id}/end`
pub async fn end(site: Shared, request: HttpRequest, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let lang = Lang::of(&request);
    let ended = ask(&site, move |site, db| {
        let user_id = caller.user_id()?;
        let was_there = end_session(db, &site.desk(), user_id, *id, "session_ended", "")?;
        if was_there { Ok(()) } else { Err(WebError::NoSuchPage) }
    });
    match ended.await {
        Ok(()) => back(lang),
        Err(error) => pages::error::page(&error, lang),
    }
}

/// What the page sends.
#[derive(Deserialize)]
pub struct PasswordForm {
    old: String,
    new: String,
}

/// `POST /account/password`: the other sessions end.
pub async fn set_password(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    visitor: Visitor,
    form: web::Form<PasswordForm>,
) -> HttpResponse {
    let (lang, form) = (Lang::of(&request), form.into_inner());
    match changed(&site, &caller, form).await {
        Ok(()) => back(lang),
        Err(error) => page(&site, lang, caller, visitor, Some(error)).await,
    }
}

async fn changed(site: &Shared, caller: &Caller, form: PasswordForm) -> Result<(), WebError> {
    let Principal::Person { user_id, session_id, .. } = caller.principal else { return Err(WebError::Forbidden) };
    let user = ask(site, move |_, db| users::find(db, user_id)?.ok_or(WebError::SignInRequired)).await?;
    let (kept, old) = (user.password_hash.clone(), form.old);
    if !site.hashing().run(move || is_password(&old, kept.as_deref())).await? {
        return Err(WebError::bad("现在的密码不对", "the current password is wrong"));
    }
    let hash = new_password(site, &user.login_name, form.new).await?;
    ask(site, move |site, db| Ok(change_password(db, &site.desk(), user_id, &hash, Some(session_id))?)).await
}

fn back(lang: Lang) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, lang.to("/account"))).finish()
}
