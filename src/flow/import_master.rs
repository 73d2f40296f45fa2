//! Master data from files: all or nothing; known codes are updated; a file imported twice changes nothing.

mod catalogue;
mod cycles;
mod offers;
mod places;

pub use catalogue::{import_skus, import_suppliers};
pub(in crate::flow) use cycles::cycle_row;
pub use cycles::import_cycles;
pub use offers::import_offers;
pub use places::{import_leaders, import_vehicles, import_warehouses};

use std::collections::HashMap;

use crate::store::ids::IdMaker;

/// The id of a known code, or a new one.
fn id_of<T>(known: &HashMap<String, T>, code: &str, id: impl Fn(&T) -> i64, ids: &mut IdMaker) -> i64 {
    known.get(code).map_or_else(|| ids.next_id(), id)
}
