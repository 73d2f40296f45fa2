//! REMEMBERS: the database. Only `backend.rs` knows which one it is.

pub mod archive;
pub mod backend;
pub mod book;
pub mod cycles;
pub mod freeze;
pub mod ids;
pub mod master;
pub mod migrations;
pub mod offers;
pub mod orders;
pub mod schema;
pub mod server_lock;
pub mod stock;
pub mod supply;
mod trouble;
pub mod upkeep;
