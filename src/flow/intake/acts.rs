//! What can be asked of a server's writer, and what it says to it.

use crate::flow::FlowError;
use crate::flow::cancel_orders::Cancelled;
use crate::flow::confirm_pickups::{ConfirmPickups, PickupResult, ReversePickup};
use crate::flow::mark_payments::{MarkAll, MarkedAll, Paid};
use crate::flow::place_orders::{PlaceOrder, Placed};

/// Whose orders a caller reaches. What is not reached looks as if it did not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    All,
    /// Those of these leaders.
    Leaders(Vec<i64>),
    /// Those that this principal placed itself, with whichever leader.
    Placed(String),
}

impl Within {
    /// Whether orders may be placed with this leader.
    pub fn serves(&self, leader_id: i64) -> bool {
        match self {
            Within::All | Within::Placed(_) => true,
            Within::Leaders(ids) => ids.contains(&leader_id),
        }
    }

    /// Whether each order of this leader is reached, whoever placed it.
    pub fn reaches_all_of(&self, leader_id: i64) -> bool {
        match self {
            Within::All => true,
            Within::Leaders(ids) => ids.contains(&leader_id),
            Within::Placed(_) => false,
        }
    }
}

/// An act on one order that is there already.
#[derive(Clone, Debug)]
pub struct OrderAct {
    pub order_no: String,
    pub within: Within,
    /// Who acts, as in `Caller::key`.
    pub by: String,
}

/// Something to be done.
#[derive(Clone, Debug)]
pub enum Act {
    Place(Box<PlaceOrder>),
    Cancel(OrderAct),
    MarkPaid(OrderAct),
    MarkAllPaid(MarkAll),
    Confirm(ConfirmPickups),
    Reverse(ReversePickup),
    /// Lets go of what was not paid in time.
    Expire,
}

/// What was done.
#[derive(Clone, Debug)]
pub enum Done {
    Placed(Placed),
    Cancelled(Cancelled),
    Paid(Paid),
    PaidAll(MarkedAll),
    Pickups(Vec<PickupResult>),
    Reversed(PickupResult),
    /// So many holds ended.
    Expired(usize),
}

/// What became of an act.
pub type Verdict = Result<Done, FlowError>;
