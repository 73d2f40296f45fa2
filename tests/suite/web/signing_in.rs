//! The door of the real server: names and passwords, second factors, sessions, and changes that others ask for.

use std::time::{Duration, Instant};

use serde_json::json;
use tuan::domain::totp::TotpSecret;

use crate::app::TestApp;

use super::client::Client;
use super::server::{Answer, Server};

/// Adds someone on the command line and returns the password.
fn user(app: &TestApp, name: &str, role: &str) -> String {
    let told = app.tuan(&["user", "add", name, "--role", role, "--json"]).done().objects();
    told[0]["password"].as_str().expect("a password").to_owned()
}

fn sign_in(server: &Server, name: &str, password: &str) -> Answer {
    server.anonymous().post("/api/v1/session", &json!({ "login_name": name, "password": password }))
}

#[test]
fn someone_signs_in_looks_around_and_leaves() {
    let app = TestApp::new();
    let password = user(&app, "wang.f", "buyer");
    let server = Server::start(&app);
    let let_in = sign_in(&server, " Wang.F", &password);
    assert_eq!(let_in.status, 201, "{}", let_in.text());
    assert_eq!(let_in.json()["roles"], json!(["buyer"]));
    let set = let_in.header("set-cookie").to_owned();
    assert!(set.starts_with("tuan_session=") && set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    assert!(set.contains("Path=/") && set.contains("Max-Age=28800") && !set.contains("Domain"), "{set}");
    let buyer = server.anonymous().with_cookie(&let_in.cookie());
    assert_eq!(buyer.get("/api/v1/cycles").status, 200);
    assert!(buyer.get("/account").text().contains("wang.f"));
    let other = server.anonymous().with_cookie(&sign_in(&server, "wang.f", &password).cookie());
    assert_eq!(buyer.json("/api/v1/sessions")["sessions"].as_array().unwrap().len(), 2);
    let sessions = other.json("/api/v1/sessions");
    let first = sessions["sessions"].as_array().unwrap().iter().find(|session| session["is_this"] == false).unwrap();
    assert_eq!(other.delete(&format!("/api/v1/sessions/{}", first["session_id"])).status, 204);
    assert_eq!(buyer.get("/api/v1/cycles").status, 401, "it was ended from the other device");
    let left = other.form("/logout", &[]);
    assert_eq!((left.status, left.header("location")), (303, "/login"));
    assert_eq!(left.header("clear-site-data"), "\"cache\", \"cookies\", \"storage\"");
    assert_eq!(other.get("/api/v1/cycles").status, 401, "the old cookie opens nothing");
}

#[test]
fn the_page_lets_in_and_goes_on_to_our_own_addresses_alone() {
    let app = TestApp::new();
    let password = user(&app, "wang", "warehouse");
    let server = Server::start(&app);
    let nobody = server.anonymous();
    let page = nobody.get("/login?next=%2Fcycles%2F261122");
    assert!(page.text().contains("name=\"next\" value=\"/cycles/261122\""), "{}", page.text());
    let wrong = nobody.form("/login", &[("login_name", "wang"), ("password", "not it"), ("next", "/cycles/1")]);
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("登录名或密码不对") && wrong.text().contains("value=\"/cycles/1\""));
    for (next, to) in
        [("/cycles/1", "/cycles/1"), ("https://evil.example/", "/warehouse"), ("//evil.example", "/warehouse")]
    {
        let answer = nobody.form("/login", &[("login_name", "wang"), ("password", &password), ("next", next)]);
        assert_eq!((answer.status, answer.header("location")), (303, to));
    }
}

#[test]
fn an_unknown_name_gets_the_answer_of_a_wrong_password_after_as_long() {
    let app = TestApp::new();
    user(&app, "wang", "buyer");
    let suspended = user(&app, "gone", "buyer");
    app.tuan(&["user", "disable", "gone"]).done();
    let server = Server::start(&app);
    let time = |name: &str, password: &str| -> (Duration, String) {
        let begun = Instant::now();
        let answer = sign_in(&server, name, password);
        assert_eq!(answer.status, 401);
        (begun.elapsed(), answer.text())
    };
    time("warm-up", "x");
    let known = time("wang", "not the password");
    for (name, password) in [("nobody", "not the password"), ("gone", &suspended)] {
        let other = time(name, password);
        assert_eq!(other.1, known.1);
        // Far from equal on a busy machine, but a missing hash would be a fiftieth.
        assert!(other.0 * 4 > known.0, "{name}: {:?} against {:?}", other.0, known.0);
    }
}

#[test]
fn ten_wrong_passwords_are_free_and_the_next_try_waits() {
    let mut app = TestApp::new();
    let password = user(&app, "wang", "buyer");
    let server = Server::start(&app);
    for _ in 0..10 {
        assert_eq!(sign_in(&server, "wang", "not it").status, 401);
    }
    let refused = sign_in(&server, "wang", &password);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("too_many_tries")));
    assert_eq!(refused.header("retry-after"), "15");
    assert_eq!(sign_in(&server, "another", "not it").status, 429, "the address waits too");
    drop(server);
    app.now = "2026-12-01 10:00".to_owned();
    assert_eq!(sign_in(&Server::start(&app), "wang", &password).status, 201);
    app.tuan(&["check"]).done();
}

/// The secret that an enrolment page shows, from its base 32.
fn shown_secret(page: &str) -> TotpSecret {
    let text = page.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("a secret is shown");
    let digit = |c: char| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("base 32");
    let bits: Vec<usize> = text.chars().flat_map(|c| (0..5).rev().map(move |bit| digit(c) >> bit & 1)).collect();
    let bytes = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit) as u8);
    TotpSecret::new(bytes.collect::<Vec<_>>().try_into().expect("160 bits"))
}

fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let field = format!("name=\"{name}\" value=\"");
    page.split(&field).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no {name} in {page}"))
}

#[test]
fn an_admin_gives_a_second_factor_and_a_code_serves_once() {
    let mut app = TestApp::new();
    let password = user(&app, "root.w", "admin");
    let server = Server::start(&app);
    let cookie = sign_in(&server, "root.w", &password).cookie();
    let admin: Client = server.anonymous().with_cookie(&cookie);
    let refused = admin.get("/api/v1/cycles");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("second_factor_due")));
    let sent = admin.get("/account");
    assert_eq!((sent.status, sent.header("location")), (303, "/login/code?next=%2Faccount"));
    let page = admin.get("/login/code").text();
    assert!(page.contains("<svg class=\"qr\"") && page.contains("autocomplete=\"one-time-code\""));
    let (secret, sealed, csrf) = (shown_secret(&page), hidden(&page, "sealed"), hidden(&page, "csrf"));
    let give = |client: &Client, code: &str| {
        let origin = format!("http://{}", server.address());
        let body = format!("code={code}&sealed={}&csrf={csrf}", sealed.replace('+', "%2B").replace('/', "%2F"));
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", origin.as_str())];
        client.raw("POST", "/login/code", &headers, body.as_bytes())
    };
    let wrong = give(&admin, "000000");
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains(sealed), "the same QR code is shown again");
    let code = secret.code_at(app.desk(&app.now).now);
    let given = give(&admin, &code);
    assert_eq!((given.status, given.header("location")), (303, "/"), "{}", given.text());
    assert_eq!(admin.get("/api/v1/cycles").status, 401, "the half-open session's cookie opens nothing any more");
    let opened = server.anonymous().with_cookie(&given.cookie());
    assert_eq!(opened.get("/api/v1/cycles").status, 200);
    let again = server.anonymous().with_cookie(&sign_in(&server, "root.w", &password).cookie());
    let replayed = again.post("/api/v1/session/code", &json!({ "code": code }));
    assert_eq!((replayed.status, replayed.json()["code"].as_str()), (422, Some("wrong_code")));
    drop(server);
    app.now = "2026-12-01 10:00".to_owned();
    let server = Server::start(&app);
    let later = server.anonymous().with_cookie(&sign_in(&server, "root.w", &password).cookie());
    let code = secret.code_at(app.desk(&app.now).now);
    let given = later.post("/api/v1/session/code", &json!({ "code": code }));
    assert_eq!(given.status, 204, "{}", given.text());
    assert_eq!(server.anonymous().with_cookie(&given.cookie()).get("/api/v1/cycles").status, 200);
}

#[test]
fn a_change_that_no_page_of_ours_asks_for_is_not_done() {
    let app = TestApp::new();
    let server = Server::start(&app);
    let buyer = server.as_role("buyer");
    let token = buyer.json("/api/v1/session")["csrf_token"].as_str().unwrap().to_owned();
    let origin = format!("http://{}", server.address());
    let body = format!("csrf={token}");
    let (ours, token, form) =
        (("Origin", origin.as_str()), ("X-CSRF-Token", token.as_str()), "application/x-www-form-urlencoded");
    for (headers, body) in [
        (vec![], ""),
        (vec![token], ""),
        (vec![ours], ""),
        (vec![ours, ("X-CSRF-Token", "AAAAAAAAAAAAAAAAAAAAAA")], ""),
        (vec![token, ("Origin", "https://evil.example")], ""),
        (vec![token, ("Origin", "null")], ""),
        (vec![token, ours, ("Sec-Fetch-Site", "same-site")], ""),
        (vec![ours, ("Content-Type", "text/plain")], body.as_str()),
        (vec![("Content-Type", form)], body.as_str()),
    ] {
        let answer = buyer.raw("DELETE", "/api/v1/session", &headers, body.as_bytes());
        assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("cross_site")), "{headers:?}");
    }
    let nobody = server.anonymous();
    let headers = [("Origin", "https://evil.example"), ("Content-Type", form)];
    let answer = nobody.raw("POST", "/login", &headers, b"login_name=a&password=b");
    assert_eq!(answer.status, 403, "nobody is signed in from another site");
    let answer = buyer.raw("POST", "/logout", &[ours, ("Content-Type", form)], body.as_bytes());
    assert_eq!(answer.status, 303, "a form of ours is enough");
}

#[test]
fn suspending_acts_at_once_and_a_revoked_token_opens_nothing() {
    let app = TestApp::new();
    let password = user(&app, "wang", "buyer");
    let told = app.tuan(&["token", "add", "till", "--scope", "cycles:read", "--json"]).done().objects();
    let bearer = format!("Bearer {}", told[0]["token"].as_str().unwrap());
    let server = Server::start(&app);
    let buyer = server.anonymous().with_cookie(&sign_in(&server, "wang", &password).cookie());
    let machine = |path: &str| server.anonymous().send("GET", path, &[("Authorization", &bearer)], b"");
    assert_eq!((buyer.get("/api/v1/cycles").status, machine("/api/v1/cycles").status), (200, 200));
    assert_eq!(machine("/api/v1/session").status, 403, "the scope does not open it");
    app.tuan(&["user", "disable", "wang"]).done();
    app.tuan(&["token", "revoke", "till"]).done();
    assert_eq!(buyer.get("/api/v1/cycles").status, 401);
    std::thread::sleep(Duration::from_millis(1_000));
    assert_eq!(machine("/api/v1/cycles").status, 401, "what another process revokes ends within a second");
    app.tuan(&["user", "enable", "wang"]).done();
    assert_eq!(buyer.get("/api/v1/cycles").status, 401, "the old session stays ended");
}

#[test]
fn behind_a_proxy_the_cookie_is_for_https_alone() {
    let app = TestApp::new();
    let password = user(&app, "wang", "buyer");
    let server = Server::start_with(&app, &["--trusted-proxy", "127.0.0.1"]);
    let proxied = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7")];
    let body = json!({ "login_name": "wang", "password": password }).to_string();
    let json_body = ("Content-Type", "application/json");
    let let_in =
        server.anonymous().raw("POST", "/api/v1/session", &[&proxied[..], &[json_body]].concat(), body.as_bytes());
    let set = let_in.header("set-cookie");
    assert!(set.starts_with("__Host-tuan=") && set.contains("Secure") && set.contains("HttpOnly"), "{set}");
    assert!(set.contains("Path=/") && !set.contains("Domain"), "{set}");
    let wang = server.anonymous().with_cookie(&let_in.cookie());
    assert_eq!(wang.raw("GET", "/api/v1/cycles", &proxied, b"").status, 200);
    assert_eq!(wang.get("/api/v1/cycles").status, 401, "without HTTPS the cookie counts for nothing");
    let plain = [("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "203.0.113.7")];
    let refused = server.anonymous().raw("GET", "/api/v1/cycles", &plain, b"");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("https_required")));
}

#[test]
fn a_new_password_ends_the_other_sessions_and_a_weak_one_is_refused() {
    let app = TestApp::new();
    let password = user(&app, "wang", "buyer");
    let server = Server::start(&app);
    let here = server.anonymous().with_cookie(&sign_in(&server, "wang", &password).cookie());
    let there = server.anonymous().with_cookie(&sign_in(&server, "wang", &password).cookie());
    for (old, new, words) in [(password.as_str(), "12345678", "太容易"), ("not it", "seven red kites", "不对")] {
        let answer = here.form("/account/password", &[("old", old), ("new", new)]);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    assert_eq!(here.form("/account/password", &[("old", &password), ("new", "seven red kites")]).status, 303);
    assert_eq!((here.get("/account").status, there.get("/api/v1/cycles").status), (200, 401));
    assert_eq!(sign_in(&server, "wang", &password).status, 401);
    assert_eq!(sign_in(&server, "wang", "seven red kites").status, 201);
}
