//! Moments in UTC microseconds, and the business zone they are read and written in.
//!
//! The host's own zone has no effect anywhere: a [`Zone`] is always passed in.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// A point in time: microseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    pub fn plus(self, duration: Duration) -> Moment {
        Moment(self.0 + duration.num_microseconds().unwrap_or(0))
    }

    fn utc(self) -> DateTime<chrono::Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// The business time zone (Asia/Shanghai unless configured otherwise).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(pub Tz);

impl Default for Zone {
    fn default() -> Self {
        Zone(chrono_tz::Asia::Shanghai)
    }
}

impl Zone {
    /// Reads `YYYY-MM-DD HH:MM[:SS]` (also with `T`, or `/` between the date's parts) as a time of this zone.
    pub fn parse(self, text: &str) -> Option<Moment> {
        let text = text.replace('T', " ").replace('/', "-");
        let naive = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())?;
        let local = self.0.from_local_datetime(&naive).earliest()?;
        Some(Moment(local.timestamp_micros()))
    }

    /// `YYYY-MM-DD HH:MM`.
    pub fn minute(self, at: Moment) -> String {
        at.utc().with_timezone(&self.0).format("%Y-%m-%d %H:%M").to_string()
    }

    /// `YYYY-MM-DD HH:MM:SS`.
    pub fn second(self, at: Moment) -> String {
        at.utc().with_timezone(&self.0).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// RFC 3339 with this zone's offset, for JSON.
    pub fn rfc3339(self, at: Moment) -> String {
        at.utc().with_timezone(&self.0).to_rfc3339_opts(chrono::SecondsFormat::Micros, false)
    }

    /// The day.
    pub fn date(self, at: Moment) -> NaiveDate {
        at.utc().with_timezone(&self.0).date_naive()
    }

    /// The hour of the day, 0–23.
    pub fn hour(self, at: Moment) -> u32 {
        use chrono::Timelike;
        at.utc().with_timezone(&self.0).hour()
    }
}

/// Reads a date written `YYYY-MM-DD` or `YYYY/M/D`.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&text.replace('/', "-"), "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_in_the_business_zone() {
        let zone = Zone::default();
        let at = zone.parse("2026-11-22 23:00").expect("a valid time");
        assert_eq!(at.0, 1_795_359_600_000_000);
        assert_eq!(zone.minute(at), "2026-11-22 23:00");
        assert_eq!(zone.second(at), "2026-11-22 23:00:00");
        assert_eq!(zone.rfc3339(at), "2026-11-22T23:00:00.000000+08:00");
        assert_eq!(zone.parse("2026/11/22 23:00:00"), Some(at));
        assert_eq!(zone.parse("2026-11-31 23:00"), None);
    }
}
