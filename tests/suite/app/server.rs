//! Databases for tests: files by default, databases of a PostgreSQL server where `TUAN_TEST_DATABASE` names one.

use std::fs;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use tuan::store::backend::Db;

/// A database of one test; a server's is dropped with it.
pub struct Place {
    url: String,
    /// Its name on the server; None: it is a file.
    name: Option<String>,
}

/// A database at rest, to be copied.
pub enum Template {
    /// The bytes of a SQLite file.
    File(Vec<u8>),
    /// A database on the server that nobody is connected to.
    Served(Place),
}

impl Place {
    /// A database without tables.
    pub fn empty(folder: &Path) -> Place {
        match server() {
            Some(server) => Place::served(&server, "template1"),
            None => Place::file(folder),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    fn file(folder: &Path) -> Place {
        Place { url: format!("sqlite:{}", folder.join("tuan.db").display()), name: None }
    }

    fn served(server: &str, template: &str) -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{PREFIX}{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        administer(server, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Place { url: with_database(server, &name), name: Some(name) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let (Some(name), Some(server)) = (&self.name, server()) {
            administer(&server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

impl Template {
    /// Takes the database, which must have no open connection.
    pub fn of(place: Place) -> Template {
        match place.url.strip_prefix("sqlite:") {
            Some(file) => Template::File(fs::read(file).expect("the file was written a moment ago")),
            None => Template::Served(place),
        }
    }

    /// A database of its own with the same content.
    pub fn copy_to(&self, folder: &Path) -> Place {
        match self {
            Template::File(bytes) => {
                let place = Place::file(folder);
                fs::write(folder.join("tuan.db"), bytes).expect("the folder of a test can be written to");
                place
            }
            Template::Served(place) => {
                let name = place.name.as_deref().expect("a served database has a name");
                Place::served(&server().expect("the template stands on it"), name)
            }
        }
    }
}

/// How the names of our databases begin; the number of the process follows.
const PREFIX: &str = "tuan_test_";

/// The URL of the server's database `postgres`, if the tests are to use a server.
fn server() -> Option<String> {
    static CLEAN: Once = Once::new();
    let url = std::env::var("TUAN_TEST_DATABASE").ok().filter(|url| !url.is_empty())?;
    CLEAN.call_once(|| drop_leavings(&url));
    Some(url)
}

/// Templates live as long as their process, and a killed process leaves all of its databases: the next one clears up.
fn drop_leavings(url: &str) {
    let mut db = Db::open(url).expect("TUAN_TEST_DATABASE names a server that answers");
    let names = super::books::lines(&mut db, "SELECT CAST(datname AS TEXT) AS line FROM pg_database");
    for name in names.iter().filter(|name| name.starts_with(PREFIX)) {
        let pid = name[PREFIX.len()..].split('_').next().unwrap_or("");
        if !Path::new("/proc").join(pid).exists() {
            // Another process may clear up at the same time.
            let _ = db.execute_batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn administer(server: &str, sql: &str) {
    let mut db = Db::open(server).expect("TUAN_TEST_DATABASE names a server that answers");
    db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The URL with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, String::new()), |(address, q)| (address, format!("?{q}")));
    let (host, _) = address.rsplit_once('/').expect("the URL of a server names a database");
    format!("{host}/{name}{query}")
}
