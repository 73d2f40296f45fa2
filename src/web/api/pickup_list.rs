//! 提货清单 for a leader's screen: who collects what at a point, and what was handed out so far.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::money::Fen;
use crate::domain::time::{Moment, Zone};
use crate::flow::load_cycle::card;
use crate::sheets::household_cards::LineCard;
use crate::sheets::{OrderCard, Press, household_cards};
use crate::store::backend::Db;
use crate::store::leader_receipts::losses_at;
use crate::store::payments::paid_at_point;
use crate::store::pickup_disputes;
use crate::store::pickups::{StandingEvent, handed_at, standing_at};
use crate::store::weights::{self, PointLabel};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;
use crate::web::reveals::{Reveal, note_reveal};
use crate::web::scope::View;

/// Of which cycle.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CycleQuery {
    /// The cycle's code.
    cycle: String,
}

/// The households of a point, in the order of the printed list. Names and phones are masked as they are on paper.
#[derive(Serialize, ToSchema)]
pub struct PickupList<'a> {
    cycle_code: &'a str,
    /// The version of the cycle that the goods are told of.
    version: u32,
    point_code: &'a str,
    point_name: &'a str,
    /// When what was handed out was read.
    #[schema(format = "date-time")]
    as_of: String,
    household_count: usize,
    /// Households that have everything they are to get.
    served_count: usize,
    households: Vec<Household<'a>>,
}

/// Who collects together: the same phone, else the same room.
#[derive(Serialize, ToSchema)]
pub struct Household<'a> {
    /// Its number on the printed list, from 1.
    seq: usize,
    is_served: bool,
    orders: Vec<ListedOrder<'a>>,
}

#[derive(Serialize, ToSchema)]
pub struct ListedOrder<'a> {
    order_no: &'a str,
    /// Its number in the leader's chat, where it has one.
    #[schema(required)]
    chain_no: Option<u32>,
    building: &'a str,
    unit_no: &'a str,
    room: &'a str,
    resident: &'a str,
    nickname: &'a str,
    phone_tail4: &'a str,
    remark: &'a str,
    /// Whether money is still to be collected for it.
    is_due: bool,
    lines: Vec<ListedLine<'a>>,
    /// Pickups that were not taken back, the earliest first.
    pickups: Vec<ListedPickup>,
}

#[derive(Serialize, ToSchema)]
pub struct ListedLine<'a> {
    sku_code: &'a str,
    sku_name: &'a str,
    spec: &'a str,
    unit: &'a str,
    ordered_qty: u32,
    allocated_qty: u32,
    handed_qty: i64,
    /// Pieces that never reached the point, or not as they should.
    lost_qty: i64,
    /// 称重差额 as it was settled; below zero where money goes back.
    weight_adjustment_fen: i64,
    /// What the household still pays for it.
    due_amount_fen: i64,
    /// 待补款: what a household that has paid owes for more weight.
    top_up_fen: i64,
}

#[derive(Clone, Serialize, ToSchema)]
pub struct ListedPickup {
    event_id: String,
    /// qr, code, room, phone_tail, chain_no, nickname or name.
    method: String,
    by: String,
    #[schema(format = "date-time")]
    at: String,
    /// Whether somebody took the goods for the household.
    is_proxy: bool,
    /// Since when the resident says that it was not them.
    #[schema(format = "date-time")]
    #[serde(skip_serializing_if = "Option::is_none")]
    not_me_at: Option<String>,
}

/// Who collects what at a point, and what was handed out so far.
#[utoipa::path(
    get, path = "/api/v1/points/{code}/pickup-list", operation_id = "show_pickup_list", tag = "pickups",
    params(("code" = String, Path, description = "The point's code."), CycleQuery),
    responses(
        (status = 200, description = "The households.", body = PickupList<'static>),
    ),
)]
pub async fn show(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<CycleQuery>,
) -> HttpResponse {
    let request_id = RequestId::of(&request);
    let done = ask(&site, move |site, db| {
        let cycle = card(db, &query.cycle)?;
        let book = site.book(db, &cycle, None)?;
        let missing = || WebError::missing("自提点", "pickup point", &*code);
        let press = Press::new(&book);
        let point_ix = press.find_point(&code).ok_or_else(missing)?;
        let leader_id = book.points[point_ix as usize].leader_id;
        match View::of(&caller, Operation::ShowPickupList) {
            View::All => {
                // That leaders and helpers look at their own residents is their work, and no news.
                let (subject, detail) = (format!("point:{}", *code), cycle.cycle_code.as_str());
                let reveal = Reveal { act: "list_shown", subject: &subject, detail, request_id: &request_id };
                note_reveal(site, db, &caller, reveal);
            }
            View::Leaders(own) if own.contains(&leader_id) => {}
            View::Leaders(_) | View::Nothing => return Err(missing()),
        }
        let desk = site.desk();
        let standing = db.read(|db| Standing::at(db, &book, point_ix, desk.zone))?;
        let text = listed(&press, point_ix, &standing, desk.now, desk.zone)?;
        Ok(text)
    });
    match done.await {
        Ok(text) => HttpResponse::Ok().content_type("application/json").body(text),
        Err(error) => json_answer(Err(error)),
    }
}

/// What happened at a point so far.
pub(super) struct Standing {
    handed: HashMap<(i64, i32), i64>,
    lost: HashMap<(i64, i32), i64>,
    pickups: HashMap<i64, Vec<ListedPickup>>,
    paid: HashSet<i64>,
    /// Labels that count, by weigh_no, and the grams of those that a household has.
    labels: Vec<PointLabel>,
    grams: HashMap<(i64, i32), Vec<u32>>,
}

impl Standing {
    /// Pieces of a line that were handed out.
    pub(super) fn handed(&self, order_id: i64, offer_no: u32) -> i64 {
        self.handed.get(&(order_id, offer_no as i32)).copied().unwrap_or(0)
    }

    /// Pieces of a line that never reached the point, or not as they should.
    pub(super) fn lost(&self, order_id: i64, offer_no: u32) -> i64 {
        self.lost.get(&(order_id, offer_no as i32)).copied().unwrap_or(0)
    }

    /// Pickups of an order that were not taken back.
    pub(super) fn pickups(&self, order_id: i64) -> Vec<ListedPickup> {
        self.pickups.get(&order_id).cloned().unwrap_or_default()
    }

    /// Whether no money is to be collected for an order any more.
    pub(super) fn is_settled(&self, card: &OrderCard<'_>) -> bool {
        card.is_paid || self.paid.contains(&card.order_id)
    }

    /// What is still to be collected for a line: what never came is not paid for, and what has a label by what it weighs.
    pub(super) fn due_fen(&self, card: &OrderCard<'_>, line: &LineCard<'_>) -> i64 {
        if self.is_settled(card) {
            return 0;
        }
        let lost = self.lost(card.order_id, line.offer_no) * line.sale_price.0;
        let weight = self.weight(card, line) - line.weight;
        (line.due.0 + weight.0 - lost).max(0)
    }

    /// 待补款: what a household that has paid owes for a line that weighs more.
    pub(super) fn top_up_fen(&self, card: &OrderCard<'_>, line: &LineCard<'_>) -> i64 {
        if card.is_paid { line.due.0 } else { 0 }
    }

    /// What a line costs more by the labels that its household has by now, settled or not.
    fn weight(&self, card: &OrderCard<'_>, line: &LineCard<'_>) -> Fen {
        let labels = self.grams.get(&(card.order_id, line.offer_no as i32));
        let (Some(labels), Some(goods)) = (labels, line.weighing) else { return line.weight };
        goods.line(line.allocated_qty, labels).map_or(line.weight, |weight| weight.adjustment.amount)
    }

    /// The labels of the point that count.
    pub(super) fn labels(&self) -> &[PointLabel] {
        &self.labels
    }

    /// Reads it. Call it inside a read snapshot.
    pub(super) fn at(db: &mut Db, book: &Book, point_ix: u32, zone: Zone) -> Result<Standing, WebError> {
        let (cycle_id, point_id) = (book.cycle.id, book.points[point_ix as usize].id);
        let mut pickups: HashMap<i64, Vec<ListedPickup>> = HashMap::new();
        let disputed = pickup_disputes::standing_at(db, cycle_id, point_id)?;
        for event in standing_at(db, cycle_id, point_id)? {
            let StandingEvent { order_id, event_id, method, handed_by, recorded_at, is_proxy } = event;
            let not_me_at = disputed.get(&event_id).map(|at| zone.rfc3339(*at));
            let at = zone.rfc3339(Moment(recorded_at));
            let listed = ListedPickup { event_id, method, by: handed_by, at, is_proxy, not_me_at };
            pickups.entry(order_id).or_default().push(listed);
        }
        let (handed, paid) = (handed_at(db, cycle_id, point_id)?, paid_at_point(db, cycle_id, point_id)?);
        let lost = losses_at(db, cycle_id, point_id)?;
        let labels = weights::at_point(db, cycle_id, point_id)?;
        let mut grams: HashMap<(i64, i32), Vec<u32>> = HashMap::new();
        for label in &labels {
            if let Some(order_id) = label.order_id {
                grams.entry((order_id, label.offer_no)).or_default().push(label.actual_weight_g.unsigned_abs());
            }
        }
        Ok(Standing { handed, lost, pickups, paid, labels, grams })
    }
}

fn listed(press: &Press<'_>, point_ix: u32, standing: &Standing, now: Moment, zone: Zone) -> Result<String, WebError> {
    let cards = household_cards(press, point_ix);
    let households: Vec<Household<'_>> =
        (1..).zip(&cards).map(|(seq, orders)| household(seq, orders, standing)).collect();
    let point = &press.book.points[point_ix as usize];
    let list = PickupList {
        cycle_code: &press.book.cycle.cycle_code,
        version: press.book.version,
        point_code: &point.point_code,
        point_name: &point.name,
        as_of: zone.rfc3339(now),
        household_count: households.len(),
        served_count: households.iter().filter(|household| household.is_served).count(),
        households,
    };
    serde_json::to_string(&list).map_err(|error| WebError::Broken(error.to_string()))
}

fn household<'a>(seq: usize, orders: &'a [OrderCard<'_>], standing: &Standing) -> Household<'a> {
    let orders: Vec<ListedOrder<'_>> = orders.iter().map(|card| order(card, standing)).collect();
    let is_done = |line: &ListedLine<'_>| line.handed_qty >= i64::from(line.allocated_qty) - line.lost_qty;
    Household { seq, is_served: orders.iter().flat_map(|order| &order.lines).all(is_done), orders }
}

fn order<'a>(card: &'a OrderCard<'_>, standing: &Standing) -> ListedOrder<'a> {
    let lines = card.lines.iter().map(|line| ListedLine {
        sku_code: line.sku_code,
        sku_name: line.sku_name,
        spec: line.spec,
        unit: line.unit,
        ordered_qty: line.ordered_qty,
        allocated_qty: line.allocated_qty,
        handed_qty: standing.handed(card.order_id, line.offer_no),
        lost_qty: standing.lost(card.order_id, line.offer_no),
        weight_adjustment_fen: line.weight.0,
        due_amount_fen: standing.due_fen(card, line),
        top_up_fen: standing.top_up_fen(card, line),
    });
    ListedOrder {
        order_no: card.order_no,
        chain_no: Some(card.chain_no).filter(|chain_no| *chain_no > 0),
        building: card.building,
        unit_no: card.unit_no,
        room: card.room,
        resident: &card.resident,
        nickname: &card.nickname,
        phone_tail4: card.phone_tail4,
        remark: &card.remark,
        is_due: !standing.is_settled(card),
        lines: lines.collect(),
        pickups: standing.pickups(card.order_id),
    }
}
