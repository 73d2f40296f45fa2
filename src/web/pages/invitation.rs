//! The page behind an invitation: a new password, or a helper's way in. Looking at it uses nothing up.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::secret::Secret;
use crate::domain::session::Factor;
use crate::flow::invitations::{Invited, accept as accept_it, invitation_over, invited};
use crate::flow::sign_in::LetIn;
use crate::web::answers::{Shared, ask, html};
use crate::web::credentials::session_cookie;
use crate::web::door::{Visit, home, new_password};
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::frame::Frame;
use crate::web::pages::login::kept_s;
use crate::web::site::Site;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/invitation.html")]
struct InvitationPage {
    frame: Frame,
    name: String,
    login_name: String,
    is_helper: bool,
    /// When a helper's time ends.
    until: Option<String>,
    words: Option<String>,
}

/// `GET /i/{token}`
pub async fn show(site: Shared, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let lang = Lang::of(&request);
    match found(&site, &token).await {
        Ok(invited) => page(&site, lang, &token, &invited, None),
        Err(error) => pages::error::page(&error, lang),
    }
}

async fn found(site: &Shared, token: &str) -> Result<Invited, WebError> {
    let secret = Secret::parse(token).ok_or_else(invitation_over)?;
    let asked = ask(site, move |site, db| Ok(invited(db, site.desk().now, &secret)?));
    Ok(asked.await?.ok_or_else(invitation_over)?)
}

fn page(site: &Site, lang: Lang, token: &str, invited: &Invited, error: Option<WebError>) -> HttpResponse {
    let zone = site.desk().zone;
    let page = InvitationPage {
        frame: Frame::new(lang, format!("/i/{token}")),
        name: invited.user.display_name.clone(),
        login_name: invited.user.login_name.clone(),
        is_helper: invited.is_helper,
        until: invited.user.helps_until().map(|until| zone.minute(until)),
        words: error.as_ref().map(|error| lang.sentence(&error.zh(), &error.en())),
    };
    match page.render() {
        Ok(markup) => html(error.map_or(StatusCode::OK, |error| error.status()), lang, markup),
        Err(error) => pages::error::page(&WebError::Broken(error.to_string()), lang),
    }
}

/// What the page sends; a helper sends nothing.
#[derive(Default, Deserialize)]
pub struct AcceptForm {
    #[serde(default)]
    password: String,
}

/// `POST /i/{token}`
pub async fn accept(
    site: Shared,
    request: HttpRequest,
    token: web::Path<String>,
    form: web::Form<AcceptForm>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let invited = match found(&site, &token).await {
        Ok(invited) => invited,
        Err(error) => return pages::error::page(&error, lang),
    };
    match let_in(&site, &invited, form.into_inner().password, Visit::of(&request)).await {
        Ok(let_in) => {
            let address = if let_in.factor == Factor::Due { "/login/code" } else { home(&let_in.roles) };
            let cookie = session_cookie(&request, &let_in.secret, kept_s(&site, &let_in));
            HttpResponse::SeeOther().insert_header((header::LOCATION, lang.to(address))).cookie(cookie).finish()
        }
        Err(error) if error.code() == "weak_password" => page(&site, lang, &token, &invited, Some(error)),
        Err(error) => pages::error::page(&error, lang),
    }
}

async fn let_in(site: &Shared, invited: &Invited, password: String, visit: Visit) -> Result<LetIn, WebError> {
    let hash = match invited.is_helper {
        true => None,
        false => Some(new_password(site, &invited.user.login_name, password).await?),
    };
    let invited = invited.clone();
    ask(site, move |site, db| Ok(accept_it(db, &site.desk(), &invited, hash.as_deref(), visit.device())?)).await
}
