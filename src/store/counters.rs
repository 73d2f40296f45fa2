//! Pieces sold of offers that are bounded, and had by each resident. A counter is right or it is not there.

use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};

use crate::store::backend::{Db, Dialect, StoreError, insert_rows, on_either};
use crate::store::schema::{offer_counters, order_series, resident_counters};

/// Numbers of our own orders that a server takes at a time.
pub const SERIES_BLOCK: i64 = 256;

/// Takes the next block of order numbers of a cycle; returns its first.
pub fn next_numbers(db: &mut Db, cycle_id: i64) -> Result<i64, StoreError> {
    begin_series(db, cycle_id)?;
    let row = order_series::table.find(cycle_id);
    let next = order_series::next_no.eq(order_series::next_no + SERIES_BLOCK);
    on_either!(db, conn => diesel::update(row).set(next).execute(conn))?;
    let end: i64 = on_either!(db, conn => row.select(order_series::next_no).first(conn))?;
    Ok(end - SERIES_BLOCK)
}

/// Makes this transaction the only one that counts a cycle's orders anew, until it ends.
pub fn alone(db: &mut Db, cycle_id: i64) -> Result<(), StoreError> {
    begin_series(db, cycle_id)?;
    let row = order_series::table.find(cycle_id);
    on_either!(db, conn => diesel::update(row).set(order_series::next_no.eq(order_series::next_no)).execute(conn))?;
    Ok(())
}

fn begin_series(db: &mut Db, cycle_id: i64) -> Result<(), StoreError> {
    let row = (order_series::cycle_id.eq(cycle_id), order_series::next_no.eq(1_i64));
    on_either!(db, conn =>
        diesel::insert_into(order_series::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

/// Pieces sold of the bounded offers among `offer_nos` (rising), each held until the transaction ends; offers without a
/// counter are missing from the answer.
pub fn sold(db: &mut Db, cycle_id: i64, offer_nos: &[i32]) -> Result<Vec<(i32, i64)>, StoreError> {
    hold(db, cycle_id, offer_nos)?;
    Ok(on_either!(db, conn => offer_counters::table
        .filter(offer_counters::cycle_id.eq(cycle_id))
        .filter(offer_counters::offer_no.eq_any(offer_nos))
        .order(offer_counters::offer_no)
        .select((offer_counters::offer_no, offer_counters::sold_qty))
        .load(conn))?)
}

fn hold(db: &mut Db, cycle_id: i64, offer_nos: &[i32]) -> Result<(), StoreError> {
    if db.dialect() == Dialect::Postgres && !offer_nos.is_empty() {
        let numbers: Vec<String> = offer_nos.iter().map(i32::to_string).collect();
        let sql = format!(
            "SELECT offer_no FROM offer_counters WHERE cycle_id = {cycle_id} AND offer_no IN ({}) ORDER BY offer_no FOR UPDATE",
            numbers.join(", ")
        );
        on_either!(db, conn => diesel::sql_query(sql).execute(conn))?;
    }
    Ok(())
}

/// Which orders count towards a bound: those that stand, and are no part of an import on its way in.
const STANDING: &str = "o.cycle_id = $1 AND o.state IN ('paid', 'unpaid') \
     AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.id = o.import_id AND i.state = 'staging')";

/// Counts the orders of an offer anew. The caller is [`alone`] with the cycle.
pub fn recount(db: &mut Db, cycle_id: i64, offer_no: i32) -> Result<(), StoreError> {
    forget(db, cycle_id, Some(offer_no))?;
    let sold = format!(
        "INSERT INTO offer_counters (cycle_id, offer_no, sold_qty) \
         SELECT $1, $2, CAST(COALESCE(SUM(l.ordered_qty), 0) AS BIGINT) FROM orders o \
         JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id AND l.offer_no = $2 WHERE {STANDING}"
    );
    let had = format!(
        "INSERT INTO resident_counters (cycle_id, offer_no, resident_id, ordered_qty) \
         SELECT $1, $2, o.resident_id, CAST(SUM(l.ordered_qty) AS BIGINT) FROM orders o \
         JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id AND l.offer_no = $2 WHERE {STANDING} \
         GROUP BY o.resident_id"
    );
    for sql in [sold, had] {
        on_either!(db, conn =>
            diesel::sql_query(sql).bind::<BigInt, _>(cycle_id).bind::<Integer, _>(offer_no).execute(conn))?;
    }
    Ok(())
}

/// Takes the counters of an offer away, or of all offers of a cycle: whoever needs them counts anew.
pub fn forget(db: &mut Db, cycle_id: i64, offer_no: Option<i32>) -> Result<(), StoreError> {
    let offers = match offer_no {
        Some(offer_no) => offer_no..=offer_no,
        None => i32::MIN..=i32::MAX,
    };
    let sold = offer_counters::table
        .filter(offer_counters::cycle_id.eq(cycle_id))
        .filter(offer_counters::offer_no.between(*offers.start(), *offers.end()));
    let had = resident_counters::table
        .filter(resident_counters::cycle_id.eq(cycle_id))
        .filter(resident_counters::offer_no.between(*offers.start(), *offers.end()));
    on_either!(db, conn => diesel::delete(sold).execute(conn))?;
    on_either!(db, conn => diesel::delete(had).execute(conn))?;
    Ok(())
}

/// Writes what is sold of an offer by now. The counter is held by the caller.
pub fn set_sold(db: &mut Db, cycle_id: i64, offer_no: i32, sold_qty: i64) -> Result<(), StoreError> {
    let row = offer_counters::table.find((cycle_id, offer_no));
    on_either!(db, conn => diesel::update(row).set(offer_counters::sold_qty.eq(sold_qty)).execute(conn))?;
    Ok(())
}

/// Pieces one resident has of one offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Insertable, diesel::QueryableByName)]
#[diesel(table_name = resident_counters, treat_none_as_default_value = false)]
pub struct Had {
    #[diesel(sql_type = BigInt)]
    pub cycle_id: i64,
    #[diesel(sql_type = Integer)]
    pub offer_no: i32,
    #[diesel(sql_type = BigInt)]
    pub resident_id: i64,
    #[diesel(sql_type = BigInt)]
    pub ordered_qty: i64,
}

/// What residents have of limited offers, by (offer_no, resident). The offers' counters are held by the caller.
pub fn had(db: &mut Db, cycle_id: i64, wanted: &[(i32, i64)]) -> Result<Vec<Had>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let pairs = serde_json::to_string(wanted).expect("numbers can be written as JSON");
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT c.cycle_id, c.offer_no, c.resident_id, c.ordered_qty FROM json_each($1) j \
             JOIN resident_counters c ON c.cycle_id = $2 AND c.offer_no = j.value ->> 0 AND c.resident_id = j.value ->> 1"
        }
        Dialect::Postgres => {
            "SELECT c.cycle_id, c.offer_no, c.resident_id, c.ordered_qty FROM json_array_elements(CAST($1 AS json)) j \
             JOIN resident_counters c ON c.cycle_id = $2 AND c.offer_no = CAST(j ->> 0 AS INTEGER) \
             AND c.resident_id = CAST(j ->> 1 AS BIGINT)"
        }
    };
    Ok(on_either!(db, conn =>
        diesel::sql_query(sql).bind::<Text, _>(&pairs).bind::<BigInt, _>(cycle_id).load(conn))?)
}

/// Writes what a resident has of an offer by now.
pub fn set_had(db: &mut Db, row: Had) -> Result<(), StoreError> {
    let known = resident_counters::table.find((row.cycle_id, row.offer_no, row.resident_id));
    let change = resident_counters::ordered_qty.eq(row.ordered_qty);
    if on_either!(db, conn => diesel::update(known).set(change).execute(conn))? == 0 {
        insert_rows!(db, resident_counters::table, std::slice::from_ref(&row))?;
    }
    Ok(())
}
