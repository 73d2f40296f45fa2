//! The plans in force, and what a person holds fast in them.

use std::collections::HashMap;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::flow::dispatch_trips::known::Held;
use crate::flow::load_cycle::book_within;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::route_plans;

/// A book without orders, and what is held fast in its routes.
#[derive(Clone, Debug)]
pub struct Shown {
    pub book: Book,
    held: Held,
    /// By point id.
    places: HashMap<i64, (i64, i64)>,
}

impl Shown {
    /// Whether the trip of this vehicle stays as it is.
    pub fn is_locked(&self, plate: &str) -> bool {
        self.held.locks.contains(plate)
    }

    /// Where a point is: longitude and latitude in ten-millionths of a degree on WGS-84.
    pub fn place(&self, point_ix: u32) -> Option<(i64, i64)> {
        self.places.get(&self.book.points[point_ix as usize].id).copied()
    }

    /// Whether a person chose the vehicle of this point (by id).
    pub fn is_pinned(&self, point_id: i64) -> bool {
        self.held.pins.contains_key(&point_id)
    }
}

/// Reads the routes of a frozen cycle.
///
/// # Errors
/// `not_found`; `wrong_state` before the freeze.
pub fn show_routes(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Shown, FlowError> {
    db.read(|db| {
        let book = book_within(db, desk, cycle_code, None, Want::Supply, Step::Dispatch)?;
        let held = Held::load(db, book.cycle.id)?;
        let places = route_plans::places(db, book.cycle.id)?;
        let places = places.into_iter().map(|(id, longitude, latitude)| (id, (longitude, latitude))).collect();
        Ok(Shown { book, held, places })
    })
}
