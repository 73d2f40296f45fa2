//! Cells that hold dates and times, always of the business zone.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeZone, Timelike};

use super::cell::{Problem, damage, half_width};
use super::fault_kind::FaultKind;
use crate::domain::time::{Moment, Zone, parse_date};

/// The times that make sense: 2000 to 2099. Outside lie years of two digits and slips of the finger.
const THIS_CENTURY: std::ops::Range<Moment> = Moment(946_684_800_000_000)..Moment(4_102_444_800_000_000);

/// A time as `YYYY-MM-DD HH:MM[:SS]`; also with `/`, `T`, or 年月日.
pub fn moment(zone: Zone) -> impl Fn(&str) -> Result<Moment, Problem> {
    move |raw| {
        let read = match fixed(raw) {
            Some(local) => zone.0.from_local_datetime(&local).earliest().map(|at| Moment(at.timestamp_micros())),
            None => zone.parse(&plain(raw)),
        };
        match read {
            Some(at) if THIS_CENTURY.contains(&at) => Ok(at),
            _ => Err(damage(raw).unwrap_or(FaultKind::NotATime).into()),
        }
    }
}

/// The usual form, `2026-11-22 20:15:07` with or without seconds, without a look at format strings.
fn fixed(raw: &str) -> Option<NaiveDateTime> {
    let bytes = raw.as_bytes();
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0_u32, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
    };
    let separated = |at: usize, byte: u8| bytes[at] == byte;
    let has_seconds = match bytes.len() {
        16 => false,
        19 => separated(16, b':'),
        _ => return None,
    };
    if bytes.len() == 19 && !has_seconds
        || !(separated(4, b'-') && separated(7, b'-') && separated(10, b' ') && separated(13, b':'))
    {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    date.and_hms_opt(number(11, 13)?, number(14, 16)?, if has_seconds { number(17, 19)? } else { 0 })
}

/// A date as `YYYY-MM-DD`; also `2026/11/22`, `2026.11.22` and `2026年11月22日`.
pub fn date(raw: &str) -> Result<NaiveDate, Problem> {
    match parse_date(plain(raw).replace('.', "-").trim()) {
        Some(date) if (2000..2100).contains(&date.year()) => Ok(date),
        _ => Err(damage(raw).unwrap_or(FaultKind::NotADate).into()),
    }
}

/// A time of day as `HH:MM`; also `8:30` and `08:30:00`.
pub fn time_of_day(raw: &str) -> Result<String, Problem> {
    let text = plain(raw);
    let read = ["%H:%M", "%H:%M:%S"].iter().find_map(|format| chrono::NaiveTime::parse_from_str(&text, format).ok());
    match read {
        Some(time) if time.second() == 0 => Ok(time.format("%H:%M").to_string()),
        _ => Err(damage(raw).unwrap_or(FaultKind::NotATimeOfDay).into()),
    }
}

/// Half-width, with 年 and 月 as hyphens and single blanks.
fn plain(raw: &str) -> String {
    let text = half_width(raw).replace(['年', '月'], "-").replace('日', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_of_the_business_zone_in_any_spelling() {
        let zone = Zone::default();
        let want = zone.parse("2026-11-22 20:15:00");
        for raw in [
            "2026-11-22 20:15",
            "2026-11-22 20:15:00",
            "2026/11/22 20:15",
            "2026-11-22T20:15:00",
            "2026年11月22日 20:15",
            "２０２６-11-22　20：15",
        ] {
            assert_eq!(moment(zone)(raw).ok(), want, "{raw}");
        }
        assert_eq!(moment(zone)("2026/11/2 8:05").ok(), zone.parse("2026-11-02 08:05:00"));
        for raw in [
            "2026-11-22",
            "22:00",
            "2026-02-30 10:00",
            "26-11-22 10:00",
            "46348.5",
            "2026-11-22 24:00:00",
            "2026-11-22x10:00",
        ] {
            assert_eq!(moment(zone)(raw), Err(FaultKind::NotATime.into()), "{raw}");
        }
        assert_eq!(moment(zone)("2.03E+13"), Err(FaultKind::ScientificNotation.into()));
        assert_eq!(moment(zone)("########"), Err(FaultKind::HashMarks.into()));
    }

    #[test]
    fn dates_and_times_of_day_have_several_spellings() {
        let want = NaiveDate::from_ymd_opt(2026, 11, 3);
        for raw in ["2026-11-03", "2026/11/3", "2026.11.3", "2026年11月3日"] {
            assert_eq!(date(raw).ok(), want, "{raw}");
        }
        for raw in ["26/11/3", "2026-11", "46348", "2026-13-01", "11/3/2026"] {
            assert_eq!(date(raw), Err(FaultKind::NotADate.into()), "{raw}");
        }
        for (raw, want) in [
            ("08:30", Some("08:30")),
            ("8:30", Some("08:30")),
            ("8：30", Some("08:30")),
            ("08:30:00", Some("08:30")),
            ("24:00", None),
            ("8.5", None),
        ] {
            assert_eq!(time_of_day(raw).ok().as_deref(), want, "{raw}");
        }
    }
}
