//! Rules on what is counted while orders come in: pieces of bounded offers, live totals, and pieces handed out.

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::rows::{CountedRow, HandedRow, rows};
use crate::store::backend::{Db, StoreError};

/// Orders of the cycle that stand, and are no part of an import on its way in.
const STANDING: &str = "FROM orders o JOIN order_lines l ON l.cycle_id = o.cycle_id AND l.order_id = o.id
     WHERE o.cycle_id = $1 AND o.state IN ('paid', 'unpaid')
       AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.id = o.import_id AND i.state = 'staging')";

/// Everything that is counted beside the orders of a cycle.
#[derive(Debug, Default)]
pub struct Counters {
    pub offers: Vec<CountedRow>,
    pub residents: Vec<CountedRow>,
    pub totals: Vec<CountedRow>,
    pub handed: Vec<HandedRow>,
}

/// Reads the counters with what they should be. They are kept up to the freeze only.
pub fn load(db: &mut Db, cycle_id: i64, is_open: bool) -> Result<Counters, StoreError> {
    let handed = rows!(
        db,
        "SELECT e.order_id, l.offer_no, CAST(SUM(l.handed_qty) AS BIGINT) AS handed_qty
         FROM pickup_events e JOIN pickup_lines l ON l.event_id = e.event_id
         WHERE e.cycle_id = $1 GROUP BY e.order_id, l.offer_no ORDER BY e.order_id, l.offer_no",
        cycle_id
    )?;
    if !is_open {
        return Ok(Counters { handed, ..Counters::default() });
    }
    let offers = format!(
        "SELECT 'sku_code=' || s.sku_code AS name, CAST(COALESCE(t.qty, 0) AS BIGINT) AS expected, c.sold_qty AS found
         FROM offer_counters c
         JOIN offers f ON f.cycle_id = c.cycle_id AND f.offer_no = c.offer_no
         JOIN skus s ON s.id = f.sku_id
         LEFT JOIN (SELECT l.offer_no, SUM(l.ordered_qty) AS qty {STANDING} GROUP BY l.offer_no) t ON t.offer_no = c.offer_no
         WHERE c.cycle_id = $1 AND (f.stock_cap IS NOT NULL OR f.limit_per_resident IS NOT NULL) ORDER BY s.sku_code"
    );
    // A resident who has a counter, or orders of an offer that is counted.
    let residents = format!(
        "SELECT 'sku_code=' || s.sku_code || ' resident_id=' || CAST(u.resident_id AS TEXT) AS name,
                CAST(SUM(u.expected) AS BIGINT) AS expected, CAST(SUM(u.found) AS BIGINT) AS found
         FROM (SELECT offer_no, resident_id, 0 AS expected, ordered_qty AS found FROM resident_counters WHERE cycle_id = $1
               UNION ALL SELECT l.offer_no, o.resident_id, l.ordered_qty, 0 {STANDING}) u
         JOIN offer_counters c ON c.cycle_id = $1 AND c.offer_no = u.offer_no
         JOIN offers f ON f.cycle_id = $1 AND f.offer_no = u.offer_no
         JOIN skus s ON s.id = f.sku_id
         WHERE f.stock_cap IS NOT NULL OR f.limit_per_resident IS NOT NULL
         GROUP BY s.sku_code, u.resident_id ORDER BY s.sku_code, u.resident_id"
    );
    Ok(Counters {
        offers: rows!(db, offers, cycle_id)?,
        residents: rows!(db, residents, cycle_id)?,
        totals: totals(db, cycle_id)?,
        handed,
    })
}

/// The sums of live totals beside those of the orders, where they are kept in the database at all.
fn totals(db: &mut Db, cycle_id: i64) -> Result<Vec<CountedRow>, StoreError> {
    let counts = "(o.state = 'paid' OR (SELECT payment FROM cycles y WHERE y.id = $1) = 'at_pickup')";
    let mut found = Vec::new();
    for (kind, key) in [("cycle", "0"), ("offer", "l.offer_no"), ("leader", "o.leader_id")] {
        for (what, counted, kept) in [
            ("lines", format!("CASE WHEN {counts} THEN 1 ELSE 0 END"), "lines"),
            ("ordered_qty", format!("CASE WHEN {counts} THEN l.ordered_qty ELSE 0 END"), "ordered_qty"),
            ("tolerance_qty", format!("CASE WHEN {counts} THEN l.tolerance ELSE 0 END"), "tolerance_qty"),
        ] {
            let sql = format!(
                "SELECT '{kind}=' || CAST(u.key AS TEXT) || ' {what}' AS name,
                        CAST(SUM(u.expected) AS BIGINT) AS expected, CAST(SUM(u.found) AS BIGINT) AS found
                 FROM (SELECT key, 0 AS expected, {kept} AS found FROM live_totals WHERE cycle_id = $1 AND kind = '{kind}'
                       UNION ALL SELECT {key} AS key, {counted} AS expected, 0 AS found {STANDING}) u
                 WHERE EXISTS (SELECT 1 FROM live_totals k WHERE k.cycle_id = $1)
                 GROUP BY u.key ORDER BY u.key"
            );
            let rows: Vec<CountedRow> = rows!(db, sql, cycle_id)?;
            found.extend(rows);
        }
    }
    Ok(found)
}

/// What is sold of a bounded offer is what its orders add up to.
pub fn offers(day: &Day, report: &mut Report) {
    compare("offer_counters", &day.counters.offers, report);
}

/// What a resident has of a bounded offer is what their orders add up to.
pub fn residents(day: &Day, report: &mut Report) {
    compare("resident_counters", &day.counters.residents, report);
}

/// Live totals are what a recount gives.
pub fn live_totals(day: &Day, report: &mut Report) {
    compare("live_totals", &day.counters.totals, report);
}

fn compare(table: &'static str, counted: &[CountedRow], report: &mut Report) {
    for row in counted {
        report.equal(table, || row.name.clone(), row.expected, row.found);
    }
}

/// No line hands out more than it was given, and none takes back more than it handed out.
pub fn handed(day: &Day, report: &mut Report) {
    for row in &day.counters.handed {
        let line = day.line_of(row.order_id, row.offer_no);
        let most = line.map_or(0, |line| day.lines[line as usize].allocated);
        let holds = (0..=most).contains(&row.handed_qty);
        let name = || match line {
            Some(line) => day.name_of_line(line),
            None => format!("order_id={} offer_no={}", row.order_id, row.offer_no),
        };
        report.demand("pickup_lines", holds, || (name(), format!("0 to {most}"), row.handed_qty));
    }
}
