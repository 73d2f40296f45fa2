//! The rule that a difference sheet names goods of its sheet, and says of them what the rows say.

use std::collections::{BTreeMap, HashMap};

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::routes::routes_at;
use crate::check::rows::ChangedFigureRow;

const TABLE: &str = "document_changes";

/// What the lines of an offer (or of all offers) at a point add up to at a version.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    allocated: i64,
    short: i64,
}

/// By point, as index.
type Sums = HashMap<u32, Sum>;

fn sums_at(day: &Day, lines: &[u32], version: i32) -> Sums {
    let mut sums = Sums::new();
    for &line in lines {
        let sum = sums.entry(day.orders[day.lines[line as usize].order as usize].point).or_default();
        sum.allocated += day.allocated_at(line, version);
        sum.short += day.short_at(line, version);
    }
    sums
}

/// The figures that a step at `version` moved, of one offer (None: of all together).
struct Moved<'a> {
    day: &'a Day,
    /// Points of each trip at the version.
    trips: &'a HashMap<String, Vec<u32>>,
    /// The offer by index.
    offer: Option<u32>,
    version: i32,
    before: Sums,
    after: Sums,
}

/// Every figure of a difference sheet is one of its sheet, and was and is what the rows add up to.
pub fn figures(day: &Day, report: &mut Report) {
    let mut moved: BTreeMap<(Option<i32>, i32), Vec<&ChangedFigureRow>> = BTreeMap::new();
    for row in &day.changed_figures {
        moved.entry((row.offer_no, row.version)).or_default().push(row);
    }
    if moved.is_empty() {
        return;
    }
    let mut trips: HashMap<i32, HashMap<String, Vec<u32>>> = HashMap::new();
    for &(_, version) in moved.keys() {
        let routes = || routes_at(day, version).into_iter().map(|route| (route.trip_no, route.points)).collect();
        trips.entry(version).or_insert_with(routes);
    }
    let lines = lines_of(day, moved.keys().map(|&(offer_no, _)| offer_no));
    for ((offer_no, version), rows) in moved {
        let lines = lines.get(&offer_no).map_or(&[][..], Vec::as_slice);
        let (before, after) = (sums_at(day, lines, version - 1), sums_at(day, lines, version));
        let offer = offer_no.and_then(|no| day.offer_of(no));
        let moved = Moved { day, trips: &trips[&version], offer, version, before, after };
        for row in rows {
            let name = || format!("kind={} key={} version={version} seq={}", row.kind, row.key, row.seq);
            let shown = |(before, after): (i64, i64)| format!("{} {before} → {after}", row.field);
            let expected = moved.figure(row).map_or_else(|| "a figure of its sheet".to_owned(), shown);
            report.equal(TABLE, name, expected, shown((row.before_qty, row.after_qty)));
        }
    }
}

/// The lines that take part, by the offer asked for; None asks for all.
fn lines_of(day: &Day, asked: impl Iterator<Item = Option<i32>>) -> HashMap<Option<i32>, Vec<u32>> {
    let mut lines: HashMap<Option<i32>, Vec<u32>> = asked.map(|offer_no| (offer_no, Vec::new())).collect();
    for (ix, line) in day.taking_part() {
        for key in [Some(day.offers[line.offer as usize].offer_no), None] {
            if let Some(lines) = lines.get_mut(&key) {
                lines.push(ix);
            }
        }
    }
    lines
}

impl Moved<'_> {
    /// The figure that a row is about, before and after; None if its sheet prints no such figure.
    fn figure(&self, row: &ChangedFigureRow) -> Option<(i64, i64)> {
        let point = || self.point_of(row);
        let sum = |points: &[u32], of: fn(&Sum) -> i64| Some(self.over(points, of));
        let allocated: fn(&Sum) -> i64 = |sum| sum.allocated;
        match (row.kind.as_str(), row.field.as_str()) {
            ("pickup_list", "allocated_qty" | "ordered_qty") | ("shortage_notice_point" | "label", "allocated_qty") => {
                self.line_figure(row, point()?)
            }
            ("pick_list_point" | "sowing_sort", "qty") if self.offer.is_some() => sum(&[point()?], allocated),
            ("handover_slip", "due_qty") if self.offer.is_some() => sum(&[point()?], allocated),
            ("handover_slip", "known_short") if self.offer.is_some() => sum(&[point()?], |sum| sum.short),
            ("dispatch_sheet", "pieces") if row.offer_no.is_none() => sum(&[point()?], allocated),
            ("pick_list_route", "to_pick") if self.offer.is_some() => sum(self.trips.get(&row.key)?, allocated),
            ("pick_list", "to_pick") if self.offer.is_some() => sum(&self.points_of_warehouse(&row.key), allocated),
            ("shortage_notice", field) if self.is_sku(&row.key) => match field {
                "gap_qty" => sum(&self.before.keys().copied().collect::<Vec<_>>(), |sum| sum.short),
                "supply_qty" => Some(self.at_both(|version| self.supply_at(version))),
                _ => None,
            },
            ("procurement_summary", "ordered_qty") => {
                let group = self.day.group(self.offer?, self.warehouse(&row.key)?);
                Some(self.at_both(|version| self.day.demand_at(group, version).0))
            }
            ("procurement_summary" | "purchase_order" | "receiving_sheet", "planned_qty") => self.planned(row),
            _ => None,
        }
    }

    fn at_both(&self, figure: impl Fn(i32) -> i64) -> (i64, i64) {
        (figure(self.version - 1), figure(self.version))
    }

    fn over(&self, points: &[u32], of: fn(&Sum) -> i64) -> (i64, i64) {
        let sum = |sums: &Sums| points.iter().filter_map(|point| sums.get(point)).map(of).sum();
        (sum(&self.before), sum(&self.after))
    }

    /// The point that a row names, if it is one of its sheet.
    fn point_of(&self, row: &ChangedFigureRow) -> Option<u32> {
        let ix = self.day.points.iter().position(|point| Some(point.id) == row.point_id)? as u32;
        let is_own = match row.kind.as_str() {
            "sowing_sort" => self.points_of_warehouse(&row.key).contains(&ix),
            "dispatch_sheet" => self.trips.get(&row.key)?.contains(&ix),
            _ => self.day.points[ix as usize].point_code == row.key,
        };
        is_own.then_some(ix)
    }

    /// The figure of a household's line at a point.
    fn line_figure(&self, row: &ChangedFigureRow, point: u32) -> Option<(i64, i64)> {
        let line = self.day.line_of(row.order_id?, row.offer_no?)?;
        let order = &self.day.orders[self.day.lines[line as usize].order as usize];
        if order.point != point || !order.takes_part {
            return None;
        }
        Some(self.at_both(|version| match row.field.as_str() {
            "ordered_qty" => self.day.line_at(line, version).0,
            _ => self.day.allocated_at(line, version),
        }))
    }

    fn is_sku(&self, sku_code: &str) -> bool {
        self.offer.is_some_and(|offer| self.day.offers[offer as usize].sku_code == sku_code)
    }

    fn warehouse(&self, warehouse_code: &str) -> Option<u32> {
        self.day.warehouses.iter().position(|own| own.warehouse_code == warehouse_code).map(|ix| ix as u32)
    }

    fn points_of_warehouse(&self, warehouse_code: &str) -> Vec<u32> {
        let warehouse = self.warehouse(warehouse_code);
        let points = self.day.points.iter().zip(0..).filter(|(point, _)| Some(point.warehouse) == warehouse);
        points.map(|(_, ix)| ix).collect()
    }

    /// Pieces of the offer that were there to be shared, over all warehouses.
    fn supply_at(&self, version: i32) -> i64 {
        let Some(offer) = self.offer else { return 0 };
        let groups = (0..self.day.warehouses.len() as u32).map(|warehouse| self.day.group(offer, warehouse));
        groups.filter_map(|group| self.day.shares.at(group, version)).map(|row| row.supply_qty).sum()
    }

    /// Planned pieces of the offer on the purchase order, or in a row of the receiving warehouse's summary, that the
    /// row's key names. A summary has a row for each supplier of the offer: the one that the row is about, if any is.
    fn planned(&self, row: &ChangedFigureRow) -> Option<(i64, i64)> {
        self.offer?;
        let day = self.day;
        let warehouse_id = self.warehouse(&row.key).map(|ix| day.warehouses[ix as usize].id);
        let lines = (0..).zip(&day.purchase_lines).filter(|(_, (po, _))| {
            let po = &day.purchase_orders[*po as usize];
            if row.kind == "procurement_summary" { Some(po.warehouse_id) == warehouse_id } else { po.po_no == row.key }
        });
        let planned = |line, version| {
            let own = day.purchases.at(line, version).filter(|line| Some(line.offer_no) == row.offer_no);
            own.map_or(0, |line| line.planned_qty)
        };
        let figures: Vec<_> = lines.map(|(line, _)| self.at_both(|version| planned(line, version))).collect();
        let told = figures.iter().find(|figure| **figure == (row.before_qty, row.after_qty));
        let sum = || figures.iter().fold((0, 0), |sum, figure| (sum.0 + figure.0, sum.1 + figure.1));
        Some(told.copied().unwrap_or_else(sum))
    }
}
