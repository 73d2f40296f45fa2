//! REMEMBERS: the database. Only `backend.rs` knows which one it is.

pub mod backend;
pub mod book;
pub mod cycles;
pub mod freeze;
pub mod ids;
pub mod invitations;
pub mod master;
pub mod migrations;
pub mod offers;
pub mod orders;
pub mod schema;
pub mod security_log;
pub mod sessions;
pub mod stock;
pub mod supply;
pub mod throttles;
pub mod tokens;
pub mod users;
