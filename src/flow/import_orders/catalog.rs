//! What an order line may name: leaders and their points, and the SKUs on sale.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use crate::domain::facts::Cycle;
use crate::flow::FlowError;
use crate::imports::fault::FaultKind;
use crate::imports::orders::OrderLineDraft;
use crate::store::backend::Db;
use crate::store::{master, offers};

/// A leader who may be named.
pub struct Leader {
    pub id: i64,
    /// Points by code, in order of codes.
    points: Vec<Point>,
}

/// A point an order can go to.
pub struct Point {
    pub id: i64,
    pub point_code: String,
    pub compound: String,
}

/// Leaders, points and offers by code.
pub struct Catalog {
    cycle_code: String,
    leaders: FxHashMap<String, Leader>,
    point_codes: HashMap<String, String>,
    offers: FxHashMap<String, i32>,
    skus: std::collections::HashSet<String>,
}

/// A fault of one cell, before it has its place: column, kind, detail.
pub type CellFault = (&'static str, FaultKind, String);

impl Catalog {
    pub fn load(db: &mut Db, cycle: &Cycle) -> Result<Catalog, FlowError> {
        let mut leaders: FxHashMap<String, Leader> = FxHashMap::default();
        let mut code_of = HashMap::new();
        for row in master::leader::all(db)? {
            code_of.insert(row.id, row.leader_code.clone());
            leaders.insert(row.leader_code, Leader { id: row.id, points: Vec::new() });
        }
        let mut point_codes = HashMap::new();
        for row in master::point::all(db)? {
            let leader_code = &code_of[&row.leader_id];
            point_codes.insert(row.point_code.clone(), leader_code.clone());
            let compound = row.compound.unwrap_or_default();
            let point = Point { id: row.id, point_code: row.point_code, compound };
            leaders.get_mut(leader_code).expect("a point's leader exists").points.push(point);
        }
        let skus: HashMap<i64, String> = master::sku::all(db)?.into_iter().map(|row| (row.id, row.sku_code)).collect();
        let offers =
            offers::of_cycle(db, cycle.id)?.into_iter().map(|row| (skus[&row.sku_id].clone(), row.offer_no)).collect();
        let skus = skus.into_values().collect();
        Ok(Catalog { cycle_code: cycle.cycle_code.clone(), leaders, point_codes, offers, skus })
    }

    /// The leader and point of a line, and the number of its offer; else everything that is wrong with its codes.
    pub fn resolve(&self, line: &OrderLineDraft<'_>) -> Result<(&Leader, &Point, i32), Vec<CellFault>> {
        let mut faults = Vec::new();
        let offer = self.offer(&line.sku_code).map_err(|fault| faults.push(fault)).ok();
        let place = self.place(line).map_err(|fault| faults.push(fault)).ok();
        match (place, offer) {
            (Some((leader, point)), Some(offer)) => Ok((leader, point, offer)),
            _ => Err(faults),
        }
    }

    fn offer(&self, sku_code: &str) -> Result<i32, CellFault> {
        match self.offers.get(sku_code) {
            Some(offer_no) => Ok(*offer_no),
            None if self.skus.contains(sku_code) => Err(("sku_code", FaultKind::NotOnSale, self.cycle_code.clone())),
            None => Err(("sku_code", FaultKind::UnknownCode, String::new())),
        }
    }

    fn place(&self, line: &OrderLineDraft<'_>) -> Result<(&Leader, &Point), CellFault> {
        let unknown = |column| (column, FaultKind::UnknownCode, String::new());
        let leader = self.leaders.get(&*line.leader_code).ok_or_else(|| unknown("leader_code"))?;
        let Some(code) = line.point_code.as_deref() else {
            return match &leader.points[..] {
                [only] => Ok((leader, only)),
                several => {
                    let codes: Vec<&str> = several.iter().map(|point| point.point_code.as_str()).collect();
                    Err(("point_code", FaultKind::PointNeeded, codes.join("、")))
                }
            };
        };
        match leader.points.iter().find(|point| point.point_code == code) {
            Some(point) => Ok((leader, point)),
            None => match self.point_codes.get(code) {
                Some(other) => Err(("point_code", FaultKind::PointOfAnother, other.clone())),
                None => Err(unknown("point_code")),
            },
        }
    }
}
