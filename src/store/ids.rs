//! Ids made by us: time-ordered, unique over any number of servers, so that rows can be written in batches.
//!
//! 41 bits of milliseconds since 2024, 10 bits naming the writer, 12 bits of sequence. A writer number is leased as
//! a row; a lease begins where the number's last one ended, so a clock that jumps back never makes an id twice.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::id_writers;

/// 2024-01-01 00:00 UTC in milliseconds.
const EPOCH_MS: i64 = 1_704_067_200_000;
const LEASE_MS: i64 = 10 * 60 * 1_000;
const WRITERS_MAX: i32 = 1_024;
const SEQUENCE_BITS: u32 = 12;
const WRITER_BITS: u32 = 10;

/// Makes ids under a lease. Take one at the start of a step that writes.
#[derive(Debug)]
pub struct IdMaker {
    writer_no: i64,
    /// The last id's milliseconds and sequence as one number.
    last: i64,
    from_ms: i64,
    until_ms: i64,
}

impl IdMaker {
    /// Leases a writer number for ten minutes.
    ///
    /// # Errors
    /// `NoWriterFree` when 1,024 writers are at work, or what the database says.
    pub fn lease(db: &mut Db, now: Moment) -> Result<IdMaker, StoreError> {
        let now_ms = now.0 / 1_000;
        db.write(|db| lease_row(db, now_ms))
    }

    /// Gives the number back, so that the next command may take it at once.
    ///
    /// # Errors
    /// What the database says.
    pub fn release(self, db: &mut Db) -> Result<(), StoreError> {
        let used_until = (self.last >> SEQUENCE_BITS) + 1 + EPOCH_MS;
        db.write(|db| {
            // Another process may hold the number by now, if this lease ran out: then its row is left alone.
            let own = id_writers::table.find(self.writer_no as i32).filter(id_writers::leased_from.eq(self.from_ms));
            let end = id_writers::leased_until.eq(used_until.min(self.until_ms));
            on_either!(db, conn => diesel::update(own).set(end).execute(conn))?;
            Ok::<(), StoreError>(())
        })
    }

    /// The number this maker writes under.
    pub fn writer_no(&self) -> i32 {
        self.writer_no as i32
    }

    /// The next id, greater than all before it from this maker.
    pub fn next_id(&mut self) -> i64 {
        self.last += 1;
        let (ms, sequence) = (self.last >> SEQUENCE_BITS, self.last & ((1 << SEQUENCE_BITS) - 1));
        assert!(ms + EPOCH_MS < self.until_ms, "a lease of ten minutes holds two thousand million ids");
        (ms << (WRITER_BITS + SEQUENCE_BITS)) | (self.writer_no << SEQUENCE_BITS) | sequence
    }
}

fn lease_row(db: &mut Db, now_ms: i64) -> Result<IdMaker, StoreError> {
    let free: Option<(i32, i64)> = on_either!(db, conn => id_writers::table
        .filter(id_writers::leased_until.le(now_ms))
        .order(id_writers::writer_no)
        .select((id_writers::writer_no, id_writers::leased_until))
        .first(conn)
        .optional())?;
    let from_ms = now_ms;
    let until_ms = from_ms + LEASE_MS;
    let lease = (id_writers::leased_from.eq(from_ms), id_writers::leased_until.eq(until_ms));
    let writer_no = match free {
        Some((writer_no, _)) => {
            on_either!(db, conn => diesel::update(id_writers::table.find(writer_no)).set(lease).execute(conn))?;
            writer_no
        }
        None => {
            let taken: i64 = on_either!(db, conn => id_writers::table.count().get_result(conn))?;
            let writer_no = i32::try_from(taken).unwrap_or(i32::MAX);
            if writer_no >= WRITERS_MAX {
                return Err(StoreError::NoWriterFree);
            }
            let row = (id_writers::writer_no.eq(writer_no), lease);
            on_either!(db, conn => diesel::insert_into(id_writers::table).values(row).execute(conn))?;
            writer_no
        }
    };
    Ok(IdMaker { writer_no: i64::from(writer_no), last: (from_ms - EPOCH_MS) << SEQUENCE_BITS, from_ms, until_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_maker_rise_and_name_their_writer() {
        let mut maker =
            IdMaker { writer_no: 5, last: 1_000 << SEQUENCE_BITS, from_ms: EPOCH_MS, until_ms: EPOCH_MS + 10_000 };
        let ids: Vec<i64> = (0..10_000).map(|_| maker.next_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| (id >> SEQUENCE_BITS) & 1023 == 5));
    }
}
