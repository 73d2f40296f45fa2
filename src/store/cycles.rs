//! Cycles: their terms, their state, their versions.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::facts::{Cycle, Payment, Rounding, ShortageRule};
use crate::domain::states::CycleState;
use crate::domain::time::{Moment, parse_date};
use crate::store::backend::{Db, Dialect, StoreError, on_either};
use crate::store::schema::{cycle_versions, cycles};

/// A row of `cycles` as it stands.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable, diesel::AsChangeset)]
#[diesel(table_name = cycles, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct CycleRow {
    pub id: i64,
    pub cycle_code: String,
    pub name: String,
    pub state: String,
    pub version: i32,
    pub opens_at: i64,
    pub cutoff_at: i64,
    pub pickup_date: String,
    pub payment: String,
    pub rounding: String,
    pub shortage_rule: String,
    pub pay_grace_min: i32,
    pub pay_within_min: i32,
    pub after_sales_days: Option<i32>,
    pub auto_send: bool,
    pub frozen_at: Option<i64>,
}

impl CycleRow {
    /// The card that rules work with.
    pub fn card(&self) -> Cycle {
        let bug = "the schema's CHECKs let only known code names in";
        Cycle {
            id: self.id,
            cycle_code: self.cycle_code.clone(),
            name: self.name.clone(),
            state: CycleState::parse(&self.state).expect(bug),
            version: self.version as u32,
            opens_at: Moment(self.opens_at),
            cutoff_at: Moment(self.cutoff_at),
            pickup_date: parse_date(&self.pickup_date).unwrap_or_default(),
            payment: Payment::parse(&self.payment).expect(bug),
            rounding: Rounding::parse(&self.rounding).expect(bug),
            shortage_rule: ShortageRule::parse(&self.shortage_rule).expect(bug),
            pay_grace_min: self.pay_grace_min as u32,
            pay_within_min: self.pay_within_min as u32,
            frozen_at: self.frozen_at.map(Moment),
        }
    }
}

/// Every cycle, the latest pickup first.
pub fn all(db: &mut Db) -> Result<Vec<CycleRow>, StoreError> {
    Ok(on_either!(db, conn => cycles::table.order((cycles::cutoff_at.desc(), cycles::cycle_code)).load(conn))?)
}

/// The cycle with this code.
pub fn find(db: &mut Db, cycle_code: &str) -> Result<Option<CycleRow>, StoreError> {
    Ok(on_either!(db, conn => cycles::table.filter(cycles::cycle_code.eq(cycle_code)).first(conn).optional())?)
}

pub fn insert(db: &mut Db, row: &CycleRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(cycles::table).values(row).execute(conn))?;
    Ok(())
}

pub fn update(db: &mut Db, row: &CycleRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::update(cycles::table.find(row.id)).set(row).execute(conn))?;
    Ok(())
}

/// The cycle with this id.
pub fn by_id(db: &mut Db, cycle_id: i64) -> Result<Option<CycleRow>, StoreError> {
    Ok(on_either!(db, conn => cycles::table.find(cycle_id).first(conn).optional())?)
}

/// How a cycle's row is held until the transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Others may hold it so too: orders come in together.
    Shared,
    /// Nobody else holds it: no order is half in, and none comes in meanwhile.
    Alone,
}

/// Holds cycles, in the order of their ids, for a transaction that locks by hand. SQLite has one writer anyway.
pub fn hold(db: &mut Db, cycle_ids: &[i64], hold: Hold) -> Result<(), StoreError> {
    if db.dialect() == Dialect::Sqlite || cycle_ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = cycle_ids.iter().map(i64::to_string).collect();
    let manner = if hold == Hold::Shared { "FOR SHARE" } else { "FOR UPDATE" };
    let sql = format!("SELECT id FROM cycles WHERE id IN ({}) ORDER BY id {manner}", ids.join(", "));
    on_either!(db, conn => diesel::sql_query(sql).execute(conn))?;
    Ok(())
}

/// Opens a draft cycle; `false` if it was no draft any more.
pub fn open(db: &mut Db, cycle_id: i64, opens_at: Moment) -> Result<bool, StoreError> {
    let draft = cycles::table.filter(cycles::id.eq(cycle_id)).filter(cycles::state.eq(CycleState::Draft.code()));
    let change = (cycles::state.eq(CycleState::Open.code()), cycles::opens_at.eq(opens_at.0));
    Ok(on_either!(db, conn => diesel::update(draft).set(change).execute(conn))? == 1)
}

/// Turns an open cycle frozen at version 1; `false` if it was not open any more.
pub fn freeze(db: &mut Db, cycle_id: i64, at: Moment) -> Result<bool, StoreError> {
    let open = cycles::table.filter(cycles::id.eq(cycle_id)).filter(cycles::state.eq(CycleState::Open.code()));
    let change = (cycles::state.eq(CycleState::Frozen.code()), cycles::version.eq(1), cycles::frozen_at.eq(Some(at.0)));
    let frozen = on_either!(db, conn => diesel::update(open).set(change).execute(conn))? == 1;
    if frozen {
        add_version(db, cycle_id, 1, "cutoff", at)?;
    }
    Ok(frozen)
}

/// Claims the next version for a step that was decided on `seen`; `None` if another step came first.
pub fn next_version(
    db: &mut Db,
    cycle_id: i64,
    seen: u32,
    state: CycleState,
    step: &str,
    at: Moment,
) -> Result<Option<u32>, StoreError> {
    let same = cycles::table.filter(cycles::id.eq(cycle_id)).filter(cycles::version.eq(seen as i32));
    let change = (cycles::version.eq(seen as i32 + 1), cycles::state.eq(state.code()));
    if on_either!(db, conn => diesel::update(same).set(change).execute(conn))? != 1 {
        return Ok(None);
    }
    add_version(db, cycle_id, seen + 1, step, at)?;
    Ok(Some(seen + 1))
}

/// Moves the state without a new version, if the cycle is still at `seen`.
pub fn set_state(db: &mut Db, cycle_id: i64, seen: u32, state: CycleState) -> Result<bool, StoreError> {
    let same = cycles::table.filter(cycles::id.eq(cycle_id)).filter(cycles::version.eq(seen as i32));
    Ok(on_either!(db, conn => diesel::update(same).set(cycles::state.eq(state.code())).execute(conn))? == 1)
}

fn add_version(db: &mut Db, cycle_id: i64, version: u32, step: &str, at: Moment) -> Result<(), StoreError> {
    let row = (
        cycle_versions::cycle_id.eq(cycle_id),
        cycle_versions::version.eq(version as i32),
        cycle_versions::step.eq(step),
        cycle_versions::committed_at.eq(at.0),
    );
    on_either!(db, conn => diesel::insert_into(cycle_versions::table).values(row).execute(conn))?;
    Ok(())
}

/// When each version was committed, from version 1 on.
pub fn versions(db: &mut Db, cycle_id: i64) -> Result<Vec<(u32, String, Moment)>, StoreError> {
    let rows: Vec<(i32, String, i64)> = on_either!(db, conn => cycle_versions::table
        .filter(cycle_versions::cycle_id.eq(cycle_id))
        .order(cycle_versions::version)
        .select((cycle_versions::version, cycle_versions::step, cycle_versions::committed_at))
        .load(conn))?;
    Ok(rows.into_iter().map(|(version, step, at)| (version as u32, step, Moment(at))).collect())
}
