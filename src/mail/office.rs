//! The office: takes due letters from the outbox, writes them, has them carried and enters what became of them.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use lettre::message::Mailbox;

use crate::domain::letters::{Addressee, THROTTLE_MAX, THROTTLE_SPAN, Template, wait_after};
use crate::domain::time::{Moment, Zone};
use crate::mail::carrier::{Carrier, Claimed, Delivery};
use crate::mail::message::compose;
use crate::mail::recipients::{address_of, fingerprint, people_of};
use crate::mail::settings::MailSettings;
use crate::mail::write::{Unwritable, Writer};
use crate::store::backend::{Db, StoreError};
use crate::store::ids::IdMaker;
use crate::store::outbox::{self, Letter, Outcome};

/// Due letters looked at in one round.
const LOOKED_AT: i64 = 64;
/// Letters under way at one time: a server that breaks down leaves no more of them in doubt.
const UNDER_WAY: usize = 16;
/// Bytes under way at one time.
const BYTES_UNDER_WAY: usize = 16 << 20;
/// A letter that is still being sent after this time was left by a server that broke down.
const DEADLINE: Duration = Duration::minutes(5);
/// Longest pause while the mail server cannot be spoken to.
const PAUSE_MAX: Duration = Duration::minutes(15);

/// What a letter may carry besides its words, and only the server's key can make.
#[derive(Clone, Copy, Debug)]
pub enum Secret<'a> {
    /// A text that was sealed for a user.
    Sealed { user_id: i64, sealed: &'a str },
    /// The token of a purchase order's link, by the link's id.
    PurchaseLink(i64),
}

/// Makes or opens such secrets.
pub type Secrets = Box<dyn Fn(Secret<'_>) -> Option<String> + Send>;

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    /// Tried in vain, to be tried again.
    pub later: usize,
    pub dead: usize,
    /// Letters to a role that were shared out.
    pub shared: usize,
    /// Letters that nothing was done about for lack of a mail server.
    pub untried: usize,
    /// What the last failure was, without addresses.
    pub trouble: Option<String>,
}

impl Round {
    /// Whether there was anything to do: there may be more.
    pub fn is_busy(&self) -> bool {
        self.sent + self.later + self.dead + self.shared > 0
    }
}

/// The one that sends letters. It remembers open lines, who got how much of late, and whether the mail server is away.
pub struct Office {
    settings: MailSettings,
    carrier: Carrier,
    writer: Writer,
    /// When each address got its letters of late.
    recent: HashMap<String, VecDeque<Moment>>,
    /// Since when the mail server cannot be spoken to, in vain tries; and until when it is left alone.
    failures: u32,
    paused_until: Option<Moment>,
}

/// A letter that may go out now.
struct Ready {
    letter: Letter,
    to: Mailbox,
}

impl Office {
    pub fn new(settings: MailSettings, secrets: Secrets) -> Office {
        Office {
            carrier: Carrier::new(settings.route.clone()),
            writer: Writer::new(secrets, settings.lang, settings.link_base.clone()),
            settings,
            recent: HashMap::new(),
            failures: 0,
            paused_until: None,
        }
    }

    /// Takes up letters that a server left when it broke down; with `all` also those that are not past their deadline,
    /// because no other server can be sending them.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_up(&mut self, db: &mut Db, now: Moment, all: bool) -> Result<usize, StoreError> {
        outbox::take_up(db, now, all)
    }

    /// One round: looks at what is due and sends what may be sent.
    ///
    /// # Errors
    /// What the database says. Letters under way are entered first, as far as it can.
    pub fn round(&mut self, db: &mut Db, now: Moment, zone: Zone, stop: &AtomicBool) -> Result<Round, StoreError> {
        let mut round = Round::default();
        outbox::take_up(db, now, false)?;
        let due = outbox::due(db, now, LOOKED_AT)?;
        if due.is_empty() {
            self.rest();
            return Ok(round);
        }
        let mut ready = VecDeque::new();
        for letter in due {
            if let Some(to) = self.look_at(db, &letter, now, &mut round)? {
                ready.push_back(Ready { letter, to });
            }
        }
        if self.paused_until.is_some_and(|until| now < until) {
            round.untried = ready.len();
            return Ok(round);
        }
        while !ready.is_empty() && !stop.load(Ordering::Relaxed) && self.paused_until.is_none_or(|until| now >= until) {
            let batch = self.claim(db, &mut ready, now, zone, &mut round)?;
            self.carry(db, batch, now, stop, &mut round)?;
        }
        round.untried += ready.len();
        Ok(round)
    }

    /// Nothing is due: the lines are ended and the books put away.
    pub fn rest(&mut self) {
        self.carrier.hang_up();
        self.writer.forget();
    }

    /// Settles what needs no sending: letters to a role, those past their time, without an address, or too early.
    fn look_at(
        &mut self,
        db: &mut Db,
        letter: &Letter,
        now: Moment,
        round: &mut Round,
    ) -> Result<Option<Mailbox>, StoreError> {
        let give_up = |db: &mut Db, round: &mut Round, why: &str| {
            round.dead += 1;
            outbox::bury(db, letter, why).map(|()| None)
        };
        if letter.give_up_at <= now.0 {
            let why = letter.last_error.clone().unwrap_or_else(|| "too_late".to_owned());
            return give_up(db, round, &why);
        }
        if let Addressee::Role(role) = letter.to() {
            let mut ids = IdMaker::lease(db, now)?;
            let people = people_of(db, &self.settings, letter, role, || ids.next_id())?;
            if people.is_empty() {
                give_up(db, round, "no_address")?;
            } else {
                round.shared += 1;
                outbox::share(db, letter, &people, now)?;
            }
            ids.release(db)?;
            return Ok(None);
        }
        // A difference without the order it changes would be read as an order.
        if letter.template() == Template::PurchaseChange && outbox::has_unsent_before(db, letter)? {
            outbox::put_off(db, letter, now.plus(wait_after(1)))?;
            return Ok(None);
        }
        let to = match address_of(db, &self.settings, &letter.to())? {
            Ok(to) => to,
            Err(fault) => return give_up(db, round, fault),
        };
        if let Some(free_at) = self.throttled_until(&to, now) {
            outbox::put_off(db, letter, free_at)?;
            return Ok(None);
        }
        Ok(Some(to))
    }

    /// Counts a letter to this address; or says from when on it may have one.
    fn throttled_until(&mut self, to: &Mailbox, now: Moment) -> Option<Moment> {
        let since = now.plus(-THROTTLE_SPAN);
        self.recent.retain(|_, times| times.back().is_some_and(|at| *at > since));
        let times = self.recent.entry(fingerprint(to.email.as_ref())).or_default();
        times.retain(|at| *at > since);
        if times.len() >= THROTTLE_MAX {
            return times.front().map(|first| first.plus(THROTTLE_SPAN));
        }
        times.push_back(now);
        None
    }

    /// Writes the next letters and marks them as being sent, under the Message-ID they keep.
    fn claim(
        &mut self,
        db: &mut Db,
        ready: &mut VecDeque<Ready>,
        now: Moment,
        zone: Zone,
        round: &mut Round,
    ) -> Result<Vec<Claimed>, StoreError> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < UNDER_WAY && bytes < BYTES_UNDER_WAY {
            let Some(Ready { letter, to }) = ready.pop_front() else { break };
            let message_id = match &letter.message_id {
                Some(known) => known.clone(),
                None => self.new_message_id(letter.id),
            };
            let written = self.writer.write(db, &letter, &to, zone).and_then(|written| {
                bytes += written.attachments.iter().map(|attached| attached.bytes.len()).sum::<usize>();
                compose(&self.settings.from, &to, written, &message_id, now).map_err(Unwritable::from)
            });
            let message = match written {
                Ok(message) => message,
                Err(Unwritable::Store(error)) => return Err(error),
                Err(Unwritable::Because(why)) => {
                    round.dead += 1;
                    outbox::bury(db, &letter, &why)?;
                    continue;
                }
            };
            batch.push((letter, message_id, message));
        }
        let claimed = db.write(|db| {
            let mut own = Vec::new();
            for (letter, message_id, _) in &batch {
                own.push(outbox::claim(db, letter, message_id, now.plus(DEADLINE))?);
            }
            Ok::<_, StoreError>(own)
        })?;
        let own = batch.into_iter().zip(claimed).filter(|(_, is_own)| *is_own);
        Ok(own.map(|((letter, _, message), _)| Claimed { tries: letter.tries + 1, letter, message }).collect())
    }

    /// Unique over all servers and regions, and under the sender's own domain.
    fn new_message_id(&self, id: i64) -> String {
        let mut random = [0; 8];
        getrandom::fill(&mut random).expect("the system's random generator works");
        format!("<{id:x}.{:016x}@{}>", u64::from_le_bytes(random), self.settings.from.email.domain())
    }

    fn carry(
        &mut self,
        db: &mut Db,
        batch: Vec<Claimed>,
        now: Moment,
        stop: &AtomicBool,
        round: &mut Round,
    ) -> Result<(), StoreError> {
        let (mut settled, mut was_reached, mut was_unreachable) = (Ok(()), false, false);
        self.carrier.carry(batch, stop, |claimed, done| {
            was_unreachable |= matches!(done, Delivery::Unreachable(_));
            was_reached |= !matches!(done, Delivery::Unreachable(_) | Delivery::Untried);
            let outcome = outcome(claimed, done, now, round);
            let entered = outbox::settle(db, claimed.letter.id, claimed.tries, &outcome);
            if let (Err(error), Ok(())) = (entered.map(|_| ()), &settled) {
                settled = Err(error);
            }
        });
        if was_unreachable && !was_reached {
            self.failures += 1;
            self.paused_until = Some(now.plus(wait_after(self.failures).min(PAUSE_MAX)));
        } else if was_reached {
            (self.failures, self.paused_until) = (0, None);
        }
        settled
    }
}

/// What is entered of a delivery, counted in the round.
fn outcome(claimed: &Claimed, done: Delivery, now: Moment, round: &mut Round) -> Outcome {
    match done {
        Delivery::Sent => {
            round.sent += 1;
            Outcome::Sent { at: now }
        }
        Delivery::Untried => {
            round.untried += 1;
            Outcome::Untried { at: now }
        }
        Delivery::Refused(error) => {
            round.dead += 1;
            round.trouble = Some(error.clone());
            Outcome::Dead { error }
        }
        Delivery::Later(error) | Delivery::Unreachable(error) => {
            round.trouble = Some(error.clone());
            let at = now.plus(wait_after(claimed.tries.unsigned_abs()));
            if at.0 > claimed.letter.give_up_at {
                round.dead += 1;
                return Outcome::Dead { error };
            }
            round.later += 1;
            Outcome::Later { at, error }
        }
    }
}
