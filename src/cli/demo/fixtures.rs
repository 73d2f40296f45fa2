//! The pilot day's files, carried in the binary so that `demo` works wherever it stands.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The pilot day's cycle.
pub const CYCLE: &str = "261122";

/// Declares the files by name.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../fixtures/pilot_day/", $name, ".csv")))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "suppliers",
    "skus",
    "warehouses",
    "vehicles",
    "leaders",
    "cycles",
    "offers",
    "orders",
    "stock",
    "receipts",
    "plan",
    "corrections",
];

/// The text of a file of the pilot day.
pub fn text(name: &str) -> &'static str {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text).expect("the name is one of FILES")
}

/// The files in a folder of their own, for as long as this lives.
pub struct Fixtures {
    folder: TempDir,
}

impl Fixtures {
    /// Writes the files out.
    ///
    /// # Errors
    /// What the system says.
    pub fn unpack() -> io::Result<Fixtures> {
        let folder = tempfile::tempdir()?;
        for (name, text) in FILES {
            std::fs::write(folder.path().join(format!("{name}.csv")), text)?;
        }
        Ok(Fixtures { folder })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.csv"))
    }
}
