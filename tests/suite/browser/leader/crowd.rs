//! A point of 300 households in a cycle that is paid at pickup, its goods all there.

use std::sync::OnceLock;

use crate::app::{Start, TestApp, arg};
use crate::intake::open_day_paid;

pub const LEADER: &str = "L99";
pub const POINT: &str = "P99";
/// Households of the point.
pub const COUNT: usize = 300;

const LEADERS: &str = "leader_code,name,phone,point_code,point_name,warehouse_code,window_start,window_end\n\
    L99,林秀英,19900009999,P99,幸福里 3 号点,C1,10:00,21:00\n";

/// Households that tests look for: building, unit, room, name, nickname, phone, chain number, remark.
const KNOWN: [[&str; 8]; 6] = [
    ["3", "2", "1502", "王小芳", "小芳妈", "13800008127", "18", "放门口就行"],
    ["3", "2", "1501", "王刚", "", "13800004410", "19", ""],
    ["5", "1", "0203", "赵春梅", "<script>document.title='ran'</script>", "13800000511", "20", "<b>bold</b>"],
    ["5", "1", "0204", "𠮷野家", "👨‍👩‍👧‍👦幸福一家人👑🌸", "13800000512", "21", ""],
    [
        "6",
        "3",
        "101",
        "欧阳娜娜",
        "隔壁老王家的二姑娘的同学的表妹小可爱",
        "13800000513",
        "22",
        "不要葱，不要香菜，多给一个袋子，谢谢团长大人每天辛苦了",
    ],
    ["", "", "", "曾龘", "\"O'Neil\" 龘龘", "13800000514", "23", ""],
];

/// Where an ordinary household lives, by its number from 0.
pub fn address(number: usize) -> (usize, usize, usize) {
    let (floor, door) = (number % 30 / 2 + 1, number % 2 + 1);
    (10 + number / 60, 1 + number / 30 % 2, floor * 100 + door)
}

/// The day, brought to its allocation.
pub fn day() -> TestApp {
    static DAY: OnceLock<Start> = OnceLock::new();
    let mut app = DAY.get_or_init(|| make().keep()).app();
    app.now = "2026-11-23 12:00".to_owned();
    app
}

fn make() -> TestApp {
    let mut app = open_day_paid("at_pickup");
    let leaders = app.file("leaders.csv", LEADERS);
    app.tuan(&["import", "leaders", arg(&leaders)]).done();
    let orders = app.file("crowd.csv", orders());
    app.tuan(&["import", "orders", arg(&orders), "--cycle", "261122"]).done();
    app.now = "2026-11-22 23:00".to_owned();
    for step in [["cutoff", "261122"].as_slice(), &["procure", "261122"]] {
        app.tuan(step).done();
    }
    app.now = "2026-11-23 03:00".to_owned();
    for step in [["receive", "261122", "--all-as-planned"].as_slice(), &["allocate", "261122"]] {
        app.tuan(step).done();
    }
    app
}

fn orders() -> String {
    let mut text = "order_no,leader_code,point_code,sku_code,ordered_qty,chain_no,resident,nickname,phone,building,unit_no,room,paid_at,remark\n".to_owned();
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for (at, [building, unit, room, name, nickname, phone, chain_no, remark]) in KNOWN.into_iter().enumerate() {
        for (sku, qty) in [("K001", 2), ("K002", 1), ("K007", 1)] {
            text += &format!(
                "261122-K{at},{LEADER},{POINT},{sku},{qty},{chain_no},{},{},{phone},{building},{unit},{room},2026-11-22 20:00:00,{}\n",
                cell(name),
                cell(nickname),
                cell(remark)
            );
        }
    }
    const SURNAMES: [&str; 6] = ["陈", "李", "张", "刘", "黄", "周"];
    for number in 0..COUNT - KNOWN.len() {
        let (building, unit, room) = address(number);
        let (name, phone) = (format!("{}建国", SURNAMES[number % 6]), 13_920_000_000 + number);
        // Every tenth still owes its money.
        let paid_at = if number % 10 == 9 { "" } else { "2026-11-22 20:00:00" };
        for sku in 1..=1 + number % 3 {
            text += &format!(
                "261122-C{number:03},{LEADER},{POINT},K{sku:03},{},{},{name},,{phone},{building},{unit},{room},{paid_at},\n",
                1 + number % 2,
                100 + number
            );
        }
    }
    text
}
