//! Warehouse files.

use super::Kind;
use super::cell::NAME;
use super::cells::{Cells, choice};
use super::heads::ColumnSpec;
use crate::domain::coordinates::Place;
use crate::domain::facts::coded;

coded! {
    /// What a warehouse is for.
    WarehouseKind {
        /// Buys, receives and may feed grid warehouses.
        Central = "central", "中心仓";
        /// Splits what its parent sends, or buys for itself where it has none.
        Grid = "grid", "网格仓";
    }
}

/// A row per warehouse.
pub struct Warehouses;

/// A warehouse as a row gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarehouseDraft {
    pub row: u64,
    pub warehouse_code: String,
    pub name: String,
    pub kind: WarehouseKind,
    pub parent_code: Option<String>,
    pub place: Option<Place>,
}

impl Kind for Warehouses {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("warehouse_code", "仓库编码"),
        ColumnSpec::required("name", "仓库").also(&["仓库名称", "名称"]),
        ColumnSpec::required("kind", "仓库类型").also(&["类型"]),
        ColumnSpec::optional("parent_code", "上级仓编码").also(&["上级仓"]),
        ColumnSpec::optional("longitude", "经度"),
        ColumnSpec::optional("latitude", "纬度"),
        ColumnSpec::optional("datum", "坐标系"),
    ];
    const KEY: &'static str = "warehouse_code";
    type Draft<'r> = WarehouseDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<WarehouseDraft> {
        Some(WarehouseDraft {
            row: cells.row(),
            warehouse_code: cells.code("warehouse_code"),
            name: cells.text("name", NAME),
            kind: cells.required("kind", |raw| choice!(WarehouseKind)(raw).map(Some)).unwrap_or(WarehouseKind::Central),
            parent_code: cells.optional_code("parent_code"),
            place: cells.place(),
        })
    }
}
