//! LISTENS to HTTP: `routes.rs` is the whole table of what it answers, `api/` speaks JSON, `pages/` HTML.
//!
//! Handlers are thin: they parse, hand the work to a thread that may wait for the database, and answer. There is no
//! sign-in, so the server listens on this machine alone and answers only requests that name it as such.

pub mod api;

mod access;
mod answers;
mod assets;
mod body;
pub mod caller;
mod errors;
mod guard;
mod pages;
mod pool;
mod routes;
mod server;
mod shelf;
mod site;
#[cfg(test)]
mod tests;
mod words;

pub use server::{is_local, serve};
pub use site::{Settings, Site};
