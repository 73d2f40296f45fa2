//! What the server answers before there is any cycle: no database is touched but an empty one in a folder of its own.

use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::{App, test, web};
use tempfile::TempDir;

use crate::domain::server_key::ServerKey;
use crate::domain::time::{Moment, Zone};
use crate::flow::Desk;
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

fn site(folder: &TempDir) -> web::Data<Site> {
    let database = format!("sqlite:{}", folder.path().join("web.db").display());
    migrate(&mut Db::open(&database).expect("a file can be made")).expect("a fresh database can be migrated");
    web::Data::from(Site::new(Settings {
        bind: ([127, 0, 0, 1], 0).into(),
        database,
        desk: Box::new(|| Desk { now: Moment(0), zone: Zone::default() }),
        log: |words| panic!("{words}"),
        limits: Limits::default(),
        plate: Doorplate::default(),
        tls: None,
        meters: Meters::default(),
        key: ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes"),
        is_rehearsal: true,
        batch_max: None,
        prepared: None,
    }))
}

async fn ask(method: Method, path: &str) -> Answer {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let app = App::new().app_data(site(&folder)).wrap(from_fn(guard)).wrap(from_fn(observed)).configure(routes);
    let app = test::init_service(app).await;
    let request = test::TestRequest::with_uri(path).method(method).to_request();
    let response = test::call_service(&app, request).await;
    let headers = response.headers().iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    let (status, headers) = (response.status(), headers.collect());
    let body = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
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
        (Method::DELETE, "/api/v1/cycles", 405),
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
            "referrer-policy: no-referrer\n",
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
    let object: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
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
