//! The weighed-goods labels of a night on a page that prints one label after the other.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::book::Book;
use crate::domain::weighing::{Weighing, jin};
use crate::flow::load_cycle::card;
use crate::sheets::qr::Qr;
use crate::store::backend::Db;
use crate::store::weights::{self, Label};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::Visitor;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::frame;
use crate::web::site::Site;
use crate::web::words::{Lang, segment, yuan};

/// Labels of one print at most.
const LABELS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "pages/warehouse/weigh_labels.html")]
struct LabelsPage {
    frame: Frame,
    code: String,
    back: String,
    labels: Vec<Printed>,
    left_out: usize,
}

/// A label as it is printed.
struct Printed {
    weigh_no: String,
    name: String,
    spec: String,
    grams: u32,
    jin: String,
    price: String,
    slot: String,
    qr: Option<Qr>,
}

/// Which labels.
#[derive(Debug, Deserialize)]
pub struct LabelsQuery {
    no: Option<String>,
    sku: Option<String>,
}

/// `GET /warehouse/{code}/weighing/labels`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    visitor: Visitor,
    code: web::Path<String>,
    query: web::Query<LabelsQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, &query, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    query: &LabelsQuery,
    visitor: Visitor,
    lang: Lang,
) -> Result<LabelsPage, WebError> {
    let cycle = card(db, code)?;
    let book = site.book(db, &cycle, None)?;
    let wanted: Vec<Label> = match &query.no {
        Some(no) => weights::label(db, cycle.id, no)?.into_iter().collect(),
        None => weights::of_cycle(db, cycle.id)?.into_values().collect(),
    };
    let mut printed: Vec<Printed> = wanted
        .iter()
        .filter(|label| !label.is_void)
        .filter_map(|label| printed(&book, label, query.sku.as_deref().filter(|sku| !sku.is_empty()), lang))
        .collect();
    let left_out = printed.len().saturating_sub(LABELS_MAX);
    printed.truncate(LABELS_MAX);
    let back = format!("/warehouse/{}/weighing", segment(code));
    Ok(LabelsPage {
        code: code.to_owned(),
        labels: printed,
        left_out,
        back: lang.to(&back),
        frame: frame(site, visitor, code, "/weighing/labels", lang),
    })
}

fn printed(book: &Book, label: &Label, sku: Option<&str>, lang: Lang) -> Option<Printed> {
    let offer = book.offers.iter().find(|offer| offer.offer_no as i32 == label.row.offer_no)?;
    if sku.is_some_and(|sku| sku != offer.sku_code) {
        return None;
    }
    let price = Weighing::of(offer)?.price_of(label.grams()).ok()?;
    let point = label.row.point_id.and_then(|id| book.points.iter().find(|point| point.id == id));
    let slot = |point: &crate::domain::facts::Point| {
        format!("{} {} · {} · {}", lang.say("格口", "slot"), point.slot_no, point.route_code, point.name)
    };
    Some(Printed {
        weigh_no: label.row.weigh_no.clone(),
        name: offer.name.clone(),
        spec: offer.spec.clone(),
        grams: label.grams(),
        jin: jin(u64::from(label.grams())),
        price: yuan(price),
        slot: point.map(slot).unwrap_or_default(),
        qr: Qr::of(&label.row.weigh_no),
    })
}
