//! HTML for people: each page's handler and template lie side by side.

pub mod account;
pub mod admin;
pub mod buyer;
pub mod code;
pub mod cycle;
pub mod cycles;
pub mod docs;
pub mod driver;
pub mod error;
pub mod invitation;
pub mod leader;
pub mod login;
pub mod order;
pub mod order_acts;
pub mod purchase;
pub mod sheets;
pub mod shop;
pub mod styleguide;
pub mod unlock;
pub mod warehouse;

mod curve;
mod frame;
pub mod hours;
mod line_words;
mod map;
mod order_words;
mod pager;
mod rows;
mod totals;
