//! Files of named places: compounds above all.

use super::Kind;
use super::cell::{ADDRESS, NAME};
use super::cells::Cells;
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use crate::domain::coordinates::Place;

/// A row per place.
pub struct Places;

/// A place as a row gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceDraft {
    pub row: u64,
    pub name: String,
    /// As written; empty where the file does not say.
    pub district: String,
    pub place: Place,
    pub address: Option<String>,
}

impl Kind for Places {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("name", "地点").also(&["名称", "小区"]),
        ColumnSpec::required("district", "区县").also(&["区", "行政区"]),
        ColumnSpec::required("longitude", "经度"),
        ColumnSpec::required("latitude", "纬度"),
        ColumnSpec::optional("datum", "坐标系"),
        ColumnSpec::optional("address", "地址"),
    ];
    const KEY: &'static str = "name";
    type Draft<'r> = PlaceDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<PlaceDraft> {
        let name = cells.text("name", NAME);
        let district = cells.optional_text("district", NAME).unwrap_or_default();
        let is_nowhere = cells.are_empty(&["longitude", "latitude"]);
        if is_nowhere {
            cells.refuse("longitude", FaultKind::CellMissing);
        }
        let place = cells.place_or_beyond();
        let address = cells.optional_text("address", ADDRESS);
        Some(PlaceDraft { row: cells.row(), name, district, place: place?, address })
    }
}
