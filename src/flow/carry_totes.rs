//! 上次欠筐: what points still have, noted when goods are first dispatched to them, so that their slips say the same for ever.

use crate::domain::book::Book;
use crate::domain::states::CycleState;
use crate::domain::totes::ToteKind;
use crate::store::backend::{Db, StoreError};
use crate::store::totes::{self, PointTotesRow};

/// Writes what each point of the book still has; nothing where the cycle was dispatched before. Part of the step's own
/// transaction.
pub(super) fn carry_totes(db: &mut Db, book: &Book, version: u32) -> Result<(), StoreError> {
    if book.cycle.state == CycleState::Dispatched {
        return Ok(());
    }
    let balances = totes::balances(db)?;
    let mut rows = Vec::new();
    for point in &book.points {
        let Some(owed) = balances.points.get(&point.id) else { continue };
        for &kind in ToteKind::ALL.iter().filter(|kind| owed.of(**kind) != 0) {
            rows.push(PointTotesRow {
                cycle_id: book.cycle.id,
                point_id: point.id,
                kind: kind.code().to_owned(),
                version: version as i32,
                owed_qty: owed.of(kind),
            });
        }
    }
    totes::carry(db, &rows)
}
