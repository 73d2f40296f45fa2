//! What the whole program is told once: database, zone, form of output, and the clock.

use chrono_tz::Tz;

use crate::domain::time::{Moment, Zone};
use crate::flow::Desk;
use crate::store::backend::{Db, StoreError, without_password};
use crate::store::migrations::migrate;

/// Checked settings, from flags and environment.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:FILE` or `postgres://…`.
    pub database: String,
    pub zone: Zone,
    /// Objects, one a line, instead of words.
    pub is_json: bool,
    /// The time that steps are told, for rehearsals and tests; None: the clock's.
    pub fixed_now: Option<Moment>,
}

impl Config {
    /// Checks what was given.
    ///
    /// # Errors
    /// An unknown zone, an unreadable time: in words for the person.
    pub fn new(database: &str, zone: &str, is_json: bool, now: Option<&str>) -> Result<Config, String> {
        let tz: Tz = zone.parse().map_err(|_| format!("不认识时区 {zone}，例：Asia/Shanghai（unknown zone）"))?;
        let zone = Zone(tz);
        let unreadable = |text: &str| format!("时间 {text} 读不懂，请写成 2026-11-22 23:00（unreadable time）");
        let fixed_now = now.map(|text| zone.parse(text).ok_or_else(|| unreadable(text))).transpose()?;
        Ok(Config { database: database.to_owned(), zone, is_json, fixed_now })
    }

    /// Opens the database and brings it to this binary's schema.
    ///
    /// # Errors
    /// What stands in the way, in words.
    pub fn open(&self) -> Result<Db, StoreError> {
        let mut db = Db::open(&self.database)?;
        migrate(&mut db)?;
        Ok(db)
    }

    /// The database's URL as it may be shown: without its password.
    pub fn shown_database(&self) -> String {
        without_password(&self.database)
    }

    /// Where and when a step takes place.
    pub fn desk(&self) -> Desk {
        let clock = || Moment(chrono::Utc::now().timestamp_micros());
        Desk { now: self.fixed_now.unwrap_or_else(clock), zone: self.zone }
    }
}
