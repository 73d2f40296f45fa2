//! Whole days through the command line: files in, steps, sheets out. Each tells one thing the trade expects.
//!
//! Times, phones and prices do not matter here unless a story says so; quantities and sheets do.

mod allocation_examples;
mod changes;
mod given_back;
mod households;
mod late_additions;
mod on_the_road;
mod purchase_examples;
mod register;
mod routes;
mod same_bytes;
mod smallest_files;
mod step_order;
mod tiny_day;
mod weights;
