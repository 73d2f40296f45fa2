//! 在路上: how a trip and its stops stand, told by acts that phones send when they can, in any order.
//!
//! | told of a trip | it is |
//! |---|---|
//! | nothing | planned 待装车 |
//! | loaded | loaded: its slots are locked |
//! | departed | on the way |
//! | broken_down, and no departed after it | broken down |
//! | returned | back |
//!
//! | told of a stop | it is |
//! |---|---|
//! | nothing | waiting |
//! | arrived | arrived |
//! | left | left unsigned 无人签收 |
//! | handed_over | signed for by both, also after it was left (后补) |

use crate::domain::errors::RuleError;
use crate::domain::facts::coded;

coded! {
    /// What is told of a trip.
    TripAct {
        Loaded = "loaded", "已装车";
        Departed = "departed", "已出发";
        BrokenDown = "broken_down", "车坏了";
        Returned = "returned", "已回仓";
    }
}

coded! {
    /// What is told of a stop.
    StopAct {
        Arrived = "arrived", "已到达";
        /// Both sides signed.
        HandedOver = "handed_over", "已交接";
        /// Nobody was there; a photo may show what was left.
        Left = "left", "无人签收";
    }
}

coded! {
    /// How a trip stands.
    TripStage {
        Planned = "planned", "待装车";
        Loaded = "loaded", "已装车";
        OnTheWay = "on_the_way", "在路上";
        BrokenDown = "broken_down", "车坏了";
        Returned = "returned", "已回仓";
    }
}

impl TripStage {
    /// How a trip stands after these acts, each with its device's time.
    pub fn after(acts: &[(TripAct, i64)]) -> TripStage {
        let last = |wanted: TripAct| acts.iter().filter(|(act, _)| *act == wanted).map(|(_, at)| *at).max();
        if last(TripAct::Returned).is_some() {
            return TripStage::Returned;
        }
        if let Some(broken_at) = last(TripAct::BrokenDown)
            && last(TripAct::Departed).is_none_or(|left_at| left_at <= broken_at)
        {
            return TripStage::BrokenDown;
        }
        match (last(TripAct::Departed), last(TripAct::Loaded)) {
            (Some(_), _) => TripStage::OnTheWay,
            (None, Some(_)) => TripStage::Loaded,
            (None, None) => TripStage::Planned,
        }
    }
}

/// Whether an act may be told of a stop of which others were told.
///
/// # Errors
/// `already_signed` where somebody has signed for the goods.
pub fn may_tell(act: StopAct, known: &[StopAct]) -> Result<(), RuleError> {
    let is_signed = known.contains(&StopAct::HandedOver);
    let is_left = known.contains(&StopAct::Left);
    match act {
        StopAct::HandedOver | StopAct::Left if is_signed => Err(RuleError::Refused {
            code: "already_signed",
            zh: "这一站已经交接过；数量不对请团长更正收货".into(),
            en: "this stop was handed over before; where counts are wrong the leader corrects the receipt".into(),
        }),
        StopAct::Left if is_left => Err(RuleError::Refused {
            code: "already_left",
            zh: "这一站已记为无人签收；有人来了请记交接（后补）".into(),
            en: "this stop was left unsigned before; hand it over when somebody signs".into(),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StopAct::{Arrived, HandedOver, Left};
    use TripAct::{BrokenDown, Departed, Loaded, Returned};

    #[test]
    fn a_trip_stands_where_its_acts_have_brought_it() {
        let check = |acts: &[(TripAct, i64)], want: TripStage| {
            assert_eq!(TripStage::after(acts), want, "{acts:?}");
            let mut reversed = acts.to_vec();
            reversed.reverse();
            assert_eq!(TripStage::after(&reversed), want, "in whatever order they come");
        };
        check(&[], TripStage::Planned);
        check(&[(Loaded, 1)], TripStage::Loaded);
        check(&[(Loaded, 1), (Departed, 2)], TripStage::OnTheWay);
        check(&[(Departed, 2)], TripStage::OnTheWay);
        check(&[(Loaded, 1), (Departed, 2), (BrokenDown, 3)], TripStage::BrokenDown);
        check(&[(Departed, 2), (BrokenDown, 3), (Departed, 4)], TripStage::OnTheWay);
        check(&[(BrokenDown, 3), (Returned, 5)], TripStage::Returned);
    }

    #[test]
    fn a_stop_is_signed_for_once_also_after_it_was_left() {
        let check = |known: &[StopAct], act, want: Option<&str>| {
            assert_eq!(may_tell(act, known).err().map(|error| error.code()), want, "{known:?} {act:?}");
        };
        check(&[], Arrived, None);
        check(&[Arrived], Arrived, None);
        check(&[], HandedOver, None);
        check(&[Arrived, Left], HandedOver, None);
        check(&[Left], Left, Some("already_left"));
        check(&[HandedOver], HandedOver, Some("already_signed"));
        check(&[HandedOver], Left, Some("already_signed"));
        check(&[HandedOver], Arrived, None);
    }
}
