//! 交接单: what a driver hands over at a point, counted by both sides, with the totes that go and come back.

use crate::sheets::cell::{Cell, Sink};
use crate::sheets::facts::{Fact, fact, joined};
use crate::sheets::goods::Portion;
use crate::sheets::pick_list;
use crate::sheets::press::Press;

/// A row per SKU that comes, or is known not to come in full, in picking order.
pub fn print(press: &Press<'_>, point_ix: u32, slip_no: &str, sink: &mut dyn Sink) {
    for (portion, known_short) in rows(press, point_ix) {
        let offer = press.offer_at_rank(portion.rank);
        sink.row(&[
            Cell::Text(slip_no),
            Cell::Text(&offer.sku_code),
            Cell::Text(&offer.name),
            Cell::Text(&offer.spec),
            Cell::Text(&offer.unit),
            Cell::count(portion.qty),
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
            if known_short == 0 { Cell::Blank } else { Cell::count(known_short) },
        ]);
    }
}

/// Pieces due of each SKU, and those that the warehouse knows are short.
fn rows(press: &Press<'_>, point_ix: u32) -> Vec<(Portion, u64)> {
    let mut rows: Vec<(Portion, u64)> =
        press.goods().of_point(point_ix as usize).iter().map(|portion| (*portion, 0)).collect();
    for &order in press.orders_of_point(point_ix) {
        for line in press.book.lines_of(order).filter(|&line| press.is_reduced(line)) {
            let rank = press.pick_rank(press.book.lines.offer_ix[line]);
            let place = rows.binary_search_by_key(&rank, |(portion, _)| portion.rank).unwrap_or_else(|place| {
                rows.insert(place, (Portion { rank, qty: 0 }, 0));
                place
            });
            rows[place].1 += u64::from(press.short(line));
        }
    }
    rows
}

pub fn facts(press: &Press<'_>, point_ix: u32) -> Vec<Fact> {
    let point = &press.book.points[point_ix as usize];
    let mut facts = pick_list::facts_point(press, point_ix);
    facts.push(fact("团长", joined(&[Some(&point.leader_name), Some(&point.leader_phone)], " ")));
    facts.push(fact("地址", point.address.as_deref().unwrap_or("")));
    facts.push(fact("请在此前报差异", point.report_by.as_deref().unwrap_or("")));
    facts
}

#[cfg(test)]
mod tests {
    use crate::domain::documents::DocumentKind;
    use crate::domain::totes::ToteCounts;
    use crate::sheets::{CsvOptions, Document, Heads, HtmlOptions, Press, print_csv, print_html, sample};

    #[test]
    fn a_slip_names_what_is_due_and_what_is_known_to_be_short() {
        let mut book = sample::book();
        // A line that gets nothing at all still stands on the slip.
        book.lines.allocated[5] = 0;
        let press = Press::new(&book);
        let slip = Document::find(&book, DocumentKind::HandoverSlip, "P2").expect("issued");
        let mut out = Vec::new();
        print_csv(&press, &slip, CsvOptions { heads: Heads::Key, ..CsvOptions::default() }, &mut out).expect("prints");
        let text = String::from_utf8(out).expect("UTF-8");
        let rows: Vec<&str> = text.lines().skip(1).collect();
        let lead = "HS-261122-002,3,261122,HS-261122-002";
        assert_eq!(
            rows,
            [format!("{lead},A3,汤圆,500g,份,0,,,,,,5"), format!("{lead},A1,土鸡蛋 30枚,500g,份,2,,,,,,1")]
        );
    }

    #[test]
    fn a_printed_slip_counts_totes_and_bears_a_code() {
        let mut book = sample::book();
        book.owed_totes.insert(1, ToteCounts { tote: 3, boxes: 1, ice: 7 });
        let slip = Document::find(&book, DocumentKind::HandoverSlip, "P2").expect("issued");
        let mut out = Vec::new();
        print_html(&Press::new(&book), &slip, HtmlOptions::default(), &mut out).expect("prints");
        let html = String::from_utf8(out).expect("UTF-8");
        let row = |kind: &str, owed: u32, sent: u32| {
            format!("<td>{kind}</td><td class=\"n\">{owed}</td><td class=\"n s\">{sent}</td><td></td><td></td>")
        };
        for row in [row("周转筐", 3, 1), row("保温箱", 1, 1), row("冰板", 7, 4)] {
            assert!(html.contains(&row), "{row}");
        }
        assert!(html.contains("<figcaption>HS-261122-002 v3</figcaption>") && html.contains("<b>12:00</b> 前报差异"));
    }
}
