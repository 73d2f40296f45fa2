//! Any sheet as a ruled table, its blocks under heads of their own.

use std::fmt;

use crate::sheets::cell::{Cell, Sink};
use crate::sheets::columns::{Column, ColumnKind, Layout, layout};
use crate::sheets::document::{Document, SheetError};
use crate::sheets::html::Paper;
use crate::sheets::html::frame::{self, Sums, spoken};
use crate::sheets::press::Press;

pub fn print(
    press: &Press<'_>,
    document: &Document<'_>,
    running: &str,
    page: &mut Paper<'_>,
) -> Result<(), SheetError> {
    print_rows(press, document, running, page)?;
    Ok(frame::foot(document.kind, page)?)
}

/// The table alone, without the lines for signatures.
pub fn print_rows(
    press: &Press<'_>,
    document: &Document<'_>,
    running: &str,
    page: &mut Paper<'_>,
) -> Result<(), SheetError> {
    let layout = layout(document.kind);
    page.raw("<div class=\"rows\">");
    let sums = Sums::new(layout);
    let mut table = Table { page, layout, running, doc_no: &document.issue.doc_no, sums, part: Part::None };
    document.rows(press, &mut table)?;
    table.finish();
    Ok(())
}

/// Columns that the printed table shows, each with its place among the cells of a row.
fn printed(layout: &'static Layout) -> impl Iterator<Item = (&'static Column, Option<usize>)> {
    let mut next = 0;
    let placed = layout.columns.iter().map(move |column| {
        let place = column.key.as_ref().map(|_| next);
        next += usize::from(place.is_some());
        (column, place)
    });
    placed.filter(|(column, _)| column.width.is_some())
}

fn class(column: &Column) -> &'static str {
    match (column.kind, column.strong) {
        (ColumnKind::Tick | ColumnKind::Write, _) => "t",
        (ColumnKind::Text, false) => "",
        (ColumnKind::Text, true) => "s",
        (_, false) => "n",
        (_, true) => "n s",
    }
}

/// The innermost part of the table that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Table,
    Body,
}

struct Table<'p, 'w> {
    page: &'p mut Paper<'w>,
    layout: &'static Layout,
    /// Names the document on each page.
    running: &'p str,
    doc_no: &'p str,
    sums: Sums,
    part: Part,
}

impl Table<'_, '_> {
    /// Opens a table; its head stands on every page it runs over. A block's head takes the place of the running line.
    fn open_table(&mut self, block: Option<fmt::Arguments<'_>>) {
        let whole: f64 = printed(self.layout).filter_map(|(column, _)| column.width).sum();
        self.page.raw("<table><colgroup>");
        for (column, _) in printed(self.layout) {
            self.page.raw(&format!("<col width=\"{:.2}%\">", column.width.unwrap_or(0.0) * 100.0 / whole));
        }
        self.page.raw("</colgroup><thead>");
        let running = self.running;
        match block {
            Some(head) => self.line("block-head", "th", head, Some(self.doc_no)),
            None => self.line("running", "th", format_args!("{running}"), None),
        }
        self.page.raw("<tr>");
        for (column, _) in printed(self.layout) {
            self.page.raw(&format!("<th class=\"{}\">", class(column)));
            self.page.text(&column.zh);
            self.page.raw("</th>");
        }
        self.page.raw("</tr></thead>\n");
        self.part = Part::Table;
    }

    fn open_body(&mut self) {
        if self.part == Part::None {
            self.open_table(None);
        }
        if self.part == Part::Table {
            self.page.raw("<tbody>\n");
        }
        self.part = Part::Body;
    }

    fn close_body(&mut self) {
        if self.part == Part::Body {
            self.page.raw("</tbody>\n");
            self.part = Part::Table;
        }
    }

    fn close_table(&mut self) {
        self.close_body();
        if self.part == Part::Table {
            self.page.raw("</table>\n");
            self.part = Part::None;
        }
    }

    /// A line across the whole table.
    fn line(&mut self, class: &str, tag: &str, text: fmt::Arguments<'_>, doc_no: Option<&str>) {
        let columns = printed(self.layout).count();
        self.page.raw(&format!("<tr class=\"{class}\"><{tag} colspan=\"{columns}\">"));
        if let Some(doc_no) = doc_no {
            self.page.raw(&format!("<span class=\"block-no\">{doc_no}</span>"));
        }
        self.page.text(&text.to_string());
        self.page.raw(&format!("</{tag}></tr>\n"));
    }

    /// Ends with the sums of the columns that are added up.
    fn finish(mut self) {
        self.close_body();
        let sums: Vec<_> = self.sums.columns().collect();
        if sums.iter().any(|(_, sum)| sum.is_some()) {
            self.open_body();
            self.page.raw("<tr class=\"total\">");
            for (place, (column, cell)) in printed(self.layout).enumerate() {
                self.page.raw(if column.strong { "<td class=\"n s\">" } else { "<td class=\"n\">" });
                match cell.and_then(|cell| sums[cell].1) {
                    Some(sum) => self.page.raw(&spoken(column.kind, sum)),
                    None if place == 0 => self.page.raw("合计"),
                    None => {}
                }
                self.page.raw("</td>");
            }
            self.page.raw("</tr>\n");
        }
        self.close_table();
        self.page.raw("</div>\n");
    }
}

impl Sink for Table<'_, '_> {
    fn row(&mut self, cells: &[Cell<'_>]) {
        self.open_body();
        self.sums.row(cells);
        self.page.raw("<tr>");
        for (column, place) in printed(self.layout) {
            match class(column) {
                "" => self.page.raw("<td>"),
                class => self.page.raw(&format!("<td class=\"{class}\">")),
            }
            match place {
                Some(place) => push_cell(self.page, column.kind, &cells[place]),
                None if column.kind == ColumnKind::Tick => self.page.raw("☐"),
                None => {}
            }
            self.page.raw("</td>");
        }
        self.page.raw("</tr>\n");
    }

    fn block(&mut self, head: fmt::Arguments<'_>) {
        if self.layout.repeats_block_head {
            self.close_table();
            self.open_table(Some(head));
            return;
        }
        self.close_body();
        self.open_body();
        self.line("block-head", "th", head, None);
    }

    fn block_foot(&mut self, foot: fmt::Arguments<'_>) {
        self.line("block-foot", "td", foot, None);
        self.close_body();
    }
}

fn push_cell(page: &mut Paper<'_>, kind: ColumnKind, cell: &Cell<'_>) {
    match *cell {
        Cell::Text(text) | Cell::Said(_, text) => page.text(text),
        Cell::Blank => {}
        _ => page.raw(&spoken(kind, cell.number().unwrap_or(0))),
    }
}
