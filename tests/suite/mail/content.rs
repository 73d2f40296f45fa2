//! What stands in a letter: the sheet's own figures, names that arrive, nothing that does not belong there.

use std::process::Command;

use serde_json::Value;
use tuan::mail::MailFlags;

use super::smtp::MailServer;
use super::{flags, linking, night, office, states, until_settled};
use crate::app::books::lines;
use crate::app::{TestApp, arg};

/// A mail as Python's own parser reads it.
fn read(raw: &str) -> Value {
    let script = "import email, email.policy, json, sys\n\
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
        parts = {p.get_content_type(): p.get_content() for p in m.walk() if p.get_content_maintype() == 'text' \
            and not p.get_filename()}\n\
        files = {a.get_filename(): len(a.get_payload(decode=True)) for a in m.iter_attachments()}\n\
        text = [a.get_content() for a in m.iter_attachments() if a.get_content_type() == 'text/csv']\n\
        legacy = [str(email.header.make_header(email.header.decode_header(a.get_content_type() and \
            a.get('Content-Type').params.get('name', '')))) for a in m.iter_attachments()]\n\
        print(json.dumps({'subject': m['subject'], 'to': m['to'], 'from': m['from'], 'text': parts['text/plain'], \
            'html': parts['text/html'], 'files': files, 'legacy': legacy, 'csv': text}))";
    let mut python = Command::new("/usr/bin/python3");
    let mut child = python
        .args(["-c", script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("Python is there");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), raw.as_bytes()).expect("Python reads");
    let out = child.wait_with_output().expect("Python ends");
    serde_json::from_slice(&out.stdout).expect("Python answers")
}

fn words<'v>(mail: &'v Value, key: &str) -> &'v str {
    mail[key].as_str().unwrap_or_else(|| panic!("no {key}: {mail}"))
}

#[test]
fn a_purchase_order_arrives_as_text_page_and_table() {
    let (mut app, now) = night();
    let server = MailServer::start("plain");
    until_settled(&mut app, &mut office(&flags(&server)), now);
    app.tuan(&["sheets", "261122", "--out", "out"]).done();
    let mails: Vec<Value> = server.kept().iter().map(|mail| read(&mail.raw)).collect();
    let orders: Vec<&Value> = mails.iter().filter(|mail| words(mail, "subject").starts_with("【采购单】")).collect();
    assert!(orders.len() >= 8, "{}", orders.len());
    for mail in orders {
        let po_no = words(mail, "subject").rsplit(' ').next().unwrap();
        let name = format!("采购单_{po_no}.csv");
        let bytes = std::fs::read(app.folder().join(format!("out/02_purchase_order/{po_no}.csv"))).expect("printed");
        assert_eq!(mail["files"][&name], bytes.len(), "{po_no}: the attachment is the sheet");
        assert_eq!(mail["legacy"][0], name, "clients that know no RFC 2231 read the name too");
        assert!(words(mail, "text").contains("送货仓") && words(mail, "html").contains(po_no), "{mail}");
        assert!(!words(mail, "text").contains("{{") && words(mail, "from").contains("云州团购"));
    }
    let summary = mails.iter().find(|mail| words(mail, "subject").starts_with("【采购汇总】")).expect("to the buyers");
    assert!(words(summary, "to").contains("caigou@yunzhou.example") && !summary["csv"][0].as_str().unwrap().is_empty());
    let pack = mails.iter().find(|mail| words(mail, "subject").starts_with("【夜间单据】")).expect("to the warehouse");
    assert!(pack["files"].as_object().unwrap().keys().next().unwrap().ends_with(".zip"), "{pack}");
}

#[test]
fn a_changed_purchase_order_sends_only_the_difference_and_never_before_the_order() {
    let (mut app, now) = night();
    let plan = app.file("more.csv", "supplier_code,warehouse_code,sku_code,cases,reason\nS01,C1,K001,9,加单\n");
    app.now = "2026-11-22 23:20".to_owned();
    app.tuan(&["import", "plan", arg(&plan), "--cycle", "261122"]).done();
    let changes = states(&mut app, "template = 'purchase_change'");
    assert_eq!(changes.len(), 1, "{changes:?}");
    let server = MailServer::start("plain");
    let pages = MailFlags { mail_link_base: Some("https://tuan.example".to_owned()), ..flags(&server) };
    until_settled(&mut app, &mut linking(&pages), now);
    let mails: Vec<Value> = server.kept().iter().map(|mail| read(&mail.raw)).collect();
    let change = mails.iter().find(|mail| words(mail, "subject").starts_with("【改单】")).expect("the difference");
    let text = words(change, "text");
    assert_eq!(text.matches("：原 ").count(), 1, "only what changed: {text}");
    // What was answered of a changed line does not hold any more, so the change too says where to answer.
    assert!(text.contains("https://tuan.example/s/token") && words(change, "html").contains("/s/token"), "{text}");
    let sent_at = |template: &str| {
        let po = "po_id = (SELECT po_id FROM outbox WHERE template = 'purchase_change')";
        lines(
            &mut app.db,
            &format!("SELECT CAST(sent_at AS TEXT) AS line FROM outbox WHERE template = '{template}' AND {po}"),
        )
    };
    let mut sent_at = sent_at;
    assert!(sent_at("purchase_order")[0] < sent_at("purchase_change")[0]);
    // The same edit again changes nothing and mails nothing.
    app.tuan(&["import", "plan", arg(&plan), "--cycle", "261122"]).done();
    assert_eq!(states(&mut app, "template = 'purchase_change'").len(), 1);
}

#[test]
fn a_supplier_without_mail_is_told_of_and_not_skipped() {
    let app = TestApp::pilot_day("frozen");
    app.tuan(&["procure", "261122"]).done();
    let sent = app.tuan(&["send", "261122", "--json"]).done().objects();
    let without: Vec<&Value> = sent.iter().filter(|po| po["mail"] == "no_address").collect();
    assert!(!without.is_empty() && without.len() < sent.len(), "{sent:?}");
    let dead = app.tuan(&["mail", "list", "--dead", "--json"]).done().objects();
    assert_eq!(dead.len(), without.len());
    assert!(dead.iter().all(|letter| letter["last_error"] == "no_address" && letter["tries"] == 0), "{dead:?}");
    let words = app.tuan(&["send", "261122"]).done();
    assert!(words.stdout.contains("已发出 0 张"), "{}", words.stdout);
}

#[test]
fn the_outbox_holds_no_address_and_no_name() {
    let (mut app, now) = night();
    let mut server = MailServer::start("plain");
    server.order("fault 5xx 4");
    until_settled(&mut app, &mut office(&flags(&server)), now);
    let rows: String = app.books().lines().filter(|line| line.starts_with("outbox")).collect();
    assert!(rows.contains("no such mailbox"));
    for email in lines(&mut app.db, "SELECT email AS line FROM suppliers WHERE email IS NOT NULL") {
        assert!(!rows.contains(&email), "{email}");
    }
    assert!(!rows.contains("caigou@") && !rows.contains("绿野"));
}

#[test]
fn a_line_break_that_got_into_the_books_never_reaches_the_wire() {
    let (mut app, now) = night();
    let bad =
        "UPDATE suppliers SET name = 'x' || CHR(13) || CHR(10) || 'Bcc: evil@example.com' WHERE supplier_code = 'S01'";
    let bad = if app.url().starts_with("sqlite:") { bad.replace("CHR(", "char(") } else { bad.to_owned() };
    app.db.execute_batch(&bad).expect("the table takes it");
    let server = MailServer::start("plain");
    let sum = until_settled(&mut app, &mut office(&flags(&server)), now);
    assert!(sum.dead >= 1);
    let dead = states(&mut app, "state = 'dead' AND last_error = 'unsafe_text'");
    assert!(!dead.is_empty());
    assert!(server.kept().iter().all(|mail| !mail.raw.contains("evil@example.com")));
}

#[test]
fn leaders_are_reminded_once_of_what_is_not_marked() {
    let mut app = TestApp::pilot_day("open");
    app.db
        .execute_batch("UPDATE cycles SET payment = 'in_person' WHERE cycle_code = '261122'")
        .expect("a cycle changes");
    app.db
        .execute_batch(
            "UPDATE orders SET state = 'unpaid', paid_at = NULL WHERE order_no IN ('261122-0001', '261122-0002')",
        )
        .expect("orders are not marked");
    for time in ["2026-11-22 22:29", "2026-11-22 22:30", "2026-11-22 22:31"] {
        let desk = app.desk(time);
        tuan::flow::run_clock::run_clock(&mut app.db, &desk).expect("the clock runs");
        let told = states(&mut app, "template = 'cutoff_reminder'").len();
        assert_eq!(told > 0, time != "2026-11-22 22:29", "{time}: {told}");
    }
    let leaders = "SELECT 'x' AS line FROM leaders WHERE email IS NOT NULL AND id IN (SELECT leader_id FROM orders)";
    assert_eq!(states(&mut app, "template = 'cutoff_reminder'").len(), lines(&mut app.db, leaders).len());
    let unmarked = "SELECT order_no AS line FROM orders o JOIN leaders l ON l.id = o.leader_id \
                    WHERE o.state = 'unpaid' AND l.email IS NOT NULL";
    let unmarked = lines(&mut app.db, unmarked);
    let server = MailServer::start("plain");
    let now = app.desk("2026-11-22 22:32").now;
    until_settled(&mut app, &mut office(&flags(&server)), now);
    let texts: String = server.kept().iter().map(|mail| words(&read(&mail.raw), "text").to_owned()).collect();
    assert!(unmarked.iter().all(|order_no| texts.contains(order_no)), "{unmarked:?}\n{texts}");
    assert!(texts.contains("23:00 截单"), "{texts}");
}

#[test]
fn an_invitation_carries_its_link_and_the_row_forgets_it() {
    use tuan::domain::access::Role;
    use tuan::domain::sealed;
    use tuan::domain::server_key::ServerKey;
    use tuan::flow::invitations::invite;
    use tuan::flow::people::{NewUser, add_user};
    use tuan::flow::queue_letters::IN_LETTERS;
    let mut app = TestApp::new();
    let desk = app.desk("2026-11-22 12:00");
    let key = ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes");
    let new =
        NewUser { login_name: "neu", email: Some("neu@yunzhou.example"), roles: &[Role::Buyer], ..NewUser::default() };
    let user_id = add_user(&mut app.db, &desk, "test", &new).expect("a new name");
    let token = invite(&mut app.db, &desk, &key, "test", user_id).expect("they may come").secret.to_text();
    assert!(!app.books().contains(&token), "the row holds the token openly");
    let server = MailServer::start("plain");
    let mut flags = flags(&server);
    flags.mail_link_base = Some("https://tuan.example/".to_owned());
    let settings = flags.check().expect("sound").expect("a way out");
    let mut office = tuan::mail::Office::new(
        settings,
        Box::new(move |secret| {
            let tuan::mail::Secret::Sealed { user_id, sealed: text } = secret else { return None };
            String::from_utf8(sealed::open(&key, IN_LETTERS, user_id, text)?).ok()
        }),
    );
    until_settled(&mut app, &mut office, desk.now);
    let mail = read(&server.kept()[0].raw);
    assert!(words(&mail, "text").contains(&format!("https://tuan.example/i/{token}")));
    assert!(!words(&mail, "subject").contains(&token));
    let left = lines(&mut app.db, "SELECT 'x' AS line FROM outbox WHERE sealed IS NOT NULL");
    assert!(left.is_empty());
}
