//! 称重 over HTTP: labels from the scale, whose they are, and what they come to.

use std::collections::{BTreeMap, HashMap, HashSet};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::book::Book;
use crate::domain::time::Moment;
use crate::domain::weighing::{PIECE_MAX_G, Weighing};
use crate::flow::answered::Sender;
use crate::flow::bind_label::{BindLabel, bind_label};
use crate::flow::load_cycle::card;
use crate::flow::settle_weights::{is_settled, settle_weights};
use crate::flow::weigh_goods::{WeighGoods, void_label, weigh_goods};
use crate::imports::cell::{self, NAME, Problem};
use crate::imports::fault::{Fault, FaultKind};
use crate::imports::number::grams;
use crate::store::backend::Db;
use crate::store::weights::{self, Label};
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::Slice;
use crate::web::api::handover::{answer, moment, sender};
use crate::web::api::outcomes::weights_json;
use crate::web::api::pickups::sound_text;
use crate::web::api::schemas::SettledWeights;
use crate::web::body::{Given, parsed};
use crate::web::caller::Caller;
use crate::web::errors::{FieldFault, WebError};
use crate::web::words::segment;

/// A piece on the scale.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightBody {
    sku_code: String,
    /// As a scale writes it: 486, 486g, 0.486kg, 0.97斤.
    #[schema(example = "0.486kg")]
    actual_weight: String,
    /// A number of one's own; the next one where left out.
    weigh_no: Option<String>,
    /// The point in whose slot it is put.
    point_code: Option<String>,
    /// Whose it is, where it is packed for a household.
    order_no: Option<String>,
    /// Somebody looked: a weight outside of the usual range is right.
    #[serde(default)]
    is_confirmed: bool,
}

/// The label of a piece.
#[derive(Serialize, ToSchema)]
pub struct WeightAnswer {
    weigh_no: String,
    sku_code: String,
    actual_weight_g: u32,
    /// What the piece costs by the offer's rule.
    price_fen: i64,
    #[schema(required)]
    point_code: Option<String>,
    #[schema(required)]
    order_no: Option<String>,
}

/// Notes what a piece weighs, under a number that its label bears. The same key is the same label.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/weights", operation_id = "weigh_goods", tag = "cycles", request_body = WeightBody,
    params(
        ("code" = String, Path, description = "The cycle's code."),
        (
            "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
            description = "1–64 visible ASCII characters, new for each piece",
        ),
    ),
    responses((status = 200, description = "The label is on disk.", body = WeightAnswer)),
)]
pub async fn weigh(
    site: Shared,
    caller: Caller,
    code: web::Path<String>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let read = sender(&caller, &request, &body).and_then(|sender| sound_weight(code.into_inner(), sender, &body));
    let act = match read {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let done = weigh_goods(db, &site.desk(), &act)?;
        answer(&WeightAnswer {
            weigh_no: done.weigh_no,
            sku_code: done.sku_code,
            actual_weight_g: done.actual_weight_g,
            price_fen: done.price_fen,
            point_code: done.point_code,
            order_no: done.order_no,
        })
    });
    json_answer(done.await)
}

fn sound_weight(cycle_code: String, sender: Sender, body: &[u8]) -> Result<WeighGoods, WebError> {
    let body: WeightBody = parsed(body)?;
    let mut faults = Vec::new();
    let wrong = |field: &str, value: &str, Problem(kind, detail): Problem| {
        FieldFault::from(&Fault::new(&"".into(), 0, kind).cell(field, value).detail(&detail))
    };
    let grams = match grams(PIECE_MAX_G)(body.actual_weight.trim()) {
        Ok(0) => Err(Problem(FaultKind::TooSmall, "1".to_owned())),
        other => other,
    };
    let grams = grams.map_err(|problem| faults.push(wrong("actual_weight", &body.actual_weight, problem))).ok();
    if let Some(Err(problem)) = body.weigh_no.as_deref().map(cell::code) {
        faults.push(wrong("weigh_no", body.weigh_no.as_deref().unwrap_or_default(), problem));
    }
    match grams {
        Some(actual_weight_g) if faults.is_empty() => Ok(WeighGoods {
            cycle_code,
            sku_code: body.sku_code,
            actual_weight_g,
            weigh_no: body.weigh_no,
            point_code: filled(body.point_code),
            order_no: filled(body.order_no),
            is_confirmed: body.is_confirmed,
            sender,
        }),
        _ => Err(WebError::Fields(faults)),
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Which label does not count any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidBody {
    weigh_no: String,
}

/// A label that does not count.
#[derive(Serialize, ToSchema)]
pub struct VoidAnswer {
    weigh_no: String,
    /// False: it did not count before.
    is_changed: bool,
}

/// Voids a label: the piece is weighed again under another number.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/weights/void", operation_id = "void_label", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = VoidBody, responses((status = 200, description = "The label is void.", body = VoidAnswer)),
)]
pub async fn void(site: Shared, caller: Caller, code: web::Path<String>, Given(body): Given<VoidBody>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let is_changed = void_label(db, &site.desk(), &code, &body.weigh_no, &caller.key())?;
        answer(&VoidAnswer { weigh_no: body.weigh_no, is_changed })
    });
    json_answer(done.await)
}

/// Whose a label is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindBody {
    weigh_no: String,
    /// Left out or null: nobody's any more.
    order_no: Option<String>,
    /// The goods that the label was taken for, by SKU code: refused where it is of others.
    sku: Option<String>,
    /// RFC 3339, by the phone's clock.
    device_time: String,
    /// Who handed it over.
    by: String,
}

/// A label as it stands.
#[derive(Serialize, ToSchema)]
pub struct BindAnswer {
    weigh_no: String,
    #[schema(required)]
    order_no: Option<String>,
    actual_weight_g: u32,
}

/// Says whose a label is, when it is handed over. The same key is the same act.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/weights/bind", operation_id = "bind_label", tag = "pickups",
    request_body = BindBody,
    params(
        ("code" = String, Path, description = "The cycle's code."),
        (
            "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
            description = "1–64 visible ASCII characters, new for each act",
        ),
    ),
    responses((status = 200, description = "The label as it stands now.", body = BindAnswer)),
)]
pub async fn bind(
    site: Shared,
    caller: Caller,
    code: web::Path<String>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let code = code.into_inner();
    let read = sender(&caller, &request, &body).and_then(|sender| sound_binding(&caller, code, sender, &body));
    let act = match read {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let done = bind_label(db, &site.desk(), &act)?;
        let (weigh_no, order_no, actual_weight_g) = (done.weigh_no, done.order_no, done.actual_weight_g);
        answer(&BindAnswer { weigh_no, order_no, actual_weight_g })
    });
    json_answer(done.await)
}

fn sound_binding(caller: &Caller, cycle_code: String, sender: Sender, body: &[u8]) -> Result<BindLabel, WebError> {
    let body: BindBody = parsed(body)?;
    let mut faults = Vec::new();
    let device_at = moment("device_time", &body.device_time, &mut faults);
    let bound_by = sound_text("by", &body.by, NAME, &mut faults);
    match (device_at, bound_by) {
        (Some(device_at), Some(bound_by)) if faults.is_empty() => Ok(BindLabel {
            cycle_code,
            weigh_no: body.weigh_no.trim().to_owned(),
            order_no: filled(body.order_no),
            sku_code: filled(body.sku),
            bound_by,
            device_at,
            within: caller.within(),
            sender,
        }),
        _ => Err(WebError::Fields(faults)),
    }
}

/// Settles what the labels come to: adjustments, refunds, pickup lists. Repeated, it changes what labels have changed.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/weigh", operation_id = "settle_weights", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses((status = 200, description = "What it comes to.", body = SettledWeights)),
)]
pub async fn finish(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| Ok(weights_json(&settle_weights(db, &site.desk(), &code)?)));
    json_answer(done.await)
}

/// Which labels.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WeightsQuery {
    /// Of these goods, by SKU code.
    sku: Option<String>,
    /// 1 to 500; 100 where left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    offset: Option<u32>,
}

/// Labels of a cycle, by weigh_no.
#[derive(Serialize, ToSchema)]
pub struct WeightList {
    cycle_code: String,
    /// Whether weights were settled; labels may have come since.
    is_settled: bool,
    labels: Vec<ListedLabel>,
    total: usize,
    /// The address of the next rows, if there are more.
    #[schema(required)]
    next: Option<String>,
}

/// A weighed label.
#[derive(Serialize, ToSchema)]
pub struct ListedLabel {
    weigh_no: String,
    sku_code: String,
    actual_weight_g: u32,
    /// What the piece costs by the offer's rule.
    price_fen: i64,
    #[schema(required)]
    point_code: Option<String>,
    /// Whose it is.
    #[schema(required)]
    order_no: Option<String>,
    is_void: bool,
    is_confirmed: bool,
    #[schema(format = "date-time")]
    weighed_at: String,
}

/// The weighed labels of a cycle, those that do not count too.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/weights", operation_id = "list_weights", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code."), WeightsQuery),
    responses((status = 200, description = "The labels.", body = WeightList)),
)]
pub async fn list(site: Shared, code: web::Path<String>, query: web::Query<WeightsQuery>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let cycle = card(db, &code)?;
        let slice = Slice::new(query.limit, query.offset)?;
        let book = site.book(db, &cycle, None)?;
        let mut labels = weights::of_cycle(db, cycle.id)?;
        if let Some(sku) = &query.sku {
            let is_of = |label: &Label| offer_of(&book, label.row.offer_no).is_some_and(|(code, _)| code == sku);
            labels.retain(|_, label| is_of(label));
        }
        let labels: Vec<Label> = labels.into_values().collect();
        let (shown, next) = slice.cut(&labels);
        let next = next.map(|offset| {
            let sku = query.sku.as_deref().map(|sku| format!("&sku={}", segment(sku))).unwrap_or_default();
            format!("/api/v1/cycles/{}/weights?limit={}&offset={offset}{sku}", segment(&code), shown.len())
        });
        let total = labels.len();
        let zone = site.desk().zone;
        let labels = listed(db, &book, shown, |at| zone.rfc3339(at))?;
        let is_settled = is_settled(db, cycle.id)?;
        answer(&WeightList { cycle_code: cycle.cycle_code, is_settled, labels, total, next })
    });
    json_answer(done.await)
}

/// The code and the weighing of an offer of a book.
fn offer_of(book: &Book, offer_no: i32) -> Option<(&str, Option<Weighing>)> {
    let offer = book.offers.iter().find(|offer| offer.offer_no as i32 == offer_no)?;
    Some((offer.sku_code.as_str(), Weighing::of(offer)))
}

fn listed(
    db: &mut Db,
    book: &Book,
    labels: &[Label],
    time: impl Fn(Moment) -> String,
) -> Result<Vec<ListedLabel>, WebError> {
    let orders: HashSet<i64> = labels.iter().filter_map(|label| label.order_id).collect();
    let order_nos: HashMap<i64, String> = weights::order_nos(db, book.cycle.id, &orders)?;
    let points: BTreeMap<i64, &str> = book.points.iter().map(|point| (point.id, point.point_code.as_str())).collect();
    let row = |label: &Label| {
        let grams = label.grams();
        let (sku_code, weighing) = offer_of(book, label.row.offer_no).unwrap_or(("", None));
        ListedLabel {
            sku_code: sku_code.to_owned(),
            actual_weight_g: grams,
            price_fen: weighing.and_then(|goods| goods.price_of(grams).ok()).map_or(0, |price| price.0),
            point_code: label.row.point_id.and_then(|id| points.get(&id)).map(|code| (*code).to_owned()),
            order_no: label.order_id.and_then(|id| order_nos.get(&id)).cloned(),
            is_void: label.is_void,
            is_confirmed: label.row.is_confirmed,
            weighed_at: time(Moment(label.row.weighed_at)),
            weigh_no: label.row.weigh_no.clone(),
        }
    };
    Ok(labels.iter().map(row).collect())
}
