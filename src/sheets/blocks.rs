//! What each household of a point collects, its orders put together: the blocks of the printed pickup list.

use std::collections::BTreeMap;

use crate::domain::money::Fen;
use crate::sheets::masks::{hide, phone_tail};
use crate::sheets::pickup_list::list_lines;
use crate::sheets::press::Press;
use crate::sheets::shortage_notice::name_resident;

/// How the households of a printed pickup list follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListedBy {
    /// Building, unit and room, with a line to cut along where a building begins.
    #[default]
    Room,
    /// 跟团号, the lowest of each household; those without one behind.
    ChainNo,
    /// 手机尾号; those without a phone behind.
    PhoneTail,
}

impl ListedBy {
    pub fn zh(self) -> &'static str {
        match self {
            ListedBy::Room => "按房号",
            ListedBy::ChainNo => "按跟团号",
            ListedBy::PhoneTail => "按手机尾号",
        }
    }
}

/// One household at the counter.
pub struct Block<'a> {
    pub building: &'a str,
    /// Building, unit and room; empty where nobody gave any.
    pub address: String,
    /// Masked, each once.
    pub names: Vec<String>,
    pub nicknames: Vec<String>,
    pub phone_tail: &'a str,
    pub chain_nos: Vec<u32>,
    /// By SKU code.
    pub items: BTreeMap<u32, Item>,
    /// Money still to be collected.
    pub to_collect: Fen,
    pub remarks: Vec<String>,
}

/// Pieces of one SKU.
#[derive(Clone, Copy, Debug, Default)]
pub struct Item {
    pub ordered: u64,
    pub due: u64,
    /// 称重差额.
    pub weight: Fen,
}

impl Block<'_> {
    /// Pieces to hand out.
    pub fn pieces(&self) -> u64 {
        self.items.values().map(|item| item.due).sum()
    }

    /// What the household is called out by: its room, else its name.
    pub fn label(&self) -> &str {
        if self.address.is_empty() { self.names.first().map_or("", String::as_str) } else { &self.address }
    }
}

/// The blocks of a point. What is the same in the order that is asked for stays in the order of the list.
pub fn of_point<'a>(press: &Press<'a>, point_ix: u32, by: ListedBy) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = press.households(point_ix).iter().map(|orders| block(press, orders)).collect();
    match by {
        ListedBy::Room => {}
        ListedBy::ChainNo => blocks.sort_by_key(|block| block.chain_nos.iter().min().copied().unwrap_or(u32::MAX)),
        ListedBy::PhoneTail => blocks.sort_by_key(|block| (block.phone_tail.is_empty(), block.phone_tail)),
    }
    blocks
}

fn block<'a>(press: &Press<'a>, orders: &[u32]) -> Block<'a> {
    let first = press.person(orders[0]);
    let mut block = Block {
        building: first.building,
        address: first.address(),
        names: Vec::new(),
        nicknames: Vec::new(),
        phone_tail: phone_tail(first.phone),
        chain_nos: Vec::new(),
        items: BTreeMap::new(),
        to_collect: Fen::ZERO,
        remarks: Vec::new(),
    };
    let mut lines = Vec::new();
    for &order in orders {
        add_person(&mut block, press, order);
        list_lines(press, order, &mut lines);
        for &line in &lines {
            let item = block.items.entry(press.book.lines.offer_ix[line]).or_default();
            item.ordered += u64::from(press.book.lines.ordered[line]);
            item.due += u64::from(press.due(line));
            item.weight += press.book.weight_adjustment(line);
            block.to_collect += press.to_collect(line);
        }
    }
    block
}

fn add_person(block: &mut Block<'_>, press: &Press<'_>, order: u32) {
    let (mut name, person) = (String::new(), press.person(order));
    name_resident(&mut name, press, order);
    let nickname = hide(person.nickname, person.name).into_owned();
    let chain_no = press.book.orders.chain_no[order as usize];
    if nickname != name {
        add(&mut block.nicknames, nickname);
    }
    add(&mut block.names, name);
    add(&mut block.remarks, hide(person.remark, person.name).into_owned());
    if chain_no > 0 && !block.chain_nos.contains(&chain_no) {
        block.chain_nos.push(chain_no);
    }
}

/// Adds a text that says something new.
fn add(texts: &mut Vec<String>, text: String) {
    if !text.is_empty() && !texts.contains(&text) {
        texts.push(text);
    }
}
