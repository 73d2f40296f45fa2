//! Workbooks made to exhaust whoever opens them: each is refused in words within seconds, and nothing is written.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::typed;
use crate::app::{TestApp, arg};

const SOUND: &str = "supplier_code,name\nS1,好店\n";

/// A sound workbook with one of its parts replaced or added, and whatever `more` adds.
fn altered(part: &str, content: &[u8], more: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut source = ZipArchive::new(Cursor::new(typed(SOUND))).expect("a ZIP");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        let mut entry = source.by_index(index).expect("it is there");
        let name = entry.name().expect("our names are UTF-8").into_owned();
        if name != part {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("memory takes all");
            zip.start_file(name, fast()).expect("memory takes all");
            zip.write_all(&bytes).expect("memory takes all");
        }
    }
    if !part.is_empty() {
        zip.start_file(part, fast()).expect("memory takes all");
        zip.write_all(content).expect("memory takes all");
    }
    more(&mut zip);
    zip.finish().expect("memory takes all").into_inner()
}

fn fast() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1))
}

const NS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const SHEET: &str = "xl/worksheets/sheet1.xml";

fn sheet(rows: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><worksheet xmlns=\"{NS}\"><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

/// The code of the one fault that the workbook is refused with; nothing was written.
#[track_caller]
fn refused(app: &mut TestApp, bytes: &[u8], what: &str) -> String {
    let before = app.books();
    let file = app.file("suppliers.xlsx", bytes);
    let begun = Instant::now();
    let ran = app.tuan(&["import", "suppliers", arg(&file), "--json"]);
    assert_eq!(ran.code, 1, "{what}: {} {}", ran.stdout, ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    assert!(begun.elapsed() < Duration::from_secs(50), "{what} took {:?}", begun.elapsed());
    assert_eq!(app.books(), before, "{what}");
    ran.objects()[0]["code"].as_str().unwrap_or_else(|| panic!("{what}: {}", ran.stdout)).to_owned()
}

#[test]
fn the_altered_workbook_is_sound_before_it_is_made_hostile() {
    let app = TestApp::new();
    let file = app.file("suppliers.xlsx", altered("", b"", |_| ()));
    app.tuan(&["import", "suppliers", arg(&file)]).done();
}

#[test]
fn bombs_are_refused() {
    let mut app = TestApp::new();
    // Ten GiB in a hundred entries that cost nothing to make: one that is copied.
    let mut seed = ZipWriter::new(Cursor::new(Vec::new()));
    seed.start_file("seed", SimpleFileOptions::default()).expect("memory takes all");
    seed.write_all(&vec![b' '; 100 << 20]).expect("memory takes all");
    let mut seed = ZipArchive::new(seed.finish().expect("memory takes all")).expect("a ZIP");
    let bomb = altered("", b"", |zip| {
        for number in 0..100 {
            let entry = seed.by_index_raw(0).expect("it is there");
            zip.raw_copy_file_rename(entry, format!("xl/worksheets/x{number}.xml")).expect("memory takes all");
        }
    });
    assert!(bomb.len() < 64 << 20);
    assert_eq!(refused(&mut app, &bomb, "ten GiB"), "workbook_too_large");
    let texts = |text: &str, count: usize| {
        format!("<?xml version=\"1.0\"?><sst xmlns=\"{NS}\">{}</sst>", text.repeat(count)).into_bytes()
    };
    let long =
        altered("xl/sharedStrings.xml", &texts(&format!("<si><t>{}</t></si>", "x".repeat(1 << 20)), 200), |_| ());
    assert_eq!(refused(&mut app, &long, "long texts"), "workbook_too_large");
    let many = altered("xl/sharedStrings.xml", &texts("<si><t>a</t></si>", 8_000_000), |_| ());
    assert_eq!(refused(&mut app, &many, "many texts"), "workbook_too_large");
    // Small as text, great in memory: past the bounds that are counted only the system's limit is left.
    let xf = format!("<styleSheet xmlns=\"{NS}\"><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(3_200_000));
    let many = altered("xl/styles.xml", xf.as_bytes(), |_| ());
    assert_eq!(refused(&mut app, &many, "many styles"), "workbook_too_large");
    let styles = altered("xl/styles.xml", &vec![b' '; 20 << 20], |_| ());
    assert_eq!(refused(&mut app, &styles, "styles"), "workbook_too_large");
}

#[test]
fn too_many_entries_are_refused() {
    let mut app = TestApp::new();
    for count in [3_000, 70_000] {
        let bytes = altered("", b"", |zip| {
            for number in 0..count {
                zip.start_file(format!("x{number}"), fast()).expect("memory takes all");
            }
        });
        let code = refused(&mut app, &bytes, "many entries");
        assert!(code == "workbook_too_large" || code == "workbook_unreadable", "{count}: {code}");
    }
    let mut two_ends = typed(SOUND);
    two_ends.extend(typed(SOUND));
    refused(&mut app, &two_ends, "two files in one");
}

#[test]
fn odd_sheets_are_refused() {
    let mut app = TestApp::new();
    let cell = |at: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>x</t></is></c>");
    let far = |row: &str, at: &str| sheet(&format!("<row r=\"{row}\">{}</row>", cell(at)));
    for (what, content, codes) in [
        ("a row past all rows", far("4294967295", "A4294967295"), &["workbook_too_large", "workbook_unreadable"][..]),
        ("a row beyond the last", far("2000000", "A2000000"), &["workbook_too_large"]),
        ("a column beyond the last", far("1", "XFD1"), &["workbook_too_large"]),
        (
            "a row of rows",
            far("99999999999999999999", "A99999999999999999999"),
            &["workbook_too_large", "workbook_unreadable"],
        ),
        (
            "rows backwards",
            sheet(&format!("<row r=\"5\">{}</row><row r=\"2\">{}</row>", cell("A5"), cell("A2"))),
            &["workbook_unreadable"],
        ),
        ("no end", sheet("")[..80].to_vec(), &["workbook_unreadable", "empty_file"]),
        ("deep nesting", sheet(&"<row>".repeat(3_000_000)), &["workbook_unreadable", "empty_file"]),
        ("no XML", vec![0xff; 100_000], &["workbook_unreadable", "empty_file"]),
    ] {
        let code = refused(&mut app, &altered(SHEET, &content, |_| ()), what);
        assert!(codes.contains(&code.as_str()), "{what}: {code}");
    }
}

#[test]
fn texts_that_refer_to_others_or_to_files_stay_what_they_are() {
    let mut app = TestApp::new();
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>supplier_code</t></is></c>\
                <c r=\"B1\" t=\"inlineStr\"><is><t>name</t></is></c></row>\
                <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>S1</t></is></c>\
                <c r=\"B2\" t=\"inlineStr\"><is><t>&b;&f;</t></is></c></row>";
    let content =
        format!("<?xml version=\"1.0\"?>{laughs}<worksheet xmlns=\"{NS}\"><sheetData>{rows}</sheetData></worksheet>");
    let file = app.file("suppliers.xlsx", altered(SHEET, content.as_bytes(), |_| ()));
    let ran = app.tuan(&["import", "suppliers", arg(&file), "--json"]);
    let books = app.books();
    assert!(!books.contains("hahaha") && !books.contains("root:"), "{} {}", ran.code, books);
}

#[test]
fn what_is_no_workbook_is_named() {
    let mut app = TestApp::new();
    let mut other = ZipWriter::new(Cursor::new(Vec::new()));
    other.start_file("word/document.xml", fast()).expect("memory takes all");
    let other = other.finish().expect("memory takes all").into_inner();
    assert_eq!(refused(&mut app, &other, "a document"), "not_a_table");
    assert_eq!(refused(&mut app, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "with a password"), "not_a_table");
    let sound = typed(SOUND);
    assert_eq!(refused(&mut app, &sound[..sound.len() / 2], "half"), "workbook_unreadable");
    assert_eq!(refused(&mut app, &typed(""), "nothing in it"), "empty_file");
}

/// The child refuses on its own too, and never reads a database.
#[test]
fn the_child_stands_alone() {
    let app = TestApp::new();
    let file = std::fs::File::open(app.file("a.xlsx", typed(SOUND))).expect("it was written");
    let ran =
        crate::app::ran(app.command(&["read-workbook"]).stdin(file).output().expect("the command can be started"));
    assert_eq!((ran.code, ran.stdout.as_str()), (0, SOUND));
    let help = app.tuan(&["--help"]).done().stdout;
    assert!(!help.contains("read-workbook"), "{help}");
}
