//! Letters by mail: what they are about, whom they go to, and when a failed one is tried again.

use chrono::Duration;

use crate::domain::access::Role;
use crate::domain::errors::StateName;
use crate::domain::facts::coded;
use crate::domain::time::Moment;

coded! {
    /// What a letter is about. Its words are under `reports/mail/`.
    Template {
        /// A purchase order, to its supplier.
        PurchaseOrder = "purchase_order", "采购单";
        /// What changed of a purchase order that was sent.
        PurchaseChange = "purchase_change", "采购改单";
        /// What is to be bought, to the buyers.
        ProcurementSummary = "procurement_summary", "采购汇总";
        /// The sheets of the night, to the warehouse.
        NightPack = "night_pack", "夜间单据";
        /// The cutoff is near, to a leader.
        CutoffReminder = "cutoff_reminder", "截单提醒";
        /// The way in for someone new.
        Invite = "invite", "邀请";
    }
}

coded! {
    /// How far a letter has come.
    LetterState {
        /// Waits for its next try.
        Queued = "queued", "待发";
        /// Handed over at this moment, or at the moment at which a server broke down.
        Sending = "sending", "发送中";
        Sent = "sent", "已发";
        /// To a role: its people have letters of their own.
        Shared = "shared", "已分发";
        /// Not delivered: somebody has to look at it.
        Dead = "dead", "未送达";
    }
}

impl LetterState {
    pub fn name(self) -> StateName {
        StateName { code: self.code(), zh: self.zh() }
    }
}

/// Whom a letter goes to: never an address, which is looked up when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Addressee {
    Supplier(i64),
    Leader(i64),
    /// Everyone of a role.
    Role(Role),
    /// A person who signs in.
    User(i64),
    /// An address of the server's settings, by its fingerprint.
    Address(String),
}

impl Addressee {
    /// The code name of the kind of addressee.
    pub fn kind(&self) -> &'static str {
        match self {
            Addressee::Supplier(_) => "supplier",
            Addressee::Leader(_) => "leader",
            Addressee::Role(_) => "role",
            Addressee::User(_) => "user",
            Addressee::Address(_) => "address",
        }
    }
}

/// How long after it was queued, or asked for again, a letter is tried.
pub fn gives_up_at(queued_at: Moment) -> Moment {
    queued_at.plus(Duration::days(1))
}

/// How long a letter waits after its `tries`-th try (from 1): 1, 2, 4 … minutes, at most a day.
pub fn wait_after(tries: u32) -> Duration {
    let doubled = 1_i64 << tries.saturating_sub(1).min(20);
    Duration::minutes(doubled.min(24 * 60))
}

/// How many letters an addressee gets within [`THROTTLE_SPAN`].
pub const THROTTLE_MAX: usize = 6;

/// The stretch of time in which letters to one addressee are counted.
pub const THROTTLE_SPAN: Duration = Duration::minutes(1);

/// Why a letter cannot go to this address: `no_address`, `bad_address`; None if it can.
pub fn address_fault(address: Option<&str>) -> Option<&'static str> {
    let Some(address) = address.map(str::trim).filter(|text| !text.is_empty()) else { return Some("no_address") };
    let is_plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && !"<>,;:\"()".contains(c));
    match address.split_once('@') {
        Some((local, domain)) if is_plain(local) && is_plain(domain) && !domain.contains('@') => None,
        _ => Some("bad_address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_a_minute_to_a_day() {
        let minutes: Vec<i64> = (1..=13).map(|tries| wait_after(tries).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]);
        assert_eq!(wait_after(u32::MAX), Duration::days(1));
        assert_eq!(wait_after(0), Duration::minutes(1));
    }

    #[test]
    fn an_address_that_could_break_a_header_is_none() {
        let check = |address: &str, want: Option<&str>| assert_eq!(address_fault(Some(address)), want, "{address:?}");
        assert_eq!(address_fault(None), Some("no_address"));
        check(" ", Some("no_address"));
        check("dingdan@lvye.example", None);
        for bad in ["a", "a@", "@b", "a b@c", "a@b@c", "a@b\r\nBcc: x@y", "a@b\0", "<a@b>", "a@b,c@d", "名@b"] {
            check(bad, Some("bad_address"));
        }
    }
}
