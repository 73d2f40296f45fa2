//! Letters to people: the cutoff is near, and the way in for someone new.

use askama::Template;

use crate::domain::facts::{Cycle, Payment};
use crate::domain::time::Zone;
use crate::mail::message::Written;
use crate::mail::settings::MailLang;
use crate::mail::write::{Unwritable, both};
use crate::store::reminders::Standing;

struct Reminder<'a> {
    lang: MailLang,
    cycle: &'a str,
    cutoff_at: String,
    standing: &'a Standing,
    /// Whether unpaid orders will not count.
    is_marked: bool,
    more: u64,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/cutoff_reminder.txt", escape = "none")]
struct ReminderText<'a>(&'a Reminder<'a>);

#[derive(Template)]
#[template(path = "mail/cutoff_reminder.html")]
struct ReminderPage<'a>(&'a Reminder<'a>);

/// What a leader has, and, where the leader marks the payments, the numbers of the orders that are not marked.
pub fn reminder(
    lang: MailLang,
    cycle: &Cycle,
    zone: Zone,
    standing: &Standing,
    link: Option<String>,
) -> Result<Written, Unwritable> {
    let cutoff_at = zone.minute(cycle.cutoff_at);
    let letter = Reminder {
        lang,
        cycle: &cycle.name,
        cutoff_at: cutoff_at.clone(),
        standing,
        is_marked: cycle.payment != Payment::AtPickup,
        more: standing.unpaid - standing.unpaid_nos.len() as u64,
        link: link.unwrap_or_default(),
    };
    let subject = format!("{} {} {cutoff_at}", lang.say("【截单提醒】", "Cutoff soon:"), cycle.cycle_code);
    both(subject, &ReminderText(&letter), &ReminderPage(&letter))
}

struct Invite<'a> {
    lang: MailLang,
    name: &'a str,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/invite.txt", escape = "none")]
struct InviteText<'a>(&'a Invite<'a>);

#[derive(Template)]
#[template(path = "mail/invite.html")]
struct InvitePage<'a>(&'a Invite<'a>);

/// The link that lets someone new in; its subject says nothing of it.
pub fn invite(lang: MailLang, name: Option<&str>, link: String) -> Result<Written, Unwritable> {
    let letter = Invite { lang, name: name.unwrap_or(""), link };
    both(lang.say("【邀请】开通账号", "Your invitation").to_owned(), &InviteText(&letter), &InvitePage(&letter))
}
