//! Two commands at once on one cycle.

use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use crate::app::books::{assert_same, lines};
use crate::app::{Ran, TestApp, arg, fixture, ran};

use super::{many_orders, wait_until, without_orders};

fn start(app: &TestApp, args: &[&str]) -> Child {
    app.command(args).spawn().expect("the command can be started")
}

fn end(child: Child) -> Ran {
    ran(child.wait_with_output().expect("a child can be waited for"))
}

fn is_staging(app: &mut TestApp) -> bool {
    !lines(&mut app.db, "SELECT state AS line FROM imports WHERE state = 'staging'").is_empty()
}

/// Refused because of the other import, in words and with a code.
#[track_caller]
fn refused_politely(ran: &Ran) {
    assert_eq!(ran.code, 1, "{} {}", ran.stdout, ran.stderr);
    let code = ran.objects()[0]["error"].as_str().map(str::to_owned);
    let known = ["import_running", "import_discarded", "import_overtaken"];
    assert!(code.is_some_and(|code| known.contains(&code.as_str())), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn the_same_file_imported_twice_at_once_comes_in_once() {
    let start_of_day = without_orders().keep();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, many_orders(&["B"])).expect("the folder can be written to");
    let args = ["import", "orders", arg(&file), "--cycle", "261122", "--json"];
    let mut calm = start_of_day.app();
    calm.tuan(&args).done();
    let want = calm.books();
    for pause in [0, 150, 600] {
        let mut app = start_of_day.app();
        let first = start(&app, &args);
        sleep(Duration::from_millis(pause));
        let second = start(&app, &args);
        let answers = [end(first), end(second)];
        let done = answers.iter().filter(|ran| ran.code == 0).count();
        assert!(done >= 1, "{answers:?}");
        answers.iter().filter(|ran| ran.code != 0).for_each(refused_politely);
        assert_eq!(app.audit(), "");
        app.tuan(&args).done();
        assert_same(&want, &app.books(), "two imports of one file");
        assert_eq!(app.audit(), "");
    }
}

#[test]
fn two_files_imported_at_once_both_come_in_or_one_is_told_to_wait() {
    let all = many_orders(&["B"]);
    let (heads, rows) = all.split_once('\n').expect("a file has heads");
    let half = rows.find("\nB-").expect("the second half has its own numbers") + 1;
    let start_of_day = without_orders().keep();
    let sequence = |order: [&str; 2]| {
        let mut app = start_of_day.app();
        for rows in order {
            let file = app.file(name_of(rows), format!("{heads}\n{rows}"));
            app.tuan(&["import", "orders", arg(&file), "--cycle", "261122"]).done();
        }
        app.books()
    };
    let (one, other) = (&rows[..half], &rows[half..]);
    let either = [sequence([one, other]), sequence([other, one])];
    let mut app = start_of_day.app();
    let files = [one, other].map(|rows| app.file(name_of(rows), format!("{heads}\n{rows}")));
    let args = |at: usize| ["import", "orders", arg(&files[at]), "--cycle", "261122", "--json"];
    let children = [start(&app, &args(0)), start(&app, &args(1))];
    let answers = children.map(end);
    for (at, answer) in answers.iter().enumerate() {
        if answer.code != 0 {
            refused_politely(answer);
            app.tuan(&args(at)).done();
        }
    }
    let found = app.books();
    if !either.contains(&found) {
        assert_same(&either[0], &found, "two files at once");
    }
    assert_eq!(app.audit(), "");
}

/// The halves go by the first letter of their order numbers.
fn name_of(rows: &str) -> &'static str {
    if rows.starts_with('B') { "orders-b.csv" } else { "orders-a.csv" }
}

#[test]
fn a_cutoff_during_an_import_refuses_the_import_whole() {
    let mut app = TestApp::pilot_day("open");
    let figures = "SELECT CAST(order_count AS TEXT) || ' ' || checksum AS line FROM closing_figures";
    let mut calm = TestApp::pilot_day("frozen");
    let want = lines(&mut calm.db, figures);
    let (heads, rows) = {
        let all = many_orders(&["B"]);
        let at = all.find("\nB-").expect("the second half has its own numbers") + 1;
        (all.lines().next().expect("heads").to_owned(), all[at..].to_owned())
    };
    let file = app.file("late.csv", format!("{heads}\n{rows}{}", rows.replace("\nB-", "\nC-").replacen("B-", "C-", 1)));
    let import = start(&app, &["import", "orders", arg(&file), "--cycle", "261122", "--json"]);
    wait_until("the import stages its rows", || is_staging(&mut app));
    app.tuan(&["cutoff", "261122"]).done();
    let refused = end(import);
    assert_eq!((refused.code, &refused.objects()[0]["error"]), (1, &"wrong_state".into()), "{}", refused.stderr);
    assert_eq!(lines(&mut app.db, figures), want);
    assert_eq!(app.audit(), "");
    app.tuan(&["procure", "261122"]).done();
    calm.tuan(&["procure", "261122"]).done();
    let bought = |app: &mut TestApp| -> String {
        app.books().lines().filter(|line| line.starts_with("procurement_lines")).collect()
    };
    assert_eq!(bought(&mut app), bought(&mut calm));
    assert_eq!(app.audit(), "");
}

#[test]
fn two_cutoffs_at_once_freeze_once() {
    let mut app = TestApp::pilot_day("open");
    let children = [(); 3].map(|()| start(&app, &["cutoff", "261122", "--json"]));
    let answers = children.map(end);
    let new = answers.iter().filter(|ran| (*ran).clone().done().objects()[0]["is_new"] == true).count();
    assert_eq!(new, 1);
    assert_same(&TestApp::pilot_day("frozen").books(), &app.books(), "three cutoffs");
}

#[test]
fn two_allocations_at_once_give_the_books_of_one() {
    let mut app = TestApp::pilot_day("receiving");
    let children = [(); 2].map(|()| start(&app, &["allocate", "261122"]));
    for child in children {
        end(child).done();
    }
    assert_same(&TestApp::pilot_day("allocated").books(), &app.books(), "two allocations");
    let file = fixture("pilot_day/receipts.csv");
    let mut app = TestApp::pilot_day("procured");
    let children = [(); 2].map(|()| start(&app, &["receive", "261122", arg(&file)]));
    for child in children {
        end(child).done();
    }
    assert_same(&TestApp::pilot_day("receiving").books(), &app.books(), "two receivings");
}
