//! 拼音首字母: how a name is found by the first letters of its syllables, as people type names on a phone.

use pinyin::ToPinyinMulti;

/// The letters by which each character of a text is typed, characters apart by blanks: `wang` → `w a n g`, 王*芳 → `w * f`.
/// A character of several readings has all their letters: 曾 → `zc`. What stands for a hidden character stays, and
/// matches any letter; what nobody types (blanks, signs, emoji) is left out.
pub fn initials(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        let before = out.len();
        if before > 0 {
            out.push(' ');
        }
        let begun = out.len();
        push_letters(&mut out, character);
        if out.len() == begun {
            out.truncate(before);
        }
    }
    out
}

fn push_letters(out: &mut String, character: char) {
    if character.is_ascii_alphanumeric() || character == '*' {
        out.push(character.to_ascii_lowercase());
        return;
    }
    let begun = out.len();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        if let Some(letter) = reading.first_letter().chars().next().filter(|letter| !out[begun..].contains(*letter)) {
            out.push(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_by_the_first_letters_of_its_syllables() {
        for (text, want) in
            [("", ""), ("李*芳", "l * f"), ("小芳妈", "x f m"), ("😀Lily 妈", "l i l y m"), ("3栋", "3 d")]
        {
            assert_eq!(initials(text), want, "{text}");
        }
        for (surname, letters) in [("曾", "zc"), ("单", "sd"), ("解", "xj"), ("王", "w"), ("龘", "d")] {
            let found = initials(surname);
            assert!(letters.chars().all(|letter| found.contains(letter)) && !found.contains(' '), "{surname}: {found}");
        }
    }
}
