//! How long goods wait at a point, and how long something may be said about them (DOMAIN 2, 3.7).

use chrono::Duration;

use crate::domain::facts::TempZone;
use crate::domain::time::Moment;

/// Until when goods that nobody collected in time are kept.
pub fn kept_until(window_end: Moment, zone: TempZone) -> Moment {
    let days = match zone {
        TempZone::Chilled | TempZone::Frozen => 1,
        TempZone::Ambient => 3,
    };
    window_end.plus(Duration::days(days))
}

/// For how many days after the pickup after-sales may be asked for, unless the cycle says otherwise.
pub fn after_sales_days(zone: TempZone, cycle_days: Option<u32>) -> u32 {
    cycle_days.unwrap_or(match zone {
        TempZone::Chilled | TempZone::Frozen => 1,
        TempZone::Ambient => 7,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cold_keeps_for_a_day() {
        let day = 86_400_000_000;
        for (zone, kept, asked) in [(TempZone::Ambient, 3, 7), (TempZone::Chilled, 1, 1), (TempZone::Frozen, 1, 1)] {
            assert_eq!(kept_until(Moment(5), zone), Moment(5 + kept * day), "{zone:?}");
            assert_eq!(after_sales_days(zone, None), asked, "{zone:?}");
            assert_eq!(after_sales_days(zone, Some(3)), 3, "{zone:?}");
        }
    }
}
