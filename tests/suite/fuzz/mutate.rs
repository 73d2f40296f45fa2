//! Ways to spoil a file: what disks, mail, spreadsheets and people do to tables.

use crate::app::dice::Dice;

/// Cells that have broken readers of tables before.
const NASTY: &[&str] = &[
    "",
    " ",
    "\u{3000}",
    "\u{feff}",
    "\u{0}",
    "\u{202e}",
    "\"",
    "\"\"\"",
    "\n",
    "\r",
    "'",
    "=1+1",
    "-1",
    "+0",
    "0",
    "00",
    "1e9",
    "1.38E+10",
    "########",
    "#REF!",
    "NaN",
    "inf",
    "9999",
    "10000",
    "2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "0.0000001",
    "1,000",
    "１２",
    "٣",
    "½",
    "2026-02-30",
    "24:00",
    "0000-00-00",
    "999999-01-01 00:00",
    "1969-12-31 23:59",
    "2026/11/22 9:05",
    "45983.5",
    "是",
    "否",
    "true",
    "K001",
    "S-001",
    "L01",
    "P-003",
    "C1",
    "W-1",
    "261122",
    "AWK-1",
    "13800138000",
    "+86 138 0013 8000",
    "\u{1F468}\u{200d}\u{1F469}",
    "𠮷䶮",
    "a\u{300}\u{301}",
    "null",
    "\\N",
    "../../etc/passwd",
    "'; DROP TABLE orders; --",
    "<script>",
    "180",
    "90.0000001",
];

/// The file after one to three accidents.
pub fn spoil(dice: &mut Dice, bytes: &[u8]) -> Vec<u8> {
    let mut spoilt = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        spoilt = accident(dice, spoilt);
    }
    spoilt
}

fn accident(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.is_empty() {
        return dice.one(NASTY).as_bytes().to_vec();
    }
    match dice.below(10) {
        0 => {
            for _ in 0..=dice.below(4) {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            bytes
        }
        1 => {
            bytes.truncate(dice.below(bytes.len()));
            bytes
        }
        2 => {
            let at = dice.below(bytes.len());
            let junk: Vec<u8> = (0..=dice.below(12)).map(|_| dice.next() as u8).collect();
            bytes.splice(at..at, junk);
            bytes
        }
        3 => encoded_otherwise(dice, bytes),
        _ => as_table(dice, bytes),
    }
}

/// Works on rows and cells, where the file is text.
fn as_table(dice: &mut Dice, bytes: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&bytes) else { return encoded_otherwise(dice, bytes) };
    let delimiter = [",", "\t", ";"].into_iter().max_by_key(|one| text.matches(one).count()).expect("three of them");
    let mut rows: Vec<Vec<String>> =
        text.lines().map(|line| line.split(delimiter).map(str::to_owned).collect()).collect();
    if rows.is_empty() {
        return bytes;
    }
    let (row, other) = (dice.below(rows.len()), dice.below(rows.len()));
    let (cell, other_cell) = (dice.below(rows[row].len()), dice.below(rows[other].len()));
    match dice.below(9) {
        0..=2 => rows[row][cell] = (*dice.one(NASTY)).to_owned(),
        3 => rows[row][cell] = rows[other][other_cell].clone(),
        4 => rows.insert(other, rows[row].clone()),
        5 => drop(rows.remove(row)),
        6 => rows.swap(row, other),
        7 => {
            for at in (1..rows[row].len()).rev() {
                let with = dice.below(at + 1);
                rows[row].swap(at, with);
            }
        }
        _ => {
            let (from, to) = (dice.below(rows[0].len()), dice.below(rows[0].len()));
            for row in rows.iter_mut().filter(|row| row.len() > from.max(to)) {
                row.swap(from, to);
            }
        }
    }
    let ends = ["\n", "\r\n", "\r"][dice.below(3)];
    rows.iter().map(|row| row.join(delimiter) + ends).collect::<String>().into_bytes()
}

/// The same characters in another charset, or the same bytes taken for one.
fn encoded_otherwise(dice: &mut Dice, bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match dice.below(6) {
        0 => encoding_rs::GB18030.encode(&text).0.into_owned(),
        1 => std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        3 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        4 => encoding_rs::GB18030.decode(&bytes).0.into_owned().into_bytes(),
        _ => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
    }
}
