//! The configuration file: TOML with a few tables. A key that is not known is refused by name, since a misspelt limit
//! that nobody reads is worse than none.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::config::routes::RoutesTable;
use crate::web::limits::{Limits, MIB};

/// What a file may say; what it leaves out is decided elsewhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileSettings {
    pub database: Option<String>,
    /// A file that holds the database's URL, so that its password stands nowhere else.
    pub database_file: Option<PathBuf>,
    pub zone: Option<String>,
    pub key_file: Option<PathBuf>,
    pub server: ServerTable,
    pub limits: LimitsTable,
    pub routes: RoutesTable,
}

/// How the server can be reached.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerTable {
    pub bind: Option<String>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub hosts: Option<Vec<String>>,
    pub trusted_proxies: Option<Vec<String>>,
    pub log_format: Option<String>,
    pub log_level: Option<String>,
}

/// Bounds; see [`Limits`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsTable {
    head_s: Option<u64>,
    body_s: Option<u64>,
    upload_s: Option<u64>,
    handler_s: Option<u64>,
    write_stall_s: Option<u64>,
    drain_s: Option<u64>,
    keep_alive_s: Option<u64>,
    connections: Option<u64>,
    connections_per_address: Option<u64>,
    waiting: Option<u64>,
    body_kib: Option<u64>,
    upload_mib: Option<u64>,
    staff_upload_mib: Option<u64>,
    anonymous_per_minute: Option<u64>,
    device_per_minute: Option<u64>,
    person_per_minute: Option<u64>,
    machine_per_minute: Option<u64>,
    free_mib: Option<u64>,
}

impl FileSettings {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML or says what is not known: in words, with the place.
    pub fn read(path: &Path) -> Result<FileSettings, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("读不了配置文件 {shown}：{error}（cannot read the configuration file）"))?;
        toml::from_str(&text)
            .map_err(|error| format!("配置文件 {shown} 有误（the configuration file is wrong）：{error}"))
    }
}

impl LimitsTable {
    /// The limits, with the defaults for what is left out.
    ///
    /// # Errors
    /// A number out of its range, by name.
    pub fn checked(&self) -> Result<Limits, String> {
        let plain = Limits::default();
        Ok(Limits {
            head: seconds("head_s", self.head_s, plain.head, 60)?,
            body: seconds("body_s", self.body_s, plain.body, 600)?,
            upload: seconds("upload_s", self.upload_s, plain.upload, 3_600)?,
            handler: seconds("handler_s", self.handler_s, plain.handler, 600)?,
            write_stall: seconds("write_stall_s", self.write_stall_s, plain.write_stall, 600)?,
            drain: seconds("drain_s", self.drain_s, plain.drain, 30)?,
            keep_alive: seconds("keep_alive_s", self.keep_alive_s, plain.keep_alive, 600)?,
            connections: count("connections", self.connections, plain.connections)?,
            connections_per_address: count(
                "connections_per_address",
                self.connections_per_address,
                plain.connections_per_address,
            )?,
            waiting: count("waiting", self.waiting, plain.waiting)?,
            body_bytes: bytes("body_kib", self.body_kib, plain.body_bytes, 1024)?,
            upload_bytes: bytes("upload_mib", self.upload_mib, plain.upload_bytes, MIB)?,
            staff_upload_bytes: bytes("staff_upload_mib", self.staff_upload_mib, plain.staff_upload_bytes, MIB)?,
            anonymous_per_minute: rate("anonymous_per_minute", self.anonymous_per_minute, plain.anonymous_per_minute)?,
            device_per_minute: rate("device_per_minute", self.device_per_minute, plain.device_per_minute)?,
            person_per_minute: rate("person_per_minute", self.person_per_minute, plain.person_per_minute)?,
            machine_per_minute: rate("machine_per_minute", self.machine_per_minute, plain.machine_per_minute)?,
            free_bytes: within("free_mib", self.free_mib.unwrap_or(plain.free_bytes / MIB), 0, 1_000_000)? * MIB,
        })
    }
}

fn seconds(name: &str, given: Option<u64>, default: Duration, most: u64) -> Result<Duration, String> {
    given.map_or(Ok(default), |value| within(name, value, 1, most).map(Duration::from_secs))
}

fn count(name: &str, given: Option<u64>, default: usize) -> Result<usize, String> {
    let Some(value) = given else { return Ok(default) };
    Ok(usize::try_from(within(name, value, 1, 1_000_000)?).unwrap_or(usize::MAX))
}

fn rate(name: &str, given: Option<u64>, default: u32) -> Result<u32, String> {
    let Some(value) = given else { return Ok(default) };
    Ok(u32::try_from(within(name, value, 0, u64::from(u32::MAX))?).unwrap_or(u32::MAX))
}

fn bytes(name: &str, given: Option<u64>, default: u64, unit: u64) -> Result<u64, String> {
    given.map_or(Ok(default), |value| within(name, value, 1, 1024).map(|value| value * unit))
}

fn within(name: &str, value: u64, least: u64, most: u64) -> Result<u64, String> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(format!("limits.{name} = {value} 不在 {least}–{most} 之间（must be {least} to {most}）"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_not_known_is_refused_by_name() {
        let check = |text: &str, part: &str| {
            let refused = toml::from_str::<FileSettings>(text).expect_err(text).to_string();
            assert!(refused.contains(part), "{refused}");
        };
        check("databse = \"sqlite:a.db\"", "databse");
        check("[limits]\nbody = 3", "body");
        check("[server]\nhosts = \"a\"", "hosts");
        check("[limits]\nbody_s = -1", "body_s");
    }

    #[test]
    fn a_limit_out_of_its_range_is_refused_by_name() {
        let table: LimitsTable = toml::from_str("drain_s = 31").expect("sound TOML");
        assert!(table.checked().expect_err("too long").contains("limits.drain_s = 31"));
        let table: LimitsTable = toml::from_str("body_s = 2\nbody_kib = 1").expect("sound TOML");
        let limits = table.checked().expect("within its range");
        assert_eq!((limits.body, limits.body_bytes), (Duration::from_secs(2), 1024));
        assert_eq!(LimitsTable::default().checked(), Ok(Limits::default()));
    }
}
