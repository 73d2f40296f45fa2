//! Orders by an ordered scan.

use std::ops::Range;

use diesel::dsl::{max, min};
use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};
use rustc_hash::FxHashMap;

use crate::domain::book::{Book, Orders};
use crate::domain::facts::Payment;
use crate::domain::people::Person;
use crate::domain::states::OrderState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, each_row, on_either};
use crate::store::schema::{orders, residents};

/// The states in which an order of such a cycle takes part.
fn taking_part(payment: Payment) -> &'static [&'static str] {
    const PAID: &str = "paid";
    const UNPAID: &str = "unpaid";
    debug_assert!(PAID == OrderState::Paid.code() && UNPAID == OrderState::Unpaid.code());
    if payment == Payment::AtPickup { &[PAID, UNPAID] } else { &[PAID] }
}

/// The points of a cycle's orders, without anything else of them.
pub fn points(db: &mut Db, book: &mut Book, staging: &[i64]) -> Result<(), StoreError> {
    use orders as t;
    let scan = Scan::of(book, staging);
    let query = t::table
        .filter(t::cycle_id.eq(scan.cycle_id))
        .filter(t::state.eq_any(scan.states))
        .order(t::id)
        .select((t::id, t::point_id, t::import_id));
    let mut visit = |(id, point_id, import_id): (i64, i64, Option<i64>)| {
        if scan.is_visible(import_id) {
            book.orders.id.push(id);
            book.orders.point_ix.push(scan.point_ix[&point_id]);
        }
    };
    each_row!(db, (i64, i64, Option<i64>), query, visit);
    Ok(())
}

/// Where the orders of a cycle stand in the queue.
pub fn figures(db: &mut Db, book: &mut Book, staging: &[i64]) -> Result<(), StoreError> {
    use orders as t;
    let (scan, mut stretch) = (Scan::of(book, staging), Stretch::default());
    let query =
        t::table.filter(t::cycle_id.eq(scan.cycle_id)).filter(t::state.eq_any(scan.states)).order(t::id).select((
            t::id,
            t::point_id,
            t::resident_id,
            t::state.eq(OrderState::Paid.code()),
            t::paid_at,
            t::order_no,
            t::import_id,
        ));
    let mut visit = |row: OrderFigures| {
        if scan.is_visible(row.import_id) {
            stretch.push(&scan, &row);
        }
    };
    each_row!(db, OrderFigures, query, visit);
    stretch.append_to(&mut book.orders, &mut Residents::default());
    Ok(())
}

/// The first id of a cycle's orders and the one behind the last.
pub fn ids(db: &mut Db, cycle_id: i64) -> Result<Range<i64>, StoreError> {
    use orders as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id));
    // One at a time: SQLite looks up a lone least or greatest, and would scan for both.
    let first: Option<i64> = on_either!(db, conn => own.select(min(t::id)).get_result(conn))?;
    let last: Option<i64> = on_either!(db, conn => own.select(max(t::id)).get_result(conn))?;
    Ok(first.zip(last).map_or(0..0, |(first, last)| first..last + 1))
}

#[derive(Queryable)]
struct OrderFigures {
    id: i64,
    point_id: i64,
    resident_id: i64,
    is_paid: bool,
    paid_at: Option<i64>,
    order_no: String,
    import_id: Option<i64>,
}

#[derive(Queryable)]
struct OrderDetails {
    chain_no: Option<i32>,
    remark: Option<String>,
    identity: String,
    name: Option<String>,
    nickname: Option<String>,
    phone: Option<String>,
    building: Option<String>,
    unit_no: Option<String>,
    room: Option<String>,
}

/// What a scan of a cycle's orders needs to know.
pub struct Scan<'a> {
    cycle_id: i64,
    states: &'static [&'static str],
    /// Imports whose orders nobody sees yet.
    staging: &'a [i64],
    /// The place of each point in the book.
    point_ix: FxHashMap<i64, u32>,
}

impl<'a> Scan<'a> {
    pub fn of(book: &Book, staging: &'a [i64]) -> Scan<'a> {
        let point_ix = book.points.iter().zip(0..).map(|(point, ix)| (point.id, ix)).collect();
        Scan { cycle_id: book.cycle.id, states: taking_part(book.cycle.payment), staging, point_ix }
    }

    fn is_visible(&self, import_id: Option<i64>) -> bool {
        import_id.is_none_or(|id| !self.staging.contains(&id))
    }

    /// Everything that sheets say of the orders with these ids.
    pub fn stretch(&self, db: &mut Db, ids: &Range<i64>) -> Result<Stretch, StoreError> {
        use {orders as t, residents as r};
        let mut stretch = Stretch::default();
        let paid = OrderState::Paid.code();
        let query = t::table
            .inner_join(r::table.on(r::id.eq(t::details_id)))
            .filter(t::cycle_id.eq(self.cycle_id))
            .filter(t::id.ge(ids.start))
            .filter(t::id.lt(ids.end))
            .filter(t::state.eq_any(self.states))
            .order(t::id)
            .select((
                (t::id, t::point_id, t::resident_id, t::state.eq(paid), t::paid_at, t::order_no, t::import_id),
                (t::chain_no, t::remark, r::identity, r::name, r::nickname, r::phone, r::building, r::unit_no, r::room),
            ));
        let mut visit = |(figures, details): (OrderFigures, OrderDetails)| {
            if self.is_visible(figures.import_id) {
                stretch.push(self, &figures);
                push_details(&mut stretch.orders, &details);
            }
        };
        each_row!(db, (OrderFigures, OrderDetails), query, visit);
        Ok(stretch)
    }
}

/// Orders as they are read, their residents not numbered yet.
#[derive(Default)]
pub struct Stretch {
    orders: Orders,
    resident_id: Vec<i64>,
}

impl Stretch {
    fn push(&mut self, scan: &Scan<'_>, row: &OrderFigures) {
        self.orders.id.push(row.id);
        self.orders.point_ix.push(scan.point_ix[&row.point_id]);
        self.orders.paid_at.push(Moment(row.paid_at.unwrap_or(0)));
        self.orders.is_paid.push(row.is_paid);
        self.orders.order_no.push(&row.order_no);
        self.resident_id.push(row.resident_id);
    }

    /// Adds its orders behind those of a book.
    pub fn append_to(mut self, orders: &mut Orders, residents: &mut Residents) {
        self.orders.resident = self.resident_id.into_iter().map(|id| residents.number(id)).collect();
        orders.append(self.orders);
    }
}

/// Residents numbered in the order in which their orders come.
#[derive(Default)]
pub struct Residents {
    number_of: FxHashMap<i64, u32>,
}

impl Residents {
    fn number(&mut self, id: i64) -> u32 {
        let next = self.number_of.len() as u32;
        *self.number_of.entry(id).or_insert(next)
    }
}

fn push_details(orders: &mut Orders, row: &OrderDetails) {
    orders.chain_no.push(row.chain_no.unwrap_or(0) as u32);
    orders.people.push(&Person {
        building: row.building.as_deref().unwrap_or(""),
        unit_no: row.unit_no.as_deref().unwrap_or(""),
        room: row.room.as_deref().unwrap_or(""),
        name: row.name.as_deref().unwrap_or(""),
        nickname: row.nickname.as_deref().unwrap_or(""),
        phone: row.phone.as_deref().unwrap_or(""),
        remark: row.remark.as_deref().unwrap_or(""),
        is_erased: row.identity.starts_with(ERASED),
    });
}

/// What the identity of a resident begins with once their data was erased.
const ERASED: &str = "erased:";
