//! `/o/{token}`: one order for whoever holds its link. When, where, with what code; what is short and what goes back; who
//! confirmed the pickup and how.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::facts::Payment;
use crate::domain::keeping::after_sales_days;
use crate::domain::money::Fen;
use crate::domain::order_link::{Holder, opened};
use crate::domain::states::{CycleState, OrderState};
use crate::domain::time::{Moment, Zone};
use crate::flow::Desk;
use crate::flow::order_page::{OrderPage, PageLine, PagePickup, order_page};
use crate::sheets::qr::Qr;
use crate::store::master::PointRow;
use crate::web::answers::{Shared, ask, html};
use crate::web::assets;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::line_words::{LineWords, Teller};
use crate::web::pages::map::{PointMap, neighbours};
use crate::web::pages::order_acts::lost;
use crate::web::pages::order_words::{
    Standing, eta, given_total, is_unpaid, ordered_total, pickup_time, standing, waiting,
};
use crate::web::site::Site;
use crate::web::words::{Lang, segment, yuan};

#[derive(Template)]
#[template(path = "pages/order.html")]
struct Page {
    frame: Frame,
    /// The page's own address, without its language.
    here: String,
    order_no: String,
    cycle_name: String,
    placed: String,
    standing: Standing,
    /// The pickup code in two groups of three, and what the QR code says: for the resident alone.
    code: Option<String>,
    qr: Option<Qr>,
    is_passed_on: bool,
    /// Whether its holder is the resident, not somebody it was passed on to.
    is_own: bool,
    pickup: String,
    /// When the goods are to be there, until they are.
    eta: Option<String>,
    point_name: String,
    point_address: String,
    map: Option<PointMap>,
    leader_phone: String,
    shop: String,
    lines: Vec<Line>,
    money: Vec<(String, String)>,
    pickups: Vec<Pickup>,
    after_sales: Vec<String>,
    /// What cancelling it means, while it can be cancelled.
    cancel: Option<String>,
    /// What the device remembers it by.
    total: String,
    pickup_date: String,
}

struct Line {
    name: String,
    spec: String,
    unit: String,
    qty: i32,
    amount: String,
    words: LineWords,
}

struct Pickup {
    event_id: String,
    words: String,
    reversed: Option<String>,
    disputed: Option<String>,
}

impl Page {
    fn script(&self) -> &'static str {
        assets::resident_script()
    }

    /// Where an act on the order is sent.
    fn act(&self, act: &str) -> String {
        self.frame.to(&format!("{}{act}", self.here))
    }

    fn own_style(&self) -> &'static str {
        assets::resident_style()
    }
}

/// `GET /o/{token}`
pub async fn show(site: Shared, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let lang = Lang::of(&request);
    let Some((order_no, holder)) = opened(site.key(), &token) else { return lost(&WebError::NoSuchPage, lang) };
    let read = ask(&site, move |site, db| {
        let shop = match site.storefront.fresh() {
            Some(shop) => shop,
            None => site.storefront.read(db, &site.intake.live, site.desk().now)?,
        };
        let order = order_page(db, &order_no, &site.safe)?;
        let own = shop.leaders.get(&order.leader_code).map(|leader| leader.points.clone()).unwrap_or_default();
        let points = match own.len() {
            0 | 1 => neighbours(&order.point, shop.leaders.values().flat_map(|leader| &leader.points)),
            _ => own,
        };
        let page = page(site, &order, &points, holder, &token, lang);
        page.render().map_err(|error| WebError::Broken(error.to_string()))
    });
    match read.await {
        Ok(markup) => html(StatusCode::OK, lang, markup),
        Err(error) => lost(&error, lang),
    }
}

fn page(site: &Site, order: &OrderPage, points: &[PointRow], holder: Holder, token: &str, lang: Lang) -> Page {
    let Desk { now, zone } = site.desk();
    let is_awaited = is_awaited(order) && !is_collected(order);
    // What says whose the goods are is shown once there will be goods.
    let is_shown = is_awaited && !is_unpaid(order);
    let is_own = holder == Holder::Resident;
    let code = order.code.filter(|_| is_own && is_shown).map(|code| code.digits());
    let here = format!("/o/{token}");
    let teller = Teller { lang, zone, payment: order.cycle.payment };
    Page {
        frame: Frame::new(lang, here.clone()),
        here,
        standing: standing(order, lang, now, zone),
        qr: (is_own && is_shown).then(|| Qr::of(&site.press.token(&order.order_no))).flatten(),
        code: code.map(|code| format!("{} {}", &code[..3], &code[3..])),
        is_passed_on: is_shown && !is_own,
        is_own,
        pickup: pickup_time(order, lang),
        eta: eta(order, lang).filter(|_| is_awaited),
        point_name: order.point.name.clone(),
        point_address: order.point.address.clone().unwrap_or_default(),
        // Whoever has everything finds the way by now.
        map: PointMap::of(&order.point, points).filter(|_| is_awaited),
        leader_phone: order.leader_phone.clone(),
        shop: lang.to(&format!("/g/{}?point={}", segment(&order.leader_code), segment(&order.point.point_code))),
        lines: order.lines.iter().map(|row| line(row, &teller)).collect(),
        money: money(order, lang),
        pickups: order.pickups.iter().map(|row| pickup(row, lang, zone)).collect(),
        after_sales: after_sales(order, lang, zone),
        cancel: cancel_words(order, lang, now),
        total: yuan(ordered_total(order)),
        pickup_date: order.cycle.pickup_date.to_string(),
        placed: zone.minute(order.placed_at).get(5..).unwrap_or_default().to_owned(),
        order_no: order.order_no.clone(),
        cycle_name: order.cycle.name.clone(),
    }
}

/// Whether somebody may come for it still.
fn is_awaited(order: &OrderPage) -> bool {
    let stands = matches!(order.state, OrderState::Unpaid | OrderState::Paid);
    stands && !matches!(order.cycle.state, CycleState::Cancelled | CycleState::Settled)
}

/// Whether everything that there is for it was handed out.
fn is_collected(order: &OrderPage) -> bool {
    order.lines.iter().any(|line| line.handed_qty > 0) && order.lines.iter().all(|line| waiting(line) == 0)
}

fn line(row: &PageLine, teller: &Teller) -> Line {
    let amount = Fen(row.price.0.saturating_mul(i64::from(row.ordered_qty)));
    Line {
        name: row.name.clone(),
        spec: row.spec.clone(),
        unit: row.unit.clone(),
        qty: row.ordered_qty,
        amount: yuan(amount),
        words: teller.line(row),
    }
}

/// What was paid, is to be paid, and goes back.
fn money(order: &OrderPage, lang: Lang) -> Vec<(String, String)> {
    let say = |zh: &str, en: &str, amount: Fen| (lang.say(zh, en).to_owned(), yuan(amount));
    if matches!(order.state, OrderState::Cancelled | OrderState::Expired) {
        let paid = order.payment.iter().map(|paid| say("全额退回", "Goes back in full", Fen(paid.amount_fen)));
        return paid.collect();
    }
    let has_extra = order.lines.iter().any(|line| line.tolerance > 0);
    let (zh, en) = if has_extra { ("合计（含可多拿）", "Total with extras") } else { ("合计", "Total") };
    let mut rows = vec![say(zh, en, ordered_total(order))];
    match &order.payment {
        Some(paid) if paid.paid_after_cutoff => {
            rows.push(say("截单后才到账，全额退回", "Came after the cutoff, goes back in full", Fen(paid.amount_fen)));
        }
        Some(paid) => rows.push(say("已付", "Paid", Fen(paid.amount_fen))),
        None if order.state == OrderState::Paid => rows.push(say("已付", "Paid", ordered_total(order))),
        None if order.cycle.payment == Payment::AtPickup => {
            rows.push(say("提货时付", "To pay at pickup", given_total(order)));
        }
        None => rows.push(say("待付", "To pay", ordered_total(order))),
    }
    let top_up: Fen = order.lines.iter().map(PageLine::top_up).sum();
    if top_up > Fen::ZERO && order.state == OrderState::Paid {
        rows.push(say("称重待补，提货时付", "For more weight, to pay at pickup", top_up));
    }
    let back: Fen = order.lines.iter().flat_map(|line| &line.refunds).map(|refund| refund.amount).sum();
    if back > Fen::ZERO {
        rows.push(say("退款", "Refunds", back));
    }
    rows
}

fn pickup(row: &PagePickup, lang: Lang, zone: Zone) -> Pickup {
    let minute = |at: Moment| zone.minute(at).get(5..).unwrap_or_default().to_owned();
    let (at, by, pieces) = (minute(row.at), &row.by, row.pieces);
    let method = row.method.map_or_else(String::new, |method| lang.coded(method.zh(), method.code()).to_lowercase());
    let words = match lang {
        Lang::Zh => format!("{at} {by} 核销 {pieces} 件（{method}）"),
        Lang::En => format!("{at} {by} handed out {pieces} ({method})"),
    };
    let since = |at: Option<Moment>| at.map(minute);
    Pickup { event_id: row.event_id.clone(), words, reversed: since(row.reversed_at), disputed: since(row.disputed_at) }
}

/// Until when after-sales may be asked for: from the latest pickup that stands, else from when the point got its goods, and
/// before both told as a rule.
fn after_sales(order: &OrderPage, lang: Lang, zone: Zone) -> Vec<String> {
    let taken = order.pickups.iter().filter(|pickup| pickup.reversed_at.is_none()).map(|pickup| pickup.at).max();
    let from = taken.or(order.received_at);
    let mut days: Vec<u32> = Vec::new();
    for line in order.lines.iter().filter(|line| line.given_qty().is_some_and(|qty| qty > 0)) {
        let own = after_sales_days(line.temp_zone, order.after_sales_days);
        if !days.contains(&own) {
            days.push(own);
        }
    }
    days.sort_unstable();
    let several = days.len() > 1;
    let name = |own: u32| match (several, own, lang) {
        (false, _, _) => "",
        (true, 1, _) => lang.say("冷藏冷冻", "Chilled and frozen: "),
        (true, _, _) => lang.say("常温", "Other goods: "),
    };
    let told = days.iter().map(|&own| match (from, lang) {
        (Some(at), _) => {
            let until = zone.minute(at.plus(chrono::Duration::days(i64::from(own))));
            let until = until.get(5..).unwrap_or_default();
            format!("{}{} {until}", name(own), lang.say("可申请售后至", "after-sales until"))
        }
        (None, Lang::Zh) => format!("{}提货后 {own} 天内可申请售后", name(own)),
        (None, Lang::En) => format!("{}after-sales within {own} days of the pickup", name(own)),
    });
    told.collect()
}

fn cancel_words(order: &OrderPage, lang: Lang, now: Moment) -> Option<String> {
    let can = order.cycle.state == CycleState::Open && now < order.cycle.cutoff_at && is_awaited(order);
    let pieces: i32 = order.lines.iter().map(|line| line.ordered_qty).sum();
    can.then(|| match (&order.payment, lang) {
        (Some(paid), Lang::Zh) => {
            format!("{pieces} 件全部取消，已付 ¥{} 退回；要的话得重新下单。", yuan(Fen(paid.amount_fen)))
        }
        (Some(paid), Lang::En) => {
            format!(
                "All {pieces} are cancelled and ¥{} goes back; order anew if you want them.",
                yuan(Fen(paid.amount_fen))
            )
        }
        (None, Lang::Zh) => format!("{pieces} 件全部取消，要的话得重新下单。"),
        (None, Lang::En) => format!("All {pieces} are cancelled; order anew if you want them."),
    })
}
