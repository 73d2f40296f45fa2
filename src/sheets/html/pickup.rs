//! The pickup list for the counter: a block per household with room and quantities side by side, each page with its
//! own subtotal and the running total; then the SKUs of the point, and who gets each of them.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::domain::money::Fen;
use crate::sheets::blocks::{self, Block, Item, ListedBy};
use crate::sheets::document::{Document, SheetError};
use crate::sheets::html::sides::sides;
use crate::sheets::html::{Paper, frame};
use crate::sheets::press::Press;

pub fn print(
    press: &Press<'_>,
    document: &Document<'_>,
    by: ListedBy,
    running: &str,
    page: &mut Paper<'_>,
) -> Result<(), SheetError> {
    let Some(point) = press.find_point(document.key) else { return Ok(()) };
    let counter = Counter { press, names: names(press), blocks: blocks::of_point(press, point, by), by };
    counter.print_households(running, page);
    counter.print_goods(running, page);
    frame::foot(document.kind, page)?;
    counter.print_shares(running, page);
    Ok(())
}

/// What stands on the counter of a point.
struct Counter<'p, 'a> {
    press: &'p Press<'a>,
    /// What each SKU is called in a block.
    names: HashMap<u32, String>,
    blocks: Vec<Block<'a>>,
    by: ListedBy,
}

/// Names of the offers; those that several share carry their spec.
fn names(press: &Press<'_>) -> HashMap<u32, String> {
    (0..press.book.offers.len() as u32).map(|ix| (ix, press.short_name(ix).to_owned())).collect()
}

/// Households, pieces and money of some blocks.
#[derive(Clone, Copy, Default)]
struct Tally {
    households: usize,
    pieces: u64,
    to_collect: Fen,
}

impl Tally {
    fn add(&mut self, block: &Block<'_>) {
        self.households += 1;
        self.pieces += block.pieces();
        self.to_collect += block.to_collect;
    }

    fn words(&self) -> String {
        format!("{} 户 · {} 件 · 待收 ¥{}", self.households, self.pieces, self.to_collect)
    }
}

impl Counter<'_, '_> {
    /// Page after page of households.
    fn print_households(&self, running: &str, page: &mut Paper<'_>) {
        let sides = sides(&self.blocks, &self.names);
        let (mut all, mut building) = (Tally::default(), None);
        for (number, side) in sides.iter().enumerate() {
            page.raw(if number == 0 { "<div class=\"side first\">" } else { "<div class=\"side\">" });
            if number > 0 {
                page.text(running);
            }
            page.raw("<div class=\"households\">\n");
            let mut here = Tally::default();
            for block in &self.blocks[side.clone()] {
                let starts_building = building.is_some_and(|last| last != block.building);
                self.print_block(block, starts_building && self.by == ListedBy::Room, page);
                building = Some(block.building);
                here.add(block);
                all.add(block);
            }
            page.raw("</div>\n<p class=\"subtotal\"><span>");
            let by = self.by.zh();
            page.raw(&format!("本页小计（第 {}–{} 户，{by}） {}", side.start + 1, side.end, here.words()));
            page.raw("</span><span>");
            page.raw(&format!("累计 {} · 第 {}/{} 面", all.words(), number + 1, sides.len()));
            page.raw("</span></p></div>\n");
        }
    }

    fn print_block(&self, block: &Block<'_>, starts_building: bool, page: &mut Paper<'_>) {
        page.raw(if starts_building { "<p class=\"household building\">☐ " } else { "<p class=\"household\">☐ " });
        if !block.address.is_empty() {
            page.raw("<b class=\"room\">");
            page.text(&block.address);
            page.raw("</b> ");
        }
        page.text(&block.names.join("、"));
        if !block.phone_tail.is_empty() {
            write!(page.buffer, " {}", block.phone_tail).expect("strings take all");
        }
        page.raw(" <small>");
        for chain_no in &block.chain_nos {
            write!(page.buffer, "{chain_no}号 ").expect("strings take all");
        }
        page.text(&block.nicknames.join("、"));
        page.raw("</small> | ");
        for (place, (&offer_ix, item)) in block.items.iter().enumerate() {
            page.raw(if place > 0 { " · " } else { "" });
            self.print_item(offer_ix, item, page);
        }
        if block.to_collect > Fen::ZERO {
            write!(page.buffer, " <i>收 ¥{}</i>", block.to_collect).expect("strings take all");
        }
        if !block.remarks.is_empty() {
            page.raw(" <small>注：");
            page.text(&block.remarks.join("；"));
            page.raw("</small>");
        }
        page.raw("</p>\n");
    }

    fn print_item(&self, offer_ix: u32, item: &Item, page: &mut Paper<'_>) {
        // The quantity never goes to the next line alone.
        page.text(&self.names[&offer_ix]);
        write!(page.buffer, "\u{a0}<b>{}</b>", item.due).expect("strings take all");
        if self.press.offer(offer_ix).is_variable_weight {
            page.raw("\u{a0}<i>称</i>");
        }
        if item.weight != Fen::ZERO {
            let (word, amount) = if item.weight < Fen::ZERO { ("退", -item.weight) } else { ("补", item.weight) };
            page.raw(&format!("\u{a0}<i>{word} ¥{amount}</i>"));
        }
        match (item.ordered, item.due) {
            (0, _) => page.raw("\u{a0}<i>已取消</i>"),
            (ordered, due) if due < ordered => page.raw(&format!("\u{a0}<i>缺 {}</i>", ordered - due)),
            (ordered, due) if due > ordered => page.raw(&format!("\u{a0}<i>多 {}</i>", due - ordered)),
            _ => {}
        }
    }

    /// The households that get each SKU, by SKU code: (block, pieces).
    fn shares(&self) -> Vec<(u32, Vec<(&Block<'_>, Item)>)> {
        let mut shares: std::collections::BTreeMap<u32, Vec<(&Block<'_>, Item)>> = Default::default();
        for block in &self.blocks {
            for (&offer_ix, &item) in &block.items {
                shares.entry(offer_ix).or_default().push((block, item));
            }
        }
        shares.into_iter().collect()
    }

    /// The subtotal page: what of each SKU must lie here.
    fn print_goods(&self, running: &str, page: &mut Paper<'_>) {
        page.raw("<div class=\"side\"><table><colgroup><col width=\"14%\"><col width=\"30%\"><col width=\"16%\"><col width=\"7%\"><col width=\"8%\"><col width=\"8%\"><col width=\"8%\"><col width=\"9%\"></colgroup><thead><tr class=\"running\"><th colspan=\"8\">");
        page.text(&format!("{running} · 商品小计"));
        page.raw("</th></tr><tr><th>商品编码</th><th>商品名称</th><th>规格</th><th>单位</th><th class=\"n\">户数</th><th class=\"n\">订购</th><th class=\"n\">应提</th><th class=\"t\">清点</th></tr></thead>\n<tbody>\n");
        let mut all = Item::default();
        for (offer_ix, shares) in self.shares() {
            let offer = self.press.offer(offer_ix);
            let (ordered, due) = shares.iter().fold((0, 0), |(o, d), (_, item)| (o + item.ordered, d + item.due));
            all = Item { ordered: all.ordered + ordered, due: all.due + due, ..all };
            page.raw("<tr>");
            for text in [&offer.sku_code, &offer.name, &offer.spec, &offer.unit] {
                page.raw("<td>");
                page.text(text);
                page.raw("</td>");
            }
            let getting = shares.iter().filter(|(_, item)| item.due > 0).count();
            page.raw(&format!("<td class=\"n\">{getting}</td><td class=\"n\">{ordered}</td><td class=\"n s\">{due}</td><td class=\"t\">☐</td></tr>\n"));
        }
        page.raw(&format!(
            "</tbody><tbody><tr class=\"total\"><td colspan=\"5\">合计</td><td class=\"n\">{}</td><td class=\"n s\">{}</td><td></td></tr></tbody></table>\n",
            all.ordered, all.due
        ));
    }

    /// 分货单: for each SKU the rooms it goes to. A table, because only a table's head stands on every page.
    fn print_shares(&self, running: &str, page: &mut Paper<'_>) {
        page.raw("<table class=\"shares\"><thead><tr class=\"running\"><th>");
        page.text(&format!("{running} · 分货单（按商品）"));
        page.raw("</th></tr></thead>\n<tbody>\n");
        for (offer_ix, shares) in self.shares() {
            let unit = &self.press.offer(offer_ix).unit;
            page.raw("<tr><td class=\"share\"><b>");
            page.text(&self.names[&offer_ix]);
            page.raw(&format!(" {}</b> ", shares.iter().map(|(_, item)| item.due).sum::<u64>()));
            page.text(unit);
            page.raw(" | ");
            for (place, (block, item)) in shares.iter().filter(|(_, item)| item.due > 0).enumerate() {
                page.raw(if place > 0 { " · <span class=\"item\">" } else { "<span class=\"item\">" });
                page.text(block.label());
                page.raw(&format!(" ×<b>{}</b></span>", item.due));
            }
            page.raw("</td></tr>\n");
        }
        page.raw("</tbody></table></div>\n");
    }
}
