//! The sowing sort once more as a SKU × slot matrix, as many slots to a page as fit, the heads repeated.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::sheets::document::Document;
use crate::sheets::html::Paper;
use crate::sheets::press::Press;

/// Slots side by side on a landscape page.
const SLOTS: usize = 24;

pub fn print(press: &Press<'_>, document: &Document<'_>, running: &str, page: &mut Paper<'_>) {
    let Some(warehouse) = press.find_warehouse(document.key) else { return };
    let goods = press.goods();
    let slots: Vec<usize> =
        press.points_of_warehouse(warehouse).filter(|&point| !goods.of_point(point).is_empty()).collect();
    let rows = goods.by_sku(press.points_of_warehouse(warehouse));
    for start in (0..slots.len()).step_by(SLOTS) {
        print_part(press, &slots, start..slots.len().min(start + SLOTS), &rows, running, page);
    }
}

type SkuRow = (u32, Vec<(u32, u64)>);

/// One width of the matrix: the SKUs that go into any of its slots.
fn print_part(
    press: &Press<'_>,
    slots: &[usize],
    part: Range<usize>,
    rows: &[SkuRow],
    running: &str,
    page: &mut Paper<'_>,
) {
    let here = &slots[part.clone()];
    open(
        press,
        here,
        &format!("{running} · 商品 × 格口 {}/{}", part.start / SLOTS + 1, slots.len().div_ceil(SLOTS)),
        page,
    );
    let column_of: HashMap<u32, usize> =
        here.iter().enumerate().map(|(column, &point)| (point as u32, column)).collect();
    let mut sums = vec![0u64; here.len()];
    for (rank, shares) in rows {
        let mut cells = vec![0u64; here.len()];
        for (point, qty) in shares {
            if let Some(&column) = column_of.get(point) {
                cells[column] += qty;
            }
        }
        if cells.iter().all(|&qty| qty == 0) {
            continue;
        }
        let offer = press.offer_at_rank(*rank);
        page.raw("<tr><td>");
        page.text(&offer.sku_code);
        page.raw("</td><td>");
        page.text(&format!("{} {}", offer.name, offer.spec));
        page.raw("</td>");
        push_cells(&cells, page);
        sums.iter_mut().zip(&cells).for_each(|(sum, qty)| *sum += qty);
    }
    page.raw("</tbody><tbody><tr class=\"total\"><td colspan=\"2\">合计</td>");
    push_cells(&sums, page);
    page.raw("</tbody></table>\n");
}

fn open(press: &Press<'_>, slots: &[usize], running: &str, page: &mut Paper<'_>) {
    page.raw("<table class=\"matrix\"><colgroup><col width=\"6%\"><col width=\"17%\">");
    for _ in slots {
        write!(page.buffer, "<col width=\"{:.2}%\">", 72.0 / SLOTS as f64).expect("strings take all");
    }
    page.raw("<col width=\"5%\"></colgroup><thead>");
    write!(page.buffer, "<tr class=\"running\"><th colspan=\"{}\">", slots.len() + 3).expect("strings take all");
    page.text(running);
    page.raw("</th></tr><tr><th rowspan=\"2\">商品编码</th><th rowspan=\"2\">商品名称</th>");
    for &point in slots {
        write!(page.buffer, "<th class=\"slot\">{}</th>", press.book.points[point].slot_no).expect("strings take all");
    }
    page.raw("<th class=\"slot\" rowspan=\"2\">小计</th></tr><tr>");
    for &point in slots {
        page.raw("<th class=\"point\"><span>");
        page.text(&press.book.points[point].name);
        page.raw("</span></th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
}

/// The cells of a row and their sum; nothing where nothing goes.
fn push_cells(cells: &[u64], page: &mut Paper<'_>) {
    for &qty in cells {
        match qty {
            0 => page.raw("<td></td>"),
            qty => write!(page.buffer, "<td class=\"n\">{qty}</td>").expect("strings take all"),
        }
    }
    writeln!(page.buffer, "<td class=\"n\">{}</td></tr>", cells.iter().sum::<u64>()).expect("strings take all");
}
