//! Files with coordinates: their datum is checked against the districts that are known, and nothing of a file is taken
//! while there is a fault in it. What is odd and no fault is told as a doubt.

mod datum;
mod districts;
mod places;
mod service_areas;

pub(in crate::flow) use datum::{Claim, weigh};
pub use datum::{DatumCheck, GivenDatum};
pub use districts::import_districts;
pub use places::import_places;
pub use service_areas::import_service_areas;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use crate::domain::coordinates::Datum;
use crate::flow::FlowError;
use crate::flow::import_file::{Imported, Reading};
use crate::imports::areas::{self, AreaDraft};
use crate::imports::fault::{Fault, Faults};
use crate::imports::heads::ColumnSpec;

/// What an import of a file with coordinates did.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    pub imported: Imported,
    /// What the districts say of the file's datum.
    pub datum: DatumCheck,
    /// Rows that were taken and should be looked at.
    pub doubts: Vec<Fault>,
}

/// Reads a GeoJSON file of areas and the datum that it is on.
fn read_areas(
    path: &Path,
    columns: &'static [ColumnSpec],
    datum: Option<Datum>,
    standard: Option<Datum>,
) -> Result<(Reading<AreaDraft>, Datum), FlowError> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let file = File::open(path).map_err(|cause| FlowError::Unreadable { file: name.clone(), cause })?;
    let name: Arc<str> = name.into();
    let mut faults = Faults::default();
    match areas::read(file, &name, columns, datum, standard, &mut faults) {
        Some(areas) => Ok((Reading { file: name, drafts: areas.drafts, faults }, areas.datum)),
        None => Err(FlowError::Faults(faults)),
    }
}
