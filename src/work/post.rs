//! The mail: round after round of the office, by the one server that has the lease.

use std::sync::Arc;

use crate::flow::FlowError;
use crate::mail::{MailSettings, Office, Secrets};
use crate::store::backend::Db;
use crate::work::gauges::{Gauges, add, set};
use crate::work::lease::Lease;
use crate::work::stop::Stop;
use crate::work::{DeskOf, Job};

/// The one that has letters sent.
pub struct Post {
    desk: DeskOf,
    gauges: Arc<Gauges>,
    lease: Lease,
    office: Office,
    was_held: bool,
}

impl Post {
    pub fn new(desk: DeskOf, gauges: Arc<Gauges>, settings: MailSettings, secrets: Secrets) -> Post {
        Post { desk, gauges, lease: Lease::new("mail"), office: Office::new(settings, secrets), was_held: false }
    }
}

impl Job for Post {
    fn tick(&mut self, db: &mut Db, stop: &Stop) -> Result<bool, FlowError> {
        let is_held = self.lease.hold(db)?;
        set(&self.gauges.mail_held, i64::from(is_held));
        if !is_held {
            self.was_held = false;
            self.office.rest();
            return Ok(false);
        }
        let desk = (self.desk)(db)?;
        if !self.was_held {
            let left = self.office.take_up(db, desk.now, !db.is_shared())?;
            if left > 0 {
                tracing::warn!(letters = left, "letters whose sending broke off are taken up again");
            }
            self.was_held = true;
        }
        let round = self.office.round(db, desk.now, desk.zone, stop.flag())?;
        add(&self.gauges.mails_sent, round.sent);
        add(&self.gauges.mails_later, round.later);
        add(&self.gauges.mails_dead, round.dead);
        if let Some(trouble) = &round.trouble {
            let (later, dead) = (round.later, round.dead);
            tracing::warn!(trouble, later, dead, "letters could not be delivered");
        }
        Ok(round.is_busy())
    }

    fn end(&mut self, db: &mut Db) {
        self.office.rest();
        self.lease.give_back(db);
    }
}
