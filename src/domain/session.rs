//! How long someone stays signed in: the shorter, the more they may do.

use chrono::Duration;

use crate::domain::access::Role;
use crate::domain::facts::coded;
use crate::domain::time::{Moment, Zone};

coded! {
    /// The kind of a session, from the roles it was begun with.
    SessionKind {
        /// Buyers, finance, admins: 8 hours, and 15 minutes without a request.
        Office = "office", "办公";
        /// The warehouse's desk: 12 hours.
        Desk = "desk", "仓库";
        /// A leader's or driver's phone: 30 days.
        Phone = "phone", "手机";
        /// A helper let in without a password: until the end that the leader set, 30 days at a time.
        Helper = "helper", "帮手";
    }
}

coded! {
    /// Where a session stands with its second factor.
    Factor {
        /// Not asked of these roles.
        None = "none", "不需要";
        /// The password was right, the code is still to come: nothing else is open yet.
        Due = "due", "待验证";
        Given = "given", "已验证";
    }
}

/// The day of work, in hours: a phone is not signed out between them.
const WORK_HOURS: std::ops::Range<u32> = 6..22;

impl SessionKind {
    /// The strictest kind that one of the roles asks for.
    pub fn of(roles: &[Role]) -> SessionKind {
        let has = |role: &Role| roles.contains(role);
        if [Role::Buyer, Role::Finance, Role::Admin].iter().any(has) {
            SessionKind::Office
        } else if has(&Role::Warehouse) {
            SessionKind::Desk
        } else {
            SessionKind::Phone
        }
    }

    /// When a session that begins now ends, however busy it is.
    pub fn ends_at(self, now: Moment, zone: Zone) -> Moment {
        match self {
            SessionKind::Office => now.plus(Duration::hours(8)),
            SessionKind::Desk => now.plus(Duration::hours(12)),
            SessionKind::Phone | SessionKind::Helper => after_work(now.plus(Duration::days(30)), zone),
        }
    }

    /// Without a request for so long, a session has ended.
    pub fn idle_max(self) -> Option<Duration> {
        (self == SessionKind::Office).then(|| Duration::minutes(15))
    }

    /// Without a request for so long, a session's screen is locked.
    pub fn locks_after(self) -> Option<Duration> {
        (self == SessionKind::Desk).then(|| Duration::minutes(60))
    }

    /// Whether a session still counts.
    pub fn is_live(self, now: Moment, seen_at: Moment, ends_at: Moment) -> bool {
        now < ends_at && self.idle_max().is_none_or(|idle| now < seen_at.plus(idle))
    }
}

/// The time itself, or the evening of its day where it falls into the hours of work.
fn after_work(at: Moment, zone: Zone) -> Moment {
    if !WORK_HOURS.contains(&zone.hour(at)) {
        return at;
    }
    let minute = zone.minute(at);
    let day = minute.get(..10).unwrap_or_default();
    zone.parse(&format!("{day} {}:00", WORK_HOURS.end)).unwrap_or(at)
}

/// Whether the roles ask for a second factor.
pub fn asks_second_factor(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Finance | Role::Admin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Moment {
        Zone::default().parse(time).expect("a valid time")
    }

    #[test]
    fn the_strictest_role_decides() {
        let check = |roles: &[Role], want| assert_eq!(SessionKind::of(roles), want, "{roles:?}");
        check(&[Role::Leader], SessionKind::Phone);
        check(&[Role::Driver], SessionKind::Phone);
        check(&[Role::Leader, Role::Warehouse], SessionKind::Desk);
        check(&[Role::Warehouse, Role::Buyer], SessionKind::Office);
        check(&[Role::Admin], SessionKind::Office);
    }

    #[test]
    fn a_leaders_phone_is_never_signed_out_during_the_day() {
        let check = |from: &str, want: &str| {
            let zone = Zone::default();
            assert_eq!(zone.minute(SessionKind::Phone.ends_at(at(from), zone)), want, "{from}");
        };
        check("2026-11-01 05:59", "2026-12-01 05:59");
        check("2026-11-01 06:00", "2026-12-01 22:00");
        check("2026-11-01 21:59", "2026-12-01 22:00");
        check("2026-11-01 22:00", "2026-12-01 22:00");
        check("2026-11-01 23:30", "2026-12-01 23:30");
    }

    #[test]
    fn an_office_session_ends_after_a_quarter_of_an_hour_of_silence() {
        let (began, ends) = (at("2026-11-22 08:00"), at("2026-11-22 16:00"));
        let office = SessionKind::Office;
        assert!(office.is_live(at("2026-11-22 08:14"), began, ends));
        assert!(!office.is_live(at("2026-11-22 08:15"), began, ends));
        assert!(!office.is_live(ends, at("2026-11-22 15:59"), ends));
        assert!(SessionKind::Desk.is_live(at("2026-11-22 15:59"), began, ends));
    }
}
