//! Deliveries that come over the network: what was answered under a caller's key is answered again.

use serde::{Deserialize, Serialize};

use crate::domain::states::CycleState;
use crate::flow::import_file::Imported;

/// What came of deliveries, as it was answered the first time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Received {
    /// The code of the cycle's state.
    pub state: String,
    pub version: u32,
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
}

impl Received {
    pub fn new(imported: Imported, state: CycleState, version: u32) -> Received {
        let Imported { rows, new, changed, same } = imported;
        Received { state: state.code().to_owned(), version, rows, new, changed, same }
    }
}

/// The name under which the keys of a cycle's deliveries are kept.
pub fn route(cycle_code: &str) -> String {
    format!("POST /cycles/{cycle_code}/receipts")
}
