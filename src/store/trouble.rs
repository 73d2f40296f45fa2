//! What a database could not do for a reason that passes: its disk is full, or it cannot be reached.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use crate::store::backend::StoreError;

/// Why a database could not, where that is expected to pass without a change of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing more can be written; reading goes on.
    Full,
    /// It cannot be reached, is starting or stopping, or stayed locked.
    Away,
}

/// Words of either database that say so; their codes do not reach us.
const FULL: [&str; 3] = ["database or disk is full", "No space left on device", "could not extend file"];
const AWAY: [&str; 16] = [
    "disk I/O error",
    "attempt to write a readonly database",
    "read-only transaction",
    "unable to open",
    "database is locked",
    "due to lock timeout",
    "server closed the connection",
    "connection to server",
    "no connection to the server",
    "could not receive data from server",
    "could not send data to server",
    "terminating connection",
    "the database system is",
    "connection not open",
    "too many clients",
    "connection slots",
];

impl StoreError {
    /// The trouble that passes, if it is one.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            StoreError::Database(error) => of_diesel(error),
            StoreError::Open { cause, .. } => of_words(cause).or(Some(Trouble::Away)),
            StoreError::Unavailable(cause) => of_words(cause).or(Some(Trouble::Away)),
            StoreError::Locked | StoreError::NoWriterFree => Some(Trouble::Away),
            _ => None,
        }
    }
}

fn of_diesel(error: &DieselError) -> Option<Trouble> {
    match error {
        DieselError::DatabaseError(kind, info) => of_kind(kind).or_else(|| of_words(message(info.as_ref()))),
        DieselError::RollbackErrorOnCommit { commit_error, .. } => of_diesel(commit_error),
        DieselError::BrokenTransactionManager => Some(Trouble::Away),
        _ => None,
    }
}

fn of_kind(kind: &DatabaseErrorKind) -> Option<Trouble> {
    matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
        .then_some(Trouble::Away)
}

fn message(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> &str {
    info.message()
}

fn of_words(words: &str) -> Option<Trouble> {
    let says = |list: &[&str]| list.iter().any(|part| words.contains(part));
    if says(&FULL) {
        return Some(Trouble::Full);
    }
    says(&AWAY).then_some(Trouble::Away)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_database_that_is_away() {
        let check = |words: &str, want: Option<Trouble>| {
            let error = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(words.to_owned()));
            assert_eq!(StoreError::Database(error).trouble(), want, "{words}");
        };
        check("database or disk is full", Some(Trouble::Full));
        check("could not extend file \"base/1/2\": No space left on device", Some(Trouble::Full));
        check("server closed the connection unexpectedly", Some(Trouble::Away));
        check("the database system is starting up", Some(Trouble::Away));
        check("canceling statement due to lock timeout", Some(Trouble::Away));
        check("no such table: x", None);
        let batch = StoreError::Unavailable("database or disk is full".into());
        assert_eq!(batch.trouble(), Some(Trouble::Full));
        let refused = StoreError::Open { url: "postgres://db".into(), cause: "Connection refused".into() };
        assert_eq!(refused.trouble(), Some(Trouble::Away));
    }
}
