//! 接龙: the numbered text of a chat, one household a line, to draft orders. What cannot be read is said line by line.
//!
//! | text | read as |
//! |---|---|
//! | `1. 小芳妈 3-2-1502 鸡蛋+2 上海青 1` | no. 1, 小芳妈, room 3-2-1502, 2 eggs, 1 greens |
//! | `2、王刚 13800004410 鸡蛋x1，青菜2份` | no. 2, 王刚, phone, 1 egg, 2 greens |
//! | `3 5栋203 2号2份 1*1` | no. 3, room 5-203, 2 of the second goods, 1 of the first |
//!
//! Lines that begin with no number are the head of the thread, and passed over.

use unicode_normalization::UnicodeNormalization;

/// Goods that a thread may name.
#[derive(Clone, Debug)]
pub struct Sold<'a> {
    pub sku_code: &'a str,
    pub name: &'a str,
    pub spec: &'a str,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// No goods of this name.
    NoGoods(String),
    /// Several goods have it: their names.
    SeveralGoods(String, Vec<String>),
    /// More than anybody orders, or none.
    BadQty(String),
    /// Nobody is named.
    NoName,
    /// Nothing is ordered.
    NothingOrdered,
}

/// One household of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the text, from 1.
    pub line: usize,
    pub text: String,
    pub chain_no: u32,
    pub nickname: String,
    pub phone: String,
    pub building: String,
    pub unit_no: String,
    pub room: String,
    /// Pieces by SKU code, in the order in which they are named.
    pub lines: Vec<(String, u32)>,
    pub unread: Vec<Unread>,
}

/// The most pieces of a line of a chat.
const QTY_MAX: u32 = 999;

/// The entries of a thread.
pub fn read(text: &str, sold: &[Sold<'_>]) -> Vec<Entry> {
    let plain: String = text.nfkc().collect();
    let lines = plain.lines().zip(1..).filter_map(|(line, at)| Some((at, numbered(line)?)));
    lines.map(|(at, (number, rest))| entry(at, number, rest, sold)).collect()
}

/// The number that a line begins with, and what follows it.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let line = line.trim();
    let end = line.find(|c: char| !c.is_ascii_digit()).filter(|end| (1..=4).contains(end))?;
    let rest = &line[end..];
    let cut = rest.trim_start_matches(['.', '、', ')', ':', '。', ',', ' ', '\t']);
    // `3-2-1502 …` is a room, and `2份` a quantity: neither begins an entry.
    if cut.len() == rest.len() || cut.is_empty() {
        return None;
    }
    Some((line[..end].parse().ok()?, cut))
}

fn entry(line: usize, chain_no: u32, rest: &str, sold: &[Sold<'_>]) -> Entry {
    let mut entry = Entry { line, text: rest.to_owned(), chain_no, ..Entry::default() };
    let words: Vec<&str> = rest.split([' ', '\t', ',', ';', '、', '。']).filter(|word| !word.is_empty()).collect();
    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        let next = words.get(at + 1).copied().unwrap_or("");
        at += 1;
        if is_phone(word) {
            entry.phone = word.to_owned();
        } else if entry.room.is_empty()
            && entry.lines.is_empty()
            && let Some([building, unit_no, room]) = room(word)
        {
            (entry.building, entry.unit_no, entry.room) = (building, unit_no, room);
        } else if let Some((name, qty)) = named_qty(word).filter(|(name, _)| !found(name, sold).is_empty()) {
            order(&mut entry, name, qty, sold);
        } else if let Some(qty) = quantity(next).filter(|_| !found(word, sold).is_empty()) {
            order(&mut entry, word, qty, sold);
            at += 1;
        } else if entry.nickname.is_empty() && found(word, sold).len() != 1 && !word.contains(['+', '*', '×']) {
            entry.nickname = word.to_owned();
        } else {
            let (name, qty) = named_qty(word).filter(|_| found(word, sold).is_empty()).unwrap_or((word, 1));
            order(&mut entry, name, qty, sold);
        }
    }
    if entry.nickname.is_empty() && entry.room.is_empty() && entry.phone.is_empty() {
        entry.unread.push(Unread::NoName);
    }
    if entry.lines.is_empty() && entry.unread.is_empty() {
        entry.unread.push(Unread::NothingOrdered);
    }
    entry
}

fn is_phone(word: &str) -> bool {
    word.len() == 11 && word.starts_with('1') && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Building, unit and room of `3-2-1502`, `5栋203`, `3栋2单元1502室`.
fn room(word: &str) -> Option<[String; 3]> {
    const SIGNS: [char; 11] = ['-', '—', '_', '/', '#', '栋', '幢', '座', '楼', '室', '房'];
    let bare = word.replace("单元", "-").replace("号楼", "-");
    let parts: Vec<&str> = bare.split(SIGNS).filter(|part| !part.is_empty()).collect();
    let is_part = |part: &&str| part.len() <= 5 && part.chars().all(|c| c.is_ascii_alphanumeric());
    if bare.len() == parts.concat().len() || !(1..=3).contains(&parts.len()) || !parts.iter().all(is_part) {
        return None;
    }
    let last = parts.last().filter(|part| part.bytes().any(|byte| byte.is_ascii_digit()))?;
    let (building, unit) = match parts.len() {
        3 => (parts[0], parts[1]),
        2 => (parts[0], ""),
        _ => ("", ""),
    };
    Some([building, unit, last].map(str::to_owned))
}

/// What stands between goods and their quantity.
const OPERATORS: [char; 5] = ['+', '*', 'x', 'X', '×'];

/// Goods with a quantity in one word: `鸡蛋+2`, `鸡蛋x2`, `鸡蛋2份`, `2份鸡蛋`, `2号1份`, `2*1`.
fn named_qty(word: &str) -> Option<(&str, u32)> {
    if let Some((name, qty)) = word.rsplit_once(OPERATORS)
        && let (Some(qty), false) = (quantity(qty), name.is_empty())
    {
        return Some((name, qty));
    }
    if let Some((number, rest)) = word.split_once('号')
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.is_empty()
    {
        return Some((number, quantity(rest).or(rest.is_empty().then_some(1))?));
    }
    let digits_from = word.find(|c: char| c.is_ascii_digit())?;
    if digits_from > 0 {
        return Some((&word[..digits_from], quantity(&word[digits_from..])?));
    }
    let digits_to = word.find(|c: char| !c.is_ascii_digit())?;
    let name = word[digits_to..].trim_start_matches(UNITS);
    (name.len() < word.len() - digits_to && !name.is_empty()).then_some(())?;
    Some((name, quantity(&word[..digits_to])?))
}

const UNITS: [char; 12] = ['份', '盒', '袋', '板', '个', '斤', '瓶', '件', '箱', '包', '只', '桶'];

/// `2`, `2份`.
fn quantity(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(UNITS);
    let is_number = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn order(entry: &mut Entry, name: &str, qty: u32, sold: &[Sold<'_>]) {
    if !(1..=QTY_MAX).contains(&qty) {
        entry.unread.push(Unread::BadQty(format!("{name} {qty}")));
        return;
    }
    match found(name, sold).as_slice() {
        [] => entry.unread.push(Unread::NoGoods(name.to_owned())),
        [one] => match entry.lines.iter_mut().find(|(sku, _)| sku == one.sku_code) {
            Some((_, known)) => *known += qty,
            None => entry.lines.push((one.sku_code.to_owned(), qty)),
        },
        several => {
            let names = several.iter().map(|one| format!("{} {}", one.name, one.spec)).collect();
            entry.unread.push(Unread::SeveralGoods(name.to_owned(), names));
        }
    }
}

/// The goods that a word means: by their place in the list, their code, their name, a part of it, or the other way round.
fn found<'s, 'a>(word: &str, sold: &'s [Sold<'a>]) -> Vec<&'s Sold<'a>> {
    let word = word.trim_matches(['#', '[', ']', '(', ')', '"']);
    if word.is_empty() {
        return Vec::new();
    }
    if let Ok(place) = word.parse::<usize>() {
        return sold.get(place.wrapping_sub(1)).into_iter().collect();
    }
    let with =
        |test: &dyn Fn(&Sold<'_>) -> bool| -> Vec<&'s Sold<'a>> { sold.iter().filter(|one| test(one)).collect() };
    let spelt = |one: &Sold<'_>| format!("{}{}", one.name, one.spec);
    let tries: [&dyn Fn(&Sold<'_>) -> bool; 4] = [
        &|one| one.sku_code.eq_ignore_ascii_case(word) || one.name == word,
        &|one| spelt(one) == word,
        &|one| word.chars().count() > 1 && spelt(one).contains(word),
        &|one| one.name.chars().count() > 1 && word.contains(one.name),
    ];
    tries.iter().map(|test| with(*test)).find(|found| !found.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLD: [Sold<'static>; 4] = [
        Sold { sku_code: "K001", name: "土鸡蛋", spec: "30枚" },
        Sold { sku_code: "K002", name: "上海青", spec: "500g" },
        Sold { sku_code: "K003", name: "小台芒", spec: "5斤" },
        Sold { sku_code: "K004", name: "大台芒", spec: "5斤" },
    ];

    fn told(entry: &Entry) -> String {
        let room = [&entry.building, &entry.unit_no, &entry.room].map(String::as_str).join("-");
        let lines: Vec<String> = entry.lines.iter().map(|(sku, qty)| format!("{sku}×{qty}")).collect();
        format!("{} {} {room} {} {} {:?}", entry.chain_no, entry.nickname, entry.phone, lines.join(" "), entry.unread)
    }

    #[test]
    fn lines_of_a_chat_are_read_as_the_table_says() {
        let check = |text: &str, want: &str| {
            let found: Vec<String> = read(text, &SOLD).iter().map(told).collect();
            assert_eq!(found, [want], "{text}");
        };
        check("1. 小芳妈 3-2-1502 鸡蛋+2 上海青 1", "1 小芳妈 3-2-1502  K001×2 K002×1 []");
        check("2、王刚 13800004410 土鸡蛋x1，上海青2份", "2 王刚 -- 13800004410 K001×1 K002×2 []");
        check("3 5栋203 2号2份 1*1", "3  5--203  K002×2 K001×1 []");
        check("４．　李姐 ３栋２单元１５０２室 2份鸡蛋", "4 李姐 3-2-1502  K001×2 []");
        check("5. 阿婆 鸡蛋", "5 阿婆 --  K001×1 []");
        check("6. 阿婆 鸡蛋 鸡蛋2", "6 阿婆 --  K001×3 []");
        check("7. 阿婆 土鸡蛋30枚+1", "7 阿婆 --  K001×1 []");
        check("8. 👑幸福 <b>x</b> 上海青+1", "8 👑幸福 --  K002×1 [NoGoods(\"<b>x</b>\")]");
        check("9. 老王 台芒+1", "9 老王 --   [SeveralGoods(\"台芒\", [\"小台芒 5斤\", \"大台芒 5斤\"])]");
        check("10. 老王 鸡蛋+0", "10 老王 --   [BadQty(\"鸡蛋 0\")]");
        check("11. 老王", "11 老王 --   [NothingOrdered]");
        check("13. 小芳妈 K001+2 K002 1", "13 小芳妈 --  K001×2 K002×1 []");
        check("15. Alex 鸡蛋x1", "15 Alex --  K001×1 []");
        check("14. 李明2 鸡蛋+1", "14 李明2 --  K001×1 []");
        check("12. 上海青+1", "12  --  K002×1 [NoName]");
    }

    #[test]
    fn the_head_of_a_thread_is_passed_over_and_the_place_in_the_text_is_told() {
        let text = "#接龙\n今天截单 23:00\n\n1. 小芳妈 鸡蛋+1\n3-2-1502 在门口\n2. 王刚 上海青+1\n";
        let found: Vec<(usize, u32)> = read(text, &SOLD).iter().map(|entry| (entry.line, entry.chain_no)).collect();
        assert_eq!(found, [(4, 1), (6, 2)]);
        assert!(read("", &SOLD).is_empty());
    }
}
