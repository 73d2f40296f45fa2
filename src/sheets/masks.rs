//! Hides what paper need not tell: parts of names, all but the tail of phones.

use std::borrow::Cow;
use std::ops::Range;

/// What stands for a person whose data was erased.
pub const ERASED: &str = "已删除";

/// Appends a name with at least one character hidden: 王*芳, 李*, 欧**娜. At most three stars tell its length.
pub fn push_name(out: &mut String, name: &str) {
    let mut chars = name.chars();
    let Some(first) = chars.next() else { return };
    match (chars.next_back(), chars.count()) {
        (None, _) => out.push('*'),
        (Some(_), 0) => out.extend([first, '*']),
        (Some(last), hidden) => {
            out.push(first);
            out.extend(std::iter::repeat_n('*', hidden.min(3)));
            out.push(last);
        }
    }
}

/// The last digits of a phone: four, or fewer where less than six would be hidden.
pub fn phone_tail(phone: &str) -> &str {
    let digits = phone.len();
    if !phone.is_ascii() {
        return "";
    }
    &phone[digits - digits.saturating_sub(6).min(4)..]
}

/// A text someone wrote about themselves, without their full name and without phone numbers.
pub fn hide<'a>(text: &'a str, name: &str) -> Cow<'a, str> {
    let mut shown = Cow::Borrowed(text);
    if name.chars().nth(1).is_some() && text.contains(name) {
        let mut masked = String::new();
        push_name(&mut masked, name);
        shown = Cow::Owned(text.replace(name, &masked));
    }
    match hide_phones(&shown) {
        Some(hidden) => Cow::Owned(hidden),
        None => shown,
    }
}

/// Puts stars for all but the last four digits of each phone number, also one written `138 1234 8127`.
fn hide_phones(text: &str) -> Option<String> {
    if text.len() < 11 || text.bytes().filter(u8::is_ascii_digit).count() < 11 {
        return None;
    }
    let groups = digit_groups(text);
    let is_mobile_head =
        |group: &Range<usize>| matches!(text.as_bytes()[group.start..group.start + 2], [b'1', b'3'..=b'9']);
    let follows =
        |a: &Range<usize>, b: &Range<usize>| b.len() == 4 && matches!(text.get(a.end..b.start), Some(" " | "-"));
    let mut bytes = text.as_bytes().to_vec();
    for (i, group) in groups.iter().enumerate() {
        if group.len() >= 11 {
            bytes[group.start..group.end - 4].fill(b'*');
        } else if let [_, second, third, ..] = &groups[i..]
            && group.len() == 3
            && is_mobile_head(group)
            && follows(group, second)
            && follows(second, third)
        {
            bytes[group.clone()].fill(b'*');
            bytes[second.clone()].fill(b'*');
        }
    }
    let hidden = String::from_utf8(bytes).expect("only digits became stars");
    (hidden != text).then_some(hidden)
}

/// Where the runs of ASCII digits lie in a text.
fn digit_groups(text: &str) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match groups.last_mut() {
            Some(group) if group.end == at => group.end += 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hide_at_least_one_character() {
        for (name, want) in [
            ("", ""),
            ("王", "*"),
            ("李明", "李*"),
            ("王小芳", "王*芳"),
            ("欧阳娜娜", "欧**娜"),
            ("Alexander", "A***r"),
            ("𠮷田", "𠮷*"),
        ] {
            let mut out = String::new();
            push_name(&mut out, name);
            assert_eq!(out, want);
        }
    }

    #[test]
    fn phones_hide_at_least_six_digits() {
        for (phone, want) in [
            ("13812348127", "8127"),
            ("", ""),
            ("123456", ""),
            ("1234567", "7"),
            ("1234567890", "7890"),
            ("一二三", ""),
        ] {
            assert_eq!(phone_tail(phone), want);
        }
    }

    #[test]
    fn free_texts_hide_names_and_phones() {
        for (text, name, want) in [
            ("小芳妈", "王小芳", "小芳妈"),
            ("王小芳", "王小芳", "王*芳"),
            ("王小芳 3栋", "王小芳", "王*芳 3栋"),
            ("打13812348127", "", "打*******8127"),
            ("138 1234-8127", "", "*** ****-8127"),
            ("+8613812348127", "", "+*********8127"),
            ("2 1502 13812348127", "", "2 1502 *******8127"),
            ("1502 2 3 4 101 202 303", "", "1502 2 3 4 101 202 303"),
            ("放门口 1502", "王", "放门口 1502"),
        ] {
            assert_eq!(hide(text, name), want);
        }
    }
}
