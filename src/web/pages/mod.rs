//! HTML for people: each page's handler and template lie side by side.

pub mod cycle;
pub mod cycles;
pub mod docs;
pub mod error;
pub mod sheets;

mod curve;
mod frame;
mod hours;
mod rows;
mod totals;
