//! The outbox: letters to be sent, and what became of them.
//!
//! Every change of a row names the state and the try it was decided on, so that a worker that stalled and was given up
//! on changes nothing any more.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};

use crate::domain::access::Role;
use crate::domain::letters::{Addressee, LetterState, Template, gives_up_at};
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::outbox::{self as t, table as letters};

/// A letter that a step wants sent.
#[derive(Clone, Debug)]
pub struct NewLetter {
    pub id: i64,
    /// What it is about: a second one about the same is not queued.
    pub business_key: String,
    pub template: Template,
    pub to: Addressee,
    pub cycle_id: Option<i64>,
    pub po_id: Option<i64>,
    pub version: Option<u32>,
    /// A secret it must carry, sealed under the server's key.
    pub sealed: Option<String>,
    /// Why it cannot be sent as things stand; it is then dead from the start.
    pub fault: Option<&'static str>,
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
pub struct Letter {
    pub id: i64,
    pub business_key: String,
    pub template: String,
    pub recipient: String,
    pub supplier_id: Option<i64>,
    pub leader_id: Option<i64>,
    pub user_id: Option<i64>,
    pub role: Option<String>,
    pub address_hash: Option<String>,
    pub cycle_id: Option<i64>,
    pub po_id: Option<i64>,
    pub version: Option<i32>,
    pub sealed: Option<String>,
    pub message_id: Option<String>,
    pub state: String,
    pub tries: i32,
    pub next_try_at: i64,
    pub give_up_at: i64,
    pub last_error: Option<String>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
}

impl Letter {
    pub fn template(&self) -> Template {
        Template::parse(&self.template).expect("the schema's CHECK lets only known templates in")
    }

    pub fn state(&self) -> LetterState {
        LetterState::parse(&self.state).expect("the schema's CHECK lets only known states in")
    }

    pub fn to(&self) -> Addressee {
        let bug = "the schema's CHECKs ask for what names the recipient";
        match self.recipient.as_str() {
            "supplier" => Addressee::Supplier(self.supplier_id.expect(bug)),
            "leader" => Addressee::Leader(self.leader_id.expect(bug)),
            "user" => Addressee::User(self.user_id.expect(bug)),
            "role" => Addressee::Role(self.role.as_deref().and_then(Role::parse).expect(bug)),
            _ => Addressee::Address(self.address_hash.clone().expect(bug)),
        }
    }

    fn of(new: &NewLetter, now: Moment) -> Letter {
        let state = if new.fault.is_some() { LetterState::Dead } else { LetterState::Queued };
        let mut letter = Letter {
            id: new.id,
            business_key: new.business_key.clone(),
            template: new.template.code().to_owned(),
            recipient: new.to.kind().to_owned(),
            supplier_id: None,
            leader_id: None,
            user_id: None,
            role: None,
            address_hash: None,
            cycle_id: new.cycle_id,
            po_id: new.po_id,
            version: new.version.map(|version| version as i32),
            sealed: new.sealed.clone(),
            message_id: None,
            state: state.code().to_owned(),
            tries: 0,
            next_try_at: now.0,
            give_up_at: gives_up_at(now).0,
            last_error: new.fault.map(str::to_owned),
            created_at: now.0,
            sent_at: None,
        };
        match &new.to {
            Addressee::Supplier(id) => letter.supplier_id = Some(*id),
            Addressee::Leader(id) => letter.leader_id = Some(*id),
            Addressee::User(id) => letter.user_id = Some(*id),
            Addressee::Role(role) => letter.role = Some(role.code().to_owned()),
            Addressee::Address(hash) => letter.address_hash = Some(hash.clone()),
        }
        letter
    }
}

/// Adds letters, leaving out those about something that has one. Part of a step's transaction. Returns how many are new.
///
/// # Errors
/// What the database says.
pub fn queue(db: &mut Db, new: &[NewLetter], now: Moment) -> Result<usize, StoreError> {
    let mut added = 0;
    for letter in new {
        let row = Letter::of(letter, now);
        added += on_either!(db, conn => diesel::insert_into(letters)
            .values(&row)
            .on_conflict(t::business_key)
            .do_nothing()
            .execute(conn))?;
    }
    Ok(added)
}

/// Letters whose next try is due, the longest waiting first.
///
/// # Errors
/// What the database says.
pub fn due(db: &mut Db, now: Moment, limit: i64) -> Result<Vec<Letter>, StoreError> {
    Ok(on_either!(db, conn => letters
        .filter(t::state.eq(LetterState::Queued.code()))
        .filter(t::next_try_at.le(now.0))
        .order((t::next_try_at, t::id))
        .limit(limit)
        .load(conn))?)
}

/// Whether an earlier letter about the same purchase order has not arrived.
///
/// # Errors
/// What the database says.
pub fn has_unsent_before(db: &mut Db, letter: &Letter) -> Result<bool, StoreError> {
    let Some(po_id) = letter.po_id else { return Ok(false) };
    let earlier = letters
        .filter(t::po_id.eq(po_id))
        .filter(t::id.lt(letter.id))
        .filter(t::state.ne(LetterState::Sent.code()))
        .select(t::id);
    let found: Option<i64> = on_either!(db, conn => earlier.first(conn).optional())?;
    Ok(found.is_some())
}

/// Marks a queued letter as being sent, under a Message-ID that stays; its next try, should this server break down, is
/// at `deadline`. Returns `false` if it is not what was seen any more.
///
/// # Errors
/// What the database says.
pub fn claim(db: &mut Db, seen: &Letter, message_id: &str, deadline: Moment) -> Result<bool, StoreError> {
    let same = letters
        .filter(t::id.eq(seen.id))
        .filter(t::state.eq(LetterState::Queued.code()))
        .filter(t::tries.eq(seen.tries))
        .filter(t::message_id.is_null().or(t::message_id.eq(message_id)));
    let change = (
        t::state.eq(LetterState::Sending.code()),
        t::tries.eq(seen.tries + 1),
        t::message_id.eq(Some(message_id)),
        t::next_try_at.eq(deadline.0),
    );
    Ok(on_either!(db, conn => diesel::update(same).set(change).execute(conn))? == 1)
}

/// What is written back of a letter that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent {
        at: Moment,
    },
    /// To be tried again.
    Later {
        at: Moment,
        error: String,
    },
    /// Not tried at all: as if it had not been claimed.
    Untried {
        at: Moment,
    },
    Dead {
        error: String,
    },
}

/// Writes back what became of the `tries`-th try of a letter; `false` if somebody else has taken it up meanwhile.
///
/// # Errors
/// What the database says.
pub fn settle(db: &mut Db, id: i64, tries: i32, outcome: &Outcome) -> Result<bool, StoreError> {
    let own = letters.filter(t::id.eq(id)).filter(t::state.eq(LetterState::Sending.code())).filter(t::tries.eq(tries));
    let changed = match outcome {
        Outcome::Sent { at } => {
            let no_text: Option<String> = None;
            let change = (
                t::state.eq(LetterState::Sent.code()),
                t::sent_at.eq(Some(at.0)),
                t::last_error.eq(no_text.clone()),
                t::sealed.eq(no_text),
            );
            on_either!(db, conn => diesel::update(own).set(change).execute(conn))?
        }
        Outcome::Later { at, error } => {
            let change =
                (t::state.eq(LetterState::Queued.code()), t::next_try_at.eq(at.0), t::last_error.eq(Some(error)));
            on_either!(db, conn => diesel::update(own).set(change).execute(conn))?
        }
        Outcome::Untried { at } => {
            let change = (t::state.eq(LetterState::Queued.code()), t::next_try_at.eq(at.0), t::tries.eq(tries - 1));
            on_either!(db, conn => diesel::update(own).set(change).execute(conn))?
        }
        Outcome::Dead { error } => {
            let change = (t::state.eq(LetterState::Dead.code()), t::last_error.eq(Some(error)));
            on_either!(db, conn => diesel::update(own).set(change).execute(conn))?
        }
    };
    Ok(changed == 1)
}

/// Puts a queued letter off, which is no try of it.
///
/// # Errors
/// What the database says.
pub fn put_off(db: &mut Db, seen: &Letter, at: Moment) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::update(queued_as(seen)).set(t::next_try_at.eq(at.0)).execute(conn))?;
    Ok(())
}

/// Gives a queued letter up.
///
/// # Errors
/// What the database says.
pub fn bury(db: &mut Db, seen: &Letter, error: &str) -> Result<(), StoreError> {
    let change = (t::state.eq(LetterState::Dead.code()), t::last_error.eq(Some(error)));
    on_either!(db, conn => diesel::update(queued_as(seen)).set(change).execute(conn))?;
    Ok(())
}

/// Replaces a letter to a role by letters to its people.
///
/// # Errors
/// What the database says.
pub fn share(db: &mut Db, seen: &Letter, people: &[NewLetter], now: Moment) -> Result<(), StoreError> {
    db.write(|db| {
        let change = t::state.eq(LetterState::Shared.code());
        if on_either!(db, conn => diesel::update(queued_as(seen)).set(change).execute(conn))? == 1 {
            queue(db, people, now)?;
        }
        Ok(())
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn queued_as(seen: &Letter) -> _ {
    let (id, tries): (i64, i32) = (seen.id, seen.tries);
    letters.filter(t::id.eq(id)).filter(t::state.eq("queued")).filter(t::tries.eq(tries))
}

/// Takes up letters whose sending broke off: those past their deadline, or all where nobody else can be sending.
///
/// # Errors
/// What the database says.
pub fn take_up(db: &mut Db, now: Moment, all: bool) -> Result<usize, StoreError> {
    let until = if all { i64::MAX } else { now.0 };
    let lost = letters.filter(t::state.eq(LetterState::Sending.code())).filter(t::next_try_at.le(until));
    let change = (t::state.eq(LetterState::Queued.code()), t::next_try_at.eq(now.0));
    Ok(on_either!(db, conn => diesel::update(lost).set(change).execute(conn))?)
}

/// Letters, the newest first, of one state where it is given; and how many there are.
///
/// # Errors
/// What the database says.
pub fn list(
    db: &mut Db,
    state: Option<LetterState>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Letter>, i64), StoreError> {
    let states: Vec<&str> = LetterState::ALL
        .iter()
        .filter(|known| state.is_none_or(|state| state == **known))
        .map(|known| known.code())
        .collect();
    let chosen = letters.filter(t::state.eq_any(states));
    let rows = on_either!(db, conn => chosen.clone().order(t::id.desc()).limit(limit).offset(offset).load(conn))?;
    let total = on_either!(db, conn => chosen.count().get_result(conn))?;
    Ok((rows, total))
}

/// The letter with this id.
///
/// # Errors
/// What the database says.
pub fn find(db: &mut Db, id: i64) -> Result<Option<Letter>, StoreError> {
    Ok(on_either!(db, conn => letters.find(id).first(conn).optional())?)
}

/// Queues a letter again, for another day of tries and under the same Message-ID; `false` unless it is in `state`.
///
/// # Errors
/// What the database says.
pub fn queue_again(db: &mut Db, id: i64, state: LetterState, now: Moment) -> Result<bool, StoreError> {
    let own = letters.filter(t::id.eq(id)).filter(t::state.eq(state.code()));
    let change = (
        t::state.eq(LetterState::Queued.code()),
        t::next_try_at.eq(now.0),
        t::give_up_at.eq(gives_up_at(now).0),
        t::tries.eq(0),
    );
    Ok(on_either!(db, conn => diesel::update(own).set(change).execute(conn))? == 1)
}

/// How many letters wait or are under way, and how many are dead.
///
/// # Errors
/// What the database says.
pub fn counts(db: &mut Db) -> Result<(i64, i64), StoreError> {
    let open = [LetterState::Queued.code(), LetterState::Sending.code()];
    let waiting = on_either!(db, conn => letters.filter(t::state.eq_any(open)).count().get_result(conn))?;
    let dead = on_either!(db, conn => letters
        .filter(t::state.eq(LetterState::Dead.code()))
        .count()
        .get_result(conn))?;
    Ok((waiting, dead))
}

/// Takes away letters that were settled before `before`.
///
/// # Errors
/// What the database says.
pub fn forget(db: &mut Db, before: Moment) -> Result<usize, StoreError> {
    let settled = [LetterState::Sent.code(), LetterState::Shared.code(), LetterState::Dead.code()];
    let old = letters.filter(t::state.eq_any(settled)).filter(t::created_at.lt(before.0));
    Ok(on_either!(db, conn => diesel::delete(old).execute(conn))?)
}
