//! The states of the day's things, each with one function of legal moves (DOMAIN 3.0).
//!
//! | thing | moves |
//! |---|---|
//! | cycle | draft → open → frozen → procured → receiving → allocated → dispatched → settled; receiving and allocation repeat; cancelled until the goods leave |
//! | order | unpaid → paid, cancelled, expired; paid → cancelled |
//! | purchase order | draft → sent → accepted → received → closed; receiving also from draft and sent, and again |
//! | refund | planned → sent → done, failed |

use crate::domain::errors::{RuleError, StateName};
use crate::domain::facts::coded;

coded! {
    /// How far a cycle has come.
    #[derive(Default)]
    CycleState {
        /// Announced, takes no orders yet.
        #[default]
        Draft = "draft", "未开团";
        /// Takes orders.
        Open = "open", "开团中";
        /// Cut off: order rows never change again.
        Frozen = "frozen", "已截单";
        /// Purchase orders are planned.
        Procured = "procured", "已采购";
        /// Goods are coming in.
        Receiving = "receiving", "收货中";
        /// Goods are shared out to lines.
        Allocated = "allocated", "已分配";
        /// Trips are made; receiving and allocation go on without leaving this state.
        Dispatched = "dispatched", "已派车";
        /// The money is settled; nothing moves any more.
        Settled = "settled", "已结算";
        /// Called off before the goods left.
        Cancelled = "cancelled", "已取消";
    }
}
coded! {
    /// Whether an order stands and is paid.
    OrderState { Unpaid = "unpaid", "未付"; Paid = "paid", "已付"; Cancelled = "cancelled", "已取消"; Expired = "expired", "已过期"; }
}
coded! {
    /// How far a purchase order has come.
    PurchaseOrderState {
        Draft = "draft", "草稿";
        Sent = "sent", "已发出";
        Accepted = "accepted", "已接单";
        Received = "received", "已收货";
        Closed = "closed", "已关闭";
    }
}
coded! {
    /// Where the money of a refund is. Never shown as 已退 before it is.
    RefundState { Planned = "planned", "待退"; Sent = "sent", "退款中"; Done = "done", "已退"; Failed = "failed", "退款失败"; }
}

/// Gives a state enum its checked move; the legal moves themselves are its `may_become`.
macro_rules! moves {
    ($name:ident, $thing_zh:literal, $thing_en:literal) => {
        impl $name {
            /// The next state, if the move is legal.
            ///
            /// # Errors
            /// `wrong_state`, naming both states.
            pub fn moved_to(self, next: Self) -> Result<Self, RuleError> {
                if self.may_become(next) {
                    return Ok(next);
                }
                Err(RuleError::IllegalMove {
                    thing: StateName { code: $thing_en, zh: $thing_zh },
                    key: String::new(),
                    from: StateName { code: self.code(), zh: self.zh() },
                    to: StateName { code: next.code(), zh: next.zh() },
                })
            }
        }
    };
}
moves!(CycleState, "团期", "cycle");
moves!(OrderState, "订单", "order");
moves!(PurchaseOrderState, "采购单", "purchase order");
moves!(RefundState, "退款", "refund");

impl CycleState {
    /// The legal moves. Receiving and allocation repeat until dispatch; from then on they happen within `dispatched`.
    pub fn may_become(self, next: Self) -> bool {
        use CycleState::*;
        match self {
            Draft => matches!(next, Open | Cancelled),
            Open => matches!(next, Frozen | Cancelled),
            Frozen => matches!(next, Procured | Cancelled),
            Procured => matches!(next, Receiving | Cancelled),
            Receiving => matches!(next, Receiving | Allocated | Cancelled),
            Allocated => matches!(next, Receiving | Allocated | Dispatched | Cancelled),
            Dispatched => matches!(next, Dispatched | Settled),
            Settled | Cancelled => false,
        }
    }

    /// The state after goods were received: `receiving`, but once dispatched a cycle stays dispatched.
    ///
    /// # Errors
    /// `wrong_state` before `procured` and from `settled` on.
    pub fn after_receiving(self) -> Result<Self, RuleError> {
        self.moved_to(if self == CycleState::Dispatched { self } else { CycleState::Receiving })
    }

    /// The state after goods were shared out: `allocated`, but once dispatched a cycle stays dispatched.
    ///
    /// # Errors
    /// `wrong_state` before `receiving` and from `settled` on.
    pub fn after_allocation(self) -> Result<Self, RuleError> {
        self.moved_to(if self == CycleState::Dispatched { self } else { CycleState::Allocated })
    }

    /// Whether the cycle's order rows are final: it was cut off and not called off.
    pub fn is_frozen(self) -> bool {
        use CycleState::*;
        matches!(self, Frozen | Procured | Receiving | Allocated | Dispatched | Settled)
    }
}

impl OrderState {
    /// The legal moves.
    pub fn may_become(self, next: Self) -> bool {
        use OrderState::*;
        match self {
            Unpaid => matches!(next, Paid | Cancelled | Expired),
            Paid => next == Cancelled,
            Cancelled | Expired => false,
        }
    }
}

impl PurchaseOrderState {
    /// The legal moves. Goods may come before the paper went out, and more than once.
    pub fn may_become(self, next: Self) -> bool {
        use PurchaseOrderState::*;
        match self {
            Draft => matches!(next, Sent | Received),
            Sent => matches!(next, Accepted | Received),
            Accepted => next == Received,
            Received => matches!(next, Received | Closed),
            Closed => false,
        }
    }
}

impl RefundState {
    /// The legal moves.
    pub fn may_become(self, next: Self) -> bool {
        use RefundState::*;
        match self {
            Planned => next == Sent,
            Sent => matches!(next, Done | Failed),
            Done | Failed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every legal move of a kind of thing, written `from>to`, in the order of its states.
    macro_rules! legal {
        ($name:ident) => {{
            let mut moves = Vec::new();
            for from in $name::ALL {
                for to in $name::ALL {
                    assert_eq!(from.moved_to(*to).is_ok(), from.may_become(*to));
                    if from.may_become(*to) {
                        moves.push(format!("{}>{}", from.code(), to.code()));
                    }
                }
            }
            moves.join(" ")
        }};
    }

    #[test]
    fn the_legal_moves_are_these_and_no_others() {
        assert_eq!(
            legal!(CycleState),
            "draft>open draft>cancelled open>frozen open>cancelled frozen>procured frozen>cancelled \
             procured>receiving procured>cancelled receiving>receiving receiving>allocated receiving>cancelled \
             allocated>receiving allocated>allocated allocated>dispatched allocated>cancelled \
             dispatched>dispatched dispatched>settled"
        );
        assert_eq!(legal!(OrderState), "unpaid>paid unpaid>cancelled unpaid>expired paid>cancelled");
        assert_eq!(
            legal!(PurchaseOrderState),
            "draft>sent draft>received sent>accepted sent>received accepted>received received>received received>closed"
        );
        assert_eq!(legal!(RefundState), "planned>sent sent>done sent>failed");
    }

    #[test]
    fn an_illegal_move_is_refused_naming_both_states() {
        let refused = CycleState::Frozen.moved_to(CycleState::Allocated).unwrap_err().about("261122");
        assert_eq!(refused.code(), "wrong_state");
        assert_eq!(refused.zh(), "团期 261122 现为“已截单”（frozen），不能变为“已分配”（allocated）");
        assert_eq!(refused.en(), "cycle 261122 is frozen and cannot become allocated");
    }

    #[test]
    fn a_dispatched_cycle_stays_dispatched_while_goods_come_and_are_shared() {
        assert_eq!(CycleState::Dispatched.after_receiving(), Ok(CycleState::Dispatched));
        assert_eq!(CycleState::Dispatched.after_allocation(), Ok(CycleState::Dispatched));
        assert_eq!(CycleState::Allocated.after_receiving(), Ok(CycleState::Receiving));
        assert!(CycleState::Settled.after_receiving().is_err());
        assert!(CycleState::Procured.after_allocation().is_err());
    }
}
