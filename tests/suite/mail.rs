//! Letters against a real mail server, and every way in which one fails them.

mod content;
mod faults;
mod smtp;

use std::sync::atomic::AtomicBool;

use chrono::Duration;
use tuan::domain::time::Moment;
use tuan::mail::{MailFlags, Office, Round};

use crate::app::TestApp;
use crate::app::books::lines;
use smtp::MailServer;

/// Settings that carry letters to this server.
fn flags(server: &MailServer) -> MailFlags {
    MailFlags {
        smtp_url: Some(format!("smtp://127.0.0.1:{}?tls=none&timeout=2", server.port)),
        mail_from: Some("云州团购 <orders@yunzhou.example>".to_owned()),
        mail_buyers: vec!["采购 <caigou@yunzhou.example>".to_owned()],
        mail_warehouse: vec!["cangku@yunzhou.example".to_owned()],
        ..MailFlags::default()
    }
}

fn office(flags: &MailFlags) -> Office {
    Office::new(flags.check().expect("sound settings").expect("a way out"), Box::new(|_| None))
}

/// The same that can make links.
fn linking(flags: &MailFlags) -> Office {
    Office::new(flags.check().expect("sound settings").expect("a way out"), Box::new(|_| Some("token".to_owned())))
}

/// The night of the pilot day after the purchase orders were sent.
fn night() -> (TestApp, Moment) {
    let app = TestApp::pilot_day("procured");
    let now = app.desk("2026-11-22 23:13").now;
    (app, now)
}

/// Rounds until nothing waits any more, minute after minute; what they did together.
fn until_settled(app: &mut TestApp, office: &mut Office, mut now: Moment) -> Round {
    let zone = app.desk("2026-11-22 23:13").zone;
    let mut sum = Round::default();
    for _ in 0..40 * 60 {
        let round = office.round(&mut app.db, now, zone, &AtomicBool::new(false)).expect("the database is there");
        sum.sent += round.sent;
        sum.later += round.later;
        sum.dead += round.dead;
        sum.shared += round.shared;
        if round.trouble.is_some() {
            sum.trouble = round.trouble.clone();
        }
        if states(app, "state IN ('queued', 'sending')").is_empty() {
            return sum;
        }
        if !round.is_busy() {
            now = now.plus(Duration::minutes(1));
        }
    }
    panic!("letters wait for more than a day: {:?}", states(app, "state IN ('queued', 'sending')"));
}

/// `state business_key message_id last_error` of the letters under a condition.
fn states(app: &mut TestApp, condition: &str) -> Vec<String> {
    let line = "state || ' ' || business_key || ' ' || COALESCE(message_id, '-') || ' ' || COALESCE(last_error, '-')";
    lines(&mut app.db, &format!("SELECT {line} AS line FROM outbox WHERE {condition} ORDER BY business_key"))
}
