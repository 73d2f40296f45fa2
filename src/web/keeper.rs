//! The server's housekeeping, on a thread of its own: keeps SQLite's write-ahead log small, looks for damage once a
//! day, and notices when the clock is set.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::domain::meters::{Counter, Gauge};
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError};
use crate::store::upkeep::{Fold, cut_log, file_of, free_bytes, log_bytes, quick_check};
use crate::web::limits::MIB;
use crate::web::meters::Page;
use crate::web::site::Site;

/// How often it looks.
const TICK: Duration = Duration::from_millis(100);
/// A log of this size is cut as soon as no reader is in the way.
const LOG_LARGE: u64 = 12 * MIB;
/// At this size readers and writers are made to wait, so that it never reaches 64 MiB: what another program writes while
/// the log is folded beside it, some 20 MiB on a fast disk, still fits between.
pub const LOG_TOO_LARGE: u64 = 20 * MIB;
/// How often a small log is cut, so that a backup of the file alone is nearly whole.
const LOG_CUT_EVERY: Duration = Duration::from_secs(60);
/// How often every page is looked at.
const CHECK_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// The clock may drift by so much between two looks; more is a step.
const STEP_US: i64 = 1_000_000;

/// The thread; it ends when this is dropped.
pub struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Figures {
    log_bytes: Gauge,
    log_bytes_max: Gauge,
    cuts: Counter,
    cuts_hindered: Counter,
    damage_found: Gauge,
    clock_steps: Counter,
}

impl Keeper {
    /// Starts the thread and adds its figures to the site's.
    pub fn start(site: Arc<Site>) -> Keeper {
        let figures = Arc::new(Figures::default());
        let (told, database) = (figures.clone(), site.database().to_owned());
        site.meters().add(move |page| told.collect(page, &database));
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let mut round = Round::new(&site, &figures);
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                round.look();
            }
        });
        Keeper { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been told by itself.
            let _ = thread.join();
        }
    }
}

impl Figures {
    fn collect(&self, page: &mut Page, database: &str) {
        if let Some(free) = free_bytes(database) {
            page.gauge("tuan_disk_free_bytes", "Free bytes beside the database.", free as f64);
        }
        if file_of(database).is_some() {
            page.gauge("tuan_wal_bytes", "Size of the write-ahead log.", log_bytes(database) as f64);
            page.gauge("tuan_wal_bytes_max", "Largest size seen since the start.", self.log_bytes_max.get() as f64);
            let cuts = [("outcome=\"done\"", &self.cuts), ("outcome=\"hindered\"", &self.cuts_hindered)];
            let rows = cuts.map(|(label, count)| (label.to_owned(), count.get()));
            page.counter("tuan_wal_cuts_total", "Times the write-ahead log was cut.", &rows);
            page.gauge("tuan_damage_found", "Findings of the last look for damage.", self.damage_found.get() as f64);
        }
        let steps = [(String::new(), self.clock_steps.get())];
        page.counter("tuan_clock_steps_total", "Times the system's clock was set.", &steps);
        if let Some(bytes) = resident_bytes() {
            page.gauge("process_resident_memory_bytes", "Memory in use.", bytes as f64);
        }
    }
}

/// Memory of this process, where the system tells.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// What the thread remembers between two looks.
struct Round<'s> {
    site: &'s Site,
    figures: &'s Figures,
    db: Option<Db>,
    cut_at: Instant,
    checked_at: Instant,
    looked_at: Instant,
    clock: Moment,
}

impl<'s> Round<'s> {
    fn new(site: &'s Site, figures: &'s Figures) -> Round<'s> {
        let (now, clock) = (Instant::now(), site.desk().now);
        Round { site, figures, db: None, cut_at: now, checked_at: now, looked_at: now, clock }
    }

    fn look(&mut self) {
        self.notice_clock();
        if file_of(self.site.database()).is_none() {
            return;
        }
        if let Err(error) = self.keep_log_small().and_then(|()| self.look_for_damage()) {
            // A connection that failed is not used again.
            self.db = None;
            tracing::warn!(cause = %error, "housekeeping failed");
        }
    }

    /// A clock that was set moves otherwise than time passed. One that stands still is a rehearsal's.
    fn notice_clock(&mut self) {
        let (now, clock) = (Instant::now(), self.site.desk().now);
        let passed = i64::try_from(now.duration_since(self.looked_at).as_micros()).unwrap_or(i64::MAX);
        let step = (clock.0 - self.clock.0).saturating_sub(passed);
        if clock != self.clock && step.abs() > STEP_US {
            self.figures.clock_steps.add(1);
            tracing::warn!(step_ms = step / 1000, "the clock was set");
        }
        (self.looked_at, self.clock) = (now, clock);
    }

    fn keep_log_small(&mut self) -> Result<(), StoreError> {
        let size = log_bytes(self.site.database());
        self.figures.log_bytes.set(size);
        self.figures.log_bytes_max.set(size.max(self.figures.log_bytes_max.get()));
        let is_due = size > LOG_LARGE || size > 0 && self.cut_at.elapsed() > LOG_CUT_EVERY;
        if !is_due {
            return Ok(());
        }
        let (fold, wait_ms) = if size > LOG_TOO_LARGE { (Fold::Alone, 1_500) } else { (Fold::Beside, 20) };
        let is_cut = cut_log(self.db()?, fold, Duration::from_millis(wait_ms))?;
        if is_cut { &self.figures.cuts } else { &self.figures.cuts_hindered }.add(1);
        self.cut_at = Instant::now();
        Ok(())
    }

    fn look_for_damage(&mut self) -> Result<(), StoreError> {
        if self.checked_at.elapsed() < CHECK_EVERY {
            return Ok(());
        }
        self.checked_at = Instant::now();
        let found = quick_check(self.db()?)?;
        self.figures.damage_found.set(found.len() as u64);
        if let Some(first) = found.first() {
            tracing::error!(findings = found.len(), first, "the database file is damaged: restore a backup");
        }
        Ok(())
    }

    fn db(&mut self) -> Result<&mut Db, StoreError> {
        if self.db.is_none() {
            self.db = Some(Db::open(self.site.database())?);
        }
        Ok(self.db.as_mut().expect("it was opened just now"))
    }
}
