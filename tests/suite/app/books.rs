//! The books of a database as text, to compare what two runs did.

use diesel::prelude::*;
use diesel::sql_types::Text;
use tuan::store::backend::Db;

use super::tables::{self, Column, Table};

/// Tables that say who writes at present and who may, what a server lets go by itself, and what is counted again where
/// it is missing: not what was written.
const NO_BOOKS: &[&str] = &[
    "id_writers",
    "stamps",
    "order_series",
    "offer_counters",
    "resident_counters",
    "live_totals",
    "code_failures",
    "users",
    "user_roles",
    "invitations",
    "sessions",
    "access_tokens",
    "access_token_leaders",
    "sign_in_throttles",
    "security_log",
    "leases",
    "payment_holds",
    "screen_locks",
    "screen_pins",
];

/// Columns that say when a row was written: only whether they are filled counts.
#[rustfmt::skip]
const WRITTEN_AT: &[&str] = &[
    "committed_at", "corrected_at", "received_at", "moved_at", "sent_at", "frozen_at", "started_at", "touched_at",
    "created_at", "next_try_at", "give_up_at", "reminded_at", "follows_at", "prepared_at",
    "made_at", "read_at", "revoked_at", "answered_at",
];

/// Columns that hold an id of this run: left out, or shown as the code of what they point to.
const IDS: &[(&str, &str)] = &[
    ("cycle_id", "SELECT cycle_code FROM cycles r WHERE r.id = t.cycle_id"),
    ("supplier_id", "SELECT supplier_code FROM suppliers r WHERE r.id = t.supplier_id"),
    ("sku_id", "SELECT sku_code FROM skus r WHERE r.id = t.sku_id"),
    ("warehouse_id", "SELECT warehouse_code FROM warehouses r WHERE r.id = t.warehouse_id"),
    ("parent_id", "SELECT warehouse_code FROM warehouses r WHERE r.id = t.parent_id"),
    ("receiving_warehouse_id", "SELECT warehouse_code FROM warehouses r WHERE r.id = t.receiving_warehouse_id"),
    ("leader_id", "SELECT leader_code FROM leaders r WHERE r.id = t.leader_id"),
    ("point_id", "SELECT point_code FROM pickup_points r WHERE r.id = t.point_id"),
    ("order_id", "SELECT order_no FROM orders r WHERE r.cycle_id = t.cycle_id AND r.id = t.order_id"),
    ("po_id", "SELECT po_no FROM purchase_orders r WHERE r.id = t.po_id"),
    ("import_id", "SELECT file_name FROM imports r WHERE r.id = t.import_id"),
    ("resident_id", "SELECT identity || '#' || CAST(edition AS TEXT) FROM residents r WHERE r.id = t.resident_id"),
    ("details_id", "SELECT identity || '#' || CAST(edition AS TEXT) FROM residents r WHERE r.id = t.details_id"),
    (
        "refund_id",
        "SELECT o.order_no || '#' || CAST(r.run AS TEXT) FROM refunds r \
         JOIN orders o ON o.cycle_id = r.cycle_id AND o.id = r.order_id WHERE r.id = t.refund_id",
    ),
];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every business table, its rows in order.
pub fn read(db: &mut Db) -> String {
    let mut books = String::new();
    for table in tables::all().iter().filter(|table| !NO_BOOKS.contains(&table.name.as_str())) {
        books += &rows(db, table);
    }
    books
}

fn rows(db: &mut Db, table: &Table) -> String {
    let shown: Vec<&Column> = table.columns.iter().filter(|column| !is_left_out(table, column)).collect();
    let names: Vec<&str> = shown.iter().map(|column| column.name.as_str()).collect();
    let values: Vec<String> = shown.iter().map(|column| value(column)).collect();
    let sql = format!("SELECT {} AS line FROM {} t", values.join(" || ' | ' || "), table.name);
    let mut rows: Vec<String> = lines(db, &sql).iter().map(|row| row.replace('\n', "\\n")).collect();
    rows.sort_unstable();
    let mut text = format!("== {} ({} rows): {}\n", table.name, rows.len(), names.join(" | "));
    for row in rows {
        text += &format!("{}: {row}\n", table.name);
    }
    text
}

/// The id of the row itself, and the process that imported a file.
fn is_left_out(table: &Table, column: &Column) -> bool {
    column.name == "id" || (table.name == "imports" && column.name == "owner")
}

/// An expression that shows a column as text, the same on both databases.
fn value(column: &Column) -> String {
    let name = &column.name;
    if let Some((_, code)) = IDS.iter().find(|(id, _)| id == name) {
        return format!("COALESCE(({code}), '-')");
    }
    if WRITTEN_AT.contains(&name.as_str()) {
        return format!("CASE WHEN t.{name} IS NULL THEN '-' ELSE 'at' END");
    }
    if column.kind == "BOOLEAN" {
        return format!("CASE WHEN t.{name} THEN 'yes' ELSE 'no' END");
    }
    format!("COALESCE(CAST(t.{name} AS TEXT), '-')")
}

/// The books but for one table.
pub fn without(books: &str, table: &str) -> String {
    let lines = books.lines().filter(|line| !line.starts_with(table) && !line.starts_with(&format!("== {table} ")));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The rows of a query with one text column named `line`.
pub fn lines(db: &mut Db, sql: &str) -> Vec<String> {
    let query = diesel::sql_query(sql);
    let loaded: QueryResult<Vec<Line>> = match db {
        Db::Sqlite(conn) => query.load(conn),
        Db::Postgres(conn) => query.load(conn),
    };
    loaded.unwrap_or_else(|error| panic!("{error}: {sql}")).into_iter().map(|row| row.line).collect()
}

/// Fails with the first rows that differ, not with all of them.
#[track_caller]
pub fn assert_same(want: &str, have: &str, what: &str) {
    if want == have {
        return;
    }
    let only_in = |one: &str, other: &str| -> String {
        let other: std::collections::HashSet<&str> = other.lines().collect();
        one.lines().filter(|line| !other.contains(line)).take(12).map(|line| format!("  {line}\n")).collect()
    };
    panic!("the books differ after {what}\nwanted:\n{}found:\n{}", only_in(want, have), only_in(have, want));
}
