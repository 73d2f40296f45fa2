//! Whatever the mail server does, a letter arrives once or stands among the dead; never under two Message-IDs.

use std::collections::BTreeSet;
use std::time::Instant;

use super::smtp::MailServer;
use super::{flags, night, office, states, until_settled};
use crate::app::TestApp;
use crate::app::books::lines;

/// Every Message-ID that arrived is a letter's own; every letter that says so arrived.
fn check_arrivals(app: &mut TestApp, server: &MailServer, at_most: usize) {
    let arrived = server.arrivals();
    let ids = |app: &mut TestApp, condition: &str| -> BTreeSet<String> {
        let sql = format!("SELECT message_id AS line FROM outbox WHERE message_id IS NOT NULL AND {condition}");
        lines(&mut app.db, &sql).into_iter().collect()
    };
    let (own, sent) = (ids(app, "1 = 1"), ids(app, "state = 'sent'"));
    let strangers: Vec<_> = arrived.keys().filter(|id| !own.contains(*id)).collect();
    assert!(strangers.is_empty(), "arrived under a Message-ID that no letter has: {strangers:?}");
    let lost: Vec<_> = sent.iter().filter(|id| !arrived.contains_key(*id)).collect();
    assert!(lost.is_empty(), "said to be sent, never arrived: {lost:?}");
    let most = arrived.values().max().copied().unwrap_or(0);
    assert!(most <= at_most, "one letter arrived {most} times");
}

#[test]
fn each_letter_arrives_once_or_stands_among_the_dead() {
    let kept_twice = ["dropped_after_data"];
    for fault in ["none", "4xx", "5xx", "slow", "disconnect", "dropped_after_data", "lost_after_data", "tarpit"] {
        let (mut app, now) = night();
        let mut server = MailServer::start("plain");
        server.order(&format!("fault {fault} 3"));
        let before = states(&mut app, "state = 'queued'").len();
        let sum = until_settled(&mut app, &mut office(&flags(&server)), now);
        let dead = if fault == "5xx" { 3 } else { 0 };
        assert_eq!(sum.dead, dead, "{fault}: {:?}", states(&mut app, "state = 'dead'"));
        assert_eq!(sum.sent + dead, before, "{fault}");
        check_arrivals(&mut app, &server, if kept_twice.contains(&fault) { 2 } else { 1 });
        assert_eq!(server.arrivals().len(), sum.sent, "{fault}");
        if fault == "5xx" {
            let told = states(&mut app, "state = 'dead' AND tries > 0");
            assert!(told.iter().all(|line| line.contains("no such mailbox") && !line.contains("<d")), "{told:?}");
        }
    }
}

#[test]
fn a_server_that_refuses_connections_is_waited_for() {
    let (mut app, now) = night();
    let mut server = MailServer::start("plain");
    server.order("refuse");
    let mut office = office(&flags(&server));
    let zone = app.desk("2026-11-22 23:13").zone;
    let stop = std::sync::atomic::AtomicBool::new(false);
    let mut tried = 0;
    for minute in 0..10 {
        let at = now.plus(chrono::Duration::minutes(minute));
        tried += office.round(&mut app.db, at, zone, &stop).expect("the database is there").later;
    }
    assert!((1..=16).contains(&tried), "a server that is away is not asked for every letter: {tried}");
    assert_eq!(server.kept().len(), 0);
    server.order("listen");
    let sum = until_settled(&mut app, &mut office, now.plus(chrono::Duration::minutes(30)));
    assert_eq!(sum.dead, 0);
    check_arrivals(&mut app, &server, 1);
}

#[test]
fn letters_that_no_server_takes_for_a_day_are_dead_and_can_be_tried_again() {
    let (mut app, now) = night();
    let mut server = MailServer::start("plain");
    server.order("refuse");
    let mut office = office(&flags(&server));
    let sum = until_settled(&mut app, &mut office, now);
    assert_eq!(sum.sent, 0);
    assert!(sum.dead >= 10, "{sum:?}");
    server.order("listen");
    app.now = "2026-11-24 12:00".to_owned();
    let mailable = states(&mut app, "state = 'dead' AND COALESCE(last_error, '') <> 'no_address'").len();
    app.tuan(&["mail", "retry", "--dead"]).done();
    let then = app.desk("2026-11-24 12:01").now;
    let sum = until_settled(&mut app, &mut office, then);
    assert_eq!(sum.sent, mailable);
    check_arrivals(&mut app, &server, 1);
}

#[test]
fn a_letter_goes_encrypted_and_signed_in_or_not_at_all() {
    for (mode, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let (mut app, now) = night();
        let server = MailServer::start(mode);
        let password = app.file("password", "geheim\n");
        let mut flags = flags(&server);
        flags.smtp_url = Some(format!("{scheme}://tuan@localhost:{}?timeout=2", server.port));
        flags.smtp_password_file = Some(password);
        flags.smtp_ca_file = Some(server.ca_file());
        let sum = until_settled(&mut app, &mut office(&flags), now);
        assert_eq!(sum.dead, 0, "{mode}: {:?}", sum.trouble);
        check_arrivals(&mut app, &server, 1);
    }
}

#[test]
fn a_wrong_certificate_gets_no_letter_and_no_password() {
    let (mut app, now) = night();
    let mut server = MailServer::start("starttls");
    server.order("fault wrong_certificate 5");
    let password = app.file("password", "geheim\n");
    let mut flags = flags(&server);
    flags.smtp_url = Some(format!("smtp://tuan@localhost:{}?timeout=2", server.port));
    flags.smtp_password_file = Some(password);
    flags.smtp_ca_file = Some(server.ca_file());
    let sum = until_settled(&mut app, &mut office(&flags), now);
    assert!(sum.later > 0 && sum.trouble.as_deref().is_some_and(|words| words.contains("ertificate")), "{sum:?}");
    assert_eq!(sum.dead, 0);
    check_arrivals(&mut app, &server, 1);
    // Without the root of our own, no letter ever goes.
    let (mut app, now) = night();
    flags.smtp_ca_file = None;
    flags.smtp_password_file = Some(app.file("password", "geheim\n"));
    let before = server.kept().len();
    let sum = until_settled(&mut app, &mut office(&flags), now);
    assert_eq!((sum.sent, server.kept().len()), (0, before));
}

#[test]
fn a_server_that_offers_no_encryption_gets_nothing() {
    let (mut app, now) = night();
    let server = MailServer::start("plain");
    let mut flags = flags(&server);
    flags.smtp_url = Some(format!("smtp://127.0.0.1:{}?timeout=2", server.port));
    let sum = until_settled(&mut app, &mut office(&flags), now);
    assert_eq!((sum.sent, server.kept().len()), (0, 0));
    assert_eq!(sum.trouble.as_deref(), Some("the server offers no STARTTLS"));
}

#[test]
fn a_thousand_letters_take_less_than_a_minute() {
    let mut app = TestApp::pilot_day("open");
    let leader = |n: u32| format!("({n}, 'M{n}', '团长{n}', '13800000000', 'm{n}@yunzhou.example')");
    let letter = |n: u32| {
        format!(
            "({n}, 'cutoff_reminder:261122:M{n}', 'cutoff_reminder', 'leader', {n}, \
             (SELECT id FROM cycles WHERE cycle_code = '261122'), 'queued', 0, 0, 9000000000000000, 0)"
        )
    };
    let all = |row: &dyn Fn(u32) -> String| (1..=1_000).map(row).collect::<Vec<_>>().join(", ");
    app.db
        .execute_batch(&format!(
            "INSERT INTO leaders (id, leader_code, name, phone, email) VALUES {}; \
             INSERT INTO outbox (id, business_key, template, recipient, leader_id, cycle_id, state, tries, next_try_at, \
             give_up_at, created_at) VALUES {}",
            all(&leader),
            all(&letter)
        ))
        .expect("rows can be added");
    let server = MailServer::start("plain");
    let now = app.desk("2026-11-22 22:40").now;
    let begun = Instant::now();
    let sum = until_settled(&mut app, &mut office(&flags(&server)), now);
    let took = begun.elapsed();
    println!("mail: 1,000 letters in {took:?}, {:.0} a minute", 60_000.0 / took.as_secs_f64());
    assert_eq!((sum.sent, sum.dead), (1_000, 0));
    check_arrivals(&mut app, &server, 1);
    assert!(took.as_secs() < 60, "{took:?}");
}

#[test]
fn nobody_gets_a_heap_of_letters_within_a_minute() {
    let (mut app, now) = night();
    app.db
        .execute_batch("UPDATE suppliers SET email = 'eine@lvye.example' WHERE email IS NOT NULL")
        .expect("suppliers can share an address");
    let server = MailServer::start("plain");
    let mut office = office(&flags(&server));
    let zone = app.desk("2026-11-22 23:13").zone;
    let stop = std::sync::atomic::AtomicBool::new(false);
    for second in 0..50 {
        let at = now.plus(chrono::Duration::seconds(second));
        office.round(&mut app.db, at, zone, &stop).expect("the database is there");
    }
    let to_one = |server: &MailServer| server.kept().iter().filter(|mail| mail.to == "eine@lvye.example").count();
    assert_eq!(to_one(&server), 6);
    until_settled(&mut app, &mut office, now.plus(chrono::Duration::minutes(1)));
    assert!(to_one(&server) > 6);
    check_arrivals(&mut app, &server, 1);
}
