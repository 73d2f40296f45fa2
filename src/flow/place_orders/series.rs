//! Numbers of orders that we take ourselves: `261122-W17`, the cycle's code and a running number.
//!
//! Short enough to be said aloud, unique on the platform, and no secret: what an order shows is asked for by whoever may
//! see it. A server takes numbers in blocks, so there are gaps after a restart.

use rustc_hash::FxHashMap;

use crate::domain::code::CODE_CHARS_MAX;
use crate::domain::facts::Cycle;
use crate::flow::FlowError;
use crate::store::backend::Db;
use crate::store::{counters, orders};

/// The numbers a server has taken and not yet used: next and end, by cycle.
#[derive(Default)]
pub struct Series(FxHashMap<i64, (i64, i64)>);

impl Series {
    /// Forgets what was taken in a transaction that was lost.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The number of the next order of a cycle.
    pub fn next(&mut self, db: &mut Db, cycle: &Cycle) -> Result<String, FlowError> {
        let (next, end) = self.0.entry(cycle.id).or_default();
        while next == end {
            let first = counters::next_numbers(db, cycle.id)?;
            let block: Vec<String> = (first..first + counters::SERIES_BLOCK).map(|no| number(cycle, no)).collect();
            let block: Vec<&str> = block.iter().map(String::as_str).collect();
            // A file may have brought such numbers with it; then this block stays unused.
            if orders::known(db, &block)?.is_empty() {
                (*next, *end) = (first, first + counters::SERIES_BLOCK);
            }
        }
        *next += 1;
        Ok(number(cycle, *next - 1))
    }
}

/// The order number for a running number. A cycle with a long code lends its id instead.
fn number(cycle: &Cycle, no: i64) -> String {
    let number = format!("{}-W{no}", cycle.cycle_code);
    if number.chars().count() <= CODE_CHARS_MAX { number } else { format!("{}-W{no}", cycle.id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::is_code;

    #[test]
    fn a_number_is_a_code_whatever_the_cycle_is_called() {
        let cycle = |code: &str| Cycle { id: i64::MAX, cycle_code: code.to_owned(), ..Cycle::default() };
        assert_eq!(number(&cycle("261122"), 17), "261122-W17");
        let long = "团".repeat(CODE_CHARS_MAX);
        assert!(is_code(&number(&cycle(&long), 123_456_789)));
    }
}
