//! What a server knows by heart while it takes orders: leaders and their points, and what is on sale in each cycle.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::domain::money::Fen;
use crate::flow::FlowError;
use crate::flow::intake::no_cycle;
use crate::store::backend::Db;
use crate::store::{cycles, master, offers};

/// A leader who may be named.
#[derive(Clone, Debug)]
pub struct Leader {
    pub id: i64,
    /// Points by code, in order of codes.
    pub points: Vec<Point>,
}

/// A point an order can go to.
#[derive(Clone, Debug)]
pub struct Point {
    pub id: i64,
    pub point_code: String,
    pub compound: String,
}

/// What an order line can ask for.
#[derive(Clone, Copy, Debug)]
pub struct OnSale {
    pub offer_no: i32,
    pub price: Fen,
    pub limit_per_resident: Option<u32>,
    pub stock_cap: Option<u32>,
}

impl OnSale {
    /// Whether its pieces must be counted.
    pub fn is_bounded(&self) -> bool {
        self.limit_per_resident.is_some() || self.stock_cap.is_some()
    }
}

/// The offers of one cycle.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub by_sku: FxHashMap<String, OnSale>,
    pub by_no: FxHashMap<i32, (String, OnSale)>,
}

/// Everything known by heart. Cleared when the catalogue's stamp has risen.
#[derive(Default)]
pub struct Shelf {
    cycle_ids: FxHashMap<String, i64>,
    leaders: Option<Arc<FxHashMap<String, Leader>>>,
    catalogues: FxHashMap<i64, Arc<Catalogue>>,
}

impl Shelf {
    pub fn clear(&mut self) {
        self.leaders = None;
        self.catalogues.clear();
    }

    /// The id of a cycle, which it keeps for ever.
    ///
    /// # Errors
    /// `not_found`.
    pub fn cycle_id(&mut self, db: &mut Db, cycle_code: &str) -> Result<i64, FlowError> {
        if let Some(id) = self.cycle_ids.get(cycle_code) {
            return Ok(*id);
        }
        let row = cycles::find(db, cycle_code)?.ok_or_else(|| no_cycle(cycle_code))?;
        self.cycle_ids.insert(cycle_code.to_owned(), row.id);
        Ok(row.id)
    }

    /// Leaders by code.
    pub fn leaders(&mut self, db: &mut Db) -> Result<Arc<FxHashMap<String, Leader>>, FlowError> {
        if let Some(leaders) = &self.leaders {
            return Ok(leaders.clone());
        }
        let mut points: FxHashMap<i64, Vec<Point>> = FxHashMap::default();
        for row in master::point::all(db)? {
            let compound = row.compound.unwrap_or_default();
            points.entry(row.leader_id).or_default().push(Point { id: row.id, point_code: row.point_code, compound });
        }
        let leader = |row: master::LeaderRow| {
            let points = points.remove(&row.id).unwrap_or_default();
            (row.leader_code, Leader { id: row.id, points })
        };
        let leaders: Arc<FxHashMap<String, Leader>> =
            Arc::new(master::leader::all(db)?.into_iter().map(leader).collect());
        self.leaders = Some(leaders.clone());
        Ok(leaders)
    }

    /// The offers of a cycle.
    pub fn catalogue(&mut self, db: &mut Db, cycle_id: i64) -> Result<Arc<Catalogue>, FlowError> {
        if let Some(catalogue) = self.catalogues.get(&cycle_id) {
            return Ok(catalogue.clone());
        }
        let rows = offers::of_cycle(db, cycle_id)?;
        let codes: FxHashMap<i64, String> =
            master::sku::all(db)?.into_iter().map(|sku| (sku.id, sku.sku_code)).collect();
        let whole = |count: Option<i32>| count.map(|count| count as u32);
        let mut catalogue = Catalogue::default();
        for row in rows {
            let on_sale = OnSale {
                offer_no: row.offer_no,
                price: Fen(row.sale_price_fen),
                limit_per_resident: whole(row.limit_per_resident),
                stock_cap: whole(row.stock_cap),
            };
            let sku_code = codes[&row.sku_id].clone();
            catalogue.by_no.insert(row.offer_no, (sku_code.clone(), on_sale));
            catalogue.by_sku.insert(sku_code, on_sale);
        }
        let catalogue = Arc::new(catalogue);
        self.catalogues.insert(cycle_id, catalogue.clone());
        Ok(catalogue)
    }
}
