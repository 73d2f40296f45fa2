//! The sheets of the pilot day: their columns, what they add up to, and that their bytes never change unnoticed.

mod columns;
mod fixture;
mod hygiene;
mod manifest;
pub mod printed;
mod recount;
mod sums;
