//! A leader's day: who collects what at their points over all cycles whose goods are there, in one answer that a phone
//! keeps for when it has no connection. Masked as the paper is, and without secrets.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

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
use crate::store::{master, payments, pickup_disputes, pickups};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::pickup_list::{ListedPickup, Standing};
use crate::web::assets;
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::errors::WebError;
use crate::web::site::Site;

/// Cycles of a day at most, those of the latest pickup first.
const CYCLES_MAX: usize = 3;

/// What a leader's phone needs for a day.
#[derive(Serialize, ToSchema)]
pub struct LeaderDay {
    user: DayUser,
    /// The server's public key, an uncompressed P-256 point in URL-safe base64: residents' QR codes are signed with it.
    public_key: String,
    /// The latest pickup first.
    cycles: Vec<DayCycle>,
    points: Vec<DayPoint>,
    goods: Vec<DayGoods>,
    /// By point, then by building, unit and room in natural order.
    households: Vec<DayHousehold>,
}

/// Whose day it is.
#[derive(Serialize, ToSchema)]
pub struct DayUser {
    id: String,
    name: String,
    /// Whether they may say that money came.
    may_mark_paid: bool,
}

#[derive(Serialize, ToSchema)]
pub struct DayCycle {
    cycle_code: String,
    name: String,
    #[schema(format = "date")]
    pickup_date: String,
    version: u32,
}

#[derive(Serialize, ToSchema)]
pub struct DayPoint {
    point_code: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct DayGoods {
    sku_code: String,
    sku_name: String,
    spec: String,
    unit: String,
}

/// Who collects together: the same phone, else the same room, over all cycles.
#[derive(Serialize, ToSchema)]
pub struct DayHousehold {
    /// Its place among the points.
    point: usize,
    /// The latest pickup first.
    orders: Vec<DayOrder>,
}

#[derive(Serialize, ToSchema)]
pub struct DayOrder {
    order_no: String,
    /// Its place among the cycles.
    cycle: usize,
    /// What is left from then on is overdue.
    #[schema(format = "date-time")]
    ends_at: String,
    /// Its number in the leader's chat; 0: none.
    chain_no: u32,
    building: String,
    unit_no: String,
    room: String,
    resident: String,
    nickname: String,
    phone_tail4: String,
    /// How resident and nickname are typed: the letters of each character, apart by blanks.
    initials: Vec<String>,
    remark: String,
    /// Whether money is still to be collected for it.
    is_due: bool,
    lines: Vec<DayLine>,
    /// Pickups that were not taken back, the earliest first.
    pickups: Vec<ListedPickup>,
}

#[derive(Serialize, ToSchema)]
pub struct DayLine {
    /// Its place among the goods.
    goods: usize,
    ordered_qty: u32,
    allocated_qty: u32,
    handed_qty: i64,
    /// What the household still pays for it.
    due_amount_fen: i64,
}

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
    let mut points = master::point::all(db)?;
    points.retain(|point| own.contains(&point.leader_id));
    let point_ids: Vec<i64> = points.iter().map(|point| point.id).collect();
    // A page of another version may want more of it.
    let page = assets::leader_script();
    let mut said = format!("{page} {} {:?} {point_ids:?}", caller.key(), visitor.name);
    for cycle in handed_out(db)? {
        let events = pickups::count_at(db, cycle.id, &point_ids)?;
        let paid = payments::count_at(db, cycle.id, &point_ids)?;
        let disputes = pickup_disputes::count_at(db, cycle.id, &point_ids)?;
        said += &format!(" {} {} {events} {paid} {disputes}", cycle.cycle_code, cycle.version);
    }
    Ok(format!("\"{}\"", &hex(&Sha256::digest(said))[..16]))
}

fn day_of(site: &Site, db: &mut Db, caller: &Caller, visitor: &Visitor) -> Result<LeaderDay, WebError> {
    let Principal::Person { user_id, ref roles, .. } = caller.principal else { return Err(WebError::Forbidden) };
    let own = caller.leaders().unwrap_or_default();
    let mut gathered = Gathered::default();
    for cycle in handed_out(db)? {
        let book = site.book(db, &cycle, None)?;
        // Before goods were shared out there is nothing to hand out.
        if !book.allocations.is_empty() {
            gathered.add(db, &book, &own, site.desk().zone)?;
        }
    }
    let name = visitor.name.clone().unwrap_or_default();
    let may_mark_paid = Operation::MarkPayment.widest(roles).is_some();
    let user = DayUser { id: user_id.to_string(), name, may_mark_paid };
    let Gathered { cycles, points, goods, mut households, .. } = gathered;
    households.sort_by(|a, b| a.point.cmp(&b.point).then_with(|| by_room(a, b)));
    Ok(LeaderDay { user, public_key: site.press.public_key(), cycles, points, goods, households })
}

fn by_room(a: &DayHousehold, b: &DayHousehold) -> std::cmp::Ordering {
    let (a, b) = (&a.orders[0], &b.orders[0]);
    natural_cmp(&a.building, &b.building)
        .then_with(|| natural_cmp(&a.unit_no, &b.unit_no))
        .then_with(|| natural_cmp(&a.room, &b.room))
        .then_with(|| a.chain_no.cmp(&b.chain_no))
        .then_with(|| a.order_no.cmp(&b.order_no))
}

/// The cycles whose goods are being handed out, the latest pickup first.
fn handed_out(db: &mut Db) -> Result<Vec<Cycle>, WebError> {
    let is_handed_out = |state| matches!(state, CycleState::Receiving | CycleState::Allocated | CycleState::Dispatched);
    let mut known: Vec<Cycle> = cycles::all(db)?.iter().map(CycleRow::card).collect();
    known.retain(|cycle| is_handed_out(cycle.state));
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
    households: Vec<DayHousehold>,
    /// Places of what may come again with another cycle.
    goods_at: HashMap<[String; 4], usize>,
    household_at: HashMap<(usize, [String; 3]), usize>,
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
            let standing = db.read(|db| Standing::at(db, book, point_ix, zone))?;
            let place = self.point(book, point_ix);
            let ends_at = ends_at(book, point_ix, zone);
            for cards in household_cards(&press, point_ix) {
                let orders: Vec<DayOrder> = cards.iter().map(|card| self.order(card, &standing, &ends_at)).collect();
                self.household(place, &cards, orders);
            }
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

    fn order(&mut self, card: &OrderCard<'_>, standing: &Standing, ends_at: &str) -> DayOrder {
        let lines = card.lines.iter().map(|line| DayLine {
            goods: self.good(line),
            ordered_qty: line.ordered_qty,
            allocated_qty: line.allocated_qty,
            handed_qty: standing.handed(card.order_id, line.offer_no),
            due_amount_fen: standing.due_fen(card, line),
        });
        let lines = lines.collect();
        let typed = [initials(&card.resident), initials(&card.nickname)];
        DayOrder {
            order_no: card.order_no.to_owned(),
            cycle: self.cycles.len() - 1,
            ends_at: ends_at.to_owned(),
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
        let key = [line.sku_code, line.sku_name, line.spec, line.unit].map(str::to_owned);
        if let Some(&known) = self.goods_at.get(&key) {
            return known;
        }
        let [sku_code, sku_name, spec, unit] = key.clone();
        self.goods.push(DayGoods { sku_code, sku_name, spec, unit });
        self.goods_at.insert(key, self.goods.len() - 1);
        self.goods.len() - 1
    }
}

/// When the pickup window of a point ends; without one, with the day.
fn ends_at(book: &Book, point_ix: u32, zone: Zone) -> String {
    let end = book.points[point_ix as usize].window_end.as_deref().unwrap_or("23:59");
    let at = zone.parse(&format!("{} {end}", book.cycle.pickup_date));
    at.map_or_else(String::new, |at| zone.rfc3339(at))
}
