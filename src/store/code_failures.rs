//! Wrong pickup codes, by point and by order (0: the whole point).

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::pickup::WrongCodes;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::code_failures;

pub fn of(db: &mut Db, point_id: i64, order_id: i64) -> Result<Option<WrongCodes>, StoreError> {
    let row = code_failures::table.find((point_id, order_id)).select((code_failures::failures, code_failures::since));
    let found: Option<(i32, i64)> = on_either!(db, conn => row.first(conn).optional())?;
    Ok(found.map(|(failures, since)| WrongCodes { failures, since: Moment(since) }))
}

pub fn set(db: &mut Db, point_id: i64, order_id: i64, wrong: WrongCodes) -> Result<(), StoreError> {
    let key = (code_failures::point_id.eq(point_id), code_failures::order_id.eq(order_id));
    let change = (code_failures::failures.eq(wrong.failures), code_failures::since.eq(wrong.since.0));
    on_either!(db, conn => diesel::insert_into(code_failures::table)
        .values((key, change))
        .on_conflict((code_failures::point_id, code_failures::order_id))
        .do_update()
        .set(change)
        .execute(conn))?;
    Ok(())
}
