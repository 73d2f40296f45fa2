//! LISTENS to HTTP: `routes.rs` is the whole table of what it answers, `api/` speaks JSON, `pages/` HTML.
//!
//! Handlers are thin: they parse, hand the work to a thread that may wait for the database, and answer. `access.rs` is
//! the one layer of authorization: it stands in front of every handler and lets through what `domain::access` grants.

pub mod api;

mod access;
mod answers;
mod assets;
mod board;
mod body;
mod bounds;
pub mod caller;
pub mod client;
mod credentials;
mod csrf;
mod depth;
mod differences;
pub mod door;
mod errors;
mod guard;
mod hashing;
pub mod intake;
pub mod keeper;
pub mod limits;
mod machines;
pub mod meters;
mod noted;
mod object;
pub mod openapi;
mod pace;
mod pages;
mod photo;
mod pool;
mod requests;
mod reveals;
mod rounds;
mod routes;
mod scope;
mod server;
mod shelf;
mod site;
mod storefront;
#[cfg(test)]
mod tests;
mod turned;
mod wire;
mod words;

pub use requests::RequestId;
pub use routes::entries;
pub use server::{ServeError, serve};
pub use site::{Settings, Site};
pub use wire::tls::TlsFiles;
