//! Reads that several connections do at the same time where the database is a SQLite file. What they read comes from as
//! many snapshots as there are reads, so whether they fit together rests on what may change meanwhile.
//!
//! Of a frozen cycle neither the orders that take part, nor their lines, nor the register up to a version change. Two
//! things of an order do: that it was paid at the door, and its resident's data, once they are erased. Both stand in one
//! row, or in rows that are read by one query, so each order is told as it stood at some moment of the reading; nothing
//! that a step decides is summed over them, and sheets say of each order only its own. A book that was read a moment
//! earlier would have said the same of the one order, and one read later of the other.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::store::backend::{Db, StoreError};

impl Db {
    /// Does two reads at the same time where the database is a SQLite file, else one after the other.
    ///
    /// # Errors
    /// What the reads say, or the database.
    pub fn read_beside<A, B: Send>(
        &mut self,
        read: impl FnOnce(&mut Db) -> Result<A, StoreError>,
        beside: impl FnOnce(&mut Db) -> Result<B, StoreError> + Send,
    ) -> Result<(A, B), StoreError> {
        let Some(url) = self.file_url()? else { return Ok((read(self)?, beside(self)?)) };
        thread::scope(|scope| {
            let beside = scope.spawn(move || beside(&mut Db::open_for_scan(&url)?));
            let value = read(self)?;
            let other = beside.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            Ok((value, other))
        })
    }

    /// Reads what belongs to a run of ids and hands it over in their order: from a SQLite file in stretches, one a core
    /// at a time; else in one.
    ///
    /// # Errors
    /// What a read says, or the database.
    pub fn read_stretches<T: Send>(
        &mut self,
        ids: Range<i64>,
        read: impl Fn(&mut Db, Range<i64>) -> Result<T, StoreError> + Sync,
        mut take: impl FnMut(T),
    ) -> Result<(), StoreError> {
        let Some(url) = self.file_url()? else {
            take(read(self, ids)?);
            return Ok(());
        };
        let next = AtomicUsize::new(0);
        let read_some = |rows: mpsc::Sender<(usize, Result<T, StoreError>)>| {
            let mut db = match Db::open_for_scan(&url) {
                Ok(db) => db,
                Err(error) => return drop(rows.send((0, Err(error)))),
            };
            while let Some((at, ids)) = stretch(&ids, next.fetch_add(1, Ordering::Relaxed)) {
                let read = read(&mut db, ids);
                // Nobody listens any more once a read has failed.
                if rows.send((at, read)).is_err() {
                    return;
                }
            }
        };
        thread::scope(|scope| {
            let (rows, arrivals) = mpsc::channel();
            for _ in 0..thread::available_parallelism().map_or(1, NonZeroUsize::get) {
                let rows = rows.clone();
                scope.spawn(|| read_some(rows));
            }
            drop(rows);
            let (mut early, mut due) = (BTreeMap::new(), 0);
            for (at, rows) in arrivals {
                early.insert(at, rows?);
                while let Some(rows) = early.remove(&due) {
                    take(rows);
                    due += 1;
                }
            }
            Ok(())
        })
    }

    /// A connection for one scan through a SQLite file: what is read once needs no great cache.
    fn open_for_scan(url: &str) -> Result<Db, StoreError> {
        let mut db = Db::open(url)?;
        db.execute_batch("PRAGMA cache_size = -1024;")?;
        Ok(db)
    }
}

/// Into how many stretches ids are cut. Orders do not come evenly over the day, so the cores take one after the other.
const STRETCHES: i64 = 16;

/// The stretch at a place, if there are so many; together they are the ids.
fn stretch(ids: &Range<i64>, at: usize) -> Option<(usize, Range<i64>)> {
    let length = (ids.end - ids.start) / STRETCHES;
    let place = i64::try_from(at).ok().filter(|&place| place < STRETCHES)?;
    let start = ids.start + place * length;
    let end = if place == STRETCHES - 1 { ids.end } else { start + length };
    Some((at, start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_cover_each_id_once_and_in_order() {
        for ids in [0..0, 5..6, 10..26, 1_000..1_777, 0..i64::MAX] {
            let stretches: Vec<Range<i64>> = (0..).map_while(|at| stretch(&ids, at)).map(|(_, ids)| ids).collect();
            assert!(stretches.windows(2).all(|pair| pair[0].end == pair[1].start), "{ids:?}");
            assert_eq!((stretches[0].start, stretches[stretches.len() - 1].end), (ids.start, ids.end));
        }
    }
}
