//! What `demo` adds when it serves: a cycle that takes orders now, and four earlier ones to compare it with.

use std::path::Path;

use anyhow::{Context, Result};
use chrono::Duration;

use crate::cli::demo::fixtures::text;
use crate::cli::generate::{Restamp, restamp_offers, restamp_orders};
use crate::cli::import::orders;
use crate::cli::output::Output;
use crate::cli::user::ACTOR;
use crate::config::Config;
use crate::domain::time::Moment;
use crate::flow::Desk;
use crate::flow::cutoff::cutoff;
use crate::flow::import_master::{import_cycles, import_offers};
use crate::flow::import_orders::Manner;
use crate::flow::open_cycle::open_cycle;
use crate::store::backend::Db;

/// The cycle that is open while the demo serves.
pub const CYCLE: &str = "LIVE";

/// Cycles before the pilot day, kept for their totals by hour.
pub const EARLIER: [&str; 4] = ["261118", "261119", "261120", "261121"];

/// Opens `LIVE`, with two hours to go and a third of its orders in, after four earlier cycles were cut off.
pub fn open_live_cycle(config: &Config, out: &Output, db: &mut Db) -> Result<()> {
    let desk = config.desk();
    let pilot = window(config, "2026-11-22 06:00", "2026-11-22 23:00");
    let folder = tempfile::tempdir().context("建不了临时文件夹")?;
    let shop = Shop { config, out, pilot, folder: folder.path() };
    for (code, back) in EARLIER.into_iter().rev().zip(1..) {
        let days = Duration::days(-back);
        let own = (pilot.0.plus(days), pilot.1.plus(days));
        let at_cutoff = Desk { now: own.1, zone: config.zone };
        shop.fill(db, &at_cutoff, code, own, own.1, 780 + 45 * (back as u64 % 4), back as u64)?;
        cutoff(db, &at_cutoff, ACTOR, code)?;
    }
    let hour = 3_600_000_000;
    let opens_at = Moment((desk.now.0 - 4 * hour) / hour * hour);
    let cutoff_at = desk.now.plus(Duration::hours(2));
    shop.fill(db, &desk, CYCLE, (opens_at, cutoff_at), desk.now, 333, 9)?;
    out.say(format!("\n团期 {CYCLE} 正在接单，{} 截单", config.zone.minute(cutoff_at)));
    Ok(())
}

fn window(config: &Config, from: &str, to: &str) -> (Moment, Moment) {
    let parse = |time| config.zone.parse(time).expect("the times of the demo are well-formed");
    (parse(from), parse(to))
}

struct Shop<'a> {
    config: &'a Config,
    out: &'a Output,
    pilot: (Moment, Moment),
    folder: &'a Path,
}

impl Shop<'_> {
    /// Makes a cycle open in `own` with the pilot's offers and some of its orders, placed until `filled_to`.
    #[expect(clippy::too_many_arguments, reason = "each is one word of the sentence above")]
    fn fill(
        &self,
        db: &mut Db,
        desk: &Desk,
        code: &str,
        own: (Moment, Moment),
        filled_to: Moment,
        take_permille: u64,
        seed: u64,
    ) -> Result<()> {
        let zone = self.config.zone;
        let pickup = zone.minute(own.1.plus(Duration::days(1)));
        let cycle = format!(
            "cycle_code,name,opens_at,cutoff_at,pickup_date,payment\n{code},{},{},{},{},at_pickup\n",
            if code == CYCLE { "正在接单的团" } else { "往期团" },
            zone.second(own.0),
            zone.second(own.1),
            &pickup[..10],
        );
        let offers = restamp_offers(text("offers"), code)?;
        let stamp = Restamp { prefix: code, from: self.pilot, to: (own.0, filled_to), take_permille, seed, zone };
        let placed = restamp_orders(text("orders"), &stamp)?;
        let file = |name: &str, content: &str| -> Result<std::path::PathBuf> {
            let path = self.folder.join(format!("{code}-{name}.csv"));
            std::fs::write(&path, content).context("写不了临时文件")?;
            Ok(path)
        };
        import_cycles(db, desk, &file("cycles", &cycle)?, false)?;
        import_offers(db, desk, &file("offers", &offers)?, false)?;
        open_cycle(db, desk, code)?;
        orders(self.out, db, desk, code, &file("orders", &placed)?, Manner::default())?;
        Ok(())
    }
}
