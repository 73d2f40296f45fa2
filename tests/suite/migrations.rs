//! One set of migrations makes the same tables on both databases, can be taken back, and guards what is written once.

use tuan::store::migrations::{expansions, migrate, reset};

use crate::app::books::{assert_same, lines};
use crate::app::tables::{self, Table};
use crate::app::{TestApp, arg};

/// A line for a column: what both databases and diesel must agree on.
fn shape_line(table: &str, column: &str, is_not_null: bool) -> String {
    format!("{table}.{column}{}\n", if is_not_null { " is never empty" } else { "" })
}

fn shape(tables: &[Table]) -> String {
    let columns = |table: &Table| -> String {
        table.columns.iter().map(|column| shape_line(&table.name, &column.name, column.is_not_null)).collect()
    };
    tables.iter().map(columns).collect()
}

/// The parts of `store/schema.rs`, in the order of the migrations.
const SCHEMA: [&str; 12] = [
    include_str!("../../src/store/schema/catalogue.rs"),
    include_str!("../../src/store/schema/ordering.rs"),
    include_str!("../../src/store/schema/night.rs"),
    include_str!("../../src/store/schema/intake.rs"),
    include_str!("../../src/store/schema/people.rs"),
    include_str!("../../src/store/schema/pages.rs"),
    include_str!("../../src/store/schema/ground.rs"),
    include_str!("../../src/store/schema/routes.rs"),
    include_str!("../../src/store/schema/weights.rs"),
    include_str!("../../src/store/schema/road.rs"),
    include_str!("../../src/store/schema/door.rs"),
    include_str!("../../src/store/schema/losses.rs"),
];

/// The tables as `diesel::table!` words them.
fn diesel_shape() -> String {
    let mut found = String::new();
    let mut table = String::new();
    for line in SCHEMA.iter().flat_map(|part| part.lines()).map(str::trim) {
        if let Some((column, kind)) = line.split_once(" -> ").filter(|_| line.ends_with(',')) {
            found += &shape_line(&table, column, !kind.starts_with("Nullable"));
        } else if let Some(name) = line.strip_suffix(") {").and_then(|head| head.split(" (").next()) {
            table = name.to_owned();
        }
    }
    found
}

#[test]
fn both_databases_get_the_tables_that_diesel_sees() {
    let [sqlite, postgres] = expansions().map(|sql| shape(&tables::parse(&sql)));
    assert!(sqlite.lines().count() > 200, "{sqlite}");
    assert_same(&sqlite, &postgres, "the expansion for PostgreSQL");
    assert_same(&sqlite, &diesel_shape(), "a change of the migrations or of schema.rs alone");
}

#[test]
fn an_expansion_holds_no_token_and_no_word_of_the_other_database() {
    let [sqlite, postgres] = expansions();
    assert!(!sqlite.contains("{{") && !postgres.contains("{{"));
    assert!(!sqlite.contains("COLLATE \"C\"") && !sqlite.contains("plpgsql"));
    assert!(!postgres.contains("WITHOUT ROWID") && !postgres.contains("COLLATE BINARY"));
}

/// The columns of the live database, in order.
fn live_shape(app: &mut TestApp) -> String {
    let is_file = app.url().starts_with("sqlite:");
    let mut found = String::new();
    for Table { name, .. } in tables::all() {
        let sql = if is_file {
            format!(
                "SELECT name || ' ' || CASE WHEN \"notnull\" THEN 'yes' ELSE 'no' END AS line \
                 FROM pragma_table_info('{name}') ORDER BY cid"
            )
        } else {
            format!(
                "SELECT column_name || ' ' || CASE WHEN is_nullable = 'NO' THEN 'yes' ELSE 'no' END AS line \
                 FROM information_schema.columns WHERE table_name = '{name}' AND table_schema = current_schema() \
                 ORDER BY ordinal_position"
            )
        };
        for line in lines(&mut app.db, &sql) {
            let (column, not_null) = line.split_once(' ').expect("two words");
            found += &shape_line(&name, column, not_null == "yes");
        }
    }
    found
}

#[test]
fn the_live_database_has_the_tables_that_diesel_sees() {
    let mut app = TestApp::new();
    assert_same(&diesel_shape(), &live_shape(&mut app), "migrating");
}

#[test]
fn migrations_go_up_down_and_up_again_over_a_full_day() {
    let empty = TestApp::new().books();
    let mut app = TestApp::pilot_day("dispatched");
    assert!(app.books().len() > 2 * empty.len());
    reset(&mut app.db).expect("every migration can be taken back");
    assert_eq!(app.books(), empty);
    assert_same(&diesel_shape(), &live_shape(&mut app), "migrating");
    migrate(&mut app.db).expect("migrating twice changes nothing");
    assert_eq!(app.books(), empty);
    for (kind, name) in [("suppliers", "suppliers"), ("skus", "skus")] {
        let file = crate::app::fixture(&format!("pilot_day/{name}.csv"));
        app.tuan(&["import", kind, arg(&file)]).done();
    }
    assert_eq!(app.audit(), "");
}

/// The tables that are written once, as the migrations name them.
fn append_only() -> Vec<&'static str> {
    let neutral = concat!(
        include_str!("../../migrations/20261123-0900_create_day/up.sql"),
        include_str!("../../migrations/20261123-1010_admit_people/up.sql"),
    );
    neutral.split("{{append_only ").skip(1).map(|rest| rest.split("}}").next().expect("a closed token")).collect()
}

#[test]
fn what_is_written_once_refuses_to_be_changed_or_deleted() {
    let mut app = TestApp::pilot_day("dispatched");
    let pins = app.file("pins.csv", "order_no,sku_code,qty,reason\n261122-0001,K001,1,老住户\n");
    app.tuan(&["import", "pins", arg(&pins), "--cycle", "261122"]).done();
    app.tuan(&["token", "add", "till", "--scope", "orders:write"]).done();
    let before = app.books();
    let tables = append_only();
    assert!(tables.len() >= 13, "{tables:?}");
    for table in tables {
        let filled = lines(&mut app.db, &format!("SELECT 'x' AS line FROM {table} LIMIT 1"));
        assert!(!filled.is_empty(), "{table} is empty, so nothing can be proved of it");
        let column =
            &tables::all().into_iter().find(|known| known.name == table).expect("a known table").columns[0].name;
        for sql in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
            let answer = app.db.execute_batch(&sql).expect_err(&sql).to_string();
            assert!(answer.contains(&format!("{table} is append-only")), "{sql}: {answer}");
        }
    }
    assert_eq!(app.books(), before);
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let mut app = TestApp::pilot_day("open");
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('209912312359')";
    app.db.execute_batch(newer).expect("the table of migrations takes a row");
    let before = app.books();
    for command in [vec!["cutoff", "261122"], vec!["check"], vec!["demo", "--no-serve"]] {
        let refused = app.tuan(&command).refused();
        assert!(refused.stderr.contains("209912312359") && refused.stderr.contains("新版"), "{}", refused.stderr);
    }
    assert_eq!(app.books(), before);
}

#[test]
fn a_file_that_is_no_database_is_refused_in_words() {
    let app = TestApp::new();
    let file = app.file("notes.txt", "Not a database, but long enough to be read as the head of one: ".repeat(20));
    let url = format!("sqlite:{}", file.display());
    let ran = app.tuan_on(&url, &["check"]).refused();
    assert!(ran.stderr.contains("notes.txt"), "{}", ran.stderr);
    let ran = app.tuan_on("postgres://tuan:secret@127.0.0.1:1/none", &["check"]).refused();
    assert!(ran.stderr.contains("127.0.0.1") && !ran.stderr.contains("secret"), "{}", ran.stderr);
}
