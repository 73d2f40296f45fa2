//! Text in markup: nothing from outside can become a tag.

use crate::sheets::guard::clean;

/// Appends a text for element content or a quoted attribute, without control and bidirectional characters.
pub fn push_escaped(out: &mut String, text: &str) {
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let mut out = String::new();
        push_escaped(&mut out, "<b a='1'>\"&\u{202e}\n");
        assert_eq!(out, "&lt;b a=&#39;1&#39;&gt;&quot;&amp; ");
    }
}
