//! Every rule of the audit, in the order in which they run.

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::rows::{BalanceRow, CoordinateRow, LogRow};
use crate::check::{
    allocation, answers, closing, counters, document_changes, document_totals, documents, ground, handover, losses,
    orders, planned, procurement, purchasing, queue, receiving, refunds, road, security, shares, slots, states, stock,
    weights,
};

/// A rule's name and what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// Stable, as in JSON.
    pub code: &'static str,
    /// What is wrong where the rule is broken, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
}

/// A rule over `T`: all rows of a cycle, or the stock balances of all cycles.
pub struct Rule<T: ?Sized> {
    pub described: Described,
    pub check: fn(&T, &mut Report),
}

impl<T: ?Sized> AsRef<Described> for Rule<T> {
    fn as_ref(&self) -> &Described {
        &self.described
    }
}

const fn rule(code: &'static str, zh: &'static str, en: &'static str, check: fn(&Day, &mut Report)) -> Rule<Day> {
    Rule { described: Described { code, zh, en }, check }
}

/// The rules over one cycle.
pub const CYCLE_RULES: &[Rule<Day>] = &[
    // What the cycle is, and what may be there in its state.
    rule("cycle_frozen", "团期状态与版本、截单时间不符", "the cycle's state contradicts its version", states::frozen),
    rule("cycle_versions", "团期版本号不连续", "the cycle's versions are not 1 to n", states::versions),
    rule(
        "fact_version",
        "记录的版本超出团期版本",
        "a fact has a version that the cycle has not",
        states::fact_versions,
    ),
    rule("fact_state", "团期当前状态不应有此记录", "a fact that the cycle's state does not allow", states::fact_states),
    rule(
        "fact_missing",
        "团期当前状态缺少应有记录",
        "a fact that the cycle's state demands is missing",
        states::facts_missing,
    ),
    rule("stray_row", "记录没有所属的行", "a row belongs to nothing", states::strays),
    // Orders and lines.
    rule(
        "order_state",
        "订单状态与付款时间或团期不符",
        "the order's state contradicts its payment or cycle",
        orders::states,
    ),
    rule("order_empty", "订单没有商品行", "the order has no line", orders::empty),
    rule(
        "order_point",
        "参团订单的自提点未抄入团期",
        "the point of a taking-part order was not copied",
        orders::points,
    ),
    rule("order_person", "订单的居民与其资料不是同一人", "the order's resident and details differ", orders::people),
    rule("line_no", "订单内行号重复", "a line number occurs twice in an order", orders::line_numbers),
    rule("line_qty", "商品行数量超出范围", "a line's quantity is out of range", orders::quantities),
    rule("correction", "改单与原订单不符", "a correction contradicts its order", orders::corrections),
    // What is counted while orders come in.
    rule("offer_counter", "已售件数与订单不符", "pieces sold differ from the orders", counters::offers),
    rule(
        "resident_counter",
        "居民已订件数与订单不符",
        "a resident's pieces differ from their orders",
        counters::residents,
    ),
    rule("live_totals", "实时汇总与订单不符", "live totals differ from the orders", counters::live_totals),
    rule("handed_out", "核销件数超出应提", "more was handed out than the line was given", counters::handed),
    // What leaders told of goods at their points.
    rule("leader_receipt", "团长收货的应到数与分配不符", "what a leader's count says was due was not", handover::due),
    rule(
        "handover_loss",
        "交接损差超出少货或应提",
        "more is lost at a point than is missing or was to be had",
        handover::losses,
    ),
    rule(
        "loss_posting",
        "交接损差入账的版本不符",
        "a loss at a point stands in the books at a version that posted none",
        losses::postings,
    ),
    rule("after_sales", "售后金额超出商品金额", "more goes back for bad goods than they cost", handover::cases),
    // What was weighed.
    rule(
        "weighed_label",
        "称签的商品、自提点或号码不成立",
        "a weighed label's goods, point or number are not sound",
        weights::labels,
    ),
    rule(
        "weight_binding",
        "称签绑定与订单行、自提点或应提件数不符",
        "a label is bound beyond its goods, its point or the pieces given",
        weights::bindings,
    ),
    rule(
        "weight_adjustment",
        "称重差额与称签不符",
        "a settled weight differs from what the labels say",
        weights::adjustments,
    ),
    // What was told of the road.
    rule(
        "road_fact",
        "在路上的记录不属于本团期的车次或站点",
        "what was told is of no trip or stop of the cycle",
        road::told,
    ),
    rule("tote_move", "筐箱往来与交接不符", "totes moved without an act, or other than the ledger says", road::totes),
    rule("discrepancy", "差异与两边的数不符", "a difference is not what the two counts say", road::differences),
    rule("discrepancy_word", "差异的处理超出差额或串货不成对", "a word settles more than differs", road::words),
    // What the freeze wrote.
    rule("closing_figures", "截单数字与订单行不符", "closing figures differ from the order lines", closing::figures),
    rule(
        "closing_checksum",
        "截单校验码与订单行不符",
        "the closing checksum differs from the order lines",
        closing::checksum,
    ),
    rule("cycle_hours", "按小时统计与订单不符", "hourly figures differ from the orders", closing::hours),
    rule("copied_card", "截单时应抄入团期的资料缺失", "what the freeze should have copied is missing", slots::copies),
    rule(
        "receiving_warehouse",
        "收货仓不是自己的收货仓",
        "a receiving warehouse does not receive for itself",
        slots::receiving,
    ),
    rule("slot_no", "格口号不连续或不按线路站序", "slots are not 1 to n along routes and stops", slots::numbers),
    // Demand to purchase.
    rule(
        "procurement_demand",
        "采购依据的订购数与订单行不符",
        "procurement decided on other demand than the lines",
        procurement::demand,
    ),
    rule(
        "procurement_stock",
        "采购占用库存超出范围",
        "stock reserved at procurement is out of bounds",
        procurement::stock,
    ),
    rule("procurement_need", "净需求不等于订购减可用库存", "net need is not ordered less stock", procurement::need),
    rule(
        "procurement_threshold",
        "成团判断与订购总数不符",
        "threshold_met contradicts the pieces ordered",
        procurement::threshold,
    ),
    rule(
        "procurement_cases",
        "建议箱数与取整规则不符",
        "cases differ from what the rounding rules give",
        procurement::cases,
    ),
    rule(
        "procurement_min_value",
        "起送金额取消不成立",
        "a minimum order value was applied wrongly",
        procurement::min_value,
    ),
    rule("procurement_reason", "采购原因不认识", "the reason of a procurement line is unknown", procurement::reasons),
    rule("purchase_order_no", "采购单号格式不对", "the purchase order's number is malformed", purchasing::numbers),
    rule(
        "purchase_order_state",
        "采购单状态与发送、收货不符",
        "the purchase order's state contradicts its facts",
        purchasing::states,
    ),
    rule(
        "purchase_line_pieces",
        "采购件数不等于箱数乘箱规",
        "planned pieces are not cases times case size",
        purchasing::pieces,
    ),
    rule(
        "purchase_line_cases",
        "采购箱数不等于建议箱数",
        "purchased cases differ from the suggested",
        purchasing::cases,
    ),
    rule("purchase_answer", "供应商回复不成立", "a supplier's answer is not sound", answers::given),
    rule(
        "purchase_answer_planned",
        "供应商回复与采购箱数不符",
        "what a supplier will deliver is not what is planned",
        answers::planned,
    ),
    rule("receipt_count", "收货次数或数量不成立", "receipt counts are not sound", receiving::counts),
    // Supply to lines.
    rule(
        "allocation_demand",
        "分配依据的订购数与订单行不符",
        "allocation decided on other demand than the lines",
        shares::demand,
    ),
    rule(
        "allocation_supply",
        "可分件数与库存、到货、待到不符",
        "supply is not reserved, arrived and expected",
        shares::supply,
    ),
    rule("allocation_sum", "分配合计与各行不符", "the allocated sum differs from its lines", shares::sums),
    rule("allocation_leftover", "结余不等于可分减已分", "leftover is not supply less allocated", shares::leftover),
    rule(
        "allocation_over_supply",
        "各行应提超过已分配合计",
        "lines hold more than was shared out",
        shares::over_supply,
    ),
    rule("allocation_rule", "分配规则不认识", "the allocation rule is unknown", shares::rule_names),
    rule(
        "allocation_bounds",
        "应提超出订购加可多拿",
        "a line holds more than ordered and tolerance",
        allocation::bounds,
    ),
    rule("allocation_reason", "应提少于订购却没有原因", "a reduced line carries no reason", allocation::reasons),
    rule(
        "allocation_threshold",
        "未成团的商品仍有应提",
        "a line of an offer below its threshold holds pieces",
        allocation::threshold,
    ),
    rule(
        "allocation_full_supply",
        "货够却少分",
        "a line got less than ordered though supply suffices",
        allocation::full_supply,
    ),
    rule(
        "allocation_unshared",
        "尚未分配的商品已有应提",
        "a line holds pieces of an offer not yet shared",
        allocation::unshared,
    ),
    rule("allocation_order", "缺货分配与规则不符", "a shortage was not shared by its rule", queue::order),
    // Money back.
    rule("refund_order", "退款对象不是已付的参团订单", "a refund is not of a paid order", refunds::orders),
    rule("refund_sum", "退款额不等于明细之和", "a refund is not the sum of its lines", refunds::sums),
    rule("refund_line", "退款明细没有对应的商品行", "a refund line has no order line", refunds::lines),
    rule("refund_target", "退款合计与应退不符", "refunds differ from what must go back", refunds::targets),
    rule("refund_over_paid", "退款超过已付", "more is refunded than was paid", refunds::paid),
    // Stock.
    rule("stock_move", "库存流水缺少团期版本", "a stock move of a cycle is malformed", stock::shapes),
    rule(
        "stock_cycle",
        "团期库存增减与结余不符",
        "the cycle's stock moves differ from what was left",
        stock::cycle_moves,
    ),
    // Trips and sheets.
    rule("trip", "车次与线路不符", "trips differ from the routes", documents::trips),
    rule(
        "route_points",
        "排线的站点与有单的自提点不符",
        "a plan serves other points than have orders",
        planned::points,
    ),
    rule("route_order", "排线的站序或车辆不成立", "stops or vehicles of a plan are not sound", planned::orders),
    rule("route_times", "排线的时间前后不符或超出时段", "a plan is late, or faster than its way", planned::times),
    rule("route_loads", "排线的货量或里程与明细不符", "loads or ways of a plan do not add up", planned::loads),
    rule("route_capacity", "排线超出车辆载量", "a plan loads a vehicle with more than it holds", planned::capacities),
    rule("route_edit", "人工指定的车没有照办", "a point is with another vehicle than a person chose", planned::edits),
    rule("document_missing", "应有的单据未登记", "a sheet that should exist is not registered", documents::missing),
    rule("document_key", "单据的键不认识", "a sheet is registered for a thing that does not exist", documents::keys),
    rule("document_no", "单据号不对", "a sheet's number is malformed or not its own", documents::numbers),
    rule(
        "document_change",
        "改单通知没有新旧单据",
        "a difference sheet lacks its old or new sheet",
        documents::changes,
    ),
    rule(
        "document_change_figure",
        "改单通知的商品或数字与各行不符",
        "a difference sheet names other goods or figures than the rows",
        document_changes::figures,
    ),
    rule("document_total", "单据合计与各行不符", "a sheet's total differs from its rows", document_totals::totals),
];

/// The rule over the stock balances of all cycles.
pub const STOCK_BALANCE: Rule<[BalanceRow]> = Rule {
    described: Described { code: "stock_balance", zh: "账面库存为负", en: "a book figure is below zero" },
    check: stock::balances,
};

/// The rule over the security log.
pub const SECURITY_CHAIN: Rule<[LogRow]> = Rule {
    described: Described {
        code: "security_chain",
        zh: "安全日志被改动或缺行",
        en: "the security log was changed, or a row is gone",
    },
    check: security::chains,
};

/// The rule over the coordinates of points, warehouses and places.
pub const COORDINATE: Rule<[CoordinateRow]> = Rule {
    described: Described {
        code: "coordinate",
        zh: "坐标与所给的不是一处",
        en: "coordinates are not where the given ones say",
    },
    check: ground::places,
};

/// How many rules there are.
pub const RULE_COUNT: u64 = CYCLE_RULES.len() as u64 + 3;

/// Every rule's name and words, in the order in which they run.
pub fn all_rules() -> impl Iterator<Item = &'static Described> {
    CYCLE_RULES.iter().map(|rule| &rule.described).chain([
        &STOCK_BALANCE.described,
        &SECURITY_CHAIN.described,
        &COORDINATE.described,
    ])
}
