//! Reads a frozen cycle into a [`Book`]: one ordered query per table, joined in memory.

mod cards;
mod lines;
mod orders;
mod plans;
mod register;
mod supply;

use crate::domain::book::Book;
use crate::domain::facts::Cycle;
use crate::domain::time::{Moment, Zone};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles;
use crate::store::orders::staging;

pub use lines::scan_quantities;
pub use supply::find_line;

/// How much of the book a step needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// No orders and lines: cards, purchases, deliveries, shares.
    Supply,
    /// And the lines' pieces with their points: what is wanted where.
    Demand,
    /// And who stands where in the queue: order numbers, payment, residents. Lines have no number yet.
    Queue,
    /// Everything that a sheet prints: line numbers, names, rooms, remarks.
    Everything,
}

/// Which trip serves which point of a frozen cycle, at its newest version: points and trips, and nothing else.
///
/// # Errors
/// What the database says.
pub fn road(db: &mut Db, cycle: &Cycle, zone: Zone) -> Result<Book, StoreError> {
    let mut book = Book { cycle: cycle.clone(), zone, version: cycle.version, ..Book::default() };
    book.warehouses = cards::warehouses(db, cycle.id)?;
    book.points = cards::points(db, &book)?;
    supply::trips(db, &mut book)?;
    Ok(book)
}

/// The book of a frozen cycle as it stood at `version` (its newest where None). Call it inside one read snapshot.
///
/// # Errors
/// What the database says.
pub fn load(db: &mut Db, cycle: &Cycle, version: Option<u32>, want: Want, zone: Zone) -> Result<Book, StoreError> {
    let version = version.unwrap_or(cycle.version).min(cycle.version);
    let mut book = Book { cycle: cycle.clone(), zone, version, ..Book::default() };
    let versions = cycles::versions(db, cycle.id)?;
    let is_sharing = |(at, step, _): &&(u32, String, Moment)| *at <= version && step == "allocate";
    let shared_at = versions.iter().rfind(is_sharing).map(|(at, ..)| *at);
    book.committed_at = versions.into_iter().map(|(_, _, at)| at).collect();
    book.warehouses = cards::warehouses(db, cycle.id)?;
    book.suppliers = cards::suppliers(db, cycle.id)?;
    book.offers = cards::offers(db, &book)?;
    book.points = cards::points(db, &book)?;
    plans::load(db, &mut book)?;
    if want > Want::Supply {
        let staging: Vec<i64> = staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
        lines::load(db, &mut book, want, shared_at, &staging)?;
    }
    let mut supply = |db: &mut Db| supply::load(db, &mut book);
    let register = |db: &mut Db| register::read(db, cycle.id, version);
    // Another connection costs more than the few rows beside a book without orders are worth.
    let rows = match want {
        Want::Supply => {
            supply(db)?;
            register(db)?
        }
        _ => db.read_beside(supply, register)?.1,
    };
    register::enter(rows, &mut book);
    Ok(book)
}
