//! Which route, stop and slot each pickup point has (DOMAIN 1: 线路, 站序, 格口).
//!
//! Points with a `route_code` keep it; the others form one route per warehouse and compound, named after the compound.
//! Within a route stops with a `stop_seq` come by it, then the others in name order, numbered on. Slots count routes
//! (in bytes of their codes) and stops through, from 1 in each warehouse:
//!
//! | point | compound | route_code | stop_seq | → | route | stop | slot |
//! |---|---|---|---|---|---|---|---|
//! | 北门 | – | R1 | 2 | | R1 | 2 | 2 |
//! | 南门 | – | R1 | 1 | | R1 | 1 | 1 |
//! | 便利店 | – | R1 | – | | R1 | 3 | 3 |
//! | 东门 | 幸福里 | – | – | | 幸福里 | 1 | 4 |
//! | 西门 | 幸福里 | – | – | | 幸福里 | 2 | 5 |

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::code::{CODE_CHARS_MAX, is_code};

/// The route of points that have neither route nor compound.
const UNNAMED_ROUTE: &str = "未分线";

/// What is known of a point's place.
#[derive(Clone, Copy, Debug)]
pub struct PointPlace<'a> {
    pub point_code: &'a str,
    pub name: &'a str,
    /// The point's own warehouse.
    pub warehouse_ix: u32,
    pub compound: Option<&'a str>,
    pub route_code: Option<&'a str>,
    pub stop_seq: Option<u32>,
}

/// A point's place in the sorting line and on the road.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    pub route_code: String,
    pub stop_seq: u32,
    /// From 1, unique within the warehouse.
    pub slot_no: u32,
}

/// Assigns route, stop and slot to each point; the result is in the order of `points` and depends on nothing else in
/// that order.
pub fn assign_slots(points: &[PointPlace]) -> Vec<Slot> {
    let named = name_routes(points);
    let mut order: Vec<(usize, &str)> = points.iter().enumerate().map(|(i, p)| (i, route_of(p, &named))).collect();
    order.sort_unstable_by_key(|&(i, route)| {
        let point = &points[i];
        (point.warehouse_ix, route, point.stop_seq.is_none(), point.stop_seq, point.name, point.point_code)
    });
    let mut slots = vec![Slot::default(); points.len()];
    let mut before: Option<(u32, &str, u32, u32)> = None;
    for (index, route) in order {
        let point = &points[index];
        let (last_stop, last_slot) = match before {
            Some((warehouse, same, stop, slot)) if warehouse == point.warehouse_ix => {
                (if same == route { stop } else { 0 }, slot)
            }
            _ => (0, 0),
        };
        let stop_seq = point.stop_seq.unwrap_or(last_stop + 1);
        slots[index] = Slot { route_code: route.to_string(), stop_seq, slot_no: last_slot + 1 };
        before = Some((point.warehouse_ix, route, stop_seq, last_slot + 1));
    }
    slots
}

/// Names a route for each (warehouse, compound) whose points have none, in bytes of the compounds. A name another route
/// of the warehouse has already gets a number behind it.
fn name_routes<'a>(points: &[PointPlace<'a>]) -> BTreeMap<(u32, Option<&'a str>), String> {
    let mut taken: BTreeSet<(u32, String)> = BTreeSet::new();
    let mut unnamed = BTreeMap::new();
    for point in points {
        match point.route_code {
            Some(route) => drop(taken.insert((point.warehouse_ix, route.to_string()))),
            None => drop(unnamed.insert((point.warehouse_ix, point.compound), String::new())),
        }
    }
    for ((warehouse_ix, compound), route) in &mut unnamed {
        let base = as_code(compound.unwrap_or(UNNAMED_ROUTE));
        let numbered = (2u32..).map(|n| format!("{base}-{n}"));
        *route = std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| taken.insert((*warehouse_ix, name.clone())))
            .expect("some number is free");
    }
    unnamed
}

fn route_of<'a>(point: &PointPlace<'a>, named: &'a BTreeMap<(u32, Option<&str>), String>) -> &'a str {
    point.route_code.unwrap_or_else(|| &named[&(point.warehouse_ix, point.compound)])
}

/// A compound's name in the form of a code: other characters become `-`, and room is left for a number.
fn as_code(compound: &str) -> String {
    let sound = |c: char| if is_code(c.encode_utf8(&mut [0; 4])) { c } else { '-' };
    let code: String = compound.trim().chars().map(sound).take(CODE_CHARS_MAX - 8).collect();
    if code.is_empty() { UNNAMED_ROUTE.to_string() } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, u32, Option<&'static str>, Option<&'static str>, Option<u32>);

    fn assigned(rows: &[Row]) -> Vec<(String, u32, u32)> {
        let places: Vec<PointPlace> = rows
            .iter()
            .map(|&(name, warehouse_ix, compound, route_code, stop_seq)| PointPlace {
                point_code: name,
                name,
                warehouse_ix,
                compound,
                route_code,
                stop_seq,
            })
            .collect();
        assign_slots(&places).into_iter().map(|slot| (slot.route_code, slot.stop_seq, slot.slot_no)).collect()
    }

    fn want(rows: &[(&str, u32, u32)]) -> Vec<(String, u32, u32)> {
        rows.iter().map(|&(route, stop, slot)| (route.to_string(), stop, slot)).collect()
    }

    const DAY: [Row; 8] = [
        ("北门", 0, None, Some("R1"), Some(2)),
        ("南门", 0, None, Some("R1"), Some(1)),
        ("便利店", 0, None, Some("R1"), None),
        ("东门", 0, Some("幸福里"), None, None),
        ("西门", 0, Some("幸福里"), None, None),
        ("一店", 1, None, Some("R1"), None),
        ("散点", 1, None, None, Some(7)),
        ("散点二", 1, None, None, None),
    ];

    #[test]
    fn slots_count_routes_and_stops_through_in_each_warehouse() {
        let slots = [
            ("R1", 2, 2),
            ("R1", 1, 1),
            ("R1", 3, 3),
            ("幸福里", 1, 4),
            ("幸福里", 2, 5),
            ("R1", 1, 1),
            ("未分线", 7, 2),
            ("未分线", 8, 3),
        ];
        assert_eq!(assigned(&DAY), want(&slots));
    }

    #[test]
    fn the_order_of_the_file_does_not_matter() {
        let whole = assigned(&DAY);
        for shift in 1..DAY.len() {
            let mut rows = DAY;
            rows.rotate_left(shift);
            let mut slots = assigned(&rows);
            slots.rotate_right(shift);
            assert_eq!(slots, whole);
            rows.reverse();
        }
    }

    #[test]
    fn routes_that_would_share_a_name_stay_apart() {
        let rows: [Row; 4] = [
            ("甲", 0, None, Some("幸福里"), None),
            ("乙", 0, Some("幸福里"), None, None),
            ("丙", 0, Some("A/B"), None, None),
            ("丁", 0, Some("A B"), None, None),
        ];
        assert_eq!(assigned(&rows), want(&[("幸福里", 1, 3), ("幸福里-2", 1, 4), ("A-B-2", 1, 2), ("A-B", 1, 1)]));
    }

    #[test]
    fn a_route_name_is_a_code() {
        for compound in ["", " . ", ".x", "幸福 里/二期", &"长".repeat(80)] {
            assert!(is_code(&as_code(compound)), "{compound:?} gives {:?}", as_code(compound));
        }
    }
}
