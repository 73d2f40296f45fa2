//! When the answer is no: a stable code for machines, words in Chinese and English for the person.

use crate::domain::facts::coded;
use crate::domain::states::CycleState;

coded! {
    /// What someone asked a cycle to do, for refusals in plain words.
    Step {
        Open = "open", "开团";
        PlaceOrder = "place_order", "下单";
        ImportOrders = "import_orders", "导入订单";
        Cutoff = "cutoff", "截单";
        Procure = "procure", "采购汇总";
        Plan = "plan", "改采购箱数";
        Send = "send", "发采购单";
        Receive = "receive", "收货";
        Pin = "pin", "手工指定";
        Correct = "correct", "改单";
        Allocate = "allocate", "分配";
        Dispatch = "dispatch", "派车";
        Weigh = "weigh", "称重";
        Drive = "drive", "配送";
        PostLosses = "post_losses", "交接损差入账";
        Refund = "refund", "退款";
        Settle = "settle", "结算";
        Change = "change", "修改团期资料";
        PrintSheets = "print_sheets", "出单";
        Explain = "explain", "解释";
    }
}

impl Step {
    /// The English words: completes "cannot …".
    pub fn en(self) -> &'static str {
        match self {
            Step::Open => "be opened",
            Step::PlaceOrder => "take orders",
            Step::ImportOrders => "import orders",
            Step::Cutoff => "be cut off",
            Step::Procure => "be procured",
            Step::Plan => "have its plan edited",
            Step::Send => "send purchase orders",
            Step::Receive => "receive goods",
            Step::Pin => "take pins",
            Step::Correct => "take corrections",
            Step::Allocate => "be allocated",
            Step::Dispatch => "be dispatched",
            Step::Weigh => "have goods weighed",
            Step::Drive => "be driven",
            Step::PostLosses => "have handover losses posted",
            Step::Refund => "release refunds",
            Step::Settle => "be settled",
            Step::Change => "be changed",
            Step::PrintSheets => "print sheets",
            Step::Explain => "be explained",
        }
    }
}

/// A state, or the thing that has it, by its code name (English) and its Chinese word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateName {
    pub code: &'static str,
    pub zh: &'static str,
}

/// The answer is no, in words fit for the person. It displays as `code: Chinese words / English words`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {} / {}", self.code(), self.zh(), self.en())]
pub enum RuleError {
    /// A thing cannot go from its state to the one asked for. `key` names the thing, empty where unknown.
    IllegalMove { thing: StateName, key: String, from: StateName, to: StateName },
    /// A cycle's state does not allow the step.
    StepRefused { cycle_code: String, state: CycleState, step: Step },
    /// The cycle does not take orders yet; `opens_at` is a printed time.
    CycleNotOpen { cycle_code: String, opens_at: String },
    /// The cycle takes no more orders: by its state, or, where that is still `open`, by the clock.
    CycleClosed { cycle_code: String, state: CycleState, step: Step },
    /// Nothing of that kind (`团期`, `cycle`) has this code.
    NotFound { thing: StateName, key: String },
    /// A sum left the range in which the books are kept.
    TooLarge { what: String },
    /// Not now: the answer may be another in so many seconds.
    Wait { code: &'static str, seconds: u32 },
    /// Fewer pieces of a SKU may be had than were asked for: so many.
    Bound { code: &'static str, sku_code: String, left: u64, zh: String, en: String },
    /// Another refusal with its own stable code and words.
    Refused { code: &'static str, zh: String, en: String },
}

impl RuleError {
    /// The stable code for machines: `wrong_state`, `cycle_not_open`, `cycle_closed`, `not_found`, `too_large` ….
    pub fn code(&self) -> &'static str {
        match self {
            RuleError::IllegalMove { .. } | RuleError::StepRefused { .. } => "wrong_state",
            RuleError::CycleNotOpen { .. } => "cycle_not_open",
            RuleError::CycleClosed { .. } => "cycle_closed",
            RuleError::NotFound { .. } => "not_found",
            RuleError::TooLarge { .. } => "too_large",
            RuleError::Wait { code, .. } | RuleError::Bound { code, .. } | RuleError::Refused { code, .. } => code,
        }
    }

    /// Names the thing whose move was refused; other refusals stay as they are.
    pub fn about(mut self, name: &str) -> Self {
        if let RuleError::IllegalMove { key, .. } = &mut self {
            *key = name.to_string();
        }
        self
    }

    /// The Chinese words.
    pub fn zh(&self) -> String {
        match self {
            RuleError::IllegalMove { thing, key, from, to } => {
                let name = named(thing.zh, key);
                format!("{name} 现为“{}”（{}），不能变为“{}”（{}）", from.zh, from.code, to.zh, to.code)
            }
            RuleError::StepRefused { cycle_code, state, step } => {
                format!("团期 {cycle_code} 现为“{}”（{}），不能{}", state.zh(), state.code(), step.zh())
            }
            RuleError::CycleNotOpen { cycle_code, opens_at } => {
                format!("团期 {cycle_code} 还没开团，{opens_at} 开始接单")
            }
            RuleError::CycleClosed { cycle_code, state: CycleState::Open, step } => {
                format!("团期 {cycle_code} 已过截单时间，不能再{}", step.zh())
            }
            RuleError::CycleClosed { cycle_code, state, step } => {
                format!("团期 {cycle_code} {}（{}），不能再{}", state.zh(), state.code(), step.zh())
            }
            RuleError::NotFound { thing, key } => format!("没有{}“{key}”", thing.zh),
            RuleError::TooLarge { what } => format!("数额过大：{what}"),
            RuleError::Wait { seconds, .. } => format!("试得太多了，请 {seconds} 秒后再试"),
            RuleError::Bound { zh, .. } | RuleError::Refused { zh, .. } => zh.clone(),
        }
    }

    /// The English words.
    pub fn en(&self) -> String {
        match self {
            RuleError::IllegalMove { thing, key, from, to } => {
                format!("{} is {} and cannot become {}", named(thing.code, key), from.code, to.code)
            }
            RuleError::StepRefused { cycle_code, state, step } => {
                format!("cycle {cycle_code} is {} and cannot {}", state.code(), step.en())
            }
            RuleError::CycleNotOpen { cycle_code, opens_at } => {
                format!("cycle {cycle_code} is not open yet, it takes orders from {opens_at}")
            }
            RuleError::CycleClosed { cycle_code, state: CycleState::Open, step } => {
                format!("cycle {cycle_code} is past its cutoff time and cannot {}", step.en())
            }
            RuleError::CycleClosed { cycle_code, state, step } => {
                format!("cycle {cycle_code} is {} and cannot {} any more", state.code(), step.en())
            }
            RuleError::NotFound { thing, key } => format!("there is no {} {key:?}", thing.code),
            RuleError::TooLarge { what } => format!("too large: {what}"),
            RuleError::Wait { seconds, .. } => format!("too many tries, wait {seconds} seconds"),
            RuleError::Bound { en, .. } | RuleError::Refused { en, .. } => en.clone(),
        }
    }
}

fn named(thing: &str, key: &str) -> String {
    if key.is_empty() { thing.to_string() } else { format!("{thing} {key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_is_the_matter_in_both_languages() {
        let (code, opens_at) = (|| "261122".to_string(), "2026-11-22 08:00".to_string());
        let closed = |state, step| RuleError::CycleClosed { cycle_code: code(), state, step };
        let rows = [
            (
                closed(CycleState::Frozen, Step::ImportOrders),
                "cycle_closed: 团期 261122 已截单（frozen），不能再导入订单 / \
                 cycle 261122 is frozen and cannot import orders any more",
            ),
            (
                closed(CycleState::Open, Step::PlaceOrder),
                "cycle_closed: 团期 261122 已过截单时间，不能再下单 / \
                 cycle 261122 is past its cutoff time and cannot take orders",
            ),
            (
                RuleError::CycleNotOpen { cycle_code: code(), opens_at },
                "cycle_not_open: 团期 261122 还没开团，2026-11-22 08:00 开始接单 / \
                 cycle 261122 is not open yet, it takes orders from 2026-11-22 08:00",
            ),
            (
                RuleError::StepRefused { cycle_code: code(), state: CycleState::Draft, step: Step::Procure },
                "wrong_state: 团期 261122 现为“未开团”（draft），不能采购汇总 / \
                 cycle 261122 is draft and cannot be procured",
            ),
        ];
        for (refusal, words) in rows {
            assert_eq!(refusal.to_string(), words);
        }
    }
}
