//! What the whole program is told once: database, zone, form of output, the clock, and how to serve.
//!
//! A flag stands before its environment variable, that before the configuration file, that before the default.

pub mod file;
pub mod routes;
pub mod serving;

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use chrono_tz::Tz;

use crate::config::file::{FileSettings, ServerTable};
use crate::domain::dispatching::settings::RouteSettings;
use crate::domain::routing::RoadEngine;
use crate::domain::server_key::ServerKey;
use crate::domain::time::{Moment, Zone};
use crate::flow::Desk;
use crate::flow::dispatch_trips::Asked;
use crate::outside::routing_engine::{EngineSettings, RoutingEngine};
use crate::store::backend::{Db, StoreError, without_password};
use crate::store::migrations::migrate;
use crate::web::limits::Limits;

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
    /// Where the server's key stands; None: beside the SQLite file.
    pub key_file: Option<PathBuf>,
    /// What the configuration file says about serving.
    pub server: ServerTable,
    pub limits: Limits,
    /// What routes are planned by.
    pub routes: RouteSettings,
    /// Who knows the roads.
    pub engine: Option<EngineSettings>,
}

/// What flags and environment say.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Given {
    /// 数据库 sqlite:文件名 或 postgres://…，默认 sqlite:tuan.db
    #[arg(long, global = true, env = "TUAN_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// 存有数据库地址的文件，密码不出现在别处 (a file that holds the database's URL)
    #[arg(long, global = true, env = "TUAN_DATABASE_FILE", conflicts_with = "database")]
    pub database_file: Option<PathBuf>,
    /// 业务时区 (business zone)，默认 Asia/Shanghai
    #[arg(long, global = true, env = "TUAN_ZONE")]
    pub zone: Option<String>,
    /// 输出 JSON，每行一个对象 (objects, one a line)
    #[arg(long, global = true)]
    pub json: bool,
    /// 按此时间执行，用于演练 (act as at this time, for rehearsals): `YYYY-MM-DD HH:MM`
    #[arg(long, global = true, env = "TUAN_NOW")]
    pub now: Option<String>,
    /// 密钥文件，默认为数据库旁的 .key (the server's key; default: beside the SQLite file)
    #[arg(long, global = true, env = "TUAN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// 配置文件，TOML (configuration file)
    #[arg(long, global = true, env = "TUAN_CONFIG")]
    pub config: Option<PathBuf>,
}

impl Given {
    /// Puts flags before the file and checks the outcome.
    ///
    /// # Errors
    /// What cannot be read or understood, by name: in words for the person.
    pub fn checked(self) -> std::result::Result<Config, String> {
        let file = self.config.as_deref().map(FileSettings::read).transpose()?.unwrap_or_default();
        if file.database.is_some() && file.database_file.is_some() {
            return Err("database 和 database_file 只能写一个（one of the two only）".to_owned());
        }
        let by_flag = (self.database, self.database_file);
        let (database, database_file) =
            if by_flag == (None, None) { (file.database, file.database_file) } else { by_flag };
        let database = match database_file {
            Some(path) => secret(&path)?,
            None => database.unwrap_or_else(|| "sqlite:tuan.db".to_owned()),
        };
        let zone = self.zone.or(file.zone).unwrap_or_else(|| "Asia/Shanghai".to_owned());
        let limits = file.limits.checked()?;
        let (routes, engine) = (file.routes.checked()?, file.routes.engine()?);
        let key_file = self.key_file.or(file.key_file);
        let plain = Config::new(&database, &zone, self.json, self.now.as_deref())?;
        Ok(Config { key_file, server: file.server, limits, routes, engine, ..plain })
    }
}

/// The first line of a file that holds a secret.
fn secret(path: &Path) -> std::result::Result<String, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("读不了 {shown}：{error}（cannot read it）"))?;
    let line = text.lines().next().unwrap_or("").trim();
    if line.is_empty() { Err(format!("{shown} 是空的（it is empty）")) } else { Ok(line.to_owned()) }
}

impl Config {
    /// Checks what was given.
    ///
    /// # Errors
    /// An unknown zone, an unreadable time: in words for the person.
    pub fn new(database: &str, zone: &str, is_json: bool, now: Option<&str>) -> std::result::Result<Config, String> {
        let tz: Tz = zone.parse().map_err(|_| format!("不认识时区 {zone}，例：Asia/Shanghai（unknown zone）"))?;
        let zone = Zone(tz);
        let unreadable = |text: &str| format!("时间 {text} 读不懂，请写成 2026-11-22 23:00（unreadable time）");
        let fixed_now = now.map(|text| zone.parse(text).ok_or_else(|| unreadable(text))).transpose()?;
        let (server, limits, routes) = (ServerTable::default(), Limits::default(), RouteSettings::default());
        let (database, key_file, engine) = (database.to_owned(), None, None);
        Ok(Config { database, zone, is_json, fixed_now, key_file, server, limits, routes, engine })
    }

    /// Opens the database and brings it to this binary's schema.
    ///
    /// # Errors
    /// What stands in the way, in words.
    pub fn open(&self) -> std::result::Result<Db, StoreError> {
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

    /// Where and when work takes place that no person asked for: servers that share a database go by its clock.
    ///
    /// # Errors
    /// What the database says.
    pub fn desk_of(&self, db: &mut Db) -> std::result::Result<Desk, StoreError> {
        let shared = if self.fixed_now.is_some() { None } else { db.shared_clock()? };
        Ok(shared.map_or_else(|| self.desk(), |now| Desk { now, zone: self.zone }))
    }

    /// The routing engine that knows the roads, where one is named.
    pub fn routing_engine(&self) -> Option<Arc<RoutingEngine>> {
        self.engine.clone().map(|settings| Arc::new(RoutingEngine::new(settings)))
    }

    /// How routes are planned where nobody asks for more.
    pub fn asked(&self, engine: Option<&Arc<RoutingEngine>>) -> Asked {
        let engine = engine.map(|engine| RoadEngine(engine.clone()));
        Asked { settings: self.routes.clone(), engine, ..Asked::default() }
    }

    /// The server's key. On SQLite it is made at the first use, beside the database and readable by its owner only;
    /// servers on PostgreSQL share one, so its file must be named.
    ///
    /// # Errors
    /// A file that cannot be read, or holds something else; no file named on PostgreSQL.
    pub fn server_key(&self) -> Result<ServerKey> {
        let file = match (&self.key_file, self.database.strip_prefix("sqlite:")) {
            (Some(file), _) => file.clone(),
            (None, Some(database)) => PathBuf::from(format!("{}.key", database.strip_prefix("//").unwrap_or(database))),
            (None, None) => bail!(
                "请用 --key-file 指明密钥文件：所有服务器用同一把；可用 openssl rand -hex 32 生成\
                 （name the key file; all servers share one key）"
            ),
        };
        if file.symlink_metadata().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            let shown = file.display();
            return make_key(&file).with_context(|| format!("写不了密钥文件 {shown}（cannot write the key file）"));
        }
        read_key(&file)
    }
}

/// The key that stands in a file.
///
/// # Errors
/// A file that cannot be read, or holds something else.
pub fn read_key(file: &Path) -> Result<ServerKey> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).with_context(|| format!("读不了密钥文件 {shown}（cannot read the key file）"))?;
    ServerKey::parse(&text)
        .with_context(|| format!("密钥文件 {shown} 应是 64 位随机十六进制数（not a random key of 64 hex digits）"))
}

/// Makes a key and its file, unless another process is quicker: then its key is the one.
fn make_key(file: &PathBuf) -> Result<ServerKey> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("{error}"))?;
    let key = ServerKey::new(bytes).context("the system's random generator repeats itself")?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(".".into(), PathBuf::from);
    // A temporary file is its owner's alone.
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(draft, "{}", key.to_text())?;
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(file) {
        Ok(_) => Ok(key),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            ServerKey::parse(&fs::read_to_string(file)?).context("the key file is damaged")
        }
        Err(error) => Err(error.error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = format!("sqlite:{}", folder.path().join("tuan.db").display());
        let config = Config::new(&database, "Asia/Shanghai", false, None).expect("sound settings");
        let first = config.server_key().expect("a key is made");
        let again = config.server_key().expect("the key is read");
        assert_eq!(first.derive("x"), again.derive("x"));
        fs::write(folder.path().join("tuan.db.key"), "0".repeat(64)).expect("the folder is writable");
        assert!(config.server_key().is_err(), "a weak key is refused");
    }

    #[test]
    fn a_flag_stands_before_the_file_and_a_secret_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("url"), "postgres://tuan:secret@db/tuan\n").expect("the folder is writable");
        let text = format!("database_file = {:?}\nzone = \"Asia/Urumqi\"\n[limits]\nbody_s = 3\n", path("url"));
        fs::write(path("tuan.toml"), text).expect("the folder is writable");
        let given = |database: Option<&str>| Given {
            config: Some(path("tuan.toml")),
            database: database.map(str::to_owned),
            ..Given::default()
        };
        let config = given(None).checked().expect("sound settings");
        assert_eq!((config.database.as_str(), config.limits.body.as_secs()), ("postgres://tuan:secret@db/tuan", 3));
        assert_eq!(config.zone.0, chrono_tz::Asia::Urumqi);
        assert_eq!(given(Some("sqlite:a.db")).checked().expect("sound settings").database, "sqlite:a.db");
        assert_eq!(Given::default().checked().expect("the defaults").database, "sqlite:tuan.db");
    }

    #[test]
    fn servers_on_postgresql_must_name_their_key() {
        let config = Config::new("postgres://db/tuan", "Asia/Shanghai", false, None).expect("sound settings");
        assert!(config.server_key().is_err());
    }
}
