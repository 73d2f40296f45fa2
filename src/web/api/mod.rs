//! JSON for machines: DOMAIN's keys, money in fen, times with their offset, refusals as problem+json.

pub mod after_sales;
pub mod copies;
pub mod cycles;
pub mod discrepancies;
pub mod driver_day;
pub mod files;
pub mod handover;
pub mod health;
pub mod households;
pub mod imports;
pub mod jielong;
pub mod json;
pub mod leader_day;
pub mod leader_window;
pub mod leave;
pub mod machines;
pub mod mail;
mod order_body;
mod order_schemas;
pub mod orders;
pub mod outcomes;
pub mod pack;
pub mod payments;
pub mod photos;
pub mod pickup_list;
pub mod pickups;
pub mod planned_routes;
pub mod purchases;
pub mod route_outcomes;
mod route_schemas;
mod schemas;
pub mod screen;
pub mod session;
pub mod sheets;
pub mod steps;
pub mod totals_events;
pub mod totes;
pub mod trial;
mod trial_schemas;
pub mod trips;
pub mod users;
pub mod weights;
pub mod wrong_goods;

use crate::web::errors::WebError;

/// Rows of one answer.
const LIMIT_MAX: u32 = 500;
const LIMIT: u32 = 100;
/// Rows that may be left out at most.
const OFFSET_MAX: u32 = 1_000_000_000;

/// Which rows of a list: `limit` (1–500) from `offset` on.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    limit: usize,
    offset: usize,
}

impl Slice {
    /// # Errors
    /// `bad_request` for a limit or offset out of its bounds.
    pub fn new(limit: Option<u32>, offset: Option<u32>) -> Result<Slice, WebError> {
        let limit = limit.unwrap_or(LIMIT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(WebError::bad("limit 须在 1–500 之间", "limit must be 1 to 500"));
        }
        if offset.is_some_and(|offset| offset > OFFSET_MAX) {
            return Err(WebError::bad("offset 最大 1000000000", "offset must be at most 1000000000"));
        }
        Ok(Slice { limit: limit as usize, offset: offset.unwrap_or(0) as usize })
    }

    /// For a question to the database: how many rows, and from which on.
    pub fn bounds(self) -> (i64, i64) {
        (self.limit as i64, self.offset as i64)
    }

    /// The rows of the slice, and where the next one begins if there is more.
    pub fn cut<T>(self, rows: &[T]) -> (&[T], Option<usize>) {
        let from = self.offset.min(rows.len());
        let to = (from + self.limit).min(rows.len());
        (&rows[from..to], (to < rows.len()).then_some(to))
    }
}
