//! What sharing again cannot change: pieces that went home, pieces whose money went back, and slots that are on a truck
//! (DOMAIN 3.4).

use std::collections::{BTreeSet, HashMap};

use crate::domain::book::Book;
use crate::domain::reallocation::Hold;
use crate::flow::road::loaded_points;
use crate::store::backend::{Db, StoreError};
use crate::store::{pickups, refunds};

/// Bounds of lines, by (order id, offer_no); a line that is not there has none.
#[derive(Debug, Default)]
pub struct Bounds {
    handed: HashMap<(i64, i32), i64>,
    refunded: HashMap<(i64, i32), i64>,
    /// Points, by id.
    loaded: BTreeSet<i64>,
}

impl Bounds {
    /// Reads them. Before the first allocation nothing was there to be handed out.
    ///
    /// # Errors
    /// What the database says.
    pub fn read(db: &mut Db, book: &Book) -> Result<Bounds, StoreError> {
        let is_first = book.allocations.is_empty();
        Ok(Bounds {
            handed: if is_first { HashMap::new() } else { pickups::handed_in(db, book.cycle.id)? },
            refunded: refunds::sent_pieces(db, book.cycle.id)?,
            loaded: loaded_points(db, book)?,
        })
    }

    /// Whether nothing more was loaded since. Ask while the cycle is held alone.
    ///
    /// # Errors
    /// What the database says.
    pub fn still_hold(&self, db: &mut Db, book: &Book) -> Result<bool, StoreError> {
        Ok(loaded_points(db, book)? == self.loaded)
    }

    /// How far the goods of a point are on their way.
    pub fn hold(&self, book: &Book, point_ix: u32) -> Hold {
        let is_loaded = !self.loaded.is_empty() && self.loaded.contains(&book.points[point_ix as usize].id);
        if is_loaded { Hold::Loaded } else { Hold::Free }
    }

    /// Pieces of a line that were handed out and that it still asks for: it never gets fewer.
    pub fn handed(&self, book: &Book, line: usize) -> u32 {
        let most = book.lines.ordered[line] + book.lines.tolerance[line];
        pieces(&self.handed, book, line).min(most)
    }

    /// Pieces of a line that are closed, for their refund was sent.
    pub fn refunded(&self, book: &Book, line: usize) -> u32 {
        pieces(&self.refunded, book, line)
    }
}

fn pieces(of: &HashMap<(i64, i32), i64>, book: &Book, line: usize) -> u32 {
    if of.is_empty() {
        return 0;
    }
    let order_id = book.orders.id[book.lines.order_ix[line] as usize];
    let offer_no = book.offers[book.lines.offer_ix[line] as usize].offer_no as i32;
    of.get(&(order_id, offer_no)).map_or(0, |qty| u32::try_from(*qty).unwrap_or(0))
}
