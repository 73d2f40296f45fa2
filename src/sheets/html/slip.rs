//! The handover slip: goods, then the totes that go and come back, how it was signed for, and a code that names the slip.

use crate::domain::totes::ToteKind;
use crate::sheets::document::{Document, SheetError};
use crate::sheets::html::{Paper, frame, table};
use crate::sheets::press::Press;
use crate::sheets::qr::Qr;

pub fn print(
    press: &Press<'_>,
    document: &Document<'_>,
    running: &str,
    page: &mut Paper<'_>,
) -> Result<(), SheetError> {
    table::print_rows(press, document, running, page)?;
    if let Some(point_ix) = press.find_point(document.key) {
        print_end(press, document, point_ix, page);
    }
    Ok(frame::foot(document.kind, page)?)
}

/// What stands below the goods.
fn print_end(press: &Press<'_>, document: &Document<'_>, point_ix: u32, page: &mut Paper<'_>) {
    page.raw("<div class=\"slip-end\">");
    print_totes(press, point_ix, page);
    page.raw("<p>签收状态　☐ 双方　☐ 无人（拍照）　☐ 后补<br>");
    match press.book.points[point_ix as usize].report_by.as_deref() {
        Some(time) => {
            page.raw("请在 <b>");
            page.text(time);
            page.raw("</b> 前报差异");
        }
        None => page.raw("请在 ＿＿:＿＿ 前报差异"),
    }
    page.raw("</p>");
    print_code(&format!("{} v{}", document.issue.doc_no, document.issue.version), page);
    page.raw("</div>\n");
}

/// 上次欠 · 今送 · 今回 · 现欠, of each kind of tote.
fn print_totes(press: &Press<'_>, point_ix: u32, page: &mut Paper<'_>) {
    let (owed, sent) = (press.book.owed_totes.get(&point_ix), press.totes_of(point_ix as usize).counts());
    page.raw("<table class=\"totes\"><thead><tr><th>筐箱</th><th>上次欠</th><th>今送</th><th>今回</th><th>现欠</th></tr></thead>\n<tbody>");
    for &kind in ToteKind::ALL {
        page.raw("<tr><td>");
        page.text(kind.zh());
        let owed = owed.map_or(0, |owed| owed.of(kind));
        page.raw(&format!(
            "</td><td class=\"n\">{owed}</td><td class=\"n s\">{}</td><td></td><td></td></tr>\n",
            sent.of(kind)
        ));
    }
    page.raw("</tbody></table>");
}

/// A code with its text below.
pub fn print_code(text: &str, page: &mut Paper<'_>) {
    let Some(Qr { width, path }) = Qr::of(text) else { return };
    page.raw(&format!("<figure class=\"code\"><svg viewBox=\"0 0 {width} {width}\" aria-hidden=\"true\"><path d=\"{path}\"/></svg><figcaption>"));
    page.text(text);
    page.raw("</figcaption></figure>");
}
