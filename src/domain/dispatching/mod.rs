//! 派车: from a frozen cycle and the vehicles of its warehouses to routes, and from a plan back to trips and stops.
//!
//! [`morning`] says what is to be driven from one warehouse, `domain::routing` plans it, [`drawn`] gives the routes their
//! codes and numbers, and [`trips`] says who drives them.

pub mod drawn;
pub mod morning;
pub mod settings;
pub mod trips;
