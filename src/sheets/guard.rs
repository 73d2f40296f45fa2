//! Keeps text safe in CSV that a spreadsheet opens: no formulas, no hidden characters, no changed codes.
//!
//! In text columns only, in this order:
//! 1. line breaks become one space; control and bidirectional characters go;
//! 2. text that begins (also after blanks or `'`) with `= + - @` or their full-width forms gets a leading `'`;
//! 3. other text that a spreadsheet would read as a number, date, time or truth value and so change gets a
//!    trailing TAB: leading zero, more than 11 digits, `3-2`, `1E5`, `10:30`, `1.50`, `TRUE`.
//!
//! The reader takes one leading `'` off where rule 2 could have put it, and a trailing TAB.

use std::borrow::Cow;

/// The most digits a spreadsheet shows of a number that it was not told to treat as text.
const DIGITS_MAX: usize = 11;

/// Appends a text as one CSV field: cleaned, guarded, quoted where it must be.
pub fn push_field(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else { return };
    // Most texts hold nothing that matters here and begin with a letter or a Han character, or are numbers or measures.
    let holds_nothing = bytes.iter().fold(INSIDE_PLAIN, |all, &byte| all & CLASS[byte as usize]) != 0;
    let starts_plain = CLASS[first as usize] & STARTS_PLAIN != 0;
    if holds_nothing && (starts_plain || is_plain_number(bytes) || is_measure(bytes)) {
        out.extend_from_slice(bytes);
    } else {
        push_guarded(out, text);
    }
}

/// The long way: what [`push_field`] does to any text.
fn push_guarded(out: &mut Vec<u8>, text: &str) {
    let text = clean(text);
    let is_formula = starts_formula(&text);
    let ends_tab = !is_formula && would_change(&text);
    let is_quoted = text.bytes().any(|byte| matches!(byte, b',' | b'"'));
    if is_quoted {
        out.push(b'"');
    }
    if is_formula {
        out.push(b'\'');
    }
    for part in text.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    if ends_tab {
        out.push(b'\t');
    }
    if is_quoted {
        out.push(b'"');
    }
}

/// Digits that come back as they are.
fn is_plain_number(bytes: &[u8]) -> bool {
    bytes.len() <= DIGITS_MAX && (bytes[0] != b'0' || bytes.len() == 1) && bytes.iter().all(u8::is_ascii_digit)
}

/// A number with a unit that stands in no date, time or exponent: 500g, 1.5kg, 5栋. Not all that there are.
fn is_measure(bytes: &[u8]) -> bool {
    let unit = bytes.iter().find(|&&byte| !byte.is_ascii_digit() && byte != b'.');
    // 年月日时分秒 begin with E5, E6 and E7.
    let is_unit = |&byte: &u8| {
        CLASS[byte as usize] & STARTS_PLAIN != 0 && !matches!(byte.to_ascii_lowercase(), b'e' | b'p' | 0xe5..=0xe7)
    };
    bytes[0].is_ascii_digit() && unit.is_some_and(is_unit)
}

const STARTS_PLAIN: u8 = 1;
const INSIDE_PLAIN: u8 = 2;

/// What each byte means: letters and most lead bytes are plain; the lead bytes of C1 controls, bidirectional
/// characters and full-width forms are not, nor are characters that need quoting or may begin a number.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        let suspect = matches!(b, 0..=0x1f | 0x7f | b',' | b'"' | 0xc2 | 0xd8 | 0xe2 | 0xef);
        // The letters with which a month's name or a truth value may begin, or a currency sign.
        let word = matches!(b.to_ascii_lowercase(), b'j' | b'f' | b'm' | b'a' | b's' | b'o' | b'n' | b'd' | b't');
        let letter = b.is_ascii_alphabetic() && !word;
        if !suspect {
            table[byte] |= INSIDE_PLAIN;
            // E1 and E3 begin blanks that are not ASCII.
            if letter || (b >= 0x80 && b != 0xe1 && b != 0xe3) {
                table[byte] |= STARTS_PLAIN;
            }
        }
        byte += 1;
    }
    table
}

/// The text without control and bidirectional characters, line breaks as one space.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => clean.push(' '),
            c if is_unseen(c) => {}
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// Control characters, and those that turn the direction of writing.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a spreadsheet may take the text for a formula, whatever blanks or `'` stand before it.
pub fn starts_formula(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace());
    text.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// Whether a spreadsheet would read the text as something else than text and write it back changed.
fn would_change(text: &str) -> bool {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return true;
    }
    let digits = text.chars().filter(|&c| is_digit(c)).count();
    if digits == 0 {
        return false;
    }
    if digits == text.len() {
        return digits > DIGITS_MAX || (digits > 1 && text.starts_with('0'));
    }
    let is_numeric = |c: char| is_digit(c) || ".,:/-+%()$¥￥年月日时分秒 ".contains(c);
    let mut words = text.split(is_numeric).filter(|word| !word.is_empty());
    let starts_month = text.chars().take_while(char::is_ascii_alphabetic).count() >= 3;
    let begins = |c: char| is_numeric(c) && !"年月日时分秒".contains(c);
    (begins(text.chars().next().expect("it has a digit")) || starts_month) && words.all(is_date_word)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// Words that may stand in a number, date or time: exponents, halves of the day, English months.
fn is_date_word(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "e" | "am" | "pm" | "sept")
        || (word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(text: &str) -> String {
        let mut out = Vec::new();
        push_field(&mut out, text);
        String::from_utf8(out).expect("text stays text")
    }

    /// What a reader of our files does.
    fn unguard(field: &str) -> &str {
        match field.strip_prefix('\'') {
            Some(rest) if starts_formula(rest) => rest,
            _ => field.strip_suffix('\t').unwrap_or(field),
        }
    }

    #[test]
    fn formulas_are_disarmed() {
        for text in ["=1+1", "+86", "-5", "@x", "＝1", "＋1", "－1", "＠x", "  =1", "\u{3000}=1", "'=1", "-3-2", "-"]
        {
            assert_eq!(field(text), format!("'{text}"));
        }
        for (text, want) in [("\t=1", "'=1"), ("\0=1", "'=1"), ("\n=1", "' =1"), ("\r\n+1", "' +1"), ("\tx", "x")] {
            assert_eq!(field(text), want);
        }
        assert_eq!(field("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
    }

    #[test]
    fn text_that_a_spreadsheet_would_change_ends_in_a_tab() {
        for text in [
            "0203",
            "3-2",
            "1E5",
            "1e5",
            "3/2",
            "12:30",
            "1.50",
            "1,234",
            "３-2",
            "2026-11-22",
            "2026-11-22 04:00",
            "3月2日",
            "６９０",
            "00",
            "123456789012",
            "6901234567890123",
            "50%",
            "(5)",
            "¥5",
            "Mar-5",
            "5 may",
            "1-Sep",
            "MARCH1",
            "TRUE",
            "false",
            ".5",
            " 0203",
        ] {
            assert_eq!(unguard(&field(text).replace('"', "")), text, "{text}");
            assert!(field(text).trim_end_matches('"').ends_with('\t'), "{text}");
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in [
            "",
            "鸡蛋",
            "1502",
            "0",
            "8127",
            "13812345678",
            "S001",
            "PO-261122-007",
            "3栋",
            "2单元",
            "A-1",
            "E001",
            "1A",
            "500g",
            "约500g",
            "a b",
            "小芳妈",
            "dates",
            "10:00–21:00",
            "𠮷野",
        ] {
            assert_eq!(field(text), text);
        }
    }

    #[test]
    fn hidden_characters_go_and_line_breaks_become_spaces() {
        for (text, want) in [
            ("a\u{202e}b", "ab"),
            ("a\u{200f}b", "ab"),
            ("\u{feff}a", "a"),
            ("a\u{85}b", "ab"),
            ("a\u{2066}b", "ab"),
            ("a\u{61c}b", "ab"),
            ("a\nb", "a b"),
            ("a\r\nb", "a b"),
            ("a\rb", "a b"),
            ("a\tb", "ab"),
            ("a\u{2028}b", "a b"),
            ("“约”", "“约”"),
            ("（大）", "（大）"),
            ("年0", "年0"),
        ] {
            assert_eq!(field(text), want);
        }
    }

    proptest! {
        #[test]
        fn the_short_way_leads_where_the_long_way_does(text in "[0-9]{0,2}[.年枚栋包x]?[0-9a-zA-Z×,-]{0,4}| ?\\PC{0,4}") {
            let mut guarded = Vec::new();
            push_guarded(&mut guarded, &text);
            prop_assert_eq!(field(&text).into_bytes(), guarded);
        }

        #[test]
        fn any_text_comes_back_through_a_csv_reader(texts in prop::collection::vec(any::<String>(), 1..5), odd in "['=+ 0-9\t,\"eE:/-]{0,8}") {
            let texts: Vec<&str> = texts.iter().map(String::as_str).chain([odd.as_str(), "end"]).collect();
            let mut line = Vec::new();
            for (i, text) in texts.iter().enumerate() {
                if i > 0 {
                    line.push(b',');
                }
                push_field(&mut line, text);
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_slice());
            let record = reader.records().next().expect("a row").expect("sound CSV");
            let back: Vec<&str> = record.iter().map(unguard).collect();
            let want: Vec<Cow<'_, str>> = texts.iter().map(|text| clean(text)).collect();
            prop_assert_eq!(back, want);
        }
    }
}
