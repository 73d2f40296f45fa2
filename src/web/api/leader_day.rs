//! A leader's day: who collects what at their points over all cycles whose goods are there, in one answer that a phone
//! keeps for when it has no connection. Masked as the paper is, and without secrets.

mod handover;
mod parts;

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::facts::Cycle;
use crate::domain::initials::initials;
use crate::domain::natural_order::natural_cmp;
use crate::domain::secret::hex;
use crate::domain::states::CycleState;
use crate::domain::time::Zone;
use crate::sheets::household_cards::LineCard;
use crate::sheets::{OrderCard, Press, household_cards};
use crate::store::backend::Db;
use crate::store::cycles::{self, CycleRow};
use crate::store::{
    after_sales, household_links, leader_receipts, master, payments, photos, pickup_disputes, pickups, point_goods,
    refunds, weights,
};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::pickup_list::Standing;
use crate::web::assets;
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::errors::WebError;
use crate::web::site::Site;

use handover::AtPoint;
use parts::{DayArrival, DayCycle, DayGoods, DayHousehold, DayLabel, DayLine, DayOrder, DayPoint, DayUser, LeaderDay};

/// Cycles of a day at most, those of the latest pickup first: a week of daily ones.
const CYCLES_MAX: usize = 7;

/// The leader's day. With `If-None-Match` it answers 304 while nothing changed.
#[utoipa::path(
    get, path = "/api/v1/leader/day", operation_id = "show_day", tag = "pickups",
    responses((status = 200, description = "The day.", body = LeaderDay))
)]
pub async fn show(site: Shared, request: HttpRequest, caller: Caller, visitor: Visitor) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let done = ask(&site, move |site, db| {
        // Before the day is read: what changes meanwhile is asked for again.
        let mark = mark(db, &caller, &visitor)?;
        // What goes between may weaken the mark of what it packs.
        if known.is_some_and(|known| known.trim_start_matches("W/") == mark) {
            return Ok((None, mark));
        }
        let day = day_of(site, db, &caller, &visitor)?;
        let text = serde_json::to_string(&day).map_err(|error| WebError::Broken(error.to_string()))?;
        Ok((Some(text), mark))
    });
    match done.await {
        Ok((None, mark)) => HttpResponse::NotModified().insert_header((header::ETAG, mark)).finish(),
        Ok((Some(text), mark)) => {
            HttpResponse::Ok().content_type("application/json").insert_header((header::ETAG, mark)).body(text)
        }
        Err(error) => json_answer(Err(error)),
    }
}

/// Tells whether a day is the same as before without reading it: phones ask twice a minute.
fn mark(db: &mut Db, caller: &Caller, visitor: &Visitor) -> Result<String, WebError> {
    let own = caller.leaders().unwrap_or_default();
    let points = master::points_of(db, &own)?;
    let point_ids: Vec<i64> = points.iter().map(|point| point.id).collect();
    // A page of another version may want more of it.
    let page = assets::leader_script();
    let links = household_links::count_at(db, &point_ids)?;
    let mut said = format!("{page} {} {:?} {point_ids:?} {links}", caller.key(), visitor.name);
    for cycle in handed_out(db, &own)? {
        let events = pickups::count_at(db, cycle.id, &point_ids)?;
        let paid = payments::count_at(db, cycle.id, &point_ids)?;
        let disputes = pickup_disputes::count_at(db, cycle.id, &point_ids)?;
        let told =
            leader_receipts::count_at(db, cycle.id, &point_ids)? + after_sales::count_at(db, cycle.id, &point_ids)?;
        let photos = photos::count_at(db, cycle.id, &point_ids)?;
        let weighed = weights::count_at(db, cycle.id, &point_ids)?;
        let planned = refunds::count_planned_at(db, cycle.id, &point_ids)?;
        said += &format!(
            " {} {} {events} {paid} {disputes} {told} {photos} {weighed} {planned}",
            cycle.cycle_code, cycle.version
        );
    }
    Ok(format!("\"{}\"", &hex(&Sha256::digest(said))[..16]))
}

fn day_of(site: &Site, db: &mut Db, caller: &Caller, visitor: &Visitor) -> Result<LeaderDay, WebError> {
    let Principal::Person { user_id, ref roles, .. } = caller.principal else { return Err(WebError::Forbidden) };
    let own = caller.leaders().unwrap_or_default();
    let mut gathered = Gathered::default();
    for cycle in handed_out(db, &own)? {
        let book = site.book(db, &cycle, None)?;
        // Before goods were shared out there is nothing to hand out.
        if !book.allocations.is_empty() {
            gathered.add(db, &book, &own, site.desk().zone)?;
        }
    }
    let name = visitor.name.clone().unwrap_or_default();
    let may_mark_paid = Operation::MarkPayment.widest(roles).is_some();
    let user = DayUser { id: user_id.to_string(), name, may_mark_paid };
    let Gathered { cycles, points, goods, arrivals, households, groups, .. } = gathered;
    let mut households = regrouped(households, &groups);
    households.sort_by(|a, b| a.point.cmp(&b.point).then_with(|| by_room(a, b)));
    Ok(LeaderDay { user, public_key: site.press.public_key(), cycles, points, goods, arrivals, households })
}

fn by_room(a: &DayHousehold, b: &DayHousehold) -> std::cmp::Ordering {
    let (a, b) = (&a.orders[0], &b.orders[0]);
    natural_cmp(&a.building, &b.building)
        .then_with(|| natural_cmp(&a.unit_no, &b.unit_no))
        .then_with(|| natural_cmp(&a.room, &b.room))
        .then_with(|| a.chain_no.cmp(&b.chain_no))
        .then_with(|| a.order_no.cmp(&b.order_no))
}

/// The cycles whose goods are being handed out at points of these leaders, the latest pickup first.
fn handed_out(db: &mut Db, leader_ids: &[i64]) -> Result<Vec<Cycle>, WebError> {
    let is_handed_out = |state| matches!(state, CycleState::Receiving | CycleState::Allocated | CycleState::Dispatched);
    let mut known: Vec<Cycle> = cycles::all(db)?.iter().map(CycleRow::card).collect();
    let own = point_goods::cycles_of(db, leader_ids)?;
    known.retain(|cycle| is_handed_out(cycle.state) && own.contains(&cycle.id));
    known.sort_by(|a, b| b.pickup_date.cmp(&a.pickup_date).then_with(|| b.cutoff_at.cmp(&a.cutoff_at)));
    known.truncate(CYCLES_MAX);
    Ok(known)
}

/// What was read of the cycles so far.
#[derive(Default)]
struct Gathered {
    cycles: Vec<DayCycle>,
    points: Vec<DayPoint>,
    goods: Vec<DayGoods>,
    arrivals: Vec<DayArrival>,
    households: Vec<DayHousehold>,
    /// Places of what may come again with another cycle.
    goods_at: HashMap<([String; 4], i64), usize>,
    household_at: HashMap<(usize, [String; 3]), usize>,
    /// Groups by a leader's word, by order number.
    groups: HashMap<String, String>,
}

/// Households as their leader put them together, where they did.
fn regrouped(households: Vec<DayHousehold>, groups: &HashMap<String, String>) -> Vec<DayHousehold> {
    if groups.is_empty() {
        return households;
    }
    let (mut all, mut joined): (Vec<DayHousehold>, HashMap<String, DayHousehold>) = (Vec::new(), HashMap::new());
    for DayHousehold { point, orders } in households {
        let mut rest = Vec::new();
        for order in orders {
            match groups.get(&order.order_no) {
                Some(group) => {
                    let new = || DayHousehold { point, orders: Vec::new() };
                    joined.entry(group.clone()).or_insert_with(new).orders.push(order);
                }
                None => rest.push(order),
            }
        }
        if !rest.is_empty() {
            all.push(DayHousehold { point, orders: rest });
        }
    }
    let mut joined: Vec<(String, DayHousehold)> = joined.into_iter().collect();
    joined.sort_by(|a, b| a.0.cmp(&b.0));
    joined.iter_mut().for_each(|(_, household)| household.orders.sort_by_key(|order| order.cycle));
    all.extend(joined.into_iter().map(|(_, household)| household));
    all
}

impl Gathered {
    fn add(&mut self, db: &mut Db, book: &Book, own: &[i64], zone: Zone) -> Result<(), WebError> {
        let cycle = &book.cycle;
        let own_points: Vec<u32> = (0..book.points.len() as u32)
            .filter(|&point_ix| own.contains(&book.points[point_ix as usize].leader_id))
            .collect();
        if own_points.is_empty() {
            return Ok(());
        }
        self.cycles.push(DayCycle {
            cycle_code: cycle.cycle_code.clone(),
            name: cycle.name.clone(),
            pickup_date: cycle.pickup_date.to_string(),
            version: book.version,
        });
        let press = Press::new(book);
        for point_ix in own_points {
            let (standing, told) = db.read(|db| {
                Ok::<_, WebError>((Standing::at(db, book, point_ix, zone)?, AtPoint::read(db, book, point_ix, zone)?))
            })?;
            let place = self.point(book, point_ix);
            let now = Now { standing: &standing, told: &told, ends_at: ends_at(book, point_ix, zone) };
            for cards in household_cards(&press, point_ix) {
                let orders: Vec<DayOrder> = cards.iter().map(|card| self.order(card, &now)).collect();
                let group = |card: &OrderCard<'_>| Some((card.order_no.to_owned(), told.group(card.order_id)?));
                self.groups.extend(cards.iter().filter_map(group));
                self.household(place, &cards, orders);
            }
            let labels = day_labels(book, &standing);
            self.arrivals.push(told.arrival(self.cycles.len() - 1, place, labels));
        }
        Ok(())
    }

    fn point(&mut self, book: &Book, point_ix: u32) -> usize {
        let point = &book.points[point_ix as usize];
        let known = self.points.iter().position(|known| known.point_code == point.point_code);
        known.unwrap_or_else(|| {
            self.points.push(DayPoint { point_code: point.point_code.clone(), name: point.name.clone() });
            self.points.len() - 1
        })
    }

    /// Puts orders to the household that has others already, else as a new one.
    fn household(&mut self, point: usize, cards: &[OrderCard<'_>], orders: Vec<DayOrder>) {
        let own = |(a, b, c): (&str, &str, &str)| (point, [a, b, c].map(str::to_owned));
        let key = cards.iter().find_map(|card| card.lasting_key).map(own);
        let known = key.as_ref().and_then(|key| self.household_at.get(key));
        if let Some(&known) = known {
            self.households[known].orders.extend(orders);
            return;
        }
        if let Some(key) = key {
            self.household_at.insert(key, self.households.len());
        }
        self.households.push(DayHousehold { point, orders });
    }

    fn order(&mut self, card: &OrderCard<'_>, now: &Now<'_>) -> DayOrder {
        let (standing, told) = (now.standing, now.told);
        let lines = card.lines.iter().map(|line| DayLine {
            goods: self.good(line),
            ordered_qty: line.ordered_qty,
            allocated_qty: line.allocated_qty,
            handed_qty: standing.handed(card.order_id, line.offer_no),
            due_amount_fen: standing.due_fen(card, line),
            weight_adjustment_fen: line.weight.0,
            top_up_fen: standing.top_up_fen(card, line),
            lost_qty: standing.lost(card.order_id, line.offer_no),
            cases: told.cases(card.order_id, line.offer_no),
        });
        let lines = lines.collect();
        let typed = [initials(&card.resident), initials(&card.nickname)];
        DayOrder {
            order_no: card.order_no.to_owned(),
            cycle: self.cycles.len() - 1,
            ends_at: now.ends_at.clone(),
            queue: told.queue(card.order_id),
            cash_back_fen: told.cash_back(card.order_id),
            chain_no: card.chain_no,
            building: card.building.to_owned(),
            unit_no: card.unit_no.to_owned(),
            room: card.room.to_owned(),
            resident: card.resident.clone(),
            nickname: card.nickname.clone().into_owned(),
            phone_tail4: card.phone_tail4.to_owned(),
            initials: typed.into_iter().filter(|letters| !letters.is_empty()).collect(),
            remark: card.remark.clone().into_owned(),
            is_due: !standing.is_settled(card),
            lines,
            pickups: standing.pickups(card.order_id),
        }
    }

    fn good(&mut self, line: &LineCard<'_>) -> usize {
        let key = ([line.sku_code, line.sku_name, line.spec, line.unit].map(str::to_owned), line.sale_price.0);
        if let Some(&known) = self.goods_at.get(&key) {
            return known;
        }
        let [sku_code, sku_name, spec, unit] = key.0.clone();
        let (price_fen, sub_units, temp_zone) = (key.1, line.sub_units, line.temp_zone.code());
        let nominal_weight_g = line.weighing.map(|goods| goods.nominal_g);
        let goods = DayGoods { sku_code, sku_name, spec, unit, price_fen, sub_units, temp_zone, nominal_weight_g };
        self.goods.push(goods);
        self.goods_at.insert(key, self.goods.len() - 1);
        self.goods.len() - 1
    }
}

/// The weighed labels of a point.
fn day_labels(book: &Book, standing: &Standing) -> Vec<DayLabel> {
    let sku =
        |no: i32| book.offers.iter().find(|offer| offer.offer_no as i32 == no).map(|offer| offer.sku_code.clone());
    let order_no = |id: i64| Some(book.orders.order_no.get(book.orders.id.binary_search(&id).ok()?).to_owned());
    let told = standing.labels().iter().map(|label| DayLabel {
        weigh_no: label.weigh_no.clone(),
        sku_code: sku(label.offer_no).unwrap_or_default(),
        actual_weight_g: label.actual_weight_g,
        order_no: label.order_id.and_then(order_no),
    });
    told.collect()
}

/// What stands at a point while its orders are gathered.
struct Now<'a> {
    standing: &'a Standing,
    told: &'a AtPoint,
    ends_at: String,
}

/// When the pickup window of a point ends; without one, with the day.
fn ends_at(book: &Book, point_ix: u32, zone: Zone) -> String {
    let end = book.points[point_ix as usize].window_end.as_deref().unwrap_or("23:59");
    on_pickup_date(book, end, zone).unwrap_or_default()
}

/// A time of day, `HH:MM`, of the pickup date.
fn on_pickup_date(book: &Book, time: &str, zone: Zone) -> Option<String> {
    zone.parse(&format!("{} {time}", book.cycle.pickup_date)).map(|at| zone.rfc3339(at))
}
