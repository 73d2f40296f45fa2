//! `docs/authz.csv` says of each role, account state and operation what the answer is; the real server gives it.
//!
//! An operation without rows fails here. `TUAN_BLESS=1 cargo test --test suite authz` writes the missing rows from the
//! access table of `domain::access`: read them before you commit them. An address with variables, or with something of
//! another leader's to ask for, needs a line in `authz/samples.rs`.

mod callers;
mod samples;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tuan::domain::access::Operation;
use tuan::web::entries;

use crate::app::TestApp;

use super::server::{Answer, Server};
use callers::{Caller, callers};
use samples::{Sample, Samples};

const FILE: &str = "docs/authz.csv";
const HEAD: &str = "operation,role,state,answer";

/// What the server answers to someone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It does what was asked, or says what is wrong with the request.
    Allow,
    /// The same for what is the caller's own; what is another's looks as if it did not exist.
    Own,
    /// 403.
    Deny,
    /// 401, or the way to the page to sign in on.
    SignIn,
}

const CODES: [(Expected, &str); 4] =
    [(Expected::Allow, "allow"), (Expected::Own, "own"), (Expected::Deny, "deny"), (Expected::SignIn, "sign_in")];

/// A method of an address, and the operation that it is.
pub struct RouteRow {
    pub path: &'static str,
    pub method: String,
    pub operation: Operation,
}

fn routes() -> Vec<RouteRow> {
    let row = |(path, method, operation): (&'static str, _, Operation)| RouteRow {
        path,
        method: format!("{method}"),
        operation,
    };
    entries().into_iter().map(row).collect()
}

/// Answers by operation, role and state.
type Book = BTreeMap<(String, String, String), Expected>;

fn read_book() -> Book {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap_or_default();
    let mut book = Book::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let &[operation, role, state, answer] = cells.as_slice() else { panic!("{FILE}:{}: {line}", number + 1) };
        let answer = CODES.iter().find(|(_, code)| *code == answer).unwrap_or_else(|| panic!("{FILE}: {line}")).0;
        let key = (operation.to_owned(), role.to_owned(), state.to_owned());
        assert!(book.insert(key, answer).is_none(), "{FILE}:{}: twice: {line}", number + 1);
    }
    book
}

/// Writes rows in the order of the access table, so that those of an operation stand together.
fn write_book(book: &Book, callers: &[Caller]) {
    let mut text = format!("{HEAD}\n");
    for operation in Operation::ALL {
        for caller in callers {
            let (role, state) = (&caller.role, &caller.state);
            let key = (operation.code().to_owned(), role.clone(), state.clone());
            let Some(answer) = book.get(&key) else { continue };
            let code = CODES.iter().find(|(known, _)| known == answer).expect("every answer has a code").1;
            text += &format!("{},{role},{state},{code}\n", operation.code());
        }
    }
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE), text).expect("the repository can be written to");
}

#[test]
fn every_route_answers_everyone_as_the_table_says() {
    let app = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&app);
    let (samples, callers) = (Samples::new(&server), callers(&server));
    let mut book = read_book();
    if std::env::var_os("TUAN_BLESS").is_some() {
        for route in routes() {
            for caller in &callers {
                let key = (route.operation.code().to_owned(), caller.role.clone(), caller.state.clone());
                book.entry(key).or_insert_with(|| caller.granted(route.operation));
            }
        }
        write_book(&book, &callers);
    }
    let mut wrong = Vec::new();
    for route in routes() {
        let sample = samples.of(&route);
        for caller in &callers {
            let key = (route.operation.code().to_owned(), caller.role.clone(), caller.state.clone());
            match book.get(&key) {
                Some(expected) => wrong.extend(faults(&server, caller, &route, &sample, *expected)),
                None => wrong.push(format!("{FILE} has no row {},{},{}", key.0, key.1, key.2)),
            }
        }
    }
    let known: Vec<&str> = Operation::ALL.iter().map(|operation| operation.code()).collect();
    let strange = book.keys().filter(|(operation, _, _)| !known.contains(&operation.as_str()));
    wrong.extend(strange.map(|(operation, _, _)| format!("{FILE} names an operation that is none: {operation}")));
    let shown = wrong.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} cells are wrong:\n{shown}", wrong.len());
}

/// What is wrong with the answers that a caller gets on a route.
fn faults(server: &Server, caller: &Caller, route: &RouteRow, sample: &Sample, expected: Expected) -> Option<String> {
    let ask = |path: &str| caller.ask(server, route, path, sample);
    let answer = ask(&sample.mine);
    let told = |answer: &Answer, path: &str, want: &str| {
        let (method, role, state) = (&route.method, &caller.role, &caller.state);
        let text: String = answer.text().chars().take(120).collect();
        Some(format!("{method} {path} as {role},{state}: {} instead of {want}: {text}", answer.status))
    };
    if answer.status >= 500 {
        return told(&answer, &sample.mine, "an answer");
    }
    let kind = kind(&answer);
    if !matches!((expected, kind), (Expected::Allow | Expected::Own, Expected::Allow)) && expected != kind {
        return told(&answer, &sample.mine, &format!("{expected:?}"));
    }
    let foreign = sample.foreign.as_deref()?;
    let answer = match expected {
        Expected::Allow | Expected::Own => ask(foreign),
        Expected::Deny | Expected::SignIn => return None,
    };
    let is_right = match expected {
        Expected::Own => answer.status == 404,
        _ => self::kind(&answer) == Expected::Allow && answer.status != 404,
    };
    if is_right { None } else { told(&answer, foreign, &format!("{expected:?} with another's")) }
}

fn kind(answer: &Answer) -> Expected {
    // Signing out leads to the same page, but from there: it takes the cookie away.
    let is_sent_away = answer.header("location").starts_with("/login") && answer.header("set-cookie").is_empty();
    match answer.status {
        401 => Expected::SignIn,
        303 if is_sent_away => Expected::SignIn,
        403 => Expected::Deny,
        _ => Expected::Allow,
    }
}
