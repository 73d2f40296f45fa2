//! Each rule's arithmetic told for a line, and figures that agree with the rules and add up.

use super::sample::*;
use super::*;
use crate::domain::facts::{Rounding, ShortageRule};
use proptest::prelude::*;

/// Supply 4 for lines a 3 (point P1), b 2 and c 1 (point P2), as in the table of the sharing rules.
const SHORT: [Row; 3] = [(0, 3, 0, None), (1, 2, 0, None), (1, 1, 0, None)];

fn shared(rows: &[Row], supply: u64, rule: ShortageRule) -> Book {
    let mut book = frozen(rows, |offer| (offer.rounding, offer.case_size) = (Rounding::Up, 1));
    procure(&mut book, 0, None);
    receive(&mut book, supply, 0, true);
    share_out(&mut book, rule);
    book
}

#[test]
fn each_rule_tells_its_own_arithmetic() {
    let check = |rule, line, code, want: &str| {
        assert_eq!(zh(&explain_line(&shared(&SHORT, 4, rule), line), code), want, "{rule:?}, line {line}");
    };
    use ShortageRule::*;
    check(FirstPaid, 0, "share", "排在最前，4 袋里订购 3 袋：得 3 袋");
    check(FirstPaid, 1, "share", "4 袋里前面 1 单要 3 袋，轮到本单剩 1 袋，订购 2 袋：得 1 袋");
    check(FirstPaid, 1, "allocated", "应提 1 袋，比订购少 1 袋（少货）");
    let queue = "按 2026-11-22 10:02:00 排队：第 3 位，共 3 单，前面 2 单共订 5 袋，得 4 袋";
    check(FirstPaid, 2, "queue", queue);
    let half = "余数 2/6；零头 1 袋给余数最大的 1 单";
    check(
        Proportional,
        0,
        "share",
        "4 袋 × 本单订购 3 袋 ÷ 全部 6 袋 = 2 袋，余数 0/6；零头 1 袋给余数最大的 1 单，余数排第 3：得 2 袋",
    );
    check(Proportional, 1, "share", &format!("4 袋 × 本单订购 2 袋 ÷ 全部 6 袋 = 1 袋，{half}，余数排第 2：得 1 袋"));
    check(
        Proportional,
        2,
        "share",
        "4 袋 × 本单订购 1 袋 ÷ 全部 6 袋 = 0 袋，余数 4/6；零头 1 袋给余数最大的 1 单，余数排第 1：得 1 袋",
    );
    check(
        EqualShare,
        0,
        "share",
        "4 袋走满 1 轮用 3 袋，余 1 袋再给排在前面还要的 1 单，本单在还要的里排第 1：得 2 袋",
    );
    check(
        EqualShare,
        2,
        "share",
        "4 袋走满 1 轮用 3 袋，余 1 袋再给排在前面还要的 1 单，本单订购 1 袋，已给足：得 1 袋",
    );
    check(LeaderBalanced, 1, "point_share", "4 袋 × 自提点 P2 订购 3 袋 ÷ 全部 6 袋 = 2 袋，余数 0/6：得 2 袋");
    check(LeaderBalanced, 1, "share", "点内：排在最前，2 袋里订购 2 袋：得 2 袋");
    check(LeaderBalanced, 2, "share", "点内：2 袋里前面 1 单要 2 袋，轮到本单剩 0 袋，订购 1 袋：得 0 袋");
    check(
        MostHouseholds,
        0,
        "share",
        "订得少的先给，本单排第 3 位（共 3 单）；4 袋里前面 2 单要 3 袋，轮到本单剩 1 袋，订购 3 袋：得 1 袋",
    );
    check(Pinned, 2, "share", "4 袋里前面 2 单要 5 袋，轮到本单剩 0 袋，订购 1 袋：得 0 袋");
}

#[test]
fn the_rule_in_force_is_named_with_its_meaning() {
    let meanings = [
        (ShortageRule::FirstPaid, "按排队先后，前一单给足再给下一单"),
        (ShortageRule::Proportional, "按订购数的比例分，零头给余数最大的"),
        (ShortageRule::EqualShare, "按排队一轮轮分，每轮每单 1 袋，分完为止"),
        (ShortageRule::LeaderBalanced, "先按各自提点订购数的比例分到点，点内按排队先后"),
        (ShortageRule::MostHouseholds, "订得少的先给，同样多的按排队，让尽量多的户拿到"),
        (ShortageRule::Pinned, "手工指定的先给，其余按排队先后"),
    ];
    for (rule, meaning) in meanings {
        let book = shared(&SHORT, 4, rule);
        let want = format!("可分 4 袋 < 订购 6 袋，缺 2 袋，规则“{}”：{meaning}", rule.zh());
        assert_eq!(zh(&explain_sku(&book, 0), "rule"), want);
        assert_eq!(zh(&explain_line(&book, 0), "rule"), want);
    }
}

#[test]
fn pins_come_before_the_rule() {
    let book = shared(&[(0, 3, 0, None), (1, 2, 1, Some(9)), (1, 1, 0, None)], 5, ShortageRule::Proportional);
    let pinned = explain_line(&book, 1);
    let words = "手工指定 3 袋，先于规则；前面指定的要 0 袋，轮到本单剩 5 袋：得 3 袋";
    assert_eq!(zh(&pinned, "pin"), words);
    assert_eq!(zh(&pinned, "allocated"), "应提 3 袋，其中可多拿 1 袋（手工指定）");
    let rule = zh(&explain_sku(&book, 0), "rule");
    let start = "可分 5 袋，先给手工指定的 1 单 3 袋；其余：可分 2 袋 < 订购 4 袋，缺 2 袋，规则“按比例”";
    assert!(rule.starts_with(start), "{rule}");
    assert!(zh(&explain_line(&book, 0), "share").starts_with("2 袋 × 本单订购 3 袋 ÷ 全部 4 袋 = 1 袋，余数 2/4"));
}

#[test]
fn no_words_name_people() {
    let book = shared(&SHORT, 4, ShortageRule::LeaderBalanced);
    let all = format!("{:?}{:?}", explain_sku(&book, 0), explain_line(&book, 0));
    for name in ["刘团长", "13600003333", "张三农场"] {
        assert!(!all.contains(name), "{name}");
    }
}

fn row() -> impl Strategy<Value = Row> {
    (0u32..3, 1u32..6, 0u32..4, prop::option::weighted(0.15, 0u32..8))
}

fn get(explanation: &Explanation, code: &str, key: &str) -> i64 {
    figure(explanation, code, key).unwrap_or_else(|| panic!("{code} tells {key}: {explanation:?}"))
}

proptest! {
    #[test]
    fn a_lines_share_is_what_the_rule_gives_and_sums_add_up(
        rows in prop::collection::vec(row(), 1..9), supply in 0u64..30, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        let book = shared(&rows, supply, rule);
        let (mut allocated, mut back) = (0, 0);
        for line in 0..rows.len() as u32 {
            let told = explain_line(&book, line);
            let given = i64::from(book.lines.allocated[line as usize]);
            let share = told.steps.iter().rev().find_map(|s| s.figures.iter().find(|f| f.0 == "share_qty"));
            prop_assert_eq!(share, Some(&("share_qty", given)), "{:?}", told);
            prop_assert!(told.steps.iter().all(|step| step.code != "kept"));
            allocated += get(&told, "allocated", "allocated_qty");
            back += get(&told, "refund", "refund_fen");
        }
        let sku = explain_sku(&book, 0);
        let sum = |code: &str, key: &str| -> i64 {
            let figures = sku.steps.iter().filter(|step| step.code == code).flat_map(|step| &step.figures);
            figures.filter(|(name, _)| *name == key).map(|(_, value)| *value).sum()
        };
        prop_assert_eq!(sum("demand", "ordered_qty"), rows.iter().map(|row| i64::from(row.1)).sum::<i64>());
        prop_assert_eq!(sum("allocated", "allocated_qty"), allocated);
        prop_assert_eq!(sum("refund", "refund_fen"), back);
        prop_assert_eq!(sum("supply", "supply_qty"), allocated + sum("leftover", "leftover_qty"));
        let parts = ["reserved_qty", "arrived_qty", "expected_qty"].map(|key| sum("supply", key));
        prop_assert_eq!(sum("supply", "supply_qty"), parts.iter().sum::<i64>());
        let lines = ["lines_full", "lines_reduced", "lines_zero"].map(|key| sum("allocated", key));
        prop_assert_eq!(sum("demand", "line_count"), lines.iter().sum::<i64>());
        let kept = sum("demand", "ordered_qty") + sum("allocated", "extra_qty") - sum("allocated", "short_qty");
        prop_assert_eq!(kept, allocated);
    }

    #[test]
    fn cases_follow_from_the_need_for_every_policy(
        wanted in (1u32..40, 0u32..9), stock in 0u64..20, case_size in 1u32..8, moq in 0u32..20, multiple in 1u32..7,
        rounding in prop::sample::select(Rounding::ALL)
    ) {
        let mut book = frozen(&[(0, wanted.0, wanted.1, None)], |offer| {
            (offer.rounding, offer.case_size, offer.moq, offer.order_multiple) = (rounding, case_size, moq, multiple);
        });
        procure(&mut book, stock, None);
        let sku = explain_sku(&book, 0);
        let need = get(&sku, "net_need", "net_need");
        prop_assert_eq!(need, get(&sku, "net_need", "ordered_qty") - get(&sku, "net_need", "from_stock_qty"));
        if need == 0 {
            return Ok(());
        }
        let whole = get(&sku, "cases", "full_cases") * get(&sku, "cases", "case_size");
        prop_assert_eq!(need, whole + get(&sku, "cases", "loose_pieces"));
        let by_policy = get(&sku, "cases", "cases_by_policy");
        let moved = figure(&sku, "moq", "cases").or(figure(&sku, "order_multiple", "cases"));
        let planned = figure(&sku, "planned", "cases_planned").unwrap_or(0);
        prop_assert_eq!(moved.unwrap_or(by_policy), planned);
        prop_assert_eq!(book.procurement[0].cases_suggested as i64, planned);
    }
}
