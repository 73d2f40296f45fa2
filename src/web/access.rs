//! The one layer of authorization: finds out who asks, and lets through what the table of operations grants.
//!
//! A token in the head counts before cookies, a session before a device unless the page proves that the device asks. The
//! account's state, its roles and its leader are read anew for each request, so that a change acts at once; a machine's
//! token is read anew each second.

use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};

use crate::domain::access::{Operation, Reach, Role};
use crate::domain::secret::Secret;
use crate::domain::session::{Factor, SessionKind};
use crate::domain::time::Moment;
use crate::flow::people::note;
use crate::flow::sessions::{Machine, SignedIn, machine, note_seen, signed_in};
use crate::store::security_log::Entry;
use crate::web::answers::{Shared, ask, is_for_machines, refusal};
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::client::Client;
use crate::web::credentials::Credentials;
use crate::web::csrf;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;
use crate::web::site::Site;
use crate::web::words::{Lang, segment};

/// A phone's session ends late in the evening or at night; its owner is told from the evening before on.
const RENEWAL_NOTICE_US: i64 = 28 * 3_600_000_000;

/// Lets a request for `operation` through to its handler, with the caller beside it, or refuses it.
pub async fn admit<B: MessageBody + 'static>(
    operation: Operation,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match admitted(operation, &request).await {
        Ok((caller, visitor)) => {
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(visitor);
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(error) => {
            note_refusal(operation, &request, &error).await;
            let answer = refused(&request, &error);
            Ok(request.into_response(answer).map_into_right_body())
        }
    }
}

/// Operations that balancers and monitors ask for inside the house, without HTTPS.
const IN_THE_CLEAR: [Operation; 3] = [Operation::Healthz, Operation::Readyz, Operation::Metrics];

/// Who asks, if they may.
async fn admitted(operation: Operation, request: &ServiceRequest) -> Result<(Caller, Visitor), WebError> {
    let missing = || WebError::Broken("the application has no site".into());
    let site: Shared = request.app_data::<Shared>().cloned().ok_or_else(missing)?;
    let client = Client::of(request.request());
    // An address that nobody knows is that of a test within this process.
    let is_near = client.address.is_loopback() || client.address.is_unspecified();
    if !client.is_secure && !is_near && !IN_THE_CLEAR.contains(&operation) {
        return Err(WebError::InTheClear);
    }
    let (caller, mut visitor) = caller(operation, request, &site).await?;
    csrf::check_origin(request, operation.is_public(), &caller.principal)?;
    visitor.csrf = csrf::token(site.key(), &caller.principal);
    Ok((caller, visitor))
}

async fn caller(operation: Operation, request: &ServiceRequest, site: &Shared) -> Result<(Caller, Visitor), WebError> {
    let shown = Credentials::of(request.request(), site.key());
    let mut known = None;
    let found = identify(operation, shown, site, sign(operation, request), &mut known).await;
    if let Some(known) = known {
        request.extensions_mut().insert(Known(known));
    }
    found
}

/// Whether whoever asked for `operation` before, and is still being answered, may still ask for it.
///
/// # Errors
/// As for a new request.
pub async fn is_still_granted(operation: Operation, shown: Credentials, site: &Shared) -> Result<Caller, WebError> {
    Ok(identify(operation, shown, site, Sign::None, &mut None).await?.0)
}

/// Whether a look at a session shows that a person is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    OfLife,
    None,
}

/// Head of requests that a page makes by itself, without anybody having touched it.
const UNATTENDED: &str = "x-unattended";

/// Pages that read themselves anew say so; those that watch come again by themselves and cannot say it.
fn sign(operation: Operation, request: &ServiceRequest) -> Sign {
    let is_unattended = operation == Operation::WatchTotals || request.headers().contains_key(UNATTENDED);
    if is_unattended { Sign::None } else { Sign::OfLife }
}

/// Who shows this. `known` is told who it is as soon as that is clear, also where the answer is no.
async fn identify(
    operation: Operation,
    shown: Credentials,
    site: &Shared,
    sign: Sign,
    known: &mut Option<String>,
) -> Result<(Caller, Visitor), WebError> {
    if operation.is_public() {
        let principal = shown.device.map_or(Principal::Anonymous, |id| Principal::Device { id });
        return Ok((Caller { principal, reach: Reach::Own }, Visitor::default()));
    }
    if let Some(token) = shown.token {
        let machine = by_token(site, token).await?.ok_or(WebError::SignInRequired)?;
        *known = Some(format!("token:{}", machine.token_id));
        return Ok((of_machine(operation, machine)?, Visitor::default()));
    }
    let of_device = shown.device.and_then(|id| of_device_id(operation, id));
    let person = match shown.session {
        Some(secret) => by_session(site, secret, sign).await?,
        None => None,
    };
    if let Some(person) = &person {
        *known = Some(format!("user:{}", person.user.id));
    }
    match (person, of_device) {
        (Some(person), Some(device)) if operation.widest(&person.roles).is_none() => Ok((device, Visitor::default())),
        (Some(person), _) => of_person(site, operation, person),
        (None, Some(device)) => Ok((device, Visitor::default())),
        (None, None) => Err(WebError::SignInRequired),
    }
}

/// Who was found out before the answer was no.
struct Known(String);

/// Notes in the security log what someone known was refused: the same once a minute, so that nobody can flood it.
async fn note_refusal(operation: Operation, request: &ServiceRequest, error: &WebError) {
    let act = match error {
        WebError::Forbidden => "refused",
        WebError::CrossSite => "cross_site_refused",
        _ => return,
    };
    let known = request.extensions().get::<Known>().map(|known| known.0.clone());
    let (Some(site), Some(actor)) = (request.app_data::<Shared>().cloned(), known) else { return };
    if !site.refusals().is_new(format!("{act} {actor} {}", operation.code()), Instant::now()) {
        return;
    }
    let request_id = RequestId::of(request.request()).0;
    let noted = ask(&site, move |site, db| {
        let entry = Entry { act, actor: &actor, subject: operation.code(), request_id: &request_id, detail: "" };
        Ok(note(db, &site.desk(), entry)?)
    });
    // What could not be noted is in the server's own log by now; the answer stays no.
    let _ = noted.await;
}

fn of_machine(operation: Operation, machine: Machine) -> Result<Caller, WebError> {
    if !operation.scope().is_some_and(|scope| machine.scopes.contains(&scope)) {
        return Err(WebError::Forbidden);
    }
    let Machine { token_id, scopes, leader_ids } = machine;
    let reach = if leader_ids.is_empty() { Reach::All } else { Reach::Own };
    Ok(Caller { principal: Principal::Machine { token_id, scopes, leader_ids }, reach })
}

fn of_person(site: &Site, operation: Operation, person: SignedIn) -> Result<(Caller, Visitor), WebError> {
    if person.session.factor() == Factor::Due && !operation.precedes_second_factor() {
        return Err(WebError::SecondFactorDue);
    }
    if person.is_locked && !operation.pierces_lock() {
        return Err(WebError::ScreenLocked);
    }
    let reach = operation.widest(&person.roles).ok_or(WebError::Forbidden)?;
    let SignedIn { session, user, roles, leader_ids, .. } = person;
    let left_us = session.ends_at - site.desk().now.0;
    let ends_soon = session.kind() == SessionKind::Phone && left_us < RENEWAL_NOTICE_US;
    let visitor = Visitor {
        name: Some(user.display_name),
        roles: roles.clone(),
        ends_soon: ends_soon.then_some(Moment(session.ends_at)),
        ..Visitor::default()
    };
    let principal = Principal::Person { user_id: user.id, roles, leader_ids, session_id: session.id };
    Ok((Caller { principal, reach }, visitor))
}

fn of_device_id(operation: Operation, id: String) -> Option<Caller> {
    let reach = operation.reach(Role::Resident)?;
    Some(Caller { principal: Principal::Device { id }, reach })
}

async fn by_token(site: &Shared, token: Option<Secret>) -> Result<Option<Machine>, WebError> {
    let Some(secret) = token else { return Ok(None) };
    let (hash, begun) = (secret.digest(), Instant::now());
    if let Some(known) = site.machines().known(&hash, begun) {
        return Ok(Some(known));
    }
    let found = ask(site, move |_, db| Ok(machine(db, &secret)?)).await?;
    if let Some(machine) = &found {
        site.machines().keep(hash, machine.clone(), begun);
    }
    Ok(found)
}

async fn by_session(site: &Shared, secret: Secret, sign: Sign) -> Result<Option<SignedIn>, WebError> {
    let found = ask(site, move |site, db| {
        let desk = site.desk();
        let now = desk.now;
        let Some(person) = signed_in(db, &desk, &secret)? else { return Ok(None) };
        // A full disk or a long lock must not keep people from reading. Nobody is there while the screen is locked.
        if sign == Sign::OfLife
            && !person.is_locked
            && let Err(error) = note_seen(db, now, &person.session)
        {
            site.log(&format!("a session's last sign of life could not be written: {error:#}"));
        }
        Ok(Some(person))
    });
    found.await
}

/// A refusal: for machines a problem that names the way in, for people the page to sign in on.
fn refused(request: &ServiceRequest, error: &WebError) -> HttpResponse {
    let lang = Lang::of(request.request());
    let is_page = !is_for_machines(request.path());
    if is_page && matches!(error, WebError::SignInRequired) {
        return to_sign_in(request, "/login", lang);
    }
    if is_page && matches!(error, WebError::ScreenLocked) {
        return to_sign_in(request, "/unlock", lang);
    }
    if is_page && matches!(error, WebError::SecondFactorDue) {
        return to_sign_in(request, "/login/code", lang);
    }
    refusal(request.path(), lang, error)
}

/// Sends a person to the page to sign in on, and back to where they were where that was to be read.
fn to_sign_in(request: &ServiceRequest, door: &str, lang: Lang) -> HttpResponse {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let address = if is_read && here != "/" { format!("{door}?next={}", segment(here)) } else { door.to_owned() };
    HttpResponse::SeeOther().insert_header((header::LOCATION, lang.to(&address))).finish()
}
