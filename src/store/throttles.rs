//! Wrong passwords lately, by account and by address. The subject is a keyed hash of either.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::throttle::Wrongs;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::sign_in_throttles as t;

/// The wrong passwords of a subject; none where there is no row.
pub fn wrongs(db: &mut Db, subject: &str) -> Result<Wrongs, StoreError> {
    let row = t::table.find(subject).select((t::wrong, t::last_at));
    let found: Option<(i32, i64)> = on_either!(db, conn => row.first(conn).optional())?;
    let found = found.map(|(wrong, at)| Wrongs { count: wrong.unsigned_abs(), last_at: Moment(at) });
    Ok(found.unwrap_or_default())
}

/// Keeps the wrong passwords of a subject; none takes its row away.
pub fn keep(db: &mut Db, subject: &str, wrongs: Wrongs) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::delete(t::table.find(subject)).execute(conn))?;
    if wrongs.count > 0 {
        let wrong = i32::try_from(wrongs.count).unwrap_or(i32::MAX);
        let row = (t::subject.eq(subject), t::wrong.eq(wrong), t::last_at.eq(wrongs.last_at.0));
        on_either!(db, conn => diesel::insert_into(t::table).values(row).execute(conn))?;
    }
    Ok(())
}

/// Takes away what is older than `before`.
pub fn forget(db: &mut Db, before: Moment) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::delete(t::table.filter(t::last_at.lt(before.0))).execute(conn))?;
    Ok(())
}
