//! PRINTS: what every sheet of the night holds, as rows first and bytes second.
//!
//! A sheet is a pure function of the [`Book`](crate::domain::book::Book): one file per sheet says which rows it has,
//! `reports/<sheet>/columns.toml` what its columns are called, and one renderer each makes CSV, XLSX and print HTML of any.

pub mod blocks;
pub mod cell;
pub mod columns;
pub mod csv;
pub mod demand;
mod difference_sheet;
mod dispatch_sheet;
pub mod document;
pub mod facts;
pub mod goods;
pub mod guard;
mod handover_slip;
pub mod household_cards;
pub mod households;
pub mod html;
mod label;
pub mod masks;
mod pages;
mod pick_list;
mod pickup_list;
pub mod press;
mod procurement_summary;
mod purchase_order;
pub mod qr;
mod receiving_sheet;
mod run;
#[cfg(test)]
mod sample;
mod shortage_notice;
mod sowing_sort;
#[cfg(test)]
mod tests;
pub mod xlsx;

pub use blocks::ListedBy;
pub use csv::{CsvOptions, Encoding, Heads, print_csv};
pub use dispatch_sheet::Load;
pub use document::{Document, SheetError, list};
pub use household_cards::{OrderCard, household_cards};
pub use html::{HtmlOptions, Style, print_all_html, print_html};
pub use pages::pages_of;
pub use press::Press;
pub use run::{print_some_html, work_order};
pub use xlsx::print_xlsx;
