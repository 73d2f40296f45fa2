//! Leases of background work: which of several servers does it at present.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::leases;

/// Takes or keeps a lease until `until`; `false` while another holds it.
///
/// # Errors
/// What the database says.
pub fn take(db: &mut Db, name: &str, holder: &str, now: Moment, until: Moment) -> Result<bool, StoreError> {
    db.write(|db| {
        let held: Option<(String, i64)> = on_either!(db, conn => leases::table
            .find(name)
            .select((leases::holder, leases::until_at))
            .first(conn)
            .optional())?;
        let lease = (leases::holder.eq(holder), leases::until_at.eq(until.0));
        match held {
            Some((other, end)) if other != holder && end > now.0 => return Ok(false),
            Some(_) => on_either!(db, conn => diesel::update(leases::table.find(name)).set(lease).execute(conn))?,
            None => {
                let row = (leases::name.eq(name), lease);
                on_either!(db, conn => diesel::insert_into(leases::table).values(row).execute(conn))?
            }
        };
        Ok(true)
    })
}

/// When another's lease ends; None where `holder` has it or nobody.
///
/// # Errors
/// What the database says.
pub fn taken_until(db: &mut Db, name: &str, holder: &str) -> Result<Option<Moment>, StoreError> {
    let others = leases::table.find(name).filter(leases::holder.ne(holder)).select(leases::until_at);
    let end: Option<i64> = on_either!(db, conn => others.first(conn).optional())?;
    Ok(end.map(Moment))
}

/// Gives a lease back, so that another may take it at once.
///
/// # Errors
/// What the database says.
pub fn give_back(db: &mut Db, name: &str, holder: &str) -> Result<(), StoreError> {
    let own = leases::table.find(name).filter(leases::holder.eq(holder));
    on_either!(db, conn => diesel::delete(own).execute(conn))?;
    Ok(())
}
