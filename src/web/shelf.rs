//! Books of frozen cycles, kept for a while: printing forty sheets of a day reads the day once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::book::Book;

/// A large day takes some tens of MiB, so a few are kept.
const BOOKS_MAX: usize = 4;
/// A person's data can be erased without a new version, so no book is kept for long.
const KEPT: Duration = Duration::from_secs(120);

/// Which book: the cycle's id and the version it shows.
type Key = (i64, u32);
/// A book once it is read. Whoever holds the lock reads it, all others wait for that.
type Slot = Arc<Mutex<Option<Arc<Book>>>>;

/// The books that were asked for last.
#[derive(Default)]
pub struct Bookshelf {
    slots: Mutex<Vec<(Key, Instant, Slot)>>,
}

impl Bookshelf {
    /// The book from the shelf, or read by `load`: once, however many ask at the same time.
    pub fn book<E>(&self, key: Key, load: impl FnOnce() -> Result<Book, E>) -> Result<Arc<Book>, E> {
        let slot = self.slot(key);
        let mut place = locked(&slot);
        if let Some(book) = place.as_ref() {
            return Ok(book.clone());
        }
        let book = Arc::new(load()?);
        *place = Some(book.clone());
        Ok(book)
    }

    fn slot(&self, key: Key) -> Slot {
        let mut slots = locked(&self.slots);
        slots.retain(|(_, since, _)| since.elapsed() < KEPT);
        if let Some(at) = slots.iter().position(|(other, _, _)| *other == key) {
            // The one asked for last stands last, so that the first is the one to go.
            let found = slots.remove(at);
            slots.push(found);
        } else {
            if slots.len() == BOOKS_MAX {
                slots.remove(0);
            }
            slots.push((key, Instant::now(), Slot::default()));
        }
        slots.last().expect("one was just pushed").2.clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_read_once_and_a_failed_reading_is_tried_again() {
        let shelf = Bookshelf::default();
        let mut loads = 0;
        assert!(shelf.book((1, 1), || Err::<Book, &str>("locked")).is_err());
        for _ in 0..3 {
            let loaded: Result<_, ()> = shelf.book((1, 1), || {
                loads += 1;
                Ok(Book::default())
            });
            assert!(loaded.is_ok());
        }
        assert_eq!(loads, 1);
    }

    #[test]
    fn the_shelf_stays_small_and_keeps_what_was_asked_for_last() {
        let shelf = Bookshelf::default();
        for id in [1, 2, 3, 5, 1, 4] {
            let loaded: Result<_, ()> = shelf.book((id, 1), || Ok(Book::default()));
            assert!(loaded.is_ok());
        }
        let kept: Vec<i64> = locked(&shelf.slots).iter().map(|(key, _, _)| key.0).collect();
        assert_eq!(kept, [3, 5, 1, 4]);
    }
}
