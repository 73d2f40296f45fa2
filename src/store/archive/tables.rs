//! Which tables an archive carries, and what they look like in the database at hand.

use super::manifest::{Column, ColumnKind};
use crate::store::backend::{Db, StoreError};
use crate::store::migrations;

/// Every table that is carried, also those of earlier schemas, those that others point at first. A test holds this
/// list and [`LEFT_OUT`] to the migrations: a new table goes into one of them.
pub const CARRIED: &[&str] = &[
    WRITERS,
    "suppliers",
    "skus",
    "warehouses",
    "vehicles",
    "leaders",
    "pickup_points",
    "districts",
    "places",
    "service_areas",
    "residents",
    "cycles",
    "offers",
    "imports",
    "orders",
    "order_lines",
    "idempotency_keys",
    "order_series",
    "pickup_codes",
    "payments",
    "payment_holds",
    "pickup_events",
    "pickup_lines",
    "pickup_disputes",
    "cycle_versions",
    "cycle_suppliers",
    "cycle_skus",
    "cycle_warehouses",
    "cycle_points",
    "leader_receipts",
    "leader_receipt_lines",
    "loss_choices",
    "handover_losses",
    "loss_postings",
    "after_sales_cases",
    "photos",
    "trip_events",
    "stop_events",
    "stop_moves",
    "stop_photos",
    "tote_moves",
    "point_totes",
    "discrepancies",
    "discrepancy_words",
    "household_links",
    "leader_absences",
    "closing_figures",
    "cycle_hours",
    "order_corrections",
    "procurement_lines",
    "purchase_orders",
    "purchase_order_lines",
    "receipt_lines",
    "pins",
    "offer_allocations",
    "allocations",
    "refunds",
    "refund_lines",
    "weighed_labels",
    "weight_voids",
    "weight_bindings",
    "weight_adjustments",
    "trips",
    "route_plans",
    "planned_trips",
    "planned_stops",
    "route_edits",
    "stock_moves",
    "documents",
    "document_changes",
    "users",
    "user_roles",
    "invitations",
    "access_tokens",
    "access_token_leaders",
    "security_log",
    "cycle_clocks",
    "outbox",
    "purchase_links",
    "purchase_answers",
    "sheet_copies",
    "wrong_goods",
    "wrong_goods_words",
    "screen_pins",
];

/// Tables that say what happens at present, not what was written: they begin empty after a restore.
pub const LEFT_OUT: &[&str] = &[
    "stamps",
    "offer_counters",
    "resident_counters",
    "code_failures",
    "live_totals",
    "sessions",
    "screen_locks",
    "sign_in_throttles",
    "leases",
];

/// Who makes ids. It is carried, so that an id is never made twice, but says nothing about whether a database is empty.
pub const WRITERS: &str = "id_writers";

/// The table in which diesel notes what was migrated.
const MIGRATED: &str = "__diesel_schema_migrations";

/// A table as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
    /// The columns of its primary key, in the key's order.
    pub key: Vec<String>,
}

/// The tables of ours that the database has, in the order of [`CARRIED`].
///
/// # Errors
/// A column of a kind that no migration uses; what the database says.
pub fn live(db: &mut Db) -> Result<Vec<Table>, StoreError> {
    let lines = db.columns()?;
    let mut tables: Vec<Table> =
        CARRIED.iter().map(|name| Table { name, columns: Vec::new(), key: Vec::new() }).collect();
    let mut keys: Vec<Vec<(u32, String)>> = vec![Vec::new(); tables.len()];
    for line in &lines {
        let mut words = line.split(' ');
        let (Some(table), Some(name), Some(kind), Some(key)) = (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Some(at) = CARRIED.iter().position(|known| *known == table) else { continue };
        let kind = kind_of(kind).ok_or_else(|| StoreError::Migration(format!("{table}.{name}: {kind}")))?;
        tables[at].columns.push(Column { name: name.to_owned(), kind });
        if let Some(place) = key.parse().ok().filter(|place| *place > 0) {
            keys[at].push((place, name.to_owned()));
        }
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, name)| name).collect();
    }
    tables.retain(|table| !table.columns.is_empty());
    Ok(tables)
}

fn kind_of(word: &str) -> Option<ColumnKind> {
    Some(match word {
        "BIGINT" | "INTEGER" | "SMALLINT" => ColumnKind::Integer,
        "BOOLEAN" => ColumnKind::Boolean,
        "TEXT" => ColumnKind::Text,
        "BLOB" | "BYTEA" => ColumnKind::Bytes,
        _ => return None,
    })
}

/// The last migration of the database; None where none has run.
///
/// # Errors
/// A database of a newer binary; what the database says.
pub fn schema(db: &mut Db) -> Result<Option<String>, StoreError> {
    let prefix = format!("{MIGRATED} ");
    if !db.columns()?.iter().any(|line| line.starts_with(&prefix)) {
        return Ok(None);
    }
    let applied = db.lines(&format!("SELECT CAST(version AS TEXT) AS line FROM {MIGRATED} ORDER BY version"))?;
    let known = migrations::versions();
    if let Some(newer) = applied.iter().find(|version| !known.contains(version)) {
        return Err(StoreError::NewerSchema { version: newer.clone() });
    }
    Ok(applied.last().cloned())
}

/// A table that holds rows, other than [`WRITERS`]; None where the database is empty.
///
/// # Errors
/// What the database says.
pub fn filled(db: &mut Db) -> Result<Option<&'static str>, StoreError> {
    for table in live(db)?.into_iter().filter(|table| table.name != WRITERS) {
        if !db.lines(&format!("SELECT 'x' AS line FROM \"{}\" LIMIT 1", table.name))?.is_empty() {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}
