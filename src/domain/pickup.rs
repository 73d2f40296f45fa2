//! How goods were handed out, and how much of them may be (DOMAIN 3.7).

use chrono::Duration;

use crate::domain::facts::coded;
use crate::domain::time::Moment;

coded! {
    /// By what a household was found: all are normal ways.
    PickupMethod {
        Qr = "qr", "扫码";
        Code = "code", "提货码";
        Room = "room", "房号";
        PhoneTail = "phone_tail", "手机尾号";
        ChainNo = "chain_no", "跟团号";
        Nickname = "nickname", "昵称";
        Name = "name", "姓名";
    }
}

coded! {
    /// How a pickup was entered.
    PickupSource { Single = "single", "单户"; Bulk = "bulk", "批量"; Paper = "paper", "纸单补录"; Offline = "offline", "离线补传"; }
}

/// How long a pickup may be undone without a reason.
pub const UNDO: Duration = Duration::seconds(6);

/// Wrong codes that lock the code field: for one order, and for a whole point.
pub const WRONG_CODES_MAX: i32 = 5;
pub const WRONG_CODES_AT_POINT_MAX: i32 = 20;
/// For how long they do, and within how long they add up.
pub const CODE_LOCK: Duration = Duration::minutes(10);

/// Wrong codes counted since a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongCodes {
    pub failures: i32,
    pub since: Moment,
}

impl WrongCodes {
    /// Whether so many lock the field at `now`.
    pub fn lock(self, most: i32, now: Moment) -> bool {
        self.failures >= most && now < self.since.plus(CODE_LOCK)
    }

    /// One more: those of long ago count no more.
    pub fn and_one(known: Option<WrongCodes>, now: Moment) -> WrongCodes {
        match known {
            Some(known) if now < known.since.plus(CODE_LOCK) => WrongCodes { failures: known.failures + 1, ..known },
            _ => WrongCodes { failures: 1, since: now },
        }
    }
}

/// A line at the moment of a pickup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtHand {
    pub offer_no: i32,
    pub allocated: i64,
    pub handed: i64,
}

impl AtHand {
    pub fn left(self) -> i64 {
        (self.allocated - self.handed).max(0)
    }
}

/// What becomes of a pickup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handing {
    /// These pieces go out: (offer_no, pieces).
    Out(Vec<(i32, i32)>),
    /// Another pickup has taken them.
    Taken,
    /// There is nothing for this household.
    Nothing,
}

/// Decides a pickup: of what is left, or of the pieces that are `wanted` by offer. Never more than is left.
pub fn hand_out(lines: &[AtHand], wanted: Option<&[(i32, i32)]>) -> Handing {
    let left = |offer_no: i32| lines.iter().find(|line| line.offer_no == offer_no).map_or(0, |line| line.left());
    let out: Vec<(i32, i32)> = match wanted {
        None => lines.iter().filter(|line| line.left() > 0).map(|line| (line.offer_no, line.left() as i32)).collect(),
        Some(wanted) => {
            let mut sums = std::collections::BTreeMap::<i32, i64>::new();
            wanted.iter().for_each(|(offer_no, qty)| *sums.entry(*offer_no).or_default() += i64::from(*qty));
            if sums.iter().any(|(offer_no, qty)| *qty > left(*offer_no)) {
                let was_handed = sums.keys().any(|no| lines.iter().any(|line| line.offer_no == *no && line.handed > 0));
                return if was_handed { Handing::Taken } else { Handing::Nothing };
            }
            sums.into_iter().filter(|(_, qty)| *qty > 0).map(|(offer_no, qty)| (offer_no, qty as i32)).collect()
        }
    };
    match out.is_empty() {
        false => Handing::Out(out),
        true if lines.iter().any(|line| line.handed > 0) => Handing::Taken,
        true => Handing::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_is_handed_out_than_is_left() {
        let line = |offer_no, allocated, handed| AtHand { offer_no, allocated, handed };
        let check = |lines: &[AtHand], wanted: Option<&[(i32, i32)]>, want: Handing| {
            assert_eq!(hand_out(lines, wanted), want, "{lines:?} {wanted:?}");
        };
        check(&[line(0, 3, 0), line(1, 2, 2)], None, Handing::Out(vec![(0, 3)]));
        check(&[line(0, 3, 1)], None, Handing::Out(vec![(0, 2)]));
        check(&[line(0, 3, 3)], None, Handing::Taken);
        check(&[line(0, 0, 0)], None, Handing::Nothing);
        check(&[line(0, 3, 0)], Some(&[(0, 2)]), Handing::Out(vec![(0, 2)]));
        check(&[line(0, 3, 2)], Some(&[(0, 2)]), Handing::Taken);
        check(&[line(0, 3, 0)], Some(&[(0, 2), (0, 2)]), Handing::Nothing);
        check(&[line(0, 3, 0)], Some(&[(7, 1)]), Handing::Nothing);
        // Supply was recounted below what was handed out: nothing is left, and nothing breaks.
        check(&[line(0, 1, 3)], None, Handing::Taken);
    }

    #[test]
    fn wrong_codes_lock_for_ten_minutes_and_are_then_forgotten() {
        let minute = 60_000_000;
        let mut wrong = None;
        for turn in 0..5 {
            assert!(!wrong.is_some_and(|known: WrongCodes| known.lock(5, Moment(turn))));
            wrong = Some(WrongCodes::and_one(wrong, Moment(turn)));
        }
        let wrong = wrong.expect("five were counted");
        assert!(wrong.lock(5, Moment(10)) && !wrong.lock(5, Moment(10 * minute)));
        assert_eq!(WrongCodes::and_one(Some(wrong), Moment(11 * minute)).failures, 1);
    }
}
