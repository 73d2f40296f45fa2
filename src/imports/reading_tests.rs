//! What reading a whole file promises, whatever is in it.

use std::io::Cursor;

use proptest::prelude::*;

use super::orders::{OrderLineDraft, Orders};
use super::receipts::{ReceiptDraft, Receipts};
use super::skus::Skus;
use super::suppliers::Suppliers;
use super::*;
use crate::domain::facts::PriceUnit;
use crate::domain::money::Fen;

fn settings() -> Settings {
    Settings::new("test.csv", Zone::default())
}

/// Reads orders and hands each to `look`.
fn read_orders(bytes: &[u8], mut look: impl FnMut(Row<'_, Orders>)) -> Result<Summary, ReadError<()>> {
    read::<Orders, ()>(&mut Cursor::new(bytes), &settings(), |row| {
        look(row);
        Ok(())
    })
}

#[test]
fn an_order_line_keeps_every_cell() {
    let text = "order_no,leader_code,sku_code,ordered_qty,point_code,chain_no,resident,nickname,phone,building,unit_no,\
                room,tolerance,paid_at,remark,leader_note\n\
                A-1,L-1,S-1,2,P-1,17,王小明,小王,138 0013 8000,3,1,0203\t,1,2026-11-22 09:15,\"放门口\n谢谢\",老客户\n";
    let mut seen = 0;
    let summary = read_orders(text.as_bytes(), |row| {
        seen += 1;
        let Ok(OrderLineDraft { row: number, ordered_qty, tolerance, chain_no, phone, room, remark, paid_at, .. }) =
            &row.draft
        else {
            panic!("a sound row");
        };
        assert_eq!((*number, ordered_qty.0, tolerance.0, *chain_no), (2, 2, 1, Some(17)));
        assert_eq!(phone.as_deref(), Some("13800138000"));
        assert_eq!(room.as_deref(), Some("0203"));
        assert_eq!(remark.as_deref(), Some("放门口\n谢谢"));
        assert_eq!(*paid_at, Zone::default().parse("2026-11-22 09:15"));
    });
    let summary = summary.expect("a sound file");
    assert_eq!((seen, summary.rows, summary.skipped), (1, 1, 0));
}

#[test]
fn a_faulty_row_still_names_its_order_unless_its_cells_are_shifted() {
    let text = "leader_code,order_no,sku_code,ordered_qty\nL-1,A-1,S-1,0\nL,1,A-2,S-1,1\nL-1,A 3,S-1,1\n";
    let mut keys = Vec::new();
    let read = read_orders(text.as_bytes(), |row| keys.push(row.key().map(|key| key.into_owned())));
    assert!(read.is_ok());
    assert_eq!(keys, [Some("A-1".to_owned()), None, None]);
    let first = "order_no,leader_code,sku_code,ordered_qty\nA-1,L,1,S-1,1\n";
    let read = read_orders(first.as_bytes(), |row| assert_eq!(row.key().as_deref(), Some("A-1")));
    assert!(read.is_ok());
}

#[test]
fn left_out_rows_come_back_as_they_were() {
    let text =
        "\u{feff}订单号;团长编码;商品编码;数量;备注;x_来源\r\nA-1;L-1;0203\t;0;\"a;\"\"b\"\";,\nc\";'=1\r\nA-2;L-1\r\n";
    let copy = |bytes: &[u8]| {
        let (mut file, mut cells) = (None, Vec::new());
        let read = read_orders(bytes, |row| {
            let file = file.get_or_insert_with(|| FaultyRows::create(Vec::new(), row.heads).expect("memory"));
            file.write(row.record).expect("memory");
            cells.push(row.record.cells().map(str::to_owned).collect::<Vec<_>>());
        });
        assert!(read.is_ok());
        (file.expect("rows were left out").finish().expect("memory"), cells)
    };
    let (written, cells) = copy(text.as_bytes());
    assert_eq!(cells[0], ["A-1", "L-1", "0203\t", "0", "a;\"b\";,\nc", "'=1"]);
    let (again, cells_again) = copy(&written);
    assert_eq!(cells_again, cells);
    assert_eq!(again, written);
}

#[test]
fn a_filled_receiving_sheet_tells_none_from_not_counted() {
    let bytes = include_bytes!("../../fixtures/awkward/receipts-fine-filled-sheet.csv");
    let mut drafts: Vec<ReceiptDraft> = Vec::new();
    let summary = read::<Receipts, ()>(&mut Cursor::new(bytes), &settings(), |row| {
        drafts.push(row.draft.expect("a sound row"));
        Ok(())
    });
    let summary = summary.expect("a sound file");
    assert_eq!((summary.rows, summary.skipped, summary.charset), (4, 1, Charset::Gb18030));
    let counts: Vec<_> = drafts.iter().map(|draft| (draft.arrived_qty, draft.arrived_cases, draft.closes)).collect();
    assert_eq!(counts, [(None, Some(2), true), (Some(18), None, true), (Some(0), None, true)]);
    assert_eq!((drafts[1].gross_g, drafts[1].net_g, drafts[1].rejected_qty), (Some(9500), Some(9000), 2));
    assert_eq!(drafts[2].sku_code, "0203");
}

#[test]
fn missing_columns_take_their_defaults_and_a_price_has_two_spellings() {
    let text = "sku_code,name,spec,supplier_code,case_size,cost_price,price_unit,unit_price\n\
                A,a,1,V,12,2.5,,\nB,b,1,V,12,2.5,箱,30\nC,c,1,V,12,,,\n";
    let mut faults = Faults::default();
    let skus = read_all::<Skus, _>(&mut Cursor::new(text), &settings(), &mut faults);
    assert!(faults.is_empty(), "{faults}");
    let prices: Vec<_> = skus.iter().map(|sku| (sku.price_unit, sku.unit_price)).collect();
    let want = [(PriceUnit::Piece, Some(Fen(250))), (PriceUnit::Case, Some(Fen(3000))), (PriceUnit::Piece, None)];
    assert_eq!(prices, want);
    assert_eq!((skus[0].unit.as_str(), skus[0].moq, skus[0].order_multiple, skus[0].keeps_stock), ("份", 0, 1, false));
}

#[test]
fn a_row_tells_which_columns_its_file_has() {
    let text = "supplier_code,name,phone\nA,a,\n";
    let read = read::<Suppliers, ()>(&mut Cursor::new(text), &settings(), |row| {
        assert!(row.heads.has("phone") && !row.heads.has("contact"));
        Ok(())
    });
    assert!(read.is_ok());
}

#[test]
fn the_receiver_can_stop() {
    let text = "supplier_code,name\nA,a\nB,b\n";
    let mut seen = 0;
    let read = read::<Suppliers, &str>(&mut Cursor::new(text), &settings(), |_| {
        seen += 1;
        Err("full")
    });
    assert!(matches!(read, Err(ReadError::Sink("full"))));
    assert_eq!(seen, 1);
}

#[test]
fn what_cannot_be_read_is_a_fault_too() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    impl Seek for Broken {
        fn seek(&mut self, _: std::io::SeekFrom) -> std::io::Result<u64> {
            Ok(0)
        }
    }
    let Err(ReadError::Faults(faults)) = read::<Orders, ()>(&mut Broken, &settings(), |_| Ok(())) else {
        panic!("nothing was read");
    };
    assert_eq!(faults[0].kind, FaultKind::Unreadable);
    assert!(faults[0].cause_en().contains("the disk is gone"));
}

/// Reads bytes as several kinds: whatever they are, the answer is drafts or faults.
fn read_anything(bytes: &[u8]) {
    let settings = settings();
    let mut faults = Faults::default();
    let _ = read_orders(bytes, |row| {
        let _ = row.key();
        let all: Vec<&str> = row.record.cells().collect();
        assert_eq!(all.len(), row.record.len());
    });
    read_all::<Skus, _>(&mut Cursor::new(bytes), &settings, &mut faults);
    read_all::<Receipts, _>(&mut Cursor::new(bytes), &settings, &mut faults);
    read_all::<super::leaders::Leaders, _>(&mut Cursor::new(bytes), &settings, &mut faults);
    for fault in faults.kept() {
        assert!(!fault.to_string().contains('\n'));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_anything(&bytes);
    }

    #[test]
    fn no_cells_under_sound_heads_make_reading_panic(
        cells in proptest::collection::vec("[-+=0-9.,\"'eE￥元%年:/ \t\r\n#a中\u{0}\u{202e}\u{fffd}]{0,12}", 0..60),
        heads in 0..3_usize,
    ) {
        let heads = [
            "order_no,leader_code,sku_code,ordered_qty,phone,paid_at,remark",
            "sku_code,name,spec,supplier_code,case_size,unit_price,nominal_weight_g",
            "receipt_no,po_no,sku_code,arrived_qty,gross_g,best_before,closes",
        ][heads];
        let rows: Vec<String> = cells.chunks(7).map(|row| row.join(",")).collect();
        let text = format!("{heads}\n{}\n", rows.join("\n"));
        read_anything(text.as_bytes());
        read_anything(&encoding_rs::GB18030.encode(&text).0);
    }

    #[test]
    fn a_whole_file_says_the_same_in_every_encoding(
        names in proptest::collection::vec("[a-z一-龥𠮷🍚é ,;\"]{1,20}", 1..20),
        ending in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let rows = names.iter().enumerate().map(|(n, name)| {
            format!("A-{n},L-1,S-1,1,\"{}\"{ending}", name.replace('"', "\"\""))
        });
        let text = format!("订单号,团长编码,商品编码,数量,居民{ending}{}", rows.collect::<String>());
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let files = [text.as_bytes().to_vec(), encoding_rs::GB18030.encode(&text).0.into_owned(), utf16];
        for bytes in files {
            let mut back = Vec::new();
            let read = read_orders(&bytes, |row| {
                let resident = row.draft.map(|draft| draft.resident.map(|name| name.into_owned()));
                back.push(resident.expect("a sound row").unwrap_or_default());
            });
            prop_assert!(read.is_ok());
            let want: Vec<&str> = names.iter().map(|name| name.trim()).collect();
            prop_assert_eq!(&back, &want);
        }
    }
}
