//! Names that people and machines are known by at the door.

use unicode_normalization::UnicodeNormalization;

use crate::domain::code::is_code;

/// A name to sign in with: a code (`domain::code`) of at least two characters, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginName(String);

impl LoginName {
    /// Reads a name as it was typed: full-width letters, capitals and blanks around it make no difference.
    pub fn parse(text: &str) -> Option<LoginName> {
        let name: String = text.trim().nfkc().flat_map(char::to_lowercase).collect();
        (is_code(&name) && name.chars().count() >= 2).then_some(LoginName(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The longest name shown for a person or machine, in characters.
const DISPLAY_CHARS_MAX: usize = 40;

/// A name to be shown: 1–40 characters, no control or direction characters, blanks around it taken away.
pub fn display_name(text: &str) -> Option<String> {
    shown_line(text, DISPLAY_CHARS_MAX)
}

/// A line that people wrote, of so many characters at most, under the same rules.
pub fn shown_line(text: &str, chars_max: usize) -> Option<String> {
    let line: String = text.trim().nfc().collect();
    let unseen = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    (!line.is_empty() && line.chars().count() <= chars_max && !line.contains(unseen)).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_the_same_however_it_is_typed() {
        for typed in ["wang.f", " Wang.F ", "ｗａｎｇ.ｆ"] {
            assert_eq!(LoginName::parse(typed).expect("a sound name").as_str(), "wang.f");
        }
        assert!(LoginName::parse("幸福里店长").is_some());
        for bad in ["", "a", "a b", "../x", "x@y"] {
            assert!(LoginName::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_shown_name_holds_nothing_unseen() {
        assert_eq!(display_name(" 王芳 ").as_deref(), Some("王芳"));
        for bad in ["", "  ", "a\nb", "a\u{202e}b", &"王".repeat(41)] {
            assert!(display_name(bad).is_none(), "{bad:?}");
        }
    }
}
