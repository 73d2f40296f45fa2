//! DECIDES: the values and rules of the day. Pure: no files, no clock, no chance, no database.

pub mod access;
pub mod account;
pub mod allocation;
pub mod book;
pub mod case_rounding;
pub mod checksum;
pub mod code;
pub mod coordinates;
pub mod cost;
pub mod demand;
pub mod documents;
pub mod errors;
pub mod explain;
pub mod facts;
pub mod money;
pub mod natural_order;
pub mod password;
pub mod procurement;
pub mod quantity;
pub mod reallocation;
pub mod reason;
pub mod refunds;
pub mod register;
pub mod sealed;
pub mod secret;
pub mod server_key;
pub mod session;
pub mod share;
pub mod slots;
pub mod states;
pub mod texts;
pub mod threshold;
pub mod throttle;
pub mod time;
pub mod totp;
pub mod window;

#[cfg(test)]
mod sim;
