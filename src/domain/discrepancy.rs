//! 差异: two counts of the same goods that differ, who bears it by rule, and what makes up for it (DOMAIN 1).
//!
//! | hop | given on by | found by | short | broken | over, wrong |
//! |---|---|---|---|---|---|
//! | supplier → central | purchase order | receiving | supplier | supplier | supplier |
//! | central → grid | transfer slip | grid | central | central | central |
//! | dock → truck | pick list | driver | the warehouse | the warehouse | the warehouse |
//! | truck → point, both signed | handover slip | leader | driver | driver | the warehouse |
//! | truck → point, left unsigned | handover slip | leader | driver | driver | the warehouse |
//! | truck → point, told after the hour to report | handover slip | leader | leader | leader | the warehouse |
//! | point → resident | pickup list | resident | leader | leader | leader |
//!
//! The warehouse is the grid where the point hangs on one, else the central.
//!
//! 串货: as many pieces of a SKU too many at one point as are missing at another of the same trip lie at the wrong door:
//! they are fetched before any money goes back.

use std::collections::BTreeMap;

use crate::domain::facts::coded;

coded! {
    /// Between whom goods changed hands.
    Hop {
        SupplierCentral = "supplier_central", "供应商→中心仓";
        CentralGrid = "central_grid", "中心仓→网格仓";
        DockTruck = "dock_truck", "月台→车上";
        TruckPoint = "truck_point", "车上→自提点";
        PointResident = "point_resident", "自提点→居民";
    }
}

coded! {
    /// How the second count differs from the first.
    Problem {
        Short = "short", "少货";
        Over = "over", "多货";
        Broken = "broken", "破损";
        Wrong = "wrong", "错货";
    }
}

coded! {
    /// Who bears a difference.
    LiableParty {
        Supplier = "supplier", "供应商";
        Central = "central", "中心仓";
        Grid = "grid", "网格仓";
        Driver = "driver", "司机";
        Leader = "leader", "团长";
        Platform = "platform", "平台";
    }
}

coded! {
    /// What makes up for a difference.
    Remedy {
        /// Residents get their money back; the liable party bears it.
        Refund = "refund", "退款";
        /// The supplier is asked for it.
        Claim = "claim", "索赔";
        /// It is taken off what the liable party is paid.
        Deduction = "deduction", "扣款";
        /// 串货: the goods lie at another point and are fetched.
        Swap = "swap", "串货调回";
        /// Nothing is due from anybody.
        None = "none", "不处理";
    }
}

/// What a rule on liability looks at.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub hop: Hop,
    pub problem: Problem,
    /// Whether the point's own warehouse is a grid warehouse.
    pub is_grid: bool,
    /// Whether it was told after the hour until when differences are to be told.
    pub is_late: bool,
}

/// Who bears a difference, unless somebody decides otherwise.
pub fn liable(case: Case) -> LiableParty {
    let warehouse = if case.is_grid { LiableParty::Grid } else { LiableParty::Central };
    match (case.hop, case.problem) {
        (Hop::SupplierCentral, _) => LiableParty::Supplier,
        (Hop::CentralGrid, _) => LiableParty::Central,
        (Hop::DockTruck, _) | (Hop::TruckPoint, Problem::Over | Problem::Wrong) => warehouse,
        (Hop::TruckPoint, _) if case.is_late => LiableParty::Leader,
        (Hop::TruckPoint, _) => LiableParty::Driver,
        (Hop::PointResident, _) => LiableParty::Leader,
    }
}

/// A difference of a SKU at a point, as far as swaps look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenDifference {
    pub id: i64,
    /// Points of one trip have the same.
    pub trip: u32,
    pub offer_no: i32,
    pub problem: Problem,
    /// Pieces that are still open.
    pub qty: u64,
}

/// Pieces that seem to lie at another point's door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    pub short_id: i64,
    pub over_id: i64,
    pub qty: u64,
}

/// 串货 among open differences: of one SKU on one trip what is over here is taken for what is short there. Equal amounts are
/// paired first, then the rest, the largest first; each difference is used up at most once.
pub fn swaps(open: &[OpenDifference]) -> Vec<Swap> {
    let mut groups: BTreeMap<(u32, i32), (Vec<OpenDifference>, Vec<OpenDifference>)> = BTreeMap::new();
    for one in open.iter().filter(|one| one.qty > 0) {
        let group = groups.entry((one.trip, one.offer_no)).or_default();
        match one.problem {
            Problem::Short => group.0.push(*one),
            Problem::Over => group.1.push(*one),
            Problem::Broken | Problem::Wrong => {}
        }
    }
    let mut found = Vec::new();
    for (mut short, mut over) in groups.into_values() {
        for side in [&mut short, &mut over] {
            side.sort_by_key(|one| (std::cmp::Reverse(one.qty), one.id));
        }
        pair_equal(&mut short, &mut over, &mut found);
        pair_rest(&mut short, &mut over, &mut found);
    }
    found
}

/// Pieces of a difference that nobody has said anything of: swaps add up, any other word settles what they leave.
pub fn open_qty(qty: u64, words: &[(Remedy, u64)]) -> u64 {
    if words.iter().any(|(remedy, _)| *remedy != Remedy::Swap) {
        return 0;
    }
    qty.saturating_sub(words.iter().map(|(_, qty)| qty).sum())
}

fn pair_equal(short: &mut [OpenDifference], over: &mut [OpenDifference], found: &mut Vec<Swap>) {
    for one in short.iter_mut() {
        if let Some(other) = over.iter_mut().find(|other| other.qty == one.qty && other.qty > 0) {
            found.push(Swap { short_id: one.id, over_id: other.id, qty: one.qty });
            (one.qty, other.qty) = (0, 0);
        }
    }
}

fn pair_rest(short: &mut [OpenDifference], over: &mut [OpenDifference], found: &mut Vec<Swap>) {
    for one in short.iter_mut() {
        for other in over.iter_mut() {
            let qty = one.qty.min(other.qty);
            if qty > 0 {
                found.push(Swap { short_id: one.id, over_id: other.id, qty });
                one.qty -= qty;
                other.qty -= qty;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hop_has_somebody_who_bears_its_differences() {
        use LiableParty::{Central, Driver, Grid, Leader, Supplier};
        let check = |hop, problem, is_grid, is_late, want| {
            assert_eq!(
                liable(Case { hop, problem, is_grid, is_late }),
                want,
                "{hop:?} {problem:?} {is_grid} {is_late}"
            );
        };
        check(Hop::SupplierCentral, Problem::Short, false, false, Supplier);
        check(Hop::CentralGrid, Problem::Broken, true, false, Central);
        check(Hop::DockTruck, Problem::Short, false, false, Central);
        check(Hop::DockTruck, Problem::Short, true, true, Grid);
        check(Hop::TruckPoint, Problem::Short, false, false, Driver);
        check(Hop::TruckPoint, Problem::Broken, true, false, Driver);
        check(Hop::TruckPoint, Problem::Over, true, false, Grid);
        check(Hop::TruckPoint, Problem::Wrong, false, true, Central);
        check(Hop::TruckPoint, Problem::Short, false, true, Leader);
        check(Hop::PointResident, Problem::Wrong, false, false, Leader);
    }

    #[test]
    fn swaps_leave_open_what_they_do_not_cover_and_any_other_word_settles_the_rest() {
        assert_eq!(open_qty(5, &[]), 5);
        assert_eq!(open_qty(5, &[(Remedy::Swap, 2), (Remedy::Swap, 1)]), 2);
        assert_eq!(open_qty(5, &[(Remedy::Swap, 2), (Remedy::Refund, 3)]), 0);
        assert_eq!(open_qty(5, &[(Remedy::None, 5)]), 0);
    }

    fn open(rows: &[(i64, u32, i32, Problem, u64)]) -> Vec<OpenDifference> {
        let row = |&(id, trip, offer_no, problem, qty): &(i64, u32, i32, Problem, u64)| OpenDifference {
            id,
            trip,
            offer_no,
            problem,
            qty,
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn what_is_over_here_and_short_there_lies_at_the_wrong_door() {
        use Problem::{Broken, Over, Short};
        let check = |rows: &[(i64, u32, i32, Problem, u64)], want: &[(i64, i64, u64)]| {
            let found: Vec<_> = swaps(&open(rows)).iter().map(|swap| (swap.short_id, swap.over_id, swap.qty)).collect();
            assert_eq!(found, want, "{rows:?}");
        };
        check(&[(1, 0, 7, Short, 2), (2, 0, 7, Over, 2)], &[(1, 2, 2)]);
        check(&[(1, 0, 7, Short, 2), (2, 1, 7, Over, 2)], &[]);
        check(&[(1, 0, 7, Short, 2), (2, 0, 8, Over, 2)], &[]);
        check(&[(1, 0, 7, Broken, 2), (2, 0, 7, Over, 2)], &[]);
        // Equal amounts before unequal ones, though the others are larger.
        check(&[(1, 0, 7, Short, 3), (2, 0, 7, Short, 2), (3, 0, 7, Over, 2)], &[(2, 3, 2)]);
        check(&[(1, 0, 7, Short, 5), (2, 0, 7, Over, 2), (3, 0, 7, Over, 1)], &[(1, 2, 2), (1, 3, 1)]);
        check(&[(1, 0, 7, Short, 1), (2, 0, 7, Over, 4), (3, 0, 7, Short, 2)], &[(3, 2, 2), (1, 2, 1)]);
    }
}
