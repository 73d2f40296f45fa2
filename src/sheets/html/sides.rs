//! How many households go on one printed side, judged by how wide their words are.
//!
//! Browsers cannot add up what happens to fall on a page, so the list is cut into sides beforehand, with room to spare:
//! the subtotal at the foot of a side then is that page's own.

use std::collections::HashMap;
use std::ops::Range;

use crate::sheets::blocks::Block;

/// Columns side by side.
const COLUMNS: f64 = 3.0;
/// Width of a column in letters as wide as high.
const COLUMN_EM: f64 = 21.5;
/// Height of a line, and what each block needs besides its lines, in mm.
const LINE_MM: f64 = 3.7;
const BLOCK_MM: f64 = 1.0;
/// Height for households on the first side, which carries head and foot, and on the others.
const FIRST_MM: f64 = 245.0;
const OTHER_MM: f64 = 260.0;

/// Cuts the blocks of a point into sides; one empty side where there are none.
pub fn sides(blocks: &[Block<'_>], names: &HashMap<u32, String>) -> Vec<Range<usize>> {
    let mut sides = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (place, block) in blocks.iter().enumerate() {
        let height = height_mm(block, names);
        let room = COLUMNS * if sides.is_empty() { FIRST_MM } else { OTHER_MM };
        if used + height > room && place > start {
            sides.push(start..place);
            (start, used) = (place, 0.0);
        }
        used += height;
    }
    sides.push(start..blocks.len());
    sides
}

fn height_mm(block: &Block<'_>, names: &HashMap<u32, String>) -> f64 {
    // Bold figures and rooms are a size larger than the rest.
    let mut em = 3.0 + wide(&block.address) * 1.3;
    em += block.names.iter().map(|name| wide(name) + 1.0).sum::<f64>() + 2.5;
    em += block.nicknames.iter().chain(&block.remarks).map(|text| wide(text) * 0.85 + 2.0).sum::<f64>();
    em += block.chain_nos.len() as f64 * 2.5;
    for (offer_ix, item) in &block.items {
        em += wide(&names[offer_ix]) + 2.6 + if item.due == item.ordered { 0.0 } else { 3.0 };
    }
    em += if block.to_collect.0 > 0 { 5.0 } else { 0.0 };
    // The ends of lines stay partly empty.
    (em * 1.06 / COLUMN_EM).ceil() * LINE_MM + BLOCK_MM
}

/// Width of a text in ems: Han characters are whole, Latin letters and digits a good half.
fn wide(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.58 } else { 1.0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Fen;
    use crate::sheets::blocks::{Item, ListedBy};
    use crate::sheets::press::Press;
    use crate::sheets::{blocks, sample};
    use std::collections::BTreeMap;

    #[test]
    fn sixty_households_of_three_goods_fit_one_side() {
        let names: HashMap<u32, String> = (0..3).map(|ix| (ix, "土鸡蛋 30枚".to_string())).collect();
        let items: BTreeMap<u32, Item> =
            (0..3).map(|ix| (ix, Item { ordered: 1, due: 1, ..Item::default() })).collect();
        let block = || Block {
            building: "3",
            address: "3-2-1502".into(),
            names: vec!["王*芳".into()],
            nicknames: Vec::new(),
            phone_tail: "8127",
            chain_nos: vec![18],
            items: items.clone(),
            to_collect: Fen::ZERO,
            remarks: Vec::new(),
        };
        let blocks: Vec<Block<'_>> = std::iter::repeat_with(block).take(60).collect();
        assert_eq!(sides(&blocks, &names).len(), 1);
    }

    #[test]
    fn every_household_is_on_exactly_one_side() {
        let book = sample::book();
        let press = Press::new(&book);
        let names: HashMap<u32, String> = (0..4).map(|ix| (ix, "很长的商品名称".repeat(3))).collect();
        let mut many = Vec::new();
        for _ in 0..90 {
            many.extend(blocks::of_point(&press, 0, ListedBy::Room));
        }
        let sides = sides(&many, &names);
        assert!(sides.len() > 1);
        assert_eq!(sides.iter().flat_map(Range::clone).collect::<Vec<_>>(), (0..many.len()).collect::<Vec<_>>());
        assert_eq!(super::sides(&[], &names).len(), 1, "an empty list is one side");
    }
}
