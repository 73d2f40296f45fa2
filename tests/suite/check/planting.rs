//! Changes tables behind the back of the house, and puts them back.

use tuan::store::backend::Db;

/// A database whose guards are down, and what was taken from it.
pub struct Plant<'a> {
    db: &'a mut Db,
    cycle: String,
    kept: Vec<&'static str>,
}

impl<'a> Plant<'a> {
    /// Takes the guards down for good: append-only triggers, foreign keys and checks.
    pub fn new(db: &'a mut Db, cycle: &str) -> Plant<'a> {
        let guards_down = match db {
            Db::Sqlite(_) => SQLITE_GUARDS_DOWN.to_owned() + &drop_sqlite_triggers(),
            Db::Postgres(_) => POSTGRES_GUARDS_DOWN.to_owned(),
        };
        db.execute_batch(&guards_down).expect("the test owns its database");
        Plant { db, cycle: cycle.to_owned(), kept: Vec::new() }
    }

    pub fn db(&mut self) -> &mut Db {
        self.db
    }

    /// Keeps a copy of the tables and runs `sql` on them; `{cycle}` in it is the id of the cycle, and `{one …}` a
    /// condition that picks one row (see [`expand`]).
    pub fn corrupt(&mut self, touches: &[&'static str], sql: &str) {
        for table in touches {
            let keep =
                format!("DROP TABLE IF EXISTS kept_{table}; CREATE TABLE kept_{table} AS SELECT * FROM {table};");
            self.db.execute_batch(&keep).expect("a table can be copied");
            self.kept.push(table);
        }
        let cycle = format!("(SELECT id FROM cycles WHERE cycle_code = '{}')", self.cycle);
        let sql = expand(sql).replace("{cycle}", &cycle);
        self.db.execute_batch(&sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// Puts the copies back.
    pub fn undo(&mut self) {
        for table in self.kept.drain(..) {
            let restore = format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table};"
            );
            self.db.execute_batch(&restore).expect("a copy can be put back");
        }
    }
}

const SQLITE_GUARDS_DOWN: &str = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";

fn drop_sqlite_triggers() -> String {
    let drop = |(table, _): &(&str, &str)| {
        ["update", "delete"].map(|act| format!("DROP TRIGGER IF EXISTS {table}_refuses_{act};")).concat()
    };
    KEYS.iter().map(drop).collect()
}

const POSTGRES_GUARDS_DOWN: &str = "DO $$ DECLARE guard record; BEGIN
    FOR guard IN SELECT tgrelid::regclass AS of, tgname AS name FROM pg_trigger WHERE NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', guard.name, guard.of);
    END LOOP;
    FOR guard IN SELECT conrelid::regclass AS of, conname AS name FROM pg_constraint
            WHERE contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace AND conrelid <> 0 LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.of, guard.name);
    END LOOP;
END $$;";

/// The primary key of each table but for the cycle.
const KEYS: &[(&str, &str)] = &[
    ("security_log", "chain, seq"),
    ("closing_figures", "cycle_id"),
    ("cycle_warehouses", "warehouse_id"),
    ("orders", "id"),
    ("order_lines", "order_id, offer_no"),
    ("cycle_versions", "version"),
    ("cycle_hours", "hour_at"),
    ("cycle_points", "point_id"),
    ("cycle_skus", "offer_no"),
    ("offers", "offer_no"),
    ("order_corrections", "order_id, offer_no, version"),
    ("procurement_lines", "offer_no, warehouse_id, version"),
    ("purchase_orders", "id"),
    ("purchase_order_lines", "po_id, line_no, version"),
    ("purchase_answers", "po_id, line_no, answer_no"),
    ("receipt_lines", "po_id, receipt_no, line_no, count_no"),
    ("offer_allocations", "offer_no, warehouse_id, version"),
    ("allocations", "order_id, offer_no, version"),
    ("refunds", "id"),
    ("trips", "trip_no, version"),
    ("route_plans", "warehouse_id, version"),
    ("planned_trips", "warehouse_id, version, trip_no"),
    ("planned_stops", "warehouse_id, version, point_id"),
    ("route_edits", "version, seq"),
    ("stock_moves", "id"),
    ("documents", "kind, key, version"),
    ("document_changes", "kind, key, version, seq"),
    ("leader_receipts", "point_id, count_no"),
    ("loss_choices", "point_id, offer_no, choice_no"),
    ("handover_losses", "point_id, offer_no, choice_no, order_id"),
    ("loss_postings", "point_id, offer_no, choice_no"),
    ("leader_receipt_lines", "point_id, count_no, offer_no"),
    ("after_sales_cases", "order_id, offer_no, case_no"),
    ("weighed_labels", "weigh_no"),
    ("weight_voids", "weigh_no"),
    ("weight_bindings", "weigh_no, bind_no"),
    ("weight_adjustments", "order_id, offer_no, version"),
    ("trip_events", "event_id"),
    ("stop_events", "event_id"),
    ("stop_moves", "point_id, move_no"),
    ("tote_moves", "id"),
    ("point_totes", "point_id, kind"),
    ("discrepancies", "id"),
    ("discrepancy_words", "discrepancy_id, word_no"),
];

/// Replaces each `{one TABLE CONDITION}` by a condition that holds for the first such row of the cycle alone.
///
/// The condition may hold braces of no kind.
fn expand(sql: &str) -> String {
    let mut sql = sql.to_owned();
    while let Some(start) = sql.find("{one ") {
        let end = start + sql[start..].find('}').expect("a token is closed");
        let token = sql[start + "{one ".len()..end].to_owned();
        let (table, condition) = token.split_once(' ').unwrap_or((&token, "1 = 1"));
        let keys = KEYS.iter().find(|(name, _)| *name == table).expect("a table with a known key").1;
        let one = format!(
            "cycle_id = [cycle] AND ({keys}) = \
             (SELECT {keys} FROM {table} WHERE cycle_id = [cycle] AND {condition} ORDER BY {keys} LIMIT 1)"
        );
        sql.replace_range(start..=end, &one);
    }
    sql.replace("[cycle]", "{cycle}")
}
