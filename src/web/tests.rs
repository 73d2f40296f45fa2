//! What the server answers before there is any cycle: no database is touched but an empty one in a folder of its own.

use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{App, test, web};
use tempfile::TempDir;

use crate::domain::access::Scope;
use crate::domain::secret::token_text;
use crate::domain::server_key::ServerKey;
use crate::domain::time::{Moment, Zone};
use crate::flow::Desk;
use crate::flow::dispatch_trips::Asked;
use crate::flow::machines::add_token;
use crate::store::backend::Db;
use crate::store::migrations::migrate;
use crate::web::client::Doorplate;
use crate::web::guard::guard;
use crate::web::limits::Limits;
use crate::web::meters::Meters;
use crate::web::requests::observed;
use crate::web::routes::routes;
use crate::web::site::{Settings, Site};

/// An answer: status, headers as `name: value` lines, body.
struct Answer {
    status: StatusCode,
    headers: String,
    body: String,
}

const DESK: Desk = Desk { now: Moment(1_795_359_600_000_000), zone: Zone(chrono_tz::Asia::Shanghai) };

/// A site on an empty database, and a token of every scope.
pub(super) fn site(folder: &TempDir) -> (web::Data<Site>, String) {
    let database = format!("sqlite:{}", folder.path().join("web.db").display());
    let mut db = Db::open(&database).expect("a file can be made");
    migrate(&mut db).expect("a fresh database can be migrated");
    let token = add_token(&mut db, &DESK, "test", "test", Scope::ALL, &[]).expect("a new name");
    let site = Site::new(Settings {
        bind: ([127, 0, 0, 1], 0).into(),
        key: ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes"),
        database,
        desk: Box::new(|| DESK),
        routes: Asked::default(),
        log: |words| panic!("{words}"),
        limits: Limits::default(),
        plate: Doorplate::default(),
        tls: None,
        meters: Meters::default(),
        is_rehearsal: true,
        batch_max: None,
        prepared: None,
    });
    (web::Data::from(site), format!("Bearer {}", token_text(&token.secret)))
}

async fn ask(method: Method, path: &str) -> Answer {
    ask_as(method, path, true).await
}

async fn ask_as(method: Method, path: &str, is_known: bool) -> Answer {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (site, token) = site(&folder);
    let app = App::new().app_data(site).wrap(from_fn(guard)).wrap(from_fn(observed)).configure(routes);
    let app = test::init_service(app).await;
    let mut request = test::TestRequest::with_uri(path).method(method);
    if is_known {
        request = request.insert_header(("Authorization", token));
    }
    let request = request.to_request();
    let response = test::call_service(&app, request).await;
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().expect("our headers are ASCII")));
    let (status, headers) = (response.status(), headers.collect());
    let body = String::from_utf8(test::read_body(response).await.to_vec()).expect("UTF-8");
    Answer { status, headers, body }
}

#[actix_web::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let rows = [
        (Method::GET, "/", 200),
        (Method::GET, "/healthz", 200),
        (Method::GET, "/readyz", 200),
        (Method::GET, "/api/v1/cycles", 200),
        (Method::GET, "/nowhere", 404),
        (Method::GET, "/cycles/none", 404),
        (Method::GET, "/cycles/none?version=x", 422),
        (Method::GET, "/cycles/none/sheets/none", 404),
        (Method::GET, "/assets/none", 404),
        (Method::GET, "/api/v1/nowhere", 404),
        (Method::GET, "/api/v1/cycles/none/totals", 404),
        (Method::GET, "/api/v1/cycles?limit=501", 422),
        (Method::GET, "/api/v1/cycles?unknown=1", 422),
        (Method::POST, "/", 405),
        (Method::DELETE, "/api/v1/cycles/none/totals", 405),
        (Method::TRACE, "/", 405),
        (Method::TRACE, "/nowhere", 405),
    ];
    for (method, path, status) in rows {
        let answer = ask(method.clone(), path).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.body);
        for header in [
            "content-security-policy: default-src 'self'; object-src 'none'; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self'\n",
            "x-content-type-options: nosniff\n",
            "referrer-policy: same-origin\n",
            "cache-control: no-store\n",
        ] {
            assert!(answer.headers.contains(header), "{method} {path} lacks {header}{}", answer.headers);
        }
        if status == 405 {
            assert!(answer.headers.contains("allow: GET, HEAD\n"), "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn a_refusal_is_a_problem_for_machines_and_a_page_for_people() {
    let problem = ask(Method::GET, "/api/v1/cycles/261122").await;
    assert!(problem.headers.contains("content-type: application/problem+json\n"));
    let object: serde_json::Value = serde_json::from_str(&problem.body).expect("JSON");
    assert_eq!(
        object,
        serde_json::json!({
            "type": "urn:tuan:problem:not_found", "code": "not_found", "status": 404,
            "title": "there is no cycle \"261122\"", "detail": "没有团期“261122”",
        })
    );
    let page = ask(Method::GET, "/cycles/261122?lang=en").await;
    assert!(page.headers.contains("content-type: text/html; charset=utf-8\n"));
    assert!(page.body.contains("There is no cycle") && page.body.contains("<html lang=\"en\">"), "{}", page.body);
}

#[actix_web::test]
async fn an_empty_database_says_what_to_do() {
    let page = ask(Method::GET, "/").await;
    assert!(page.body.contains("还没有团期") && page.body.contains("tuan import cycles"), "{}", page.body);
    let list = ask(Method::GET, "/api/v1/cycles").await;
    assert_eq!(list.body, r#"{"cycles":[],"next":null,"total":0}"#);
}

#[actix_web::test]
async fn the_style_sheet_is_kept_for_ever_under_its_own_address() {
    let page = ask(Method::GET, "/").await;
    let address = page.body.split('"').find(|part| part.starts_with("/assets/tuan-")).expect("the page has a style");
    let style = ask(Method::GET, address).await;
    assert!(style.headers.contains("content-type: text/css; charset=utf-8\n"));
    assert!(style.headers.contains("cache-control: public, max-age=31536000, immutable\n"), "{}", style.headers);
}

#[actix_web::test]
async fn what_a_person_typed_is_shown_as_text() {
    let page = ask(Method::GET, "/cycles/%3Cscript%3E").await;
    assert!(page.body.contains("&#60;script&#62;") && !page.body.contains("<script"), "{}", page.body);
}

#[actix_web::test]
async fn nobody_is_shown_the_way_in() {
    let problem = ask_as(Method::GET, "/api/v1/cycles", false).await;
    assert_eq!(problem.status, StatusCode::UNAUTHORIZED);
    assert!(problem.headers.contains("www-authenticate: Bearer realm=\"tuan\"\n"), "{}", problem.headers);
    assert!(problem.body.contains("\"code\":\"sign_in_required\""), "{}", problem.body);
    let page = ask_as(Method::GET, "/cycles/261122?version=2", false).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.headers.contains("location: /login?next=%2Fcycles%2F261122%3Fversion%3D2\n"), "{}", page.headers);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(ask_as(Method::GET, path, false).await.status, StatusCode::OK, "{path}");
    }
}
