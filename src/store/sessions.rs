//! Who is signed in.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::session::{Factor, SessionKind};
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{screen_locks, sessions, users};
use crate::store::users::UserRow;

/// A row of `sessions` as it stands.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    pub id: i64,
    pub user_id: i64,
    pub token_hash: String,
    pub kind: String,
    pub factor: String,
    /// What it was begun on, in a word or two.
    pub device: String,
    pub made_at: i64,
    pub seen_at: i64,
    pub ends_at: i64,
}

const CODES: &str = "the schema's CHECKs let only known code names in";

impl SessionRow {
    pub fn kind(&self) -> SessionKind {
        SessionKind::parse(&self.kind).expect(CODES)
    }

    pub fn factor(&self) -> Factor {
        Factor::parse(&self.factor).expect(CODES)
    }

    /// Whether it still counts.
    pub fn is_live(&self, now: Moment) -> bool {
        self.kind().is_live(now, Moment(self.seen_at), Moment(self.ends_at))
    }
}

pub fn insert(db: &mut Db, row: &SessionRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(sessions::table).values(row).execute(conn))?;
    Ok(())
}

/// The session that the hash of a secret opens, live or not, and whose it is.
pub fn opened_by(db: &mut Db, token_hash: &str) -> Result<Option<(SessionRow, UserRow)>, StoreError> {
    let own = sessions::table.inner_join(users::table).filter(sessions::token_hash.eq(token_hash));
    Ok(on_either!(db, conn => own.first(conn).optional())?)
}

/// All of someone's, the newest first.
pub fn of_user(db: &mut Db, user_id: i64) -> Result<Vec<SessionRow>, StoreError> {
    let own = sessions::table.filter(sessions::user_id.eq(user_id)).order(sessions::id.desc());
    Ok(on_either!(db, conn => own.load(conn))?)
}

/// Everybody's that have not run out, with whose they are, the last seen first.
pub fn all(db: &mut Db, now: Moment) -> Result<Vec<(SessionRow, UserRow)>, StoreError> {
    let open = sessions::table.inner_join(users::table).filter(sessions::ends_at.gt(now.0));
    Ok(on_either!(db, conn => open.order((sessions::seen_at.desc(), sessions::id.desc())).load(conn))?)
}

/// Whose a session is.
pub fn owner(db: &mut Db, id: i64) -> Result<Option<i64>, StoreError> {
    let found = sessions::table.find(id).select(sessions::user_id);
    Ok(on_either!(db, conn => found.first(conn).optional())?)
}

/// Notes that a session is in use.
pub fn seen(db: &mut Db, id: i64, at: Moment) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::update(sessions::table.find(id)).set(sessions::seen_at.eq(at.0)).execute(conn))?;
    Ok(())
}

/// Notes that the second factor was given; from now on another secret opens the session.
pub fn prove(db: &mut Db, id: i64, token_hash: &str) -> Result<(), StoreError> {
    let change = (sessions::factor.eq(Factor::Given.code()), sessions::token_hash.eq(token_hash));
    on_either!(db, conn => diesel::update(sessions::table.find(id)).set(change).execute(conn))?;
    Ok(())
}

/// Ends one of someone's sessions; `false` if it is not there, or another's.
pub fn end(db: &mut Db, user_id: i64, id: i64) -> Result<bool, StoreError> {
    let own = sessions::table.find(id).filter(sessions::user_id.eq(user_id));
    let was_there = on_either!(db, conn => diesel::delete(own).execute(conn))? == 1;
    forget_locks(db)?;
    Ok(was_there)
}

/// Ends all of someone's sessions, but for one to keep; returns how many.
pub fn end_all(db: &mut Db, user_id: i64, but: Option<i64>) -> Result<usize, StoreError> {
    let own = sessions::table.filter(sessions::user_id.eq(user_id)).filter(sessions::id.ne(but.unwrap_or(0)));
    let ended = on_either!(db, conn => diesel::delete(own).execute(conn))?;
    forget_locks(db)?;
    Ok(ended)
}

/// Takes away the rows of someone's sessions that have run out.
pub fn clear_ended(db: &mut Db, user_id: i64, now: Moment) -> Result<(), StoreError> {
    let over = sessions::table.filter(sessions::user_id.eq(user_id)).filter(sessions::ends_at.le(now.0));
    on_either!(db, conn => diesel::delete(over).execute(conn))?;
    forget_locks(db)
}

/// Takes away the locks of screens whose session has ended.
fn forget_locks(db: &mut Db) -> Result<(), StoreError> {
    use screen_locks as l;
    let over = l::table.filter(l::session_id.ne_all(sessions::table.select(sessions::id)));
    on_either!(db, conn => diesel::delete(over).execute(conn))?;
    Ok(())
}
