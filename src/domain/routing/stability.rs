//! What changed since yesterday, and what it would have cost to change nothing.

use super::plan::Plan;

/// A stop whose driver is another than yesterday's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub stop: u32,
    pub usual_vehicle: u32,
    /// None where nobody serves it today.
    pub vehicle: Option<u32>,
}

/// How a plan differs from what leaders are used to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Stops that have a usual driver.
    pub with_usual: u32,
    pub moved: Vec<Moved>,
    /// Less than zero where the plan is cheaper than the other, in thousandths of a fen, without the price of changes.
    pub paid_more: i64,
}

impl Changes {
    /// Leaders in ten thousand that keep their driver.
    pub fn kept_in_10_000(&self) -> u32 {
        let kept = u64::from(self.with_usual) - self.moved.len() as u64;
        (kept * 10_000).checked_div(u64::from(self.with_usual)).unwrap_or(10_000) as u32
    }
}

/// Compares a plan with the usual driver of each stop, and its price with that of a plan of the same day that does not
/// care who drives where.
pub fn compare(plan: &Plan, usual_by_stop: &[Option<u32>], carefree: &Plan) -> Changes {
    let today = plan.vehicle_by_stop(usual_by_stop.len());
    let mut changes = Changes { with_usual: 0, moved: Vec::new(), paid_more: plan.cost.paid() - carefree.cost.paid() };
    for (stop, (usual, vehicle)) in (0u32..).zip(usual_by_stop.iter().zip(today)) {
        let Some(usual_vehicle) = *usual else { continue };
        changes.with_usual += 1;
        if vehicle != Some(usual_vehicle) {
            changes.moved.push(Moved { stop, usual_vehicle, vehicle });
        }
    }
    changes
}
