//! Why a number is what it is: every step that changes one leaves a reason.

use crate::domain::facts::coded;

coded! {
    /// Why a line's or an offer's figure differs from what was ordered.
    Reason {
        /// The offer did not reach its threshold; everything of it is refunded.
        ThresholdNotMet = "threshold_not_met", "未成团";
        /// Rounding to whole cases left no case.
        BelowCase = "below_case", "不足整箱";
        /// The minimum order quantity was not reached and the offer says cancel.
        BelowMoq = "below_moq", "低于起订量";
        /// The supplier's minimum order value was not reached and the supplier says cancel.
        BelowMinValue = "below_min_value", "低于起送金额";
        /// Cases were raised to the minimum order quantity.
        RaisedToMoq = "raised_to_moq", "补足起订量";
        /// Cases were moved to a multiple the supplier accepts.
        OrderMultiple = "order_multiple", "按订货倍数";
        /// Tolerance filled the last case.
        FilledCase = "filled_case", "凑满整箱";
        /// Rounding down or to the nearest case left pieces unbought.
        RoundedDown = "rounded_down", "取整减量";
        /// The buyer overwrote the cases.
        BuyerEdit = "buyer_edit", "采购改单";
        /// Stock covered the whole need.
        FromStock = "from_stock", "库存满足";
        /// Less was bought than ordered (the supplier has none, or the buyer cut it).
        Shortage = "shortage", "缺货";
        /// What was bought arrived short.
        ShortDelivery = "short_delivery", "少货";
        /// The line was pinned by hand.
        Pinned = "pinned", "手工指定";
        /// Tolerance was given.
        ToleranceFilled = "tolerance_filled", "可多拿已给";
        /// The line was cancelled after the freeze.
        Cancelled = "cancelled", "已取消";
        /// The line was changed after the freeze.
        Corrected = "corrected", "改单";
        /// The line was added after the freeze and waits for the next allocation.
        LateAdd = "late_add", "补单待分配";
        /// Supply came back: the line has its full quantity again.
        Restored = "restored", "已补足";
    }
}

impl Reason {
    /// The English words.
    pub fn en(self) -> &'static str {
        match self {
            Reason::ThresholdNotMet => "threshold not met",
            Reason::BelowCase => "less than a case",
            Reason::BelowMoq => "below minimum order quantity",
            Reason::BelowMinValue => "below minimum order value",
            Reason::RaisedToMoq => "raised to minimum order quantity",
            Reason::OrderMultiple => "moved to the order multiple",
            Reason::FilledCase => "tolerance filled the last case",
            Reason::RoundedDown => "rounded down to whole cases",
            Reason::BuyerEdit => "changed by the buyer",
            Reason::FromStock => "covered by stock",
            Reason::Shortage => "shortage",
            Reason::ShortDelivery => "delivered short",
            Reason::Pinned => "pinned by hand",
            Reason::ToleranceFilled => "tolerance given",
            Reason::Cancelled => "cancelled",
            Reason::Corrected => "corrected",
            Reason::LateAdd => "late addition, waits for allocation",
            Reason::Restored => "supply came back",
        }
    }
}
