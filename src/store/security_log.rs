//! The security log: what happened at the door and with what is guarded. Append-only, hash-chained.
//!
//! Each process writes a chain of its own, so that processes do not wait for each other. A row's hash covers the row
//! and the hash before it; `tuan check` follows every chain. Ids only: no names, passwords or tokens.

use std::sync::OnceLock;

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};
use sha2::{Digest, Sha256};

use crate::domain::secret::hex;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::security_log;

/// What is noted. Texts are code names and ids.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry<'a> {
    /// `sign_in`, `sign_in_refused`, `refused`, `roles_changed` ….
    pub act: &'a str,
    /// Who did it: `user:7`, `token:3`, `command_line`, `anonymous`.
    pub actor: &'a str,
    /// What it was done to: `user:7`, `session:12`, `cycle:261122`; empty where that is the actor.
    pub subject: &'a str,
    pub detail: &'a str,
    /// The request's id; empty for commands.
    pub request_id: &'a str,
}

/// A row of `security_log`.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = security_log)]
pub struct LogRow {
    pub chain: i32,
    pub seq: i64,
    pub at: i64,
    pub act: String,
    pub actor: String,
    pub subject: String,
    pub detail: String,
    pub request_id: String,
    pub hash: String,
}

/// Notes what happened, in the transaction of the act itself: call it inside [`Db::write`].
///
/// # Errors
/// What the database says; `Raced` where another transaction took the next place of the chain, so that this one is run
/// again.
pub fn append(db: &mut Db, at: Moment, entry: Entry<'_>) -> Result<(), StoreError> {
    let chain = own_chain();
    let last: Option<(i64, String)> = on_either!(db, conn => security_log::table
        .filter(security_log::chain.eq(chain))
        .order(security_log::seq.desc())
        .select((security_log::seq, security_log::hash))
        .first(conn)
        .optional())?;
    let (last_seq, last_hash) = last.unwrap_or_default();
    // A line feed ends a field of what is hashed, so none stands inside one.
    let field = |text: &str| text.replace('\n', " ");
    let mut row = LogRow {
        chain,
        seq: last_seq + 1,
        at: at.0,
        act: field(entry.act),
        actor: field(entry.actor),
        subject: field(entry.subject),
        detail: field(entry.detail),
        request_id: field(entry.request_id),
        hash: String::new(),
    };
    row.hash = link(&last_hash, &row);
    let kept = on_either!(db, conn => diesel::insert_into(security_log::table).values(&row).execute(conn));
    match kept.map_err(StoreError::from) {
        Err(error) if error.is_taken_key() => Err(StoreError::Raced),
        kept => kept.map(|_| ()),
    }
}

/// The subjects of an actor's acts of a kind since a moment, each once.
///
/// # Errors
/// What the database says.
pub fn subjects_since(db: &mut Db, act: &str, actor: &str, since: Moment) -> Result<Vec<String>, StoreError> {
    use security_log as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::at.ge(since.0))
        .filter(t::act.eq(act))
        .filter(t::actor.eq(actor))
        .select(t::subject)
        .distinct()
        .load(conn))?)
}

/// The newest rows of all chains, the latest first.
///
/// # Errors
/// What the database says.
pub fn newest(db: &mut Db, limit: i64) -> Result<Vec<LogRow>, StoreError> {
    let rows = security_log::table.order((security_log::at.desc(), security_log::seq.desc())).limit(limit);
    Ok(on_either!(db, conn => rows.load(conn))?)
}

/// Which rows of the log; what is empty does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    pub act: &'a str,
    /// Actors or subjects, any of them, such as `user:7`: all that a name can stand for.
    pub ids: &'a [String],
    /// Part of the actor, the subject or the detail.
    pub part: &'a str,
}

/// Rows of all chains, the latest first.
///
/// # Errors
/// What the database says.
pub fn filtered(db: &mut Db, filter: Filter<'_>, limit: i64, offset: i64) -> Result<Vec<LogRow>, StoreError> {
    use security_log as t;
    // What people type is no pattern.
    let escaped = filter.part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let part = format!("%{escaped}%");
    Ok(on_either!(db, conn => {
        let mut rows = t::table.into_boxed();
        if !filter.act.is_empty() {
            rows = rows.filter(t::act.eq(filter.act));
        }
        if !filter.part.is_empty() {
            // The one database heeds case in LIKE, the other does not.
            let holds = sql::<Bool>("(LOWER(actor) LIKE LOWER(").bind::<Text, _>(part.clone())
                .sql(") ESCAPE '\\' OR LOWER(subject) LIKE LOWER(").bind::<Text, _>(part.clone())
                .sql(") ESCAPE '\\' OR LOWER(detail) LIKE LOWER(").bind::<Text, _>(part.clone())
                .sql(") ESCAPE '\\')");
            rows = rows.filter(t::actor.eq_any(filter.ids).or(t::subject.eq_any(filter.ids)).or(holds));
        }
        rows.order((t::at.desc(), t::seq.desc())).limit(limit).offset(offset).load(conn)
    })?)
}

/// Every kind of act that the log holds.
///
/// # Errors
/// What the database says.
pub fn acts(db: &mut Db) -> Result<Vec<String>, StoreError> {
    use security_log as t;
    Ok(on_either!(db, conn => t::table.select(t::act).distinct().order(t::act).load(conn))?)
}

/// The hash of a row: SHA-256 over the hash before it and the row's fields, each followed by a line feed.
fn link(before: &str, row: &LogRow) -> String {
    let (seq, at) = (row.seq.to_string(), row.at.to_string());
    let fields = [before, &seq, &at, &row.act, &row.actor, &row.subject, &row.detail, &row.request_id];
    let mut hash = Sha256::new();
    for field in fields {
        hash.update(field.as_bytes());
        hash.update(b"\n");
    }
    hex(&hash.finalize())
}

/// The chain that this process writes. Two processes on the same one are right too, they only wait for each other.
fn own_chain() -> i32 {
    static CHAIN: OnceLock<i32> = OnceLock::new();
    *CHAIN.get_or_init(|| {
        let mut bytes = [0; 2];
        // Without randomness everyone writes chain 0.
        let _ = getrandom::fill(&mut bytes);
        i32::from(u16::from_le_bytes(bytes) & 1023)
    })
}
