//! Cells that say how to reach someone: mobile numbers, other phones, e-mail.

use std::borrow::Cow;

use super::cell::{Problem, damage, half_width, is_bidi};
use super::fault_kind::FaultKind;

/// A resident's mobile number as its eleven digits; blanks, dashes, +86 and invisible marks (as copied from a phone's
/// contacts) are taken away.
pub fn mobile(raw: &str) -> Result<Cow<'_, str>, Problem> {
    if is_mobile(raw) {
        return Ok(Cow::Borrowed(raw));
    }
    match eleven_digits(raw) {
        Some(digits) => Ok(Cow::Owned(digits)),
        None => Err(damage(raw).unwrap_or(FaultKind::NotAMobile).into()),
    }
}

/// A phone at work: a mobile number as eleven digits, else what a landline or hotline is written with.
pub fn phone(raw: &str) -> Result<Cow<'_, str>, Problem> {
    if let Ok(digits) = mobile(raw) {
        return Ok(digits);
    }
    let text: String = half_width(raw).chars().filter(|c| !is_invisible(*c)).collect();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let signs = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '/' | '*' | '#' | '转');
    if (5..=20).contains(&digits) && text.chars().count() <= 40 && text.chars().all(signs) {
        return Ok(Cow::Owned(text));
    }
    Err(damage(raw).unwrap_or(FaultKind::NotAPhone).into())
}

/// An e-mail address, loosely: one `@` with something dotted behind it and nothing a mail header could trip over.
pub fn email(raw: &str) -> Result<Cow<'_, str>, Problem> {
    let sound = |c: char| c.is_ascii_graphic() && !matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')' | '\\');
    let has_parts = raw.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    });
    if raw.len() <= 254 && has_parts && raw.chars().all(sound) {
        return Ok(Cow::Borrowed(raw));
    }
    Err(FaultKind::NotAnEmail.into())
}

fn eleven_digits(raw: &str) -> Option<String> {
    let text: String = half_width(raw)
        .chars()
        .filter(|c| !is_invisible(*c) && !c.is_whitespace() && !matches!(c, '-' | '\'' | '‐' | '‑' | '–' | '—'))
        .collect();
    let digits = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(&text);
    let digits = digits.strip_prefix("86").filter(|rest| is_mobile(rest)).unwrap_or(digits);
    is_mobile(digits).then(|| digits.to_owned())
}

fn is_mobile(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

fn is_invisible(c: char) -> bool {
    is_bidi(c) || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_eleven_digits_however_it_is_written() {
        for raw in [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "+86 13800138000",
            "0086-13800138000",
            "8613800138000",
            "１３８００１３８０００",
            "\u{202d}13800138000\u{202c}",
            "'13800138000",
        ] {
            assert_eq!(mobile(raw).as_deref(), Ok("13800138000"), "{raw}");
        }
        for raw in
            ["12800138000", "1380013800", "138001380000", "138****8000", "无", "0731-88881234", "138\u{0}00138000"]
        {
            assert_eq!(mobile(raw), Err(FaultKind::NotAMobile.into()), "{raw}");
        }
        assert_eq!(mobile("1.38E+10"), Err(FaultKind::ScientificNotation.into()));
    }

    #[test]
    fn a_phone_at_work_may_be_a_landline() {
        for (raw, want) in [
            ("+86 138 0013 8000", "13800138000"),
            ("0731-88881234", "0731-88881234"),
            ("（0731）88881234转8", "(0731)88881234转8"),
            ("400-800-1234", "400-800-1234"),
        ] {
            assert_eq!(phone(raw).as_deref(), Ok(want), "{raw}");
        }
        for (raw, kind) in [
            ("1234", FaultKind::NotAPhone),
            ("打给老王", FaultKind::NotAPhone),
            ("1.38E+10", FaultKind::ScientificNotation),
        ] {
            assert_eq!(phone(raw), Err(kind.into()), "{raw}");
        }
    }

    #[test]
    fn an_address_that_could_trip_a_mail_header_is_refused() {
        assert!(email("buyer@example.com").is_ok());
        for raw in ["buyer", "a@b", "a@b.c\nBcc: x@y.z", "a b@c.de", "a@@b.c", "a@b.c,d@e.f", "@b.c", "a@b."] {
            assert_eq!(email(raw), Err(FaultKind::NotAnEmail.into()), "{raw}");
        }
    }
}
