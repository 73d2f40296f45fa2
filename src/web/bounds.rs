//! Bounds of one request: its body by size, time and depth, and the time of the work. actix has no deadline for a
//! body, so a thousand clients that send a byte now and then would hold the server for ever.

use std::cell::Cell;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::{FutureExt, Stream};
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep, timeout};

use crate::domain::access::{Operation, Role};
use crate::web::answers::{Shared, refusal};
use crate::web::caller::{Caller, Principal};
use crate::web::depth::Depth;
use crate::web::errors::WebError;
use crate::web::limits::{BodyClass, Limits};
use crate::web::photo::SENT_MAX as PHOTO_MAX;
use crate::web::turned::Turned;
use crate::web::words::Lang;

/// Operations whose body may be a file.
const UPLOADS: &[Operation] = &[
    Operation::EditPlan,
    Operation::ReceiveGoods,
    Operation::CorrectOrders,
    Operation::CountStock,
    Operation::ImportFile,
];

/// What kind of body an operation takes.
fn class_of(operation: Operation) -> BodyClass {
    match operation {
        Operation::KeepPhoto => BodyClass::Photo,
        _ if UPLOADS.contains(&operation) => BodyClass::Upload,
        _ => BodyClass::Small,
    }
}

/// Lets a request through to its handler within its bounds. What breaks one is answered here, whatever the handler made
/// of the broken body; a handler that panics costs this one request.
pub async fn bounded<B: MessageBody + 'static>(
    operation: Operation,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let limits = request.app_data::<Shared>().map(|site| site.limits()).unwrap_or_default();
    let (size_max, body_time) = body_bounds(&limits, class_of(operation), &request);
    let http = request.request().clone();
    if declared_length(&request).is_some_and(|length| length > size_max) {
        return Ok(turned_away(http, &too_large(size_max)));
    }
    let gate = Rc::new(Gate::default());
    let payload = request.take_payload();
    if matches!(payload, Payload::None) {
        gate.arrived.notify_one();
    } else {
        let is_json = request.content_type().eq_ignore_ascii_case("application/json");
        let body = Body::new(payload, size_max, body_time, is_json, gate.clone());
        request.set_payload(Payload::from(Box::pin(body) as Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>));
    }
    let work = AssertUnwindSafe(next.call(request)).catch_unwind();
    let done = match select(pin!(work), pin!(too_long(&gate, body_time, limits.handler))).await {
        Either::Left((done, _)) => done,
        Either::Right(((), _)) => return Ok(turned_away(http, &Turned::WorkTooSlow.into())),
    };
    if let Some(breach) = gate.breach.take() {
        return Ok(turned_away(http, &breach.error(size_max)));
    }
    match done {
        Ok(Ok(answer)) => Ok(answer.map_into_left_body()),
        Ok(Err(error)) => Ok(ServiceResponse::from_err(error, http).map_into_right_body()),
        Err(_) => Ok(turned_away(http, &WebError::Broken("a handler panicked".into()))),
    }
}

fn turned_away<B>(http: HttpRequest, error: &WebError) -> ServiceResponse<EitherBody<B>> {
    let answer = refusal(http.path(), Lang::of(&http), error);
    ServiceResponse::new(http, answer).map_into_right_body()
}

fn too_large(size_max: u64) -> WebError {
    WebError::TooLarge { limit: usize::try_from(size_max).unwrap_or(usize::MAX) }
}

/// The most bytes of a body, and the time for all of them.
fn body_bounds(limits: &Limits, class: BodyClass, request: &ServiceRequest) -> (u64, Duration) {
    match class {
        BodyClass::Small => (limits.body_bytes, limits.body),
        BodyClass::Photo => (PHOTO_MAX, limits.upload),
        BodyClass::Upload if is_staff(request) => (limits.staff_upload_bytes, limits.upload),
        BodyClass::Upload => (limits.upload_bytes, limits.upload),
    }
}

/// Whether whoever asks works for the platform, or is one of its machines.
fn is_staff(request: &ServiceRequest) -> bool {
    const STAFF: [Role; 4] = [Role::Warehouse, Role::Buyer, Role::Finance, Role::Admin];
    request.extensions().get::<Caller>().is_some_and(|caller| match &caller.principal {
        Principal::Person { roles, .. } => roles.iter().any(|role| STAFF.contains(role)),
        Principal::Machine { .. } => true,
        Principal::Anonymous | Principal::Device { .. } => false,
    })
}

fn declared_length(request: &ServiceRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Ends when the work has had its time, which begins once the body is there, or should have been.
async fn too_long(gate: &Gate, body_time: Duration, handler_time: Duration) {
    let _ = timeout(body_time, gate.arrived.notified()).await;
    sleep(handler_time).await;
}

/// What the body of a request has come to.
#[derive(Default)]
struct Gate {
    /// The body is read to its end, or nobody reads it any longer.
    arrived: Notify,
    breach: Cell<Option<Breach>>,
}

#[derive(Clone, Copy, Debug)]
enum Breach {
    Slow,
    Large,
    Deep,
}

impl Breach {
    fn error(self, size_max: u64) -> WebError {
        match self {
            Breach::Slow => Turned::BodyTooSlow.into(),
            Breach::Deep => Turned::TooDeep.into(),
            Breach::Large => too_large(size_max),
        }
    }
}

/// A body within bounds: it ends with an error at the first breach.
struct Body {
    inner: Payload,
    left: u64,
    deadline: Pin<Box<Sleep>>,
    depth: Option<Depth>,
    gate: Rc<Gate>,
}

impl Body {
    fn new(inner: Payload, size_max: u64, time: Duration, is_json: bool, gate: Rc<Gate>) -> Body {
        Body { inner, left: size_max, deadline: Box::pin(sleep(time)), depth: is_json.then(Depth::default), gate }
    }

    fn breached(&self, breach: Breach) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.gate.breach.set(Some(breach));
        self.gate.arrived.notify_one();
        let error = match breach {
            Breach::Slow => PayloadError::Io(std::io::ErrorKind::TimedOut.into()),
            Breach::Large => PayloadError::Overflow,
            Breach::Deep => PayloadError::EncodingCorrupted,
        };
        Poll::Ready(Some(Err(error)))
    }

    /// Counts a chunk.
    fn admit(&mut self, chunk: &Bytes) -> Option<Breach> {
        let Some(left) = self.left.checked_sub(chunk.len() as u64) else { return Some(Breach::Large) };
        self.left = left;
        let is_sound = self.depth.as_mut().is_none_or(|depth| depth.take(chunk));
        (!is_sound).then_some(Breach::Deep)
    }
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.inner).poll_next(cx) {
            Poll::Ready(Some(Ok(chunk))) => match self.admit(&chunk) {
                Some(breach) => self.breached(breach),
                None => Poll::Ready(Some(Ok(chunk))),
            },
            Poll::Ready(end) => {
                self.gate.arrived.notify_one();
                Poll::Ready(end)
            }
            Poll::Pending if self.deadline.as_mut().poll(cx).is_ready() => self.breached(Breach::Slow),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.gate.arrived.notify_one();
    }
}

/// Limits of actix's own extractors, above ours: the bounds here decide.
pub fn extractor_limits(limits: &Limits) -> (web::PayloadConfig, web::FormConfig) {
    let most = usize::try_from(limits.staff_upload_bytes).unwrap_or(usize::MAX);
    (web::PayloadConfig::new(most), web::FormConfig::default().limit(most))
}
