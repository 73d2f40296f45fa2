//! HTML for people: each page's handler and template lie side by side.

pub mod account;
pub mod admin;
pub mod code;
pub mod cycle;
pub mod cycles;
pub mod docs;
pub mod error;
pub mod invitation;
pub mod leader;
pub mod login;
pub mod sheets;
pub mod styleguide;
pub mod unlock;
pub mod warehouse;

mod curve;
mod frame;
mod hours;
pub mod qr;
mod rows;
mod totals;
