//! People who sign in, with their roles.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::access::{AccountState, Role};
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{user_roles, users};

/// A row of `users` as it stands.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = users)]
pub struct UserRow {
    pub id: i64,
    pub login_name: String,
    pub display_name: String,
    pub email: Option<String>,
    pub state: String,
    pub leader_id: Option<i64>,
    pub warehouse_id: Option<i64>,
    pub vehicle_id: Option<i64>,
    pub password_hash: Option<String>,
    pub totp_sealed: Option<String>,
    pub totp_step: Option<i64>,
    pub helps_until: Option<i64>,
    pub made_at: i64,
}

impl UserRow {
    pub fn state(&self) -> AccountState {
        AccountState::parse(&self.state).expect("the schema's CHECK lets only known states in")
    }

    pub fn helps_until(&self) -> Option<Moment> {
        self.helps_until.map(Moment)
    }
}

/// Everyone, by login name.
pub fn all(db: &mut Db) -> Result<Vec<UserRow>, StoreError> {
    Ok(on_either!(db, conn => users::table.order(users::login_name).load(conn))?)
}

/// Those who belong to a leader, by login name.
pub fn of_leader(db: &mut Db, leader_id: i64) -> Result<Vec<UserRow>, StoreError> {
    let own = users::table.filter(users::leader_id.eq(leader_id)).order(users::login_name);
    Ok(on_either!(db, conn => own.load(conn))?)
}

pub fn find(db: &mut Db, id: i64) -> Result<Option<UserRow>, StoreError> {
    Ok(on_either!(db, conn => users::table.find(id).first(conn).optional())?)
}

pub fn named(db: &mut Db, login_name: &str) -> Result<Option<UserRow>, StoreError> {
    Ok(on_either!(db, conn => users::table.filter(users::login_name.eq(login_name)).first(conn).optional())?)
}

pub fn roles(db: &mut Db, user_id: i64) -> Result<Vec<Role>, StoreError> {
    let own =
        user_roles::table.filter(user_roles::user_id.eq(user_id)).order(user_roles::role).select(user_roles::role);
    let codes: Vec<String> = on_either!(db, conn => own.load(conn))?;
    Ok(codes.iter().filter_map(|code| Role::parse(code)).collect())
}

/// Every role of everyone, by user.
pub fn all_roles(db: &mut Db) -> Result<Vec<(i64, Role)>, StoreError> {
    let rows: Vec<(i64, String)> =
        on_either!(db, conn => user_roles::table.order((user_roles::user_id, user_roles::role)).load(conn))?;
    Ok(rows.into_iter().filter_map(|(user_id, code)| Some((user_id, Role::parse(&code)?))).collect())
}

pub fn insert(db: &mut Db, row: &UserRow, roles: &[Role]) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(users::table).values(row).execute(conn))?;
    add_roles(db, row.id, roles)
}

/// Gives exactly these roles.
pub fn set_roles(db: &mut Db, user_id: i64, roles: &[Role]) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::delete(user_roles::table.filter(user_roles::user_id.eq(user_id))).execute(conn))?;
    add_roles(db, user_id, roles)
}

fn add_roles(db: &mut Db, user_id: i64, roles: &[Role]) -> Result<(), StoreError> {
    for role in roles {
        let row = (user_roles::user_id.eq(user_id), user_roles::role.eq(role.code()));
        on_either!(db, conn => diesel::insert_into(user_roles::table).values(row).execute(conn))?;
    }
    Ok(())
}

pub fn set_state(db: &mut Db, user_id: i64, state: AccountState) -> Result<(), StoreError> {
    let own = users::table.find(user_id);
    on_either!(db, conn => diesel::update(own).set(users::state.eq(state.code())).execute(conn))?;
    Ok(())
}

/// Binds someone to a leader, a warehouse and a vehicle, or to none.
pub fn set_places(
    db: &mut Db,
    user_id: i64,
    leader_id: Option<i64>,
    warehouse_id: Option<i64>,
    vehicle_id: Option<i64>,
) -> Result<(), StoreError> {
    let own = users::table.find(user_id);
    let places =
        (users::leader_id.eq(leader_id), users::warehouse_id.eq(warehouse_id), users::vehicle_id.eq(vehicle_id));
    on_either!(db, conn => diesel::update(own).set(places).execute(conn))?;
    Ok(())
}

/// Sets the password and lets an invited person in.
pub fn set_password(db: &mut Db, user_id: i64, password_hash: &str) -> Result<(), StoreError> {
    let own = users::table.find(user_id);
    let change = (users::password_hash.eq(Some(password_hash)), users::state.eq(AccountState::Active.code()));
    on_either!(db, conn => diesel::update(own).set(change).execute(conn))?;
    Ok(())
}

/// The time step of the last code that was accepted from someone.
pub fn totp_step(db: &mut Db, user_id: i64) -> Result<Option<i64>, StoreError> {
    Ok(on_either!(db, conn => users::table.find(user_id).select(users::totp_step).first(conn))?)
}

/// Keeps the sealed secret of a second factor, and the time step of the code that proved it.
pub fn set_totp(db: &mut Db, user_id: i64, sealed: Option<&str>, step: Option<i64>) -> Result<(), StoreError> {
    let own = users::table.find(user_id);
    let change = (users::totp_sealed.eq(sealed), users::totp_step.eq(step));
    on_either!(db, conn => diesel::update(own).set(change).execute(conn))?;
    Ok(())
}
