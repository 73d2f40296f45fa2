//! LISTENS to HTTP: `routes.rs` is the whole table of what it answers, `api/` speaks JSON, `pages/` HTML.
//!
//! Handlers are thin: they parse, hand the work to a thread that may wait for the database, and answer. `access.rs` is
//! the one layer of authorization: it stands in front of every handler and lets through what `domain::access` grants.

pub mod api;

mod access;
mod answers;
mod assets;
pub mod caller;
mod credentials;
mod csrf;
mod door;
mod errors;
mod guard;
mod hashing;
mod pages;
mod pool;
mod routes;
mod scope;
mod server;
mod shelf;
mod site;
#[cfg(test)]
mod tests;
mod words;

pub use routes::{RouteRow, table};
pub use server::serve;
pub use site::{Settings, Site};
