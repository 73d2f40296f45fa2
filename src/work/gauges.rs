//! What the background work is at, for the metrics.

use std::sync::atomic::{AtomicI64, Ordering};

macro_rules! gauges {
    ($($(#[$meta:meta])* $field:ident = $name:literal, $help:literal;)+) => {
        /// Figures since the server started, but for the last two, which are the outbox's.
        #[derive(Debug, Default)]
        pub struct Gauges { $($(#[$meta])* pub(super) $field: AtomicI64,)+ }

        impl Gauges {
            /// Each figure: its name for Prometheus, what it says, its value. Names that end in `_total` only rise.
            pub fn read(&self) -> Vec<(&'static str, &'static str, i64)> {
                vec![$(($name, $help, self.$field.load(Ordering::Relaxed)),)+]
            }
        }
    };
}

gauges! {
    clock_held = "tuan_work_clock_held", "Whether this server runs the cutoff clock.";
    mail_held = "tuan_work_mail_held", "Whether this server sends the mail.";
    clock_at_s = "tuan_work_clock_at_seconds", "When the cutoff clock was looked at last, since 1970.";
    cycles_opened = "tuan_cycles_opened_total", "Cycles that the clock opened.";
    cycles_frozen = "tuan_cycles_frozen_total", "Cycles that the clock froze.";
    cycles_prepared = "tuan_cycles_prepared_total", "Frozen cycles whose plan and sheets were prepared.";
    clock_failures = "tuan_work_clock_failures_total", "Cycles that could not be moved or prepared.";
    mails_sent = "tuan_mails_sent_total", "Letters handed over.";
    mails_later = "tuan_mails_retried_total", "Letters tried in vain, to be tried again.";
    mails_dead = "tuan_mails_dead_total", "Letters given up.";
    outbox_waiting = "tuan_outbox_waiting", "Letters that wait or are under way.";
    outbox_dead = "tuan_outbox_dead", "Letters that were not delivered and that nobody tried again.";
}

/// Adds to a figure.
pub(super) fn add(figure: &AtomicI64, count: usize) {
    figure.fetch_add(i64::try_from(count).unwrap_or(i64::MAX), Ordering::Relaxed);
}

/// Sets a figure.
pub(super) fn set(figure: &AtomicI64, value: i64) {
    figure.store(value, Ordering::Relaxed);
}
