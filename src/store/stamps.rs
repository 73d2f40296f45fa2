//! Numbers that rise when something changes behind a server's back, so that what it keeps in memory is never stale.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::stamps;

/// What may change behind a server's back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Leaders, points, SKUs and offers.
    Catalogue,
    /// Orders that came by another door than a server's queue, and residents that were erased.
    Orders,
}

impl Stamp {
    fn name(self) -> &'static str {
        match self {
            Stamp::Catalogue => "catalogue",
            Stamp::Orders => "orders",
        }
    }
}

/// Both numbers as they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    pub catalogue: i64,
    pub orders: i64,
}

/// Raises a number, within the transaction that makes the change.
pub fn raise(db: &mut Db, stamp: Stamp) -> Result<(), StoreError> {
    let row = stamps::table.find(stamp.name());
    on_either!(db, conn => diesel::update(row).set(stamps::stamp.eq(stamps::stamp + 1)).execute(conn))?;
    Ok(())
}

pub fn read(db: &mut Db) -> Result<Stamps, StoreError> {
    let rows: Vec<(String, i64)> = on_either!(db, conn => stamps::table.load(conn))?;
    let of = |stamp: Stamp| rows.iter().find(|(name, _)| name == stamp.name()).map_or(0, |(_, stamp)| *stamp);
    Ok(Stamps { catalogue: of(Stamp::Catalogue), orders: of(Stamp::Orders) })
}
