//! Rules on what of the losses at points (交接损差) stands in the books.

use std::collections::HashMap;

use crate::check::day::Day;
use crate::check::load_orders::stray;
use crate::check::report::Report;
use crate::check::rows::{LossPostingRow, PostedLossRow, rows};
use crate::store::backend::{Db, StoreError};

/// What was posted, and what lines lost by it.
#[derive(Debug, Default)]
pub struct Losses {
    /// By (point, offer, choice).
    postings: Vec<LossPostingRow>,
    /// Versions at which losses were posted.
    pub posted_at: Vec<i32>,
    /// Pieces that a line lost, by the newest choice that was posted. Key: line.
    lost: HashMap<u32, i64>,
}

/// Reads it; the lines are there already.
pub fn load(db: &mut Db, day: &mut Day, cycle_id: i64) -> Result<(), StoreError> {
    day.losses.postings = rows!(
        db,
        "SELECT point_id, offer_no, choice_no, version FROM loss_postings WHERE cycle_id = $1
         ORDER BY point_id, offer_no, choice_no",
        cycle_id
    )?;
    let lost: Vec<PostedLossRow> = rows!(
        db,
        "SELECT h.order_id, h.offer_no, h.lost_qty FROM handover_losses h
         WHERE h.cycle_id = $1 AND h.choice_no = (SELECT MAX(p.choice_no) FROM loss_postings p
             WHERE p.cycle_id = h.cycle_id AND p.point_id = h.point_id AND p.offer_no = h.offer_no)",
        cycle_id
    )?;
    day.row_count += (day.losses.postings.len() + lost.len()) as u64;
    for row in lost {
        match day.line_of(row.order_id, row.offer_no) {
            Some(line) => *day.losses.lost.entry(line).or_default() += i64::from(row.lost_qty),
            None => stray(day, "handover_losses", row.order_id, row.offer_no),
        }
    }
    Ok(())
}

impl Losses {
    /// Pieces that a line lost, as the books know it.
    pub fn of(&self, line: u32) -> i64 {
        self.lost.get(&line).copied().unwrap_or(0)
    }
}

/// Every (version, name) of a posting.
pub fn versions(day: &Day) -> impl Iterator<Item = (i32, String)> {
    day.losses.postings.iter().map(|row| (row.version, name(row)))
}

fn name(row: &LossPostingRow) -> String {
    format!("point_id={} offer_no={} choice_no={}", row.point_id, row.offer_no, row.choice_no)
}

/// Choices are posted by the step that posts them, and a later choice at a later version.
pub fn postings(day: &Day, report: &mut Report) {
    for row in &day.losses.postings {
        let is_step = day.losses.posted_at.contains(&row.version);
        report.demand("loss_postings", is_step, || (name(row), "a version that posts losses", row.version));
    }
    for pair in day.losses.postings.windows(2) {
        let is_same = (pair[0].point_id, pair[0].offer_no) == (pair[1].point_id, pair[1].offer_no);
        let holds = !is_same || pair[0].version < pair[1].version;
        report.demand("loss_postings", holds, || {
            (name(&pair[1]), format!("a version after {}", pair[0].version), pair[1].version)
        });
    }
}
