//! The sheets of the pilot day as workbooks.

use std::io::{Cursor, Read};

use calamine::Data;

use super::cells;
use crate::app::TestApp;
use crate::sheets::printed::{self, Printed};
use crate::web::server::Server;

fn pilot_xlsx() -> Printed {
    let day = TestApp::pilot_day("dispatched");
    Printed::of(&day, &day.cycle, &["--format", "xlsx"])
}

/// A part of a workbook as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    zip.by_name(name).expect("it is there").read_to_string(&mut text).expect("text");
    text
}

/// The text of a CSV cell without what protects it in a spreadsheet.
fn unguarded(cell: &str) -> &str {
    let text = cell.strip_suffix('\t').unwrap_or(cell);
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => rest,
        _ => text,
    }
}

#[test]
fn every_workbook_holds_what_the_csv_holds() {
    let (csv, xlsx) = (printed::pilot(), pilot_xlsx());
    let mut compared = 0;
    for (path, bytes) in csv.csv("") {
        let want = printed::cells(path, bytes);
        let have = cells(&xlsx.files[&path.replace(".csv", ".xlsx")]);
        assert_eq!(want.len(), have.len(), "{path}");
        for (want, have) in want.iter().zip(&have) {
            for (at, text) in want.iter().enumerate() {
                compared += 1;
                match have.get(at).unwrap_or(&Data::Empty) {
                    Data::Float(number) => {
                        assert_eq!(text.parse::<f64>().ok(), Some(*number), "{path}: {want:?} {have:?}");
                        assert!(!text.contains('\t'), "{path}: a code became a number: {text}");
                    }
                    Data::Empty => assert_eq!(text, "", "{path}: {want:?}"),
                    other => assert_eq!(unguarded(text), other.to_string(), "{path}: {want:?}"),
                }
            }
        }
    }
    assert!(compared > 50_000, "{compared}");
    assert_eq!(csv.csv("").count(), xlsx.files.len());
}

#[test]
fn a_workbook_is_ready_to_read_and_print() {
    let xlsx = pilot_xlsx();
    let bytes = &xlsx.files["09_pickup_list/P01.xlsx"];
    let (sheet, book) = (part(bytes, "xl/worksheets/sheet1.xml"), part(bytes, "xl/workbook.xml"));
    assert!(sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"));
    assert!(book.contains("_xlnm.Print_Titles") && book.contains("name=\"提货清单\""), "{book}");
    assert!(sheet.contains("fitToWidth") || sheet.contains("fitToPage"), "it fits the page's width");
    assert!(sheet.contains("<cols>") && sheet.contains("PK-261122-"));
    for bytes in xlsx.files.values() {
        assert!(!part(bytes, "xl/worksheets/sheet1.xml").contains("<f>"), "no text becomes a formula");
    }
}

#[test]
fn the_same_sheet_has_the_same_bytes_whenever_it_is_printed() {
    let mut day = TestApp::pilot_day("dispatched");
    let first = Printed::of(&day, "261122", &["--format", "xlsx", "--kind", "pick_list"]);
    day.now = "2027-01-01 10:00".to_owned();
    let again = Printed::of(&day, "261122", &["--format", "xlsx", "--kind", "pick_list"]);
    assert!(!first.files.is_empty() && first == again);
    let core = part(&first.files["05_pick_list/C1.xlsx"], "docProps/core.xml");
    assert!(core.contains("2026-11-22T"), "{core}");
}

#[test]
fn a_workbook_comes_over_http_too() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let want = Printed::with(&day, "261122", &["--format", "xlsx", "--kind", "pickup_list"]);
    let list = server.json("/api/v1/cycles/261122/sheets?kind=pickup_list&limit=1");
    let sheet = &list["sheets"][0];
    let answer = server.get(sheet["links"]["xlsx"].as_str().expect("a link"));
    assert!(answer.header("content-type").ends_with("spreadsheetml.sheet"));
    assert!(answer.header("content-disposition").contains(".xlsx"));
    let file = format!("09_pickup_list/{}.xlsx", sheet["key"].as_str().expect("a key"));
    assert!(answer.body == want.files[&file]);
    assert!(server.get("/cycles/261122").text().contains("format=xlsx"));
}
