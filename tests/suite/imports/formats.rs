//! However a spreadsheet writes an order file, the books are those of the plain one.

use std::fs;

use crate::app::{TestApp, books, fixture};

use super::{base, import};

/// The three lines that the files of one table in several forms hold, as plain UTF-8 with commas and keys.
const PLAIN: &str = "\
order_no,leader_code,sku_code,ordered_qty,point_code,resident,phone,building,unit_no,room,tolerance,paid_at,remark
XX-1,L-001,S-001,2,,王小明,13800138000,3,1,1502,1,2026-11-22 09:15,放门口
XX-1,L-001,S-002,1,,王小明,13800138000,3,1,1502,0,2026-11-22 09:15,放门口
XX-2,L-002,S-003,4,P-003,李䶮,,12,,0203,,2026-11-22 10:00:30,
";

const HEAD: &str =
    "order_no,leader_code,sku_code,ordered_qty,resident,nickname,phone,building,unit_no,room,paid_at,remark\n";

#[track_caller]
fn check(name: &str, plain: &str) {
    let (mut odd, mut even) = (base(), base());
    import(&odd, &fixture(&format!("awkward/{name}")), &[]).done();
    let plain = even.file(name, plain);
    import(&even, &plain, &[]).done();
    books::assert_same(&even.books(), &odd.books(), name);
}

#[test]
fn one_table_in_many_forms_gives_the_same_books() {
    for (name, prefix) in [
        ("orders-fine-gb18030.csv", "GB"),
        ("orders-fine-utf16le.csv", "UL"),
        ("orders-fine-utf16be-unmarked.csv", "UB"),
        ("orders-fine-utf8-bom.csv", "U8"),
        ("orders-fine-semicolon.csv", "SC"),
        ("orders-fine-tab.csv", "TA"),
        ("orders-fine-cr.csv", "CR"),
    ] {
        check(name, &PLAIN.replace("XX", prefix));
    }
}

#[test]
fn full_width_characters_are_read_as_plain_ones() {
    let plain = "FW-1,L-001,S-001,12,,,13800138000,,,1502,2026-11-22 09:15,\n\
                 FW-2,L-001,S-002,3,,,13800138001,,,0203,2026-11-22 09:05,\n";
    check("orders-fine-full-width.csv", &format!("{HEAD}{plain}"));
}

#[test]
fn our_own_guards_are_taken_off() {
    let plain = "GU-1,L-001,0203,1,=王小明,@小王,13800138000,3,1,0203,2026-11-22 09:15,- 不要葱\n\
                 GU-2,L-001,0203,2,+1 好邻居,,,3-2,1,1503,2026-11-22 09:16,\n";
    check("orders-fine-guarded.csv", &format!("{HEAD}{plain}"));
}

#[test]
fn quotes_rare_characters_and_line_feeds_are_kept() {
    let plain = "QN-1,L-001,S-001,1,王小明,,,3,1,1502,2026-11-22 09:15,\"先打电话\n再放门口，\"\"谢谢\"\"\"\n\
                 QN-2,L-001,S-002,1,\"赵,四\",,,3,1,1503,2026-11-22 09:16,\n";
    check("orders-fine-quoted-newline.csv", &format!("{HEAD}{plain}"));
    let plain = "RN-1,L-001,S-001,1,\"𠮷田,\"\"小\"\"宝\",,,3,1,1502,2026-11-22 09:15,🍚多给袋子\n\
                 RN-2,L-001,S-002,1,李䶮👩\u{200d}🌾,,,3,1,1503,2026-11-22 09:16,\n";
    check("orders-fine-rare-names.csv", &format!("{HEAD}{plain}"));
}

#[test]
fn columns_of_our_own_sheets_and_of_others_are_passed_over() {
    let plain = "order_no,leader_code,sku_code,ordered_qty,room,remark\n\
                 OH-1,L-001,S-001,1,1502,好\nOH-2,L-001,S-002,1,1503,\n";
    check("orders-fine-odd-heads.csv", plain);
}

/// The pilot day's orders in another charset, with another delimiter and other line ends.
#[test]
fn a_whole_day_in_another_charset_gives_the_same_books() {
    let want = TestApp::pilot_day("open").books();
    let text = fs::read_to_string(fixture("pilot_day/orders.csv")).expect("the fixture is UTF-8");
    let (gb, _, is_lossy) = encoding_rs::GB18030.encode(&text);
    assert!(!is_lossy);
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let crlf = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    for (how, bytes) in [("GB18030", gb.into_owned()), ("UTF-16", utf16), ("BOM and CRLF", crlf.into_bytes())] {
        let mut app = super::repeats::without_orders();
        let file = app.file("orders.csv", bytes);
        import(&app, &file, &[]).done();
        // A line feed inside a quoted cell is the cell's own.
        let books = app.books().replace("\\r", "").replace('\r', "");
        books::assert_same(&want, &books, how);
    }
}
