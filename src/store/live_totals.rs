//! Live totals where several servers share a database: each adds to rows of its own, within the orders' transaction.

use diesel::sql_types::{Array, BigInt, Integer, Text};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::store::backend::{Db, Dialect, StoreError, on_either, on_postgres};
use crate::store::schema::live_totals;

/// The writer whose rows were counted from the orders; all others added to them since.
const COUNTED: i32 = -1;

/// Sums of one cycle, offer or leader, or what is to be added to them.
#[derive(Clone, Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct TotalRow {
    /// `cycle`, `offer` or `leader`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// 0, the offer's number, or the leader's id.
    #[diesel(sql_type = BigInt)]
    pub key: i64,
    #[diesel(sql_type = BigInt)]
    pub orders: i64,
    #[diesel(sql_type = BigInt)]
    pub lines: i64,
    #[diesel(sql_type = BigInt)]
    pub ordered_qty: i64,
    #[diesel(sql_type = BigInt)]
    pub tolerance_qty: i64,
    #[diesel(sql_type = BigInt)]
    pub unpaid_qty: i64,
    #[diesel(sql_type = BigInt)]
    pub sales_fen: i64,
}

/// Whether the totals of a cycle are kept in the database: only where several servers share it.
pub fn are_kept(db: &Db) -> bool {
    db.dialect() == Dialect::Postgres
}

/// Whether a cycle's orders have been counted, so that additions make the sum right.
pub fn are_counted(db: &mut Db, cycle_id: i64) -> Result<bool, StoreError> {
    let row = live_totals::table.find((cycle_id, "cycle", 0_i64, COUNTED));
    let found: i64 = on_either!(db, conn => row.count().get_result(conn))?;
    Ok(found == 1)
}

/// Writes what counting the orders gave.
pub fn set_counted(db: &mut Db, cycle_id: i64, rows: &[TotalRow]) -> Result<(), StoreError> {
    forget(db, cycle_id)?;
    add(db, cycle_id, COUNTED, rows)
}

/// Takes a cycle's totals away: the next order counts anew.
pub fn forget(db: &mut Db, cycle_id: i64) -> Result<(), StoreError> {
    let rows = live_totals::table.filter(live_totals::cycle_id.eq(cycle_id));
    on_either!(db, conn => diesel::delete(rows).execute(conn))?;
    Ok(())
}

/// Adds to a writer's own rows, where totals are kept.
pub fn add(db: &mut Db, cycle_id: i64, writer_no: i32, rows: &[TotalRow]) -> Result<(), StoreError> {
    let column = |value: fn(&TotalRow) -> i64| rows.iter().map(value).collect::<Vec<i64>>();
    let sum = |column: &str| format!("{column} = live_totals.{column} + excluded.{column}");
    let sums = ["orders", "lines", "ordered_qty", "tolerance_qty", "unpaid_qty", "sales_fen"].map(sum).join(", ");
    let sql = format!(
        "INSERT INTO live_totals (cycle_id, writer_no, kind, key, orders, lines, ordered_qty, tolerance_qty, unpaid_qty, \
         sales_fen) SELECT $1, $2, t.* FROM unnest($3, $4, $5, $6, $7, $8, $9, $10) t \
         ON CONFLICT (cycle_id, kind, key, writer_no) DO UPDATE SET {sums}"
    );
    on_postgres!(db, conn => diesel::sql_query(sql)
        .bind::<BigInt, _>(cycle_id)
        .bind::<Integer, _>(writer_no)
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(column(|row| row.key))
        .bind::<Array<BigInt>, _>(column(|row| row.orders))
        .bind::<Array<BigInt>, _>(column(|row| row.lines))
        .bind::<Array<BigInt>, _>(column(|row| row.ordered_qty))
        .bind::<Array<BigInt>, _>(column(|row| row.tolerance_qty))
        .bind::<Array<BigInt>, _>(column(|row| row.unpaid_qty))
        .bind::<Array<BigInt>, _>(column(|row| row.sales_fen))
        .execute(conn))
    .transpose()?;
    Ok(())
}

/// The sums over all writers.
pub fn read(db: &mut Db, cycle_id: i64) -> Result<Vec<TotalRow>, StoreError> {
    let sum = |column: &str| format!("CAST(SUM({column}) AS BIGINT) AS {column}");
    let sums = ["orders", "lines", "ordered_qty", "tolerance_qty", "unpaid_qty", "sales_fen"].map(sum).join(", ");
    let sql =
        format!("SELECT kind, key, {sums} FROM live_totals WHERE cycle_id = $1 GROUP BY kind, key ORDER BY kind, key");
    Ok(on_either!(db, conn => diesel::sql_query(sql).bind::<BigInt, _>(cycle_id).load(conn))?)
}
