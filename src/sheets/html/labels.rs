//! Labels of 100 × 70 mm, a page each: for the totes of a point, and for its households' bags.

use crate::sheets::document::Document;
use crate::sheets::html::Paper;
use crate::sheets::html::slip::print_code;
use crate::sheets::label::{Label, labels};
use crate::sheets::press::Press;

/// A document that begins with neither head nor foot: nothing but labels comes out of the printer.
pub fn print(press: &Press<'_>, document: &Document<'_>, page: &mut Paper<'_>) {
    page.raw("<section class=\"document label\" id=\"");
    page.text(&document.issue.doc_no);
    page.raw("\">\n");
    if let Some(point_ix) = press.find_point(document.key) {
        for label in labels(press, point_ix) {
            print_label(press, document, point_ix, &label, page);
        }
    }
    page.raw("</section>\n");
}

fn print_label(press: &Press<'_>, document: &Document<'_>, point_ix: u32, label: &Label<'_>, page: &mut Paper<'_>) {
    let point = &press.book.points[point_ix as usize];
    match label {
        Label::Tote { no, of, temp_zone } => {
            page.raw(&format!(
                "<article class=\"sticker tote\"><b class=\"slot\">{}</b><p class=\"stop\">",
                point.slot_no
            ));
            page.text(&format!("{}-{}", point.route_code, point.stop_seq));
            page.raw("</p><p class=\"name\">");
            page.text(&point.name);
            page.raw(&format!("</p><p class=\"count\"><b>{no}/{of}</b> {}</p>", temp_zone.zh()));
        }
        Label::Household { no, place, items, .. } => {
            page.raw("<article class=\"sticker household-label\"><b class=\"place\">");
            page.text(place);
            page.raw("</b><p class=\"items\">");
            page.text(items);
            page.raw("</p>");
            print_code(&format!("{}-{no:03}", document.issue.doc_no), page);
            page.raw("<p class=\"name\">");
            page.text(&point.name);
            page.raw("</p>");
        }
    }
    let issue = document.issue;
    page.raw("<footer>");
    page.text(&format!("{} · {} v{}", press.book.cycle.pickup_date, issue.doc_no, issue.version));
    page.raw("</footer></article>\n");
}
