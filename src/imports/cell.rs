//! One cell: what surrounds it stripped, what must not be in it refused; texts and codes.
//!
//! Every parser takes the bare text of a cell that is not empty and answers with a value or a [`Problem`].

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::fault_kind::FaultKind;
use crate::domain::code::is_code;

/// Why a cell cannot be taken, and what the words for it leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub FaultKind, pub String);

impl From<FaultKind> for Problem {
    fn from(kind: FaultKind) -> Problem {
        Problem(kind, String::new())
    }
}

/// The most bytes of one cell, also of one that is not read.
pub const CELL_BYTES_MAX: usize = 64 * 1024;

/// How much a text column takes.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    chars_max: usize,
    /// Remarks and addresses may hold line breaks, and a number in them is nobody's key.
    is_free: bool,
}

/// Names of people, places and goods: 80 characters.
pub const NAME: Limit = Limit { chars_max: 80, is_free: false };
/// Units, shelves, lots, building numbers: 40 characters.
pub const SHORT: Limit = Limit { chars_max: 40, is_free: false };
/// Reasons and notes: 500 characters in one line.
pub const NOTE: Limit = Limit { chars_max: 500, is_free: false };
/// Remarks: 500 characters, line breaks allowed.
pub const REMARK: Limit = Limit { chars_max: 500, is_free: true };
/// Addresses: 200 characters, line breaks allowed.
pub const ADDRESS: Limit = Limit { chars_max: 200, is_free: true };

/// The cell without what surrounds it: blanks (also U+3000 and no-break ones, and the trailing TAB our own CSV adds
/// to keep a number text), the `'` our own CSV puts before a formula, and the `="…"` other programs use for both.
pub fn bare(raw: &str) -> &str {
    let (Some(first), Some(last)) = (raw.as_bytes().first(), raw.as_bytes().last()) else { return raw };
    if first.is_ascii_alphanumeric() && last.is_ascii_graphic() {
        return raw;
    }
    let text = raw.trim_matches(is_blank);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner.trim_matches(is_blank);
    }
    match text.strip_prefix('\'') {
        Some(rest) if is_guarded(rest) => rest.trim_matches(is_blank),
        _ => text,
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// Whether a spreadsheet would take the text for a formula, so that our own CSV guards it.
fn is_guarded(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n', '\0'])
        || text.trim_start_matches(is_blank).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Whether a character turns the direction of writing: it can make a line read as another one.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What must not stand in a cell of one line, if there is any.
pub fn forbidden(text: &str) -> Option<Problem> {
    text.chars().find_map(|c| match c {
        '\0' => Some(FaultKind::Nul.into()),
        '\n' | '\r' => Some(FaultKind::LineFeed.into()),
        c if c.is_control() => Some(named(FaultKind::ControlCharacter, c)),
        c if is_bidi(c) => Some(named(FaultKind::BidiCharacter, c)),
        _ => None,
    })
}

fn named(kind: FaultKind, c: char) -> Problem {
    Problem(kind, format!("U+{:04X}", c as u32))
}

/// What a spreadsheet did to the cell, if it destroyed it: `1.38E+10`, `####`, `#REF!`.
pub fn damage(text: &str) -> Option<FaultKind> {
    const ERRORS: [&str; 9] = ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"];
    match text.as_bytes().first()? {
        b'#' if text.len() > 2 && text.bytes().all(|byte| byte == b'#') => Some(FaultKind::HashMarks),
        b'#' if ERRORS.contains(&text) => Some(FaultKind::SpreadsheetError),
        b'-' | b'0'..=b'9' if is_scientific(text) => Some(FaultKind::ScientificNotation),
        _ => None,
    }
}

/// `1.38E+10`, `2E+18`, `1.2E-05`; but not `1E5` or `2E-3`, which can be a code or a room.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let by_spreadsheet = exponent.starts_with('+') || (exponent.starts_with('-') && mantissa.contains('.'));
    by_spreadsheet && digits(whole) && digits(fraction) && digits(&exponent[1..])
}

/// A text within its limit: composed (NFC), without control and direction characters.
pub fn text(limit: Limit) -> impl Fn(&str) -> Result<Cow<'_, str>, Problem> {
    move |raw| {
        if !limit.is_free
            && let Some(kind) = damage(raw)
        {
            return Err(kind.into());
        }
        let text =
            if raw.bytes().all(|byte| (b' '..=b'~').contains(&byte)) { Cow::Borrowed(raw) } else { sound(raw, limit)? };
        // A text of few bytes has few characters.
        if text.len() > limit.chars_max && text.chars().count() > limit.chars_max {
            return Err(Problem(FaultKind::TooLong, limit.chars_max.to_string()));
        }
        Ok(text)
    }
}

fn sound(raw: &str, limit: Limit) -> Result<Cow<'_, str>, Problem> {
    let text = if limit.is_free && raw.contains('\r') {
        Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(raw)
    };
    let problem = match limit.is_free {
        true => text.split('\n').find_map(forbidden),
        false => forbidden(&text),
    };
    match problem {
        Some(problem) => Err(problem),
        None if is_composed(&text) => Ok(text),
        None => Ok(Cow::Owned(text.nfc().collect())),
    }
}

/// Whether the text is NFC; plain letters and Chinese characters need no look into the tables.
fn is_composed(text: &str) -> bool {
    let plain = |c: char| c < '\u{300}' || ('\u{3400}'..='\u{9fff}').contains(&c);
    text.chars().all(plain) || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// Full-width letters, digits and punctuation as the plain ones.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '￥' => '¥',
        '\u{2212}' => '-',
        c => c,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// A building, unit or room: full-width letters and digits are taken for the plain ones, so that one door is one door.
pub fn door(raw: &str) -> Result<Cow<'_, str>, Problem> {
    match half_width(raw) {
        Cow::Borrowed(plain) => text(SHORT)(plain),
        Cow::Owned(plain) => text(SHORT)(&plain).map(|door| Cow::Owned(door.into_owned())),
    }
}

/// A code (see [`is_code`]); full-width letters and digits are taken for the plain ones.
pub fn code(raw: &str) -> Result<Cow<'_, str>, Problem> {
    if let Some(kind) = damage(raw) {
        return Err(kind.into());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if raw.len() <= 40 && raw.bytes().all(plain) && !raw.starts_with('.') && !raw.is_empty() {
        return Ok(Cow::Borrowed(raw));
    }
    if let Some(problem) = forbidden(raw) {
        return Err(problem);
    }
    let narrow = half_width(raw.strip_prefix('\'').unwrap_or(raw));
    if let Some(kind) = damage(&narrow) {
        return Err(kind.into());
    }
    let text = if is_composed(&narrow) { narrow } else { Cow::Owned(narrow.nfc().collect()) };
    if is_code(&text) { Ok(text) } else { Err(FaultKind::NotACode.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_cell_is_stripped() {
        let rows = [
            ("A-1", "A-1"),
            (" A ", "A"),
            ("\u{3000}鸡蛋\u{a0}", "鸡蛋"),
            ("0203\t", "0203"),
            ("'=1+1", "=1+1"),
            ("'＝1", "＝1"),
            ("' -5", "-5"),
            ("'s", "'s"),
            ("=\"0203\"", "0203"),
            ("\u{feff}x", "x"),
            ("   ", ""),
            ("", ""),
        ];
        for (raw, want) in rows {
            assert_eq!(bare(raw), want, "{raw:?}");
        }
    }

    #[test]
    fn spreadsheet_damage_is_named() {
        use FaultKind::*;
        let rows = [
            ("1.38E+10", Some(ScientificNotation)),
            ("2.02E+18", Some(ScientificNotation)),
            ("1E+05", Some(ScientificNotation)),
            ("-1.5e-07", Some(ScientificNotation)),
            ("1E5", None),
            ("2E-3", None),
            ("E+5", None),
            ("########", Some(HashMarks)),
            ("3#", None),
            ("#2", None),
            ("#REF!", Some(SpreadsheetError)),
            ("#N/A", Some(SpreadsheetError)),
            ("3月2日", None),
        ];
        for (text, want) in rows {
            assert_eq!(damage(text), want, "{text}");
        }
    }

    #[test]
    fn a_text_is_composed_bounded_and_clean() {
        let name = text(NAME);
        assert_eq!(name("王小明").as_deref(), Ok("王小明"));
        assert_eq!(name("𠮷野家🍚").as_deref(), Ok("𠮷野家🍚"));
        assert_eq!(name("e\u{301}").as_deref(), Ok("é"));
        let long = "长".repeat(81);
        let rows = [
            ("a\0b", FaultKind::Nul),
            ("a\u{7}b", FaultKind::ControlCharacter),
            ("a\u{85}b", FaultKind::ControlCharacter),
            ("a\u{202e}b", FaultKind::BidiCharacter),
            ("a\nb", FaultKind::LineFeed),
            (long.as_str(), FaultKind::TooLong),
            ("1.38E+10", FaultKind::ScientificNotation),
        ];
        for (raw, kind) in rows {
            assert_eq!(name(raw).map_err(|problem| problem.0), Err(kind), "{raw:?}");
        }
        assert!(name(&"长".repeat(80)).is_ok());
        let remark = text(REMARK);
        assert_eq!(remark("放门口\r\n谢谢\r再见").as_deref(), Ok("放门口\n谢谢\n再见"));
        assert_eq!(remark("1.38E+10").as_deref(), Ok("1.38E+10"));
        assert_eq!(remark("a\n\0").map_err(|problem| problem.0), Err(FaultKind::Nul));
    }

    #[test]
    fn a_door_is_read_as_people_type_it() {
        for (raw, want) in [("1502", "1502"), ("１５０２", "1502"), ("Ａ座", "A座"), ("3-2", "3-2")] {
            assert_eq!(door(raw).expect("a sound door"), want);
        }
        assert!(door("1\u{202e}2").is_err());
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for (raw, want) in [("L-001", "L-001"), ("Ｌ－００１", "L-001"), ("'0203", "0203"), ("幸福里3号", "幸福里3号")]
        {
            assert_eq!(code(raw).as_deref(), Ok(want), "{raw}");
        }
        let rows = [
            ("2.02E+18", FaultKind::ScientificNotation),
            ("２.０２E＋１８", FaultKind::ScientificNotation),
            ("#N/A", FaultKind::SpreadsheetError),
            ("a b", FaultKind::NotACode),
            ("a/b", FaultKind::NotACode),
            (".a", FaultKind::NotACode),
            ("a\0", FaultKind::Nul),
            ("a\u{200f}", FaultKind::BidiCharacter),
        ];
        for (raw, kind) in rows {
            assert_eq!(code(raw).map_err(|problem| problem.0), Err(kind), "{raw:?}");
        }
    }
}
