//! Every stage of DOMAIN 3.4's worked day told, for the SKU and for its lines.

use super::sample::*;
use super::*;
use crate::domain::facts::{BelowMinValue, BelowMoq, Offer, Rounding, ShortageRule};
use crate::domain::reason::Reason;
use crate::domain::states::CycleState;

fn codes(explanation: &Explanation) -> String {
    explanation.steps.iter().map(|step| step.code).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_stage_of_the_day_adds_its_steps_and_says_what_comes_next() {
    let mut book = frozen(&WORKED, |_| ());
    let check = |book: &Book, sku: &str, line: &str| {
        assert_eq!((codes(&explain_sku(book, 0)).as_str(), codes(&explain_line(book, 2)).as_str()), (sku, line));
    };
    check(&book, "demand next", "demand queue next");
    procure(&mut book, 0, None);
    check(&book, "demand net_need cases planned next", "demand queue next");
    receive(&mut book, 2, 1, false);
    check(&book, "demand net_need cases planned arrived expected supply next", "demand queue next");
    receive(&mut book, 4, 0, true);
    check(&book, "demand net_need cases planned arrived supply next", "demand queue next");
    share_out(&mut book, ShortageRule::FirstPaid);
    check(
        &book,
        "demand net_need cases planned arrived supply rule allocated refund",
        "demand queue rule share allocated refund",
    );
}

#[test]
fn the_worked_day_is_told_in_both_languages() {
    let mut book = frozen(&WORKED, |_| ());
    procure(&mut book, 0, None);
    receive(&mut book, 6, 0, true);
    share_out(&mut book, ShortageRule::FirstPaid);
    let sku = explain_sku(&book, 0);
    assert_eq!(sku.title.zh, "团期 261122 · 商品 0203 上海青：从订购到分配");
    assert_eq!(
        told(&sku, false),
        "demand: W1 仓：订购 5 袋（3 单，3 位居民），另可多拿 5 袋\n\
         net_need: 净需求 5 袋：没有可用库存，订购的都要买\n\
         cases: 净需求 5 袋 = 1 箱 × 3 袋 + 2 袋；凑整箱，余 2 袋 + 可多拿 5 袋 ≥ 3 袋，凑满一箱：2 箱（凑满整箱）\n\
         planned: 采购单 PO-261122-001（供应商 S1，草稿）：2 箱 × 3 袋 = 6 袋\n\
         arrived: PO-261122-001：应到 6 袋，实到 6 袋，已到齐\n\
         supply: 可分 6 袋 = 占用库存 0 袋 + 实到 6 袋 + 待到 0 袋\n\
         rule: 可分 6 袋 ≥ 订购 5 袋，够分：每单给足，余下的按排队先后补可多拿（缺货规则“先付先得”用不上）\n\
         allocated: 分出 6 袋：给足 3 单（其中 1 单另得可多拿共 1 袋）\n\
         refund: 应退合计 ¥8.00：2 单付了没给到的，按 ¥2.00/袋\n"
    );
    assert_eq!(
        told(&explain_line(&book, 1), true),
        "demand: order A2 at point P2: 1 袋 ordered at ¥2.00/袋, and up to 3 袋 of tolerance\n\
         queue: queued at 2026-11-22 10:01:00: number 2 of 3, the one before it ordered 3 袋 and got 4 袋\n\
         rule: supply 6 袋 ≥ 5 袋 ordered: every line in full, the rest fills tolerances in queue order (the rule \
         “first paid” is not needed)\n\
         share: there is enough: its 1 袋 first; of 1 袋 for tolerances those before it take 1 袋, 0 袋 are left for \
         its 3 袋: it gets 1 袋\n\
         allocated: it gets 1 袋, in full\n\
         refund: 4 袋 paid (with tolerance), 1 袋 given: 3 袋 × ¥2.00 = ¥6.00 to refund\n"
    );
    assert!(sku.steps.iter().all(|step| step.warehouse_code.as_deref() == Some("W1")));
}

/// The words of `code` for one line of `ordered` + `tolerance` and `stock`, in Chinese.
fn purchase(code: &str, (ordered, tolerance): (u32, u32), stock: u64, tweak: impl FnOnce(&mut Offer)) -> String {
    let mut book = frozen(&[(0, ordered, tolerance, None)], tweak);
    procure(&mut book, stock, None);
    zh(&explain_sku(&book, 0), code)
}

#[test]
fn rounding_spells_out_its_arithmetic() {
    let k5 = |rounding| move |offer: &mut Offer| (offer.case_size, offer.rounding) = (5, rounding);
    let check = |rounding, wanted, want: &str| assert_eq!(purchase("cases", wanted, 0, k5(rounding)), want);
    check(Rounding::Up, (11, 0), "净需求 11 袋 = 2 箱 × 5 袋 + 1 袋；向上取整，零头也进一箱：3 箱");
    check(
        Rounding::Fill,
        (11, 4),
        "净需求 11 袋 = 2 箱 × 5 袋 + 1 袋；凑整箱，余 1 袋 + 可多拿 4 袋 ≥ 5 袋，凑满一箱：3 箱（凑满整箱）",
    );
    check(
        Rounding::Fill,
        (11, 3),
        "净需求 11 袋 = 2 箱 × 5 袋 + 1 袋；凑整箱，余 1 袋 + 可多拿 3 袋 < 5 袋，凑不满，不买：2 箱（取整减量）",
    );
    check(Rounding::Down, (4, 9), "净需求 4 袋 = 0 箱 × 5 袋 + 4 袋；向下取整，余 4 袋不买：0 箱（不足整箱）");
    check(
        Rounding::Nearest,
        (12, 0),
        "净需求 12 袋 = 2 箱 × 5 袋 + 2 袋；就近取整，余 2 袋占一箱的 40%，不到 50%，不买：2 箱（取整减量）",
    );
    check(
        Rounding::Nearest,
        (13, 0),
        "净需求 13 袋 = 2 箱 × 5 袋 + 3 袋；就近取整，余 3 袋占一箱的 60%，够 50%，进一箱：3 箱",
    );
    check(Rounding::Up, (10, 0), "净需求 10 袋 = 2 箱 × 5 袋；正好整箱：2 箱");
    let third = purchase("cases", (4, 0), 0, |offer| offer.rounding = Rounding::Nearest);
    assert!(third.contains("占一箱的 33.3%，不到 50%"), "{third}");
}

#[test]
fn what_the_supplier_accepts_is_named_with_its_numbers() {
    let terms = |rounding, case_size, moq, order_multiple, below_moq| {
        move |offer: &mut Offer| {
            (offer.rounding, offer.case_size, offer.moq, offer.order_multiple) =
                (rounding, case_size, moq, order_multiple);
            offer.below_moq = below_moq;
        }
    };
    use Rounding::{Down, Fill, Up};
    let check = |code, wanted, tweak, want: &str| assert_eq!(purchase(code, wanted, 0, tweak), want);
    let raise = BelowMoq::Raise;
    check("moq", (4, 0), terms(Up, 5, 7, 1, raise), "5 袋低于起订量 7 袋；补足起订量，加到 10 袋：2 箱 = 10 袋");
    check(
        "moq",
        (4, 6),
        terms(Fill, 5, 7, 1, raise),
        "5 袋低于起订量 7 袋；补足起订量，净需求 4 袋 + 可多拿 6 袋 ≥ 10 袋：2 箱 = 10 袋",
    );
    check(
        "moq",
        (4, 4),
        terms(Fill, 5, 7, 1, raise),
        "5 袋低于起订量 7 袋；补足起订量，不够就补足，加到 10 袋：2 箱 = 10 袋",
    );
    check(
        "moq",
        (4, 4),
        terms(Fill, 5, 7, 1, BelowMoq::Cancel),
        "5 袋低于起订量 7 袋；不够就取消（低于起订量），每单得 0 袋：0 箱 = 0 袋",
    );
    check("moq", (10, 0), terms(Up, 5, 7, 1, raise), "");
    check(
        "order_multiple",
        (14, 0),
        terms(Up, 6, 0, 4, raise),
        "18 袋不是订货倍数 4 袋的整倍；按订货倍数，加到 24 袋：4 箱 = 24 袋",
    );
    check(
        "order_multiple",
        (19, 0),
        terms(Down, 6, 0, 4, raise),
        "18 袋不是订货倍数 4 袋的整倍；按订货倍数，向下取整，减到 12 袋：2 箱 = 12 袋",
    );
}

#[test]
fn stock_comes_off_the_need_first() {
    let check = |code, stock, want: &str| assert_eq!(purchase(code, (11, 0), stock, |_| ()), want);
    check("stock", 4, "可用库存 4 袋，为本团期占用 4 袋（不超过订购数）");
    check("net_need", 4, "净需求 7 袋 = 订购 11 袋 − 库存 4 袋");
    check("stock", 20, "可用库存 20 袋，为本团期占用 11 袋（不超过订购数）");
    check("net_need", 20, "净需求 0 袋：订购 11 袋，库存够，不用采购");
    check("cases", 20, "");
    let cancelled = purchase("stock", (4, 0), 3, |offer| {
        (offer.rounding, offer.moq, offer.below_moq, offer.case_size) = (Rounding::Fill, 9, BelowMoq::Cancel, 1);
    });
    assert_eq!(cancelled, "可用库存 3 袋，最后未占用（低于起订量取消）");
}

#[test]
fn a_failed_threshold_counts_all_warehouses_and_gives_nothing() {
    let mut book = frozen(&[(0, 3, 0, None), (2, 4, 0, None)], |offer| offer.threshold_qty = 8);
    procure(&mut book, 0, None);
    receive(&mut book, 0, 0, true);
    share_out(&mut book, ShortageRule::FirstPaid);
    let sku = explain_sku(&book, 0);
    assert_eq!(codes(&sku), "demand threshold rule allocated refund demand threshold rule allocated refund");
    let warehouses: Vec<_> = sku.steps.iter().filter_map(|step| step.warehouse_code.as_deref()).collect();
    assert_eq!(warehouses, ["W1", "W1", "W1", "W1", "W1", "W2", "W2", "W2", "W2", "W2"]);
    assert_eq!(sku.steps[1].words.zh, "成团数 8 袋，全部仓库共订 7 袋：未成团，每单得 0 袋，已付的全退");
    let line = explain_line(&book, 1);
    assert_eq!(codes(&line), "demand queue threshold allocated refund");
    assert_eq!(zh(&line, "allocated"), "应提 0 袋，比订购少 4 袋（未成团）");
    assert_eq!(figure(&line, "refund", "refund_fen"), Some(800));
}

#[test]
fn the_minimum_order_value_is_flagged_or_cancels() {
    let mut book = frozen(&WORKED, |_| ());
    book.suppliers[0].min_order_value = Fen(1000);
    procure(&mut book, 0, None);
    assert_eq!(
        zh(&explain_sku(&book, 0), "min_value"),
        "供应商 S1 在本仓共采购 ¥9.00，距起送金额 ¥10.00 还差 ¥1.00：提示采购，箱数不变"
    );
    book.suppliers[0].below_min_value = BelowMinValue::Cancel;
    procure(&mut book, 0, None);
    let sku = explain_sku(&book, 0);
    assert_eq!(
        zh(&sku, "min_value"),
        "供应商 S1 在本仓只凑到 ¥9.00，低于起送金额 ¥10.00，按约定取消：0 箱，每单得 0 袋"
    );
    assert_eq!(codes(&sku), "demand net_need cases min_value next");
    book.suppliers[0].min_order_value = Fen(900);
    procure(&mut book, 0, None);
    assert_eq!(zh(&explain_sku(&book, 0), "min_value"), "");
}

#[test]
fn the_buyers_edit_keeps_its_words() {
    let mut book = frozen(&WORKED, |_| ());
    procure(&mut book, 0, Some(1));
    let sku = explain_sku(&book, 0);
    assert_eq!(zh(&sku, "buyer_edit"), "采购改单：PO-261122-001 定为 1 箱（建议 2 箱），原因：产地缺货");
    assert_eq!(zh(&sku, "planned"), "采购单 PO-261122-001（供应商 S1，草稿）：1 箱 × 3 袋 = 3 袋");
    procure(&mut book, 0, Some(5));
    assert_eq!(zh(&explain_sku(&book, 0), "surplus"), "富余 5 袋：超出订购与可多拿");
}

#[test]
fn arrivals_are_told_by_purchase_order() {
    let mut book = frozen(&WORKED, |_| ());
    procure(&mut book, 2, None);
    let check = |book: &mut Book, (arrived, rejected, closed), want: &[&str]| {
        receive(book, arrived, rejected, closed);
        let sku = explain_sku(book, 0);
        assert_eq!([zh(&sku, "arrived"), zh(&sku, "expected"), zh(&sku, "supply")].as_slice(), want);
    };
    let po = "PO-261122-001：应到 3 袋，实到";
    let (first, none) = (format!("{po} 1 袋，拒收 1 袋"), String::new());
    let still = "PO-261122-001：还待到 1 袋，收齐前按会到计算";
    check(&mut book, (1, 1, false), &[&first, still, "可分 4 袋 = 占用库存 2 袋 + 实到 1 袋 + 待到 1 袋"]);
    let closed = format!("{po} 1 袋，拒收 1 袋，不再来货，少 1 袋");
    check(&mut book, (1, 1, true), &[&closed, &none, "可分 3 袋 = 占用库存 2 袋 + 实到 1 袋 + 待到 0 袋"]);
    let over = format!("{po} 5 袋，多来 2 袋，已到齐");
    check(&mut book, (5, 0, true), &[&over, &none, "可分 7 袋 = 占用库存 2 袋 + 实到 5 袋 + 待到 0 袋"]);
    share_out(&mut book, ShortageRule::FirstPaid);
    receive(&mut book, 6, 0, true);
    let later = zh(&explain_sku(&book, 0), "supply");
    assert_eq!(later, "可分 8 袋 = 占用库存 2 袋 + 实到 6 袋 + 待到 0 袋；上次分配时是 7 袋，再次分配后才按新数");
}

#[test]
fn what_is_left_over_goes_to_stock_where_the_sku_keeps_any() {
    let rows = [(0, 3, 2, None), (1, 1, 1, None), (0, 1, 0, None)];
    for (keeps_stock, want) in [(true, "剩 2 袋转库存"), (false, "剩 2 袋留在仓库（本商品不记库存）")]
    {
        let mut book = frozen(&rows, |offer| offer.keeps_stock = keeps_stock);
        procure(&mut book, 0, None);
        receive(&mut book, 10, 0, true);
        share_out(&mut book, ShortageRule::FirstPaid);
        let sku = explain_sku(&book, 0);
        assert_eq!(zh(&sku, "leftover"), want);
        assert_eq!(figure(&sku, "allocated", "allocated_qty"), Some(8));
    }
}

#[test]
fn money_of_an_unpaid_line_is_due_at_pickup() {
    let mut book = frozen(&WORKED, |_| ());
    book.orders.is_paid[0] = false;
    procure(&mut book, 0, None);
    receive(&mut book, 6, 0, true);
    share_out(&mut book, ShortageRule::FirstPaid);
    assert_eq!(zh(&explain_line(&book, 0), "due"), "未付：提货时收 4 袋 × ¥2.00 = ¥8.00");
    assert_eq!(zh(&explain_line(&book, 1), "refund"), "已付 4 袋（含可多拿），得 1 袋，应退 3 袋 × ¥2.00 = ¥6.00");
    assert_eq!(zh(&explain_line(&book, 2), "refund"), "已付 1 袋，得 1 袋，不用退");
    assert_eq!(figure(&explain_sku(&book, 0), "refund", "refund_fen"), Some(600));
}

#[test]
fn corrections_are_named_and_wait_for_the_next_allocation() {
    let mut book = frozen(&WORKED, |_| ());
    procure(&mut book, 0, None);
    receive(&mut book, 6, 0, true);
    share_out(&mut book, ShortageRule::FirstPaid);
    // Line 0 was cancelled and line 2 added after the sharing.
    (book.lines.ordered[0], book.lines.tolerance[0], book.lines.allocated[0], book.lines.allocated[2]) = (0, 0, 0, 0);
    book.lines.charged.extend([(0, 5), (2, 1)]);
    book.lines.added_at.insert(2, at("2026-11-23 01:30"));
    book.lines.reasons.extend([(0, Reason::Cancelled), (2, Reason::LateAdd)]);
    let gone = explain_line(&book, 0);
    assert_eq!(codes(&gone), "demand correction allocated refund");
    assert_eq!(zh(&gone, "correction"), "截单后已取消，原按 5 袋付款");
    assert_eq!(zh(&gone, "allocated"), "应提 0 袋（已取消）");
    assert_eq!(figure(&gone, "refund", "refund_fen"), Some(1000));
    let added = explain_line(&book, 2);
    assert_eq!(codes(&added), "demand correction queue allocated refund next");
    assert_eq!(zh(&added, "correction"), "截单后补单，2026-11-23 01:30:00 加入，按 1 袋付款");
    assert!(zh(&added, "queue").starts_with("按 2026-11-23 01:30:00 排队：第 2 位，共 2 单，前面 1 单"), "{added:?}");
    let sku = explain_sku(&book, 0);
    assert_eq!(zh(&sku, "correction"), "采购后有改单：采购时按订购 5 袋、可多拿 5 袋计算");
    assert_eq!(zh(&sku, "next"), "下一步：再次分配，补单按排队参加");
    assert!(zh(&sku, "allocated").ends_with("；分配时分出 6 袋，此后有改单"), "{sku:?}");
    // The line before it holds less than the present figures would give.
    assert!(zh(&explain_line(&book, 1), "kept").starts_with("实得 1 袋，与按现在的数算出的 4 袋不同"));
}

#[test]
fn a_cancelled_cycle_has_nothing_next() {
    let mut book = frozen(&WORKED, |_| ());
    book.cycle.state = CycleState::Cancelled;
    assert_eq!(codes(&explain_sku(&book, 0)), "demand");
    assert_eq!(codes(&explain_line(&book, 0)), "demand queue");
}

#[test]
fn an_offer_nobody_ordered_says_so() {
    let book = frozen(&[], |_| ());
    let sku = explain_sku(&book, 0);
    assert_eq!((codes(&sku).as_str(), zh(&sku, "demand").as_str()), ("demand", "订购 0 袋：没有人订购"));
}
