//! What the weights of lines moved, as it was settled.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::Book;
use crate::domain::money::Fen;
use crate::domain::weighing::{Adjustment, LineWeight};
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::weight_adjustments;

/// A line as it was settled at a version.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = weight_adjustments, treat_none_as_default_value = false)]
pub struct AdjustmentRow {
    pub cycle_id: i64,
    pub order_id: i64,
    pub offer_no: i32,
    pub version: i32,
    pub pieces: i32,
    pub weighed_pieces: i32,
    pub actual_weight_g: i64,
    pub adjustment_fen: i64,
    pub given_away_fen: i64,
}

impl AdjustmentRow {
    pub fn weight(&self) -> LineWeight {
        LineWeight {
            pieces: self.pieces.unsigned_abs(),
            weighed: self.weighed_pieces.unsigned_abs(),
            actual_g: self.actual_weight_g.unsigned_abs(),
            adjustment: Adjustment { amount: Fen(self.adjustment_fen), given_away: Fen(self.given_away_fen) },
        }
    }
}

pub fn add_adjustments(db: &mut Db, rows: &[AdjustmentRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, weight_adjustments::table, rows)?)
}

/// Enters in a book what stood at its version; `find` tells the line of (order id, offer_no).
pub fn load_into(
    db: &mut Db,
    book: &mut Book,
    find: impl Fn(&Book, i64, i32) -> Option<u32>,
) -> Result<(), StoreError> {
    use weight_adjustments as t;
    let rows: Vec<AdjustmentRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::order_id, t::offer_no, t::version))
        .load(conn))?;
    for row in rows {
        if let Some(line) = find(book, row.order_id, row.offer_no) {
            book.lines.weights.insert(line, row.weight());
        }
    }
    Ok(())
}

/// The lines of an order as they were last settled, by offer.
pub fn adjustments_of_order(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<HashMap<i32, LineWeight>, StoreError> {
    use weight_adjustments as t;
    let rows: Vec<AdjustmentRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq(order_id))
        .order((t::offer_no, t::version))
        .load(conn))?;
    Ok(rows.into_iter().map(|row| (row.offer_no, row.weight())).collect())
}

/// 超重让利 of a cycle as it was last settled: how many lines, and how much together.
pub fn given_away(db: &mut Db, cycle_id: i64) -> Result<(usize, Fen), StoreError> {
    use weight_adjustments as t;
    let rows: Vec<(i64, i32, i64)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .order((t::order_id, t::offer_no, t::version))
        .select((t::order_id, t::offer_no, t::given_away_fen))
        .load(conn))?;
    let newest: HashMap<(i64, i32), i64> = rows.into_iter().map(|(order, offer, fen)| ((order, offer), fen)).collect();
    let given = newest.values().filter(|fen| **fen > 0);
    Ok((given.clone().count(), given.map(|fen| Fen(*fen)).sum()))
}
