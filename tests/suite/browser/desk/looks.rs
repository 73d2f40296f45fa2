//! How the pages look, in both languages, schemes and sizes; what they cost; rows by the hundred; names of all kinds.

use std::time::Instant;

use super::Place;
use crate::app::TestApp;
use crate::browser::chromium::{DESK, PHONE};
use crate::browser::driver::keys::ENTER;

const PAGES: [(&str, &str, &str); 15] = [
    ("board", "warehouse", "/warehouse/261122"),
    ("receiving", "warehouse", "/warehouse/261122/receiving"),
    ("sheets", "warehouse", "/warehouse/261122/sheets"),
    ("wrong", "buyer", "/warehouse/261122/wrong-goods"),
    ("stock", "warehouse", "/warehouse/261122/stock"),
    ("weighing", "warehouse", "/warehouse/261122/weighing"),
    ("weigh-labels", "warehouse", "/warehouse/261122/weighing/labels"),
    ("people", "admin", "/admin"),
    ("sessions", "admin", "/admin/sessions"),
    ("goods", "admin", "/admin/goods?cycle=261122"),
    ("cycles", "admin", "/admin/cycles"),
    ("files", "admin", "/admin/files"),
    ("tokens", "admin", "/admin/tokens"),
    ("log", "admin", "/admin/log"),
    ("mail", "admin", "/admin/mail"),
];

fn with_lang(path: &str, lang: &str) -> String {
    match lang {
        "en" if path.contains('?') => format!("{path}&lang=en"),
        "en" => format!("{path}?lang=en"),
        _ => path.to_owned(),
    }
}

#[test]
fn every_page_is_drawn_in_both_sizes_languages_and_schemes() {
    let place = Place::at("receiving");
    let looks = [
        ("phone", PHONE, "zh", false),
        ("desk", DESK, "zh", false),
        ("dark", DESK, "zh", true),
        ("english", DESK, "en", false),
        ("english-phone", PHONE, "en", true),
    ];
    for (look, window, lang, is_dark) in looks {
        for role in ["warehouse", "buyer", "admin"] {
            let desk = match window == PHONE {
                true => phone_of(&place, role),
                false => place.desk_of(role, window),
            };
            desk.prefer_dark(is_dark);
            for (name, _, path) in PAGES.iter().filter(|(_, by, _)| *by == role) {
                place.open(&desk, &with_lang(path, lang));
                desk.screenshot(&format!("desk-{name}-{look}"));
                if lang == "zh" {
                    desk.axe();
                }
                let over =
                    desk.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
                assert_eq!(over, 0, "{name} {look} is wider than its window");
            }
            assert_eq!(desk.complaints(), Vec::<String>::new());
        }
    }
}

fn phone_of(place: &Place, role: &str) -> crate::browser::driver::Browser {
    let phone = crate::browser::driver::Browser::phone(PHONE);
    phone.goto(&place.url("/login"));
    phone.put_cookie(place.server.as_role(role).lines().trim().trim_start_matches("Cookie: "));
    phone
}

#[test]
fn an_empty_house_says_what_to_do() {
    let place = Place::with(TestApp::new());
    let desk = place.desk_of("admin", DESK);
    for (name, path, words) in [
        ("warehouse", "/warehouse", "还没有团期"),
        ("cycles", "/admin/cycles", "还没有团期"),
        ("mail", "/admin/mail", "没有邮件"),
    ] {
        place.open(&desk, path);
        desk.wait_text(".empty", words);
        desk.screenshot(&format!("desk-empty-{name}"));
    }
    assert_eq!(place.server.as_role("admin").get("/warehouse/none").status, 404);
}

#[test]
fn hundreds_of_people_are_paged_and_found_and_their_names_are_text() {
    let place = Place::at("open");
    let mut db = tuan::store::backend::Db::open(place.app.url()).expect("the database is there");
    let at = place.app.desk(&place.app.now);
    for number in 0..300 {
        let name = match number % 3 {
            0 => format!("<script>alert({number})</script>"),
            1 => format!("一个特别特别特别特别特别特别特别长的名字 {number} 号"),
            _ => format!("👨‍👩‍👧‍👦 龘龘 {number}"),
        };
        let login_name = format!("person{number:03}");
        let roles = [tuan::domain::access::Role::Driver];
        let new = tuan::flow::people::NewUser {
            login_name: &login_name,
            display_name: &name,
            roles: &roles,
            ..Default::default()
        };
        tuan::flow::people::add_user(&mut db, &at, "test", &new).expect("a new name");
    }
    for (look, window) in [("desk", DESK), ("phone", PHONE)] {
        let desk = place.desk_of("admin", window);
        place.open(&desk, "/admin");
        assert_eq!(desk.count(".people tbody tr"), 100);
        desk.screenshot(&format!("admin-people-300-{look}"));
        desk.type_into("#search [name=q]", "person2");
        desk.press(ENTER);
        desk.wait_text(".people", "person299");
        // The list is the same after a reload, and nothing of it stands in the address.
        place.open(&desk, "/admin");
        desk.wait_text(".people", "person299");
        desk.run("const field = document.querySelector('#search [name=q]'); field.value = 'person'; field.form.requestSubmit()");
        desk.wait_text(".people", "person099");
        desk.click(".pages [name=page]");
        desk.wait_text(".people", "person199");
        assert_eq!(desk.path(), "/admin");
        assert_eq!(desk.complaints(), Vec::<String>::new());
    }
}

#[test]
fn a_page_takes_the_server_little_time() {
    let place = Place::at("dispatched");
    for (name, role, path) in PAGES {
        let person = place.server.as_role(role);
        let once = |_| {
            let begun = Instant::now();
            let answer = person.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            (begun.elapsed().as_secs_f64() * 1000.0, answer.body.len())
        };
        let best = (0..4).map(once).fold((f64::MAX, 0), |a, b| if a.0 < b.0 { a } else { b });
        println!("{name}: {:.1} ms, {} KiB", best.0, best.1 / 1024);
    }
}
