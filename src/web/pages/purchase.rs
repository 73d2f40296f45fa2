//! The supplier's page of one purchase order, behind a link that nobody can guess: read, print, answer line by line. It
//! works without a script; the script notes that somebody looked.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::errors::Step;
use crate::domain::procurement::order_value;
use crate::domain::states::PurchaseOrderState;
use crate::flow::answer_purchase::{Answered, Standings, answer_purchase};
use crate::flow::load_cycle::book_within;
use crate::flow::purchase_links::{Opened, link_over, note_read, opened};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::assets;
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::frame::Frame;
use crate::web::site::Site;
use crate::web::words::{Lang, count, yuan};

/// Pieces of a form: a choice and a number a line.
type Fields = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "pages/purchase.html")]
struct PurchasePage {
    frame: Frame,
    token: String,
    po_no: String,
    supplier: String,
    warehouse: String,
    due_at: String,
    lines: Vec<Line>,
    cases: String,
    pieces: String,
    cost: String,
    /// Lines without an answer.
    awaited: usize,
    /// Whether an answer was entered just now.
    is_saved: bool,
    can_answer: bool,
    words: Option<String>,
}

struct Line {
    line_no: u32,
    name: String,
    spec: String,
    item: String,
    asked: u64,
    case_size: u32,
    unit: String,
    pieces: String,
    price: String,
    answered: Option<u64>,
    /// Whether goods of it were counted to the end.
    is_over: bool,
}

impl Line {
    fn is_full(&self) -> bool {
        self.answered == Some(self.asked)
    }

    fn is_none(&self) -> bool {
        self.asked > 0 && self.answered == Some(0)
    }

    /// Cases where only some will come.
    fn some(&self) -> Option<u64> {
        self.answered.filter(|cases| *cases > 0 && *cases < self.asked)
    }

    /// The most cases that are not all.
    fn most(&self) -> u64 {
        self.asked.saturating_sub(1)
    }
}

impl PurchasePage {
    fn script(&self) -> &'static str {
        assets::purchase_script()
    }
}

/// `GET /s/{token}`
pub async fn show(site: Shared, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let (lang, is_saved) = (Lang::of(&request), request.query_string().split('&').any(|pair| pair == "saved=1"));
    let done = ask(&site, move |site, db| page(site, db, &token, lang, is_saved));
    page_answer(lang, done.await)
}

/// `POST /s/{token}/read`: the page says that it is being looked at. A look by a program that follows links is none.
pub async fn read(site: Shared, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let opened = opened(db, site.key(), &token)?;
        Ok(note_read(db, &site.desk(), &opened)?)
    });
    match done.await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => pages::error::page(&error, Lang::of(&request)),
    }
}

/// `POST /s/{token}`: the form. Sent twice, it is one answer.
pub async fn answer(
    site: Shared,
    request: HttpRequest,
    token: web::Path<String>,
    form: web::Form<Fields>,
) -> HttpResponse {
    let (lang, own) = (Lang::of(&request), token.clone());
    let done = ask(&site, move |site, db| {
        let opened = opened(db, site.key(), &token)?;
        let answered = given(&form)?;
        match answer_purchase(db, &site.desk(), &opened, &answered) {
            Ok(()) => Ok(None),
            // What was wrong is said above the order as it stands.
            Err(error) => {
                let error = WebError::from(error);
                if error.is_ours() || error.code() == "purchase_link_over" {
                    return Err(error);
                }
                let mut page = page(site, db, &token, lang, false)?;
                page.words = Some(lang.sentence(&error.zh(), &error.en()));
                Ok(Some(page))
            }
        }
    });
    match done.await {
        Ok(None) => {
            let address = lang.to(&format!("/s/{own}?saved=1"));
            HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
        }
        Ok(Some(page)) => page_answer(lang, Ok(page)),
        Err(error) => pages::error::page(&error, lang),
    }
}

/// What the form says: `line-3` is `full`, `some` or `none`, `cases-3` how many, `rest` that all others come in full, and
/// `asked-3` how many it asked for.
fn given(form: &Fields) -> Result<Answered, WebError> {
    let mut answered =
        Answered { is_rest_accepted: form.iter().any(|(name, _)| name == "rest"), ..Answered::default() };
    let seen = |(name, value): &(String, String)| {
        Some((name.strip_prefix("asked-")?.parse().ok()?, value.trim().parse().ok()?))
    };
    answered.seen = form.iter().filter_map(seen).collect();
    for (name, choice) in form {
        let Some(number) = name.strip_prefix("line-") else { continue };
        let wrong = || WebError::bad("回复看不懂，请重新打开链接", "the answer is not understood, open the link again");
        let line_no: u32 = number.parse().map_err(|_| wrong())?;
        let field = |prefix: &str| {
            let name = format!("{prefix}-{line_no}");
            form.iter().find(|(other, _)| *other == name).and_then(|(_, value)| value.trim().parse::<u64>().ok())
        };
        let cases = match choice.as_str() {
            "full" => field("asked"),
            "none" => Some(0),
            "some" => field("cases"),
            _ => None,
        };
        let (zh, en) =
            ("“只有 __ 箱”要填箱数，其他的都没有丢", "fill in how many cases there are; nothing else was lost");
        answered.cases.push((line_no, cases.ok_or_else(|| WebError::bad(zh, en))?));
    }
    Ok(answered)
}

fn page(site: &Site, db: &mut Db, token: &str, lang: Lang, is_saved: bool) -> Result<PurchasePage, WebError> {
    let Opened { po_id, cycle_code, .. } = opened(db, site.key(), token)?;
    let (book, standings) = db.read(|db| {
        let book = book_within(db, &site.desk(), &cycle_code, None, Want::Supply, Step::Plan)?;
        let standings = Standings::read(db, book.cycle.id).map_err(crate::flow::FlowError::from)?;
        Ok::<_, WebError>((book, standings))
    })?;
    let po = book
        .purchase_orders
        .iter()
        .find(|po| po.id == po_id)
        .ok_or_else(|| WebError::from(crate::flow::FlowError::from(link_over())))?;
    let lines = lines(&book, po, &standings, lang);
    let bought = po.lines.iter().map(|line| (line.offer_ix, line.planned_qty));
    let value = order_value(&book.offers, bought)?;
    let supplier = &book.suppliers[po.supplier_ix as usize];
    Ok(PurchasePage {
        frame: Frame::new(lang, format!("/s/{token}")),
        token: token.to_owned(),
        supplier: supplier.name.clone(),
        warehouse: book.warehouses[po.warehouse_ix as usize].name.clone(),
        due_at: supplier.due_at.as_ref().map_or_else(String::new, |time| format!("{} {time}", book.cycle.pickup_date)),
        cases: count(po.lines.iter().map(|line| line.cases).sum()),
        pieces: count(po.lines.iter().map(|line| line.planned_qty).sum()),
        cost: format!("{}{}", yuan(value.known), if value.has_unknown { "+" } else { "" }),
        awaited: lines.iter().filter(|line| line.answered.is_none() && !line.is_over).count(),
        can_answer: po.state != PurchaseOrderState::Closed && lines.iter().any(|line| !line.is_over),
        lines,
        is_saved,
        words: None,
        po_no: po.po_no.clone(),
    })
}

fn lines(book: &Book, po: &PurchaseOrder, standings: &Standings, lang: Lang) -> Vec<Line> {
    let line = |line: &crate::domain::book::PurchaseOrderLine| {
        let (offer, standing) = (&book.offers[line.offer_ix as usize], standings.of(po, line));
        Line {
            line_no: line.line_no,
            name: offer.name.clone(),
            spec: offer.spec.clone(),
            item: offer.supplier_sku.clone().unwrap_or_default(),
            asked: standing.asked_cases,
            case_size: offer.case_size,
            unit: offer.unit.clone(),
            pieces: count(standing.asked_cases * u64::from(offer.case_size)),
            price: offer.unit_price.map_or_else(String::new, |price| {
                format!("¥{price}/{}", lang.say(offer.price_unit.zh(), offer.price_unit.code()))
            }),
            answered: standing.answered,
            is_over: line.is_closed,
        }
    };
    let mut lines: Vec<Line> = po.lines.iter().map(line).collect();
    lines.retain(|line| line.asked > 0);
    lines
}
