//! Orders by an ordered scan: by two halves at once where the database is a SQLite file.

use diesel::dsl::{max, min};
use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};
use rustc_hash::{FxBuildHasher, FxHashMap};

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
    book.orders = stretch.orders;
    book.orders.resident = numbers(&stretch.resident_id);
    Ok(())
}

/// Everything that sheets say of a frozen cycle's orders but the [`numbers`] of their residents, whose ids are told; and
/// what `beside` reads at the same time: rows that no longer change.
///
/// The second half of the orders may come from a later snapshot than the first. Which orders there are does not change
/// any more; of one order it may be a moment newer whether its money came, or that its resident was erased.
pub fn sheets<L: Send>(
    db: &mut Db,
    book: &mut Book,
    staging: &[i64],
    beside: impl FnOnce(&mut Db) -> Result<L, StoreError> + Send,
) -> Result<(Vec<i64>, L), StoreError> {
    let scan = Scan::of(book, staging);
    let middle = middle(db, scan.cycle_id)?;
    let first = |db: &mut Db| scan.stretch(db, i64::MIN, middle);
    let second = |db: &mut Db| scan.stretch(db, middle, i64::MAX);
    let (mut whole, (second, other)) = db.read_beside(first, |db| db.read_beside(second, beside))?;
    whole.append(second);
    book.orders = whole.orders;
    Ok((whole.resident_id, other))
}

/// An id with about as many orders of the cycle before it as behind it, if they came evenly.
fn middle(db: &mut Db, cycle_id: i64) -> Result<i64, StoreError> {
    use orders as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id));
    // One at a time: SQLite looks up a lone least or greatest, and would scan for both.
    let first: Option<i64> = on_either!(db, conn => own.select(min(t::id)).get_result(conn))?;
    let last: Option<i64> = on_either!(db, conn => own.select(max(t::id)).get_result(conn))?;
    Ok(first.zip(last).map_or(0, |(first, last)| first.midpoint(last)))
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
struct Scan<'a> {
    cycle_id: i64,
    states: &'static [&'static str],
    /// Imports whose orders nobody sees yet.
    staging: &'a [i64],
    /// The place of each point in the book.
    point_ix: FxHashMap<i64, u32>,
}

impl<'a> Scan<'a> {
    fn of(book: &Book, staging: &'a [i64]) -> Scan<'a> {
        let point_ix = book.points.iter().zip(0..).map(|(point, ix)| (point.id, ix)).collect();
        Scan { cycle_id: book.cycle.id, states: taking_part(book.cycle.payment), staging, point_ix }
    }

    fn is_visible(&self, import_id: Option<i64>) -> bool {
        import_id.is_none_or(|id| !self.staging.contains(&id))
    }

    /// The orders from one id up to another.
    fn stretch(&self, db: &mut Db, from: i64, until: i64) -> Result<Stretch, StoreError> {
        use {orders as t, residents as r};
        let mut stretch = Stretch::default();
        let paid = OrderState::Paid.code();
        let query = t::table
            .inner_join(r::table.on(r::id.eq(t::details_id)))
            .filter(t::cycle_id.eq(self.cycle_id))
            .filter(t::id.ge(from))
            .filter(t::id.lt(until))
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
struct Stretch {
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

    fn append(&mut self, behind: Stretch) {
        self.orders.append(behind.orders);
        self.resident_id.extend(behind.resident_id);
    }
}

/// The residents of orders numbered in the order in which they come.
pub fn numbers(resident_ids: &[i64]) -> Vec<u32> {
    let mut number_of: FxHashMap<i64, u32> = FxHashMap::with_capacity_and_hasher(resident_ids.len(), FxBuildHasher);
    let mut number = |id| {
        let next = number_of.len() as u32;
        *number_of.entry(id).or_insert(next)
    };
    resident_ids.iter().map(|&id| number(id)).collect()
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
