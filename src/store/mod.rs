//! REMEMBERS: the database. Only `backend.rs` knows which one it is.

pub mod archive;
pub mod backend;
pub mod book;
pub mod code_failures;
pub mod counters;
pub mod cycles;
pub mod freeze;
pub mod idempotency;
pub mod ids;
pub mod live_totals;
pub mod master;
pub mod migrations;
pub mod offers;
pub mod orders;
pub mod payments;
pub mod pickup_codes;
pub mod pickups;
pub mod residents;
pub mod schema;
pub mod server_lock;
pub mod single_orders;
pub mod stamps;
pub mod stock;
pub mod supply;
mod trouble;
pub mod upkeep;
