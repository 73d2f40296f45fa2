//! How long one waits after too many wrong passwords.

use chrono::Duration;

use crate::domain::time::Moment;

/// Wrong passwords that cost nothing but the trouble.
const FREE: u32 = 10;
/// The first wait; each further wrong password doubles it.
const FIRST_S: i64 = 15;
const LONGEST_S: i64 = 15 * 60;
/// After so long without a wrong password, earlier ones are forgotten.
const FORGOTTEN_H: i64 = 12;

/// Wrong passwords of an account or an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wrongs {
    pub count: u32,
    pub last_at: Moment,
}

impl Wrongs {
    /// These wrong passwords as they count now.
    pub fn now(self, now: Moment) -> Wrongs {
        let is_forgotten = now >= self.last_at.plus(Duration::hours(FORGOTTEN_H));
        if is_forgotten { Wrongs::default() } else { self }
    }

    /// The seconds to wait before the next try, None if it may be made now.
    pub fn wait_s(self, now: Moment) -> Option<u32> {
        let over = self.count.checked_sub(FREE)?;
        let wait = (FIRST_S << over.min(10)).min(LONGEST_S);
        let until = self.last_at.plus(Duration::seconds(wait));
        let left_us = until.0 - now.0;
        // A clock that was set back must not lock anybody out for longer than the wait itself.
        let left_s = (left_us + 999_999) / 1_000_000;
        (left_s > 0).then(|| left_s.min(wait) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_are_free_then_each_doubles_the_wait() {
        let check = |count: u32, want: Option<u32>| {
            let at = Moment(1_000_000_000);
            assert_eq!(Wrongs { count, last_at: at }.wait_s(at), want, "{count}");
        };
        check(0, None);
        check(9, None);
        check(10, Some(15));
        check(11, Some(30));
        check(15, Some(480));
        check(16, Some(900));
        check(1_000, Some(900));
    }

    #[test]
    fn a_wait_ends_and_wrongs_are_forgotten() {
        let wrongs = Wrongs { count: 10, last_at: Moment(0) };
        assert_eq!(wrongs.wait_s(Moment(14_000_001)), Some(1));
        assert_eq!(wrongs.wait_s(Moment(15_000_000)), None);
        assert_eq!(wrongs.wait_s(Moment(-86_400_000_000)), Some(15), "the clock was set back");
        assert_eq!(wrongs.now(Moment(11 * 3_600_000_000)).count, 10);
        assert_eq!(wrongs.now(Moment(12 * 3_600_000_000)).count, 0);
    }
}
