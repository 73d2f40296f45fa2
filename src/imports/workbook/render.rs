//! A cell of a workbook as the person sees it who typed it: whole numbers whole, dates as dates, leading zeros kept.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

/// From here on a spreadsheet has lost digits: it keeps fifteen.
const EXACT_MAX: f64 = 1e15;
const DAY_S: f64 = 86_400.0;

/// How a column's number format shows its numbers, as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Digits that are always shown: `0000` shows 203 as 0203.
    digits: usize,
    is_percent: bool,
    /// Dates with their time of day, also where that is midnight.
    has_time: bool,
    has_date: bool,
}

impl Look {
    /// Reads a number format: its code, or the number of a built-in one.
    pub fn of(code: &str, id: Option<u32>) -> Look {
        if let Some(known) = id.and_then(Look::built_in) {
            return known;
        }
        let code = without_literals(code);
        let lower = code.to_ascii_lowercase();
        let is_date = lower.contains(['y', 'd']);
        let digits = if code.len() > 1 && code.bytes().all(|byte| byte == b'0') { code.len() } else { 0 };
        Look { digits, is_percent: code.contains('%'), has_time: lower.contains(['h', 's']), has_date: is_date }
    }

    fn built_in(id: u32) -> Option<Look> {
        let plain = Look::default();
        match id {
            9 | 10 => Some(Look { is_percent: true, ..plain }),
            14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Some(Look { has_date: true, ..plain }),
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Some(Look { has_time: true, ..plain }),
            22 => Some(Look { has_date: true, has_time: true, ..plain }),
            _ => None,
        }
    }
}

/// A format code without what stands in quotation marks, brackets or behind a backslash, and of its first part only.
fn without_literals(code: &str) -> String {
    let mut plain = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => drop(chars.next()),
            ';' => break,
            c => plain.push(c),
        }
    }
    plain
}

/// The text of a value.
pub fn text(value: &DataRef<'_>, look: Look, is_1904: bool) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Int(value) => number(*value as f64, look),
        DataRef::Float(value) => number(*value, look),
        DataRef::DateTime(at) if at.is_duration() => duration(at.as_f64()),
        DataRef::DateTime(at) => moment(at.as_f64(), look, is_1904),
        DataRef::DateTimeIso(text) => text.replace('T', " ").trim_end_matches('Z').to_owned(),
        DataRef::DurationIso(text) => text.clone(),
    }
}

fn number(value: f64, look: Look) -> String {
    if !value.is_finite() || value.abs() >= EXACT_MAX {
        // Told apart from a whole number, so that nobody takes the rounded one for the code that was typed.
        return scientific(value);
    }
    if look.is_percent {
        return format!("{}%", decimal(value * 100.0));
    }
    if look.digits > 0 && value >= 0.0 && value.fract() == 0.0 {
        return format!("{value:0width$.0}", width = look.digits);
    }
    decimal(value)
}

/// At most fifteen digits, as spreadsheets keep them: 0.1 + 0.2 is 0.3.
fn decimal(value: f64) -> String {
    if value.fract() == 0.0 {
        return format!("{value:.0}").replace("-0", if value == 0.0 { "0" } else { "-0" });
    }
    let whole_digits = value.abs().log10().floor().max(0.0) as usize + 1;
    let text = format!("{value:.*}", 15 - whole_digits.min(15));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// As a spreadsheet shows numbers that are too long for it: `2.02E+18`.
fn scientific(value: f64) -> String {
    let text = format!("{value:.2E}");
    if text.contains("E-") { text } else { text.replace('E', "E+") }
}

/// `2026-11-22`, `2026-11-22 20:15[:07]`, or `20:15[:07]` where there is no day.
fn moment(serial: f64, look: Look, is_1904: bool) -> String {
    if !(0.0..2_958_466.0).contains(&serial) {
        return number(serial, Look::default());
    }
    // Times are fractions of a day and miss the full second by a hair.
    let seconds = (serial * DAY_S).round();
    let (year, month, day, hour, minute, second, _) =
        ExcelDateTime::new((seconds + 0.25) / DAY_S, ExcelDateTimeType::DateTime, is_1904).to_ymd_hms_milli();
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    let is_midnight = (hour, minute, second) == (0, 0, 0);
    if seconds < DAY_S && !look.has_date {
        return time;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if is_midnight && !look.has_time { date } else { format!("{date} {time}") }
}

/// Hours may go past 24.
fn duration(days: f64) -> String {
    let seconds = (days * DAY_S).round() as i64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(value: f64) -> String {
        number(value, Look::default())
    }

    #[test]
    fn numbers_are_written_as_they_were_typed() {
        for (value, want) in [
            (13_800_138_000.0, "13800138000"),
            (0.0, "0"),
            (-0.0, "0"),
            (-10.0, "-10"),
            (100.0, "100"),
            (12.5, "12.5"),
            (0.1 + 0.2, "0.3"),
            (1.1 * 3.0, "3.3"),
            (0.05, "0.05"),
            (-0.5, "-0.5"),
            (1_234_567.89, "1234567.89"),
            (999_999_999_999_999.0, "999999999999999"),
            (2.024_112_212_345_67e18, "2.02E+18"),
            (1e15, "1.00E+15"),
            (-3e20, "-3.00E+20"),
        ] {
            assert_eq!(plain(value), want, "{value}");
        }
    }

    #[test]
    fn formats_that_add_something_are_followed() {
        let look = |code: &str| Look::of(code, None);
        assert_eq!(number(203.0, look("0000")), "0203");
        assert_eq!(number(0.075, look("0.0%")), "7.5%");
        assert_eq!(number(0.07, Look::of("", Some(9))), "7%");
        assert_eq!(number(12.5, look("\"¥\"#,##0.00")), "12.5");
        assert_eq!(number(5.0, look("General")), "5");
    }

    #[test]
    fn dates_and_times_are_written_out() {
        let at = |serial: f64, code: &str| moment(serial, Look::of(code, None), false);
        // 2026-11-22 is day 46,348.
        assert_eq!(at(46_348.0, "yyyy/m/d"), "2026-11-22");
        assert_eq!(at(46_348.0, "yyyy/m/d h:mm"), "2026-11-22 00:00");
        assert_eq!(at(46_348.0 + 20.25 / 24.0, "yyyy/m/d h:mm"), "2026-11-22 20:15");
        assert_eq!(at(46_348.843_831_018_52, "yyyy\"年\"m\"月\"d\"日\""), "2026-11-22 20:15:07");
        assert_eq!(at(8.5 / 24.0, "h:mm"), "08:30");
        assert_eq!(at(0.0, "h:mm"), "00:00");
        assert_eq!(at(1.0 - 1e-9, "h:mm"), "1900-01-01 00:00");
        assert_eq!(moment(44_886.0, Look::of("", Some(14)), true), "2026-11-22");
        assert_eq!(at(1e9, "yyyy"), "1000000000");
        assert_eq!((duration(1.5), duration(0.000_011_574)), ("36:00".to_owned(), "00:00:01".to_owned()));
    }
}
