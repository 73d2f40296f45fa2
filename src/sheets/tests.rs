//! Facts about the sheets of the small sample cycle.

use std::collections::BTreeMap;

use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::people::{People, Person};
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::columns::layout;
use crate::sheets::*;

fn csv_of(press: &Press<'_>, kind: DocumentKind, key: &str) -> String {
    let document = Document::find(press.book, kind, key).expect("the sample issued it");
    let mut out = Vec::new();
    print_csv(press, &document, CsvOptions { heads: Heads::Key, encoding: Encoding::Utf8Bom }, &mut out)
        .expect("prints");
    String::from_utf8(out).expect("UTF-8")
}

/// The rows of a sheet as maps from key to text.
fn rows_of(book: &Book, kind: DocumentKind, key: &str) -> Vec<BTreeMap<String, String>> {
    let text = csv_of(&Press::new(book), kind, key);
    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.expect("sound CSV")).collect()
}

/// Holds some columns of a sheet against the wanted cells.
fn check(book: &Book, kind: DocumentKind, key: &str, columns: &str, want: &[&str]) {
    let rows = rows_of(book, kind, key);
    let got: Vec<String> =
        rows.iter().map(|row| columns.split(' ').map(|c| row[c].as_str()).collect::<Vec<_>>().join("|")).collect();
    assert_eq!(got, want, "{kind:?} {key}");
}

#[test]
fn every_row_fits_its_declared_columns() {
    struct Fits(DocumentKind, usize);
    impl Sink for Fits {
        fn row(&mut self, cells: &[Cell<'_>]) {
            let columns: Vec<_> = layout(self.0).keyed().collect();
            assert_eq!(cells.len(), columns.len(), "{:?}", self.0);
            for (cell, column) in cells.iter().zip(columns) {
                assert!(cell.fits(column.kind), "{:?}: {cell:?} in {:?}", self.0, column.key);
                assert!(!column.blank || *cell == Cell::Blank, "{:?}: {:?} is blank", self.0, column.key);
            }
            self.1 += 1;
        }
    }
    let book = sample::book();
    let press = Press::new(&book);
    for document in list(&press) {
        let mut fits = Fits(document.kind, 0);
        document.rows(&press, &mut fits).expect("prints");
        assert!(fits.1 > 0, "{} has rows", document.path("csv"));
    }
}

#[test]
fn the_whole_frame_of_a_csv_is_exact() {
    let book = sample::book();
    assert_eq!(
        csv_of(&Press::new(&book), DocumentKind::SowingSort, "W01"),
        "\u{feff}doc_no,version,cycle,sku_code,sku_name,unit,slot_no,route,stop_seq,point,qty,running_total\r\n\
         SS-261122-001,3,261122,0203\t,上海青,份,1,R1,1,幸福里3号,3,3\r\n\
         SS-261122-001,3,261122,0203\t,上海青,份,3,R2,1,西门,4,7\r\n\
         SS-261122-001,3,261122,A2,五花肉,份,1,R1,1,幸福里3号,1,1\r\n\
         SS-261122-001,3,261122,A3,汤圆,份,2,R1,2,东门,5,5\r\n\
         SS-261122-001,3,261122,A1,土鸡蛋 30枚,份,1,R1,1,幸福里3号,3,3\r\n\
         SS-261122-001,3,261122,A1,土鸡蛋 30枚,份,2,R1,2,东门,2,5\r\n\
         SS-261122-001,3,261122,A1,土鸡蛋 30枚,份,3,R2,1,西门,1,6\r\n"
    );
}

#[test]
fn the_summary_shows_demand_stock_and_purchase_side_by_side() {
    let columns = "supplier_code sku_code ordered_qty tolerance_qty line_count resident_count leader_count cases_suggested \
                   cases_planned planned_qty surplus_qty surplus_cost cost_amount sales_amount margin_pct threshold_state \
                   short_of_min_value reason";
    check(
        &sample::book(),
        DocumentKind::ProcurementSummary,
        "W01",
        columns,
        &[
            "S01|0203\t|5|2|2|2|2|1|1|12|5|12.25|29.40|17.50|-68.00|已成团|339.00|",
            "S01|A2|1|0|1|1|1|1|1|10|9|118.44|131.60|18.80|-600.00|无门槛|339.00|",
            "S02|A1|8|0|4|4|2|2|1|6|0|0.00|125.58|239.20|47.50|无门槛|0.00|采购改单 · 只有一箱",
            "S02|A3|5|0|1|1|1|1|1|8|3|20.79|55.44|49.50|-12.00|无门槛|0.00|",
        ],
    );
}

#[test]
fn a_second_suppliers_line_prints_as_a_row_of_its_own() {
    let mut book = sample::book();
    let extra = book.purchase_orders[1].lines[0].clone();
    book.purchase_orders[0].lines.push(extra);
    let columns = "supplier_code sku_code ordered_qty net_need cases_planned planned_qty surplus_qty margin_pct";
    let rows = [
        "S01|0203\t|5|5|1|12|5|-68.00",
        "S01|A1|0|0|1|6|0|",
        "S01|A2|1|1|1|10|9|-600.00",
        "S02|A1|8|8|1|6|4|47.50",
        "S02|A3|5|5|1|8|3|-12.00",
    ];
    check(&book, DocumentKind::ProcurementSummary, "W01", columns, &rows);
}

#[test]
fn before_procurement_the_summary_shows_demand_alone() {
    let mut book = sample::book();
    book.procurement.clear();
    book.purchase_orders.clear();
    let columns = "sku_code ordered_qty on_hand net_need cases_suggested cases_planned threshold_state";
    check(
        &book,
        DocumentKind::ProcurementSummary,
        "W01",
        columns,
        &["0203\t|5||||0|", "A2|1||||0|无门槛", "A1|8||||0|无门槛", "A3|5||||0|无门槛"],
    );
}

#[test]
fn a_purchase_order_names_goods_prices_and_the_hour() {
    let columns = "doc_no po_no supplier deliver_to due_at line_no sku_code barcode cases planned_qty price_unit price_qty unit_price cost_amount";
    check(
        &sample::book(),
        DocumentKind::PurchaseOrder,
        "PO-261122-002",
        columns,
        &[
            "PO-261122-002|PO-261122-002|老张, 蛋品|城北仓|2026-11-23 04:00\t|1|A1|6901234567890\t|1|6|箱|1|125.58|125.58",
            "PO-261122-002|PO-261122-002|老张, 蛋品|城北仓|2026-11-23 04:00\t|2|A3|6901234567890\t|1|8|箱|1|55.44|55.44",
        ],
    );
}

#[test]
fn a_receiving_sheet_is_ready_to_be_filled() {
    let columns = "po_no line_no sku_code expected_cases expected_qty receipt_no arrived_cases loose_pieces closes";
    let row = "PO-261122-001|1|0203\t|1|12|RS-261122-001-1|||";
    let book = sample::book();
    check(
        &book,
        DocumentKind::ReceivingSheet,
        "PO-261122-001",
        columns,
        &[row, "PO-261122-001|2|A2|1|10|RS-261122-001-1|||"],
    );
}

#[test]
fn a_shortage_is_told_per_sku_and_to_those_it_touches() {
    let columns = "sku_code ordered_qty supply_qty gap_qty rule action points residents refund_amount";
    check(&sample::book(), DocumentKind::ShortageNotice, "A1", columns, &["A1|8|6|2|先付先得|退款|2|2|59.80"]);
    let columns = "sku_code resident room ordered_qty allocated_qty refund_amount";
    check(&sample::book(), DocumentKind::ShortageNoticePoint, "P2", columns, &["A1|𠮷祥|5-1-0203\t|3|2|29.90"]);
    check(&sample::book(), DocumentKind::ShortageNoticePoint, "P3", columns, &["A1|KD004||2|1|29.90"]);
}

#[test]
fn pick_lists_walk_by_bay_and_leave_out_nothing_due() {
    let columns = "pick_seq zone temp_zone sku_code to_pick full_cases loose_pieces note";
    let book = sample::book();
    check(
        &book,
        DocumentKind::PickList,
        "W01",
        columns,
        &[
            "1|A-01|冷藏|0203\t|7|0|7|",
            "2|A-01|冷藏|A2|1|0|1|称 约0.50kg",
            "3|A-01|冷冻|A3|5|0|5|",
            "4|B-01|常温|A1|6|1|0|",
        ],
    );
    check(
        &book,
        DocumentKind::PickListRoute,
        "TR-261122-002",
        "route pick_seq sku_code to_pick",
        &["R2|1|0203\t|4", "R2|2|A1|1"],
    );
    check(
        &book,
        DocumentKind::PickListPoint,
        "P2",
        "route stop_seq point sku_code to_pick",
        &["R1|2|东门|A3|5", "R1|2|东门|A1|2"],
    );
}

#[test]
fn a_dispatch_sheet_loads_the_last_stop_first() {
    let columns = "trip_no plate phone load_seq stop_seq point address window eta totes_out full_cases pieces weight_kg volume_l cold_items";
    check(
        &sample::book(),
        DocumentKind::DispatchSheet,
        "TR-261122-001",
        columns,
        &[
            "TR-261122-001|湘A12345|13900001111|2|1|幸福里3号|幸福路 8 号 物业旁|10:00–21:00||2|0|7|3.5|5.6|4",
            "TR-261122-001|湘A12345|13900001111|1|2|东门|幸福路 8 号 物业旁|10:00–21:00||2|0|7|3.5|5.6|5",
        ],
    );
    check(&sample::book(), DocumentKind::DispatchSheet, "TR-261122-002", "plate load_seq pieces", &["|1|5"]);
}

#[test]
fn a_pickup_list_goes_by_room_and_masks_people() {
    let columns = "seq chain_no building unit_no room resident nickname phone_tail4 sku_name ordered_qty allocated_qty due_amount remark";
    check(
        &sample::book(),
        DocumentKind::PickupList,
        "P1",
        columns,
        &[
            "1|2|3|2|203|李*|李*||五花肉|1|1|18.80|",
            "1|3|3|2|203|李*|||土鸡蛋 30枚|1|1|29.90|",
            "2|18|3|2|1502|王*芳|小芳妈|8127|上海青|1|3|0.00|'=放门口, 谢谢",
            "2|18|3|2|1502|王*芳|小芳妈|8127|土鸡蛋 30枚|2|2|0.00|'=放门口, 谢谢",
        ],
    );
}

#[test]
fn a_pickup_list_shows_what_is_short_and_what_was_cancelled_after_payment() {
    let columns = "seq resident phone_tail4 sku_name ordered_qty allocated_qty";
    check(
        &sample::book(),
        DocumentKind::PickupList,
        "P3",
        columns,
        &["1|KD004||上海青|4|4", "1|KD004||土鸡蛋 30枚|2|1", "2|赵*梅|0001\t|汤圆|0|0"],
    );
    let mut book = sample::book();
    book.orders.is_paid[5] = false;
    assert_eq!(rows_of(&book, DocumentKind::PickupList, "P3").len(), 2, "nothing was charged");
    book.orders.people.is_erased[0] = true;
    check(&book, DocumentKind::PickupList, "P1", "resident remark", &["李*|", "李*|", "已删除|", "已删除|"]);
}

#[test]
fn a_difference_sheet_names_household_and_column() {
    let book = sample::book();
    let text = csv_of(&Press::new(&book), DocumentKind::DifferenceSheet, "PK-261122-002-v3");
    let rows: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "PK-261122-002-v3,3,261122,2,R1,东门,土鸡蛋 30枚,份,3,2,-1,5-1-0203 𠮷祥 · 少货",
            "PK-261122-002-v3,3,261122,2,R1,东门,土鸡蛋 30枚,份,3,2,-1,5-1-0203 𠮷祥 · 订购 · 改单",
        ]
    );
}

#[test]
fn documents_are_listed_in_the_order_of_the_night() {
    let book = sample::book();
    let paths: Vec<String> = list(&Press::new(&book)).iter().map(|document| document.path("csv")).collect();
    assert_eq!(paths.first().map(String::as_str), Some("01_procurement_summary/W01.csv"));
    assert_eq!(paths.last().map(String::as_str), Some("14_difference_sheet/PK-261122-002-v3.csv"));
    assert!(paths.is_sorted_by_key(|path| path[..2].to_string()));
}

#[test]
fn gb18030_holds_every_character() {
    let book = sample::book();
    let press = Press::new(&book);
    let document = Document::find(&book, DocumentKind::PickupList, "P2").expect("issued");
    let mut out = Vec::new();
    print_csv(&press, &document, CsvOptions { heads: Heads::Zh, encoding: Encoding::Gb18030 }, &mut out)
        .expect("prints");
    let (text, _, has_faults) = encoding_rs::GB18030.decode(&out);
    assert!(!has_faults && text.contains("𠮷祥") && text.starts_with("单据号,版本,团期,"));
}

fn all_html(book: &Book) -> String {
    let mut out = Vec::new();
    print_all_html(&Press::new(book), &mut out).expect("prints");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_book_of_all_sheets_stands_alone() {
    let book = sample::book();
    let html = all_html(&book);
    for foreign in ["http:", "https:", "<script", " src=", "@import", "url(", "<link"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    for ((kind, _), issue) in &book.documents {
        if *kind == DocumentKind::Label {
            assert!(!html.contains(&issue.doc_no), "labels have paper of their own");
            continue;
        }
        assert!(html.contains(&format!("href=\"#{}\"", issue.doc_no)), "{} is in the contents", issue.doc_no);
        assert_eq!(html.matches(&format!("id=\"{}\"", issue.doc_no)).count(), 1, "{} is there once", issue.doc_no);
    }
    assert_eq!(html, all_html(&book), "the same bytes each time");
}

#[test]
fn nothing_a_person_wrote_becomes_markup() {
    let mut book = sample::book();
    let person = Person { remark: "<script>alert(1)</script>", ..Person::default() };
    book.orders.people = People::default();
    (0..book.orders.id.len()).for_each(|_| book.orders.people.push(&person));
    book.offers[1].name = "<b>蛋</b>".into();
    book.points[0].name = "\"><img>".into();
    book.cycle.name = "<i>团</i>".into();
    let html = all_html(&book);
    for markup in ["<script", "<b>蛋", "<img", "<i>团"] {
        assert!(!html.contains(markup), "{markup}");
    }
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn the_counter_reads_a_household_in_one_block() {
    let book = sample::book();
    let press = Press::new(&book);
    let html_by = |key, by| {
        let document = Document::find(&book, DocumentKind::PickupList, key).expect("issued");
        let (mut out, style) = (Vec::new(), Style::Link("/assets/print.css"));
        print_html(&press, &document, HtmlOptions { style, by }, &mut out).expect("prints");
        String::from_utf8(out).expect("UTF-8")
    };
    let html = |key| html_by(key, ListedBy::Room);
    let first = html("P1");
    assert!(first.contains("<b class=\"room\">3-2-1502</b> 王*芳 8127 <small>18号 小芳妈</small> | 上海青\u{a0}<b>3</b>\u{a0}<i>多 2</i> · 土鸡蛋 30枚\u{a0}<b>2</b>"));
    assert!(first.contains("本页小计（第 1–2 户，按房号） 2 户 · 7 件 · 待收 ¥48.70"));
    assert!(first.contains("href=\"/assets/print.css\"") && !first.contains("<style>"));
    assert!(html("P2").contains("土鸡蛋 30枚\u{a0}<b>2</b>\u{a0}<i>缺 1</i>"));
    assert!(html("P3").contains("汤圆\u{a0}<b>0</b>\u{a0}<i>已取消</i>"));
    let is_before =
        |html: &str, one: &str, other: &str| html.find(one).expect("printed") < html.find(other).expect("printed");
    assert!(is_before(&first, "3-2-203", "3-2-1502"));
    let by_tail = html_by("P1", ListedBy::PhoneTail);
    assert!(is_before(&by_tail, "3-2-1502", "3-2-203") && by_tail.contains("第 1–2 户，按手机尾号"), "{by_tail}");
    assert!(is_before(&html_by("P3", ListedBy::ChainNo), "7号", "上海青"));
}

#[test]
fn no_sheet_shows_a_residents_phone_or_whole_name() {
    let book = sample::book();
    let html = all_html(&book);
    let press = Press::new(&book);
    let mut csv = String::new();
    for document in list(&press) {
        csv.push_str(&csv_of(&press, document.kind, document.key));
    }
    for secret in ["13812348127", "13512340511", "王小芳", "李明", "赵雪梅"] {
        assert!(!html.contains(secret) && !csv.contains(secret), "{secret}");
    }
    assert!(csv.contains("13600003333"), "work phones stand in full");
}

#[test]
fn a_register_entry_the_book_does_not_know_is_named() {
    let mut book = sample::book();
    let issue = book.documents[&(DocumentKind::PickList, "W01".to_string())].clone();
    book.documents.insert((DocumentKind::PickList, "W99".into()), issue);
    let document = Document::find(&book, DocumentKind::PickList, "W99").expect("registered");
    let refusal =
        print_csv(&Press::new(&book), &document, CsvOptions::default(), &mut Vec::new()).expect_err("refused");
    assert!(refusal.to_string().contains("总拣单 W99"));
}
