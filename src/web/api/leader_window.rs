//! What a leader needs while orders come in: the cycles that are open, what they sell, and the leader's own orders.

use std::collections::HashMap;

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::money::Fen;
use crate::domain::order_limits::{Priced, order_total};
use crate::domain::order_link::{self, Holder};
use crate::domain::states::{CycleState, OrderState};
use crate::domain::time::{Moment, Zone};
use crate::sheets::masks::{hide, phone_tail, push_name};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, CycleRow};
use crate::store::master::{self, PointRow, SkuRow};
use crate::store::offers::{self, OfferRow};
use crate::store::payments;
use crate::store::residents::{self, NamedRow};
use crate::store::single_orders::{self, LineRow, OrderRow};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// The open cycles of a leader, and of those the leader stands in for today.
#[derive(Serialize, ToSchema)]
pub struct LeaderWindow {
    leader_code: String,
    points: Vec<WindowPoint>,
    /// The earliest cutoff first.
    cycles: Vec<WindowCycle>,
}

#[derive(Serialize, ToSchema)]
pub struct WindowPoint {
    point_code: String,
    /// Whose it is: the caller's, or another's for whom the caller stands in.
    leader_code: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
pub struct WindowCycle {
    cycle_code: String,
    name: String,
    #[schema(format = "date-time")]
    cutoff_at: String,
    #[schema(format = "date")]
    pickup_date: String,
    /// at_pickup, in_person or online.
    payment: String,
    offers: Vec<WindowOffer>,
    /// The leader's, the latest first.
    orders: Vec<WindowOrder>,
}

#[derive(Serialize, ToSchema)]
pub struct WindowOffer {
    sku_code: String,
    sku_name: String,
    spec: String,
    unit: String,
    sale_price_fen: i64,
    #[schema(required)]
    limit_per_resident: Option<i32>,
}

/// An order, its resident masked.
#[derive(Serialize, ToSchema)]
pub struct WindowOrder {
    order_no: String,
    leader_code: String,
    /// Its number in the leader's chat; 0: none.
    chain_no: i32,
    building: String,
    unit_no: String,
    room: String,
    resident: String,
    nickname: String,
    phone_tail4: String,
    #[schema(format = "date-time")]
    placed_at: String,
    /// Whether the money is in hand.
    is_paid: bool,
    total_fen: i64,
    lines: Vec<WindowLine>,
    /// The order's page, to be passed on to its resident; it shows no pickup code.
    link: String,
}

#[derive(Serialize, ToSchema)]
pub struct WindowLine {
    sku_code: String,
    ordered_qty: i32,
    tolerance: i32,
}

/// The cycles that take orders now, what they sell, and the leader's own orders.
#[utoipa::path(
    get, path = "/api/v1/leader/window", operation_id = "show_window", tag = "orders",
    responses((status = 200, description = "The open cycles.", body = LeaderWindow))
)]
pub async fn show(site: Shared, caller: Caller) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let own = caller.leaders().unwrap_or_default();
        let zone = site.desk().zone;
        let mut window = db.read(|db| window(db, &own, zone))?;
        for order in window.cycles.iter_mut().flat_map(|cycle| &mut cycle.orders) {
            order.link = format!("/o/{}", order_link::token(site.key(), Holder::PassedOn, &order.order_no));
        }
        serde_json::to_value(window).map_err(|error| WebError::Broken(error.to_string()))
    });
    json_answer(done.await)
}

fn window(db: &mut Db, own: &[i64], zone: Zone) -> Result<LeaderWindow, WebError> {
    let mut codes = HashMap::new();
    for id in own {
        let leader = master::leader::by_id(db, *id)?.ok_or(StoreError::DamagedRow("leaders"))?;
        codes.insert(*id, leader.leader_code);
    }
    let points = master::points_of(db, own)?;
    let point = |row: PointRow| WindowPoint {
        point_code: row.point_code,
        leader_code: codes[&row.leader_id].clone(),
        name: row.name,
    };
    let mut open = cycles::all(db)?;
    open.retain(|row| row.state == CycleState::Open.code());
    open.sort_by_key(|row| row.cutoff_at);
    let skus: HashMap<i64, SkuRow> = master::sku::all(db)?.into_iter().map(|sku| (sku.id, sku)).collect();
    let cycles: Result<Vec<WindowCycle>, WebError> =
        open.iter().map(|row| open_cycle(db, row, &codes, &skus, zone)).collect();
    Ok(LeaderWindow {
        leader_code: own.first().map(|id| codes[id].clone()).unwrap_or_default(),
        points: points.into_iter().map(point).collect(),
        cycles: cycles?,
    })
}

fn open_cycle(
    db: &mut Db,
    row: &CycleRow,
    codes: &HashMap<i64, String>,
    skus: &HashMap<i64, SkuRow>,
    zone: Zone,
) -> Result<WindowCycle, WebError> {
    let own: Vec<i64> = codes.keys().copied().collect();
    let sold = offers::of_cycle(db, row.id)?;
    let by_no: HashMap<i32, &OfferRow> = sold.iter().map(|offer| (offer.offer_no, offer)).collect();
    let mut lines = single_orders::lines_of_leaders(db, row.id, &own)?;
    let named = residents::of_leaders(db, row.id, &own)?;
    let paid = payments::paid_of_leaders(db, row.id, &own)?;
    let mut orders = Vec::new();
    let mut standing = single_orders::standing_of(db, row.id, &own)?;
    standing.sort_by_key(|order| std::cmp::Reverse((order.placed_at, order.id)));
    for order in standing {
        let lines = lines.remove(&order.id).unwrap_or_default();
        let is_paid = order.state() == OrderState::Paid || paid.contains(&order.id);
        let person = named.get(&order.id).ok_or(StoreError::DamagedRow("orders"))?;
        let mut listed = listed(&order, person, is_paid, &lines, &by_no, skus, zone)?;
        listed.leader_code.clone_from(&codes[&order.leader_id]);
        orders.push(listed);
    }
    Ok(WindowCycle {
        cycle_code: row.cycle_code.clone(),
        name: row.name.clone(),
        cutoff_at: zone.rfc3339(Moment(row.cutoff_at)),
        pickup_date: row.pickup_date.clone(),
        payment: row.payment.clone(),
        offers: sold.iter().map(|offer| listed_offer(offer, &skus[&offer.sku_id])).collect(),
        orders,
    })
}

fn listed_offer(offer: &OfferRow, sku: &SkuRow) -> WindowOffer {
    WindowOffer {
        sku_code: sku.sku_code.clone(),
        sku_name: sku.name.clone(),
        spec: sku.spec.clone(),
        unit: sku.unit.clone(),
        sale_price_fen: offer.sale_price_fen,
        limit_per_resident: offer.limit_per_resident,
    }
}

fn listed(
    order: &OrderRow,
    person: &NamedRow,
    is_paid: bool,
    lines: &[LineRow],
    by_no: &HashMap<i32, &OfferRow>,
    skus: &HashMap<i64, SkuRow>,
    zone: Zone,
) -> Result<WindowOrder, WebError> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let name = text(&person.name);
    let nickname = hide(person.nickname.as_deref().unwrap_or_default(), &name).into_owned();
    let mut resident = String::new();
    push_name(&mut resident, &name);
    let priced = lines.iter().map(|line| Priced {
        price: Fen(by_no[&line.offer_no].sale_price_fen),
        qty: line.ordered_qty.unsigned_abs(),
        tolerance: line.tolerance.unsigned_abs(),
    });
    let listed_lines = lines.iter().map(|line| WindowLine {
        sku_code: skus[&by_no[&line.offer_no].sku_id].sku_code.clone(),
        ordered_qty: line.ordered_qty,
        tolerance: line.tolerance,
    });
    Ok(WindowOrder {
        order_no: order.order_no.clone(),
        leader_code: String::new(),
        chain_no: order.chain_no.unwrap_or(0),
        building: text(&person.building),
        unit_no: text(&person.unit_no),
        room: text(&person.room),
        resident,
        nickname,
        phone_tail4: phone_tail(person.phone.as_deref().unwrap_or_default()).to_owned(),
        placed_at: zone.rfc3339(Moment(order.placed_at)),
        is_paid,
        total_fen: order_total(priced)?.0,
        lines: listed_lines.collect(),
        link: String::new(),
    })
}
