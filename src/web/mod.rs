//! LISTENS to HTTP: `routes.rs` is the whole table of what it answers, `api/` speaks JSON, `pages/` HTML.
//!
//! Handlers are thin: they parse, hand the work to a thread that may wait for the database, and answer. There is no
//! sign-in, so the server listens on this machine alone and answers only requests that name it as such.

pub mod api;

mod access;
mod answers;
mod assets;
mod body;
mod bounds;
pub mod caller;
pub mod client;
mod depth;
mod errors;
mod guard;
pub mod intake;
pub mod keeper;
pub mod limits;
pub mod meters;
mod object;
pub mod openapi;
mod pace;
mod pages;
mod pool;
mod requests;
mod routes;
mod server;
mod shelf;
mod site;
#[cfg(test)]
mod tests;
mod turned;
mod wire;
mod words;

pub use requests::RequestId;
pub use routes::entries;
pub use server::{ServeError, is_local, serve};
pub use site::{Settings, Site};
pub use wire::tls::TlsFiles;
