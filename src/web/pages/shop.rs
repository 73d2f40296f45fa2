//! `/g/{leader}`: what residents order from. The page is the same for everybody and can be read without a script; the
//! basket, the order and what was ordered before are the device's own.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::absence::Leave;
use crate::domain::facts::Payment;
use crate::domain::shop::Hint;
use crate::domain::time::{Moment, Zone};
use crate::flow::shop_front::{ShopCycle, ShopFront, ShopGoods, ShopLeader};
use crate::sheets::masks::push_name;
use crate::store::master::PointRow;
use crate::web::answers::{Shared, ask, html};
use crate::web::assets;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::order_acts::lost;
use crate::web::words::{Lang, day, segment, yuan};

/// How long anybody may keep the page: the countdown may lag by so much.
const KEPT: &str = "public, max-age=5";

/// Which cycle and point are meant, where there are several.
#[derive(Debug, Default, Deserialize)]
pub struct ShopQuery {
    cycle: Option<String>,
    point: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/shop.html")]
struct ShopPage {
    frame: Frame,
    leader_code: String,
    leader: String,
    point: Option<ShownPoint>,
    /// Those there are to choose from, where there are several.
    points: Vec<Choice>,
    cycles: Vec<Choice>,
    open: Option<ShownCycle>,
    /// Why nothing is sold, where that is because nobody is there when it would be collected.
    away: Option<String>,
    /// When the next cycle opens, where none is shown.
    opens_next: Option<String>,
    now_ms: i64,
}

struct ShownPoint {
    code: String,
    name: String,
    address: String,
}

/// Something to choose, and where it is found.
struct Choice {
    name: String,
    note: String,
    address: String,
    is_chosen: bool,
}

struct ShownCycle {
    code: String,
    name: String,
    is_open: bool,
    cutoff: String,
    /// The time of day alone.
    cutoff_time: String,
    cutoff_ms: i64,
    pickup: String,
    window: String,
    payment: &'static str,
    payment_words: &'static str,
    goods: Vec<ShownGoods>,
}

struct ShownGoods {
    code: String,
    name: String,
    spec: String,
    unit: String,
    price: String,
    price_fen: i64,
    hint: String,
    /// Whether the hint calls for haste.
    is_pressing: bool,
    limit: Option<String>,
    /// Pieces of one order at most.
    most: Option<u64>,
    asks_for_tolerance: bool,
    weight: Option<String>,
}

impl ShopPage {
    fn script(&self) -> &'static str {
        assets::resident_script()
    }

    fn own_style(&self) -> &'static str {
        assets::resident_style()
    }
}

/// `GET /g/{leader}`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    leader: web::Path<String>,
    query: web::Query<ShopQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let shop = match site.storefront.fresh() {
        Some(shop) => Ok(shop),
        None => ask(&site, |site, db| Ok(site.storefront.read(db, &site.intake.live, site.desk().now)?)).await,
    };
    let desk = site.desk();
    match shop.and_then(|shop| page(&shop, &leader, &query, lang, desk.now, desk.zone)) {
        Ok(page) => answer(lang, &page),
        Err(error) => lost(&error, lang),
    }
}

fn answer(lang: Lang, page: &ShopPage) -> HttpResponse {
    match page.render() {
        Ok(markup) => {
            let mut answer = html(StatusCode::OK, lang, markup);
            answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(KEPT));
            answer
        }
        Err(error) => lost(&WebError::Broken(error.to_string()), lang),
    }
}

fn page(
    shop: &Arc<ShopFront>,
    leader_code: &str,
    query: &ShopQuery,
    lang: Lang,
    now: Moment,
    zone: Zone,
) -> Result<ShopPage, WebError> {
    let missing = || WebError::missing("团长", "leader", leader_code);
    let leader = shop.leaders.get(leader_code).ok_or_else(missing)?;
    let point = match (&query.point, &leader.points[..]) {
        (None, [only]) => Some(only),
        (None, _) => None,
        (Some(code), points) => Some(points.iter().find(|point| point.point_code == *code).ok_or_else(missing)?),
    };
    let named = query.cycle.as_ref().and_then(|code| shop.cycles.iter().find(|shown| shown.cycle.cycle_code == *code));
    // An old link leads to what is on sale now.
    let chosen = named.or(shop.cycles.first());
    let address = Address { leader_code, point: query.point.as_deref(), cycle: query.cycle.as_deref() };
    let mut masked = String::new();
    push_name(&mut masked, &leader.name);
    let mut open = chosen.map(|shown| shown_cycle(shown, point, lang, now, zone));
    // A leader with several points sells once it is known at which.
    let away = chosen.filter(|shown| shown.is_open(now)).and_then(|shown| leader.away.get(&shown.cycle.id));
    if point.is_none() || away.is_some() {
        open.iter_mut().for_each(|open| open.is_open = false);
    }
    Ok(ShopPage {
        frame: Frame::new(lang, address.of(address.point, address.cycle)),
        leader_code: leader_code.to_owned(),
        leader: masked,
        points: points(leader, point, &address, lang),
        cycles: cycles(shop, chosen, &address, lang, zone),
        away: away.map(|leave| away_words(leave, lang)),
        opens_next: shop.opens_next.filter(|_| chosen.is_none()).map(|at| zone.minute(at)),
        open,
        point: point.map(|row| ShownPoint {
            code: row.point_code.clone(),
            name: row.name.clone(),
            address: row.address.clone().unwrap_or_default(),
        }),
        now_ms: now.0 / 1_000,
    })
}

/// Where the page is, with what was chosen.
struct Address<'a> {
    leader_code: &'a str,
    point: Option<&'a str>,
    cycle: Option<&'a str>,
}

impl Address<'_> {
    fn of(&self, point: Option<&str>, cycle: Option<&str>) -> String {
        let chosen = [("point", point), ("cycle", cycle)].into_iter().filter_map(|(key, value)| Some((key, value?)));
        let query: Vec<String> = chosen.map(|(key, value)| format!("{key}={}", segment(value))).collect();
        let page = format!("/g/{}", segment(self.leader_code));
        if query.is_empty() { page } else { format!("{page}?{}", query.join("&")) }
    }
}

fn points(leader: &ShopLeader, chosen: Option<&PointRow>, address: &Address<'_>, lang: Lang) -> Vec<Choice> {
    if leader.points.len() < 2 {
        return Vec::new();
    }
    let choice = |row: &PointRow| Choice {
        name: row.name.clone(),
        note: row.address.clone().unwrap_or_default(),
        address: lang.to(&address.of(Some(&row.point_code), address.cycle)),
        is_chosen: chosen.is_some_and(|chosen| chosen.id == row.id),
    };
    leader.points.iter().map(choice).collect()
}

fn cycles(shop: &ShopFront, chosen: Option<&ShopCycle>, address: &Address<'_>, lang: Lang, zone: Zone) -> Vec<Choice> {
    if shop.cycles.len() < 2 {
        return Vec::new();
    }
    let choice = |shown: &ShopCycle| Choice {
        name: shown.cycle.name.clone(),
        note: zone.minute(shown.cycle.cutoff_at),
        address: lang.to(&address.of(address.point, Some(&shown.cycle.cycle_code))),
        is_chosen: chosen.is_some_and(|chosen| chosen.cycle.id == shown.cycle.id),
    };
    shop.cycles.iter().map(choice).collect()
}

fn shown_cycle(shown: &ShopCycle, point: Option<&PointRow>, lang: Lang, now: Moment, zone: Zone) -> ShownCycle {
    let cycle = &shown.cycle;
    // One that was closed by hand closed earlier than it said.
    let cutoff_at = cycle.frozen_at.map_or(cycle.cutoff_at, |at| at.min(cycle.cutoff_at));
    let cutoff = zone.minute(cutoff_at);
    let window = point.and_then(|row| Some((row.window_start.as_deref()?, row.window_end.as_deref()?)));
    ShownCycle {
        code: cycle.cycle_code.clone(),
        name: cycle.name.clone(),
        is_open: shown.is_open(now),
        cutoff_time: cutoff.get(11..).unwrap_or_default().to_owned(),
        cutoff: cutoff.get(5..).unwrap_or_default().to_owned(),
        cutoff_ms: cutoff_at.0 / 1_000,
        pickup: day(cycle.pickup_date, lang).get(5..).unwrap_or_default().to_owned(),
        window: window.map(|(start, end)| format!("{start}–{end}")).unwrap_or_default(),
        payment: cycle.payment.code(),
        payment_words: payment_words(cycle.payment, lang),
        goods: shown.goods.iter().map(|goods| shown_goods(goods, shown, now, lang)).collect(),
    }
}

fn away_words(leave: &Leave, lang: Lang) -> String {
    let (from, to) = (day(leave.from, lang), day(leave.to, lang));
    let (from, to) = (from.get(5..).unwrap_or_default(), to.get(5..).unwrap_or_default());
    match lang {
        Lang::Zh => format!("团长 {from} 至 {to} 停团，这几天提货的单暂时不接"),
        Lang::En => format!("The leader is away from {from} to {to}: no orders to be collected then"),
    }
}

fn payment_words(payment: Payment, lang: Lang) -> &'static str {
    match payment {
        Payment::AtPickup => lang.say("提货时付给团长", "Pay the leader at pickup"),
        Payment::InPerson => lang.say("截单前付给团长才算数", "Pay the leader before the cutoff, or it does not count"),
        Payment::Online => lang.say("下单后按时付款才算数", "Pay in time after ordering, or it does not count"),
    }
}

fn shown_goods(goods: &ShopGoods, shown: &ShopCycle, now: Moment, lang: Lang) -> ShownGoods {
    let (on_sale, unit) = (goods.on_sale, goods.unit.as_str());
    // Once it is closed, nobody can add what is missing.
    let hint = on_sale.hint(shown.is_whole).filter(|_| shown.is_open(now));
    ShownGoods {
        code: goods.sku_code.clone(),
        name: goods.name.clone(),
        spec: goods.spec.clone(),
        unit: goods.unit.clone(),
        price: yuan(goods.price),
        price_fen: goods.price.0,
        hint: hint.map(|hint| hint_words(hint, unit, lang)).unwrap_or_default(),
        is_pressing: matches!(hint, Some(Hint::SoldOut | Hint::FewLeft(_))),
        limit: on_sale.limit.map(|limit| match lang {
            Lang::Zh => format!("限购 {limit} {unit}"),
            Lang::En => format!("At most {limit} each"),
        }),
        most: on_sale.most(),
        asks_for_tolerance: on_sale.asks_for_tolerance(),
        weight: goods.nominal_g.map(|grams| match lang {
            Lang::Zh => format!("约 {grams} g，称重多退"),
            Lang::En => format!("about {grams} g, refunded by weight"),
        }),
    }
}

fn hint_words(hint: Hint, unit: &str, lang: Lang) -> String {
    match (hint, lang) {
        (Hint::SoldOut, _) => lang.say("已售罄", "Sold out").to_owned(),
        (Hint::FewLeft(left), Lang::Zh) => format!("只剩 {left} {unit}"),
        (Hint::FewLeft(left), Lang::En) => format!("Only {left} left"),
        (Hint::ToThreshold(missing), Lang::Zh) => format!("还差 {missing} {unit}成团"),
        (Hint::ToThreshold(missing), Lang::En) => format!("{missing} more and it goes ahead"),
        (Hint::ToCase(missing), Lang::Zh) => format!("还差 {missing} {unit}凑满一箱"),
        (Hint::ToCase(missing), Lang::En) => format!("{missing} more fill a case"),
    }
}
