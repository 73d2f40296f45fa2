//! What the columns of each sheet are called and how they print: read once from `reports/<sheet>/columns.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::domain::documents::DocumentKind;

/// The columns and the paper of one kind of sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    pub title_en: String,
    pub page: Orientation,
    /// Who signs at the foot.
    pub signatures: Vec<String>,
    /// Whether the head of a block of rows stands on every page that the block runs over.
    #[serde(default)]
    pub repeats_block_head: bool,
    pub columns: Vec<Column>,
}

/// How the paper lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Orientation {
    Portrait,
    Landscape,
}

/// One column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in CSV and JSON. None: stands on print only (☐ and other fields filled by hand).
    pub key: Option<String>,
    pub zh: String,
    pub en: String,
    pub kind: ColumnKind,
    /// Share of the printed table's width. None: not in the printed table, because a head block says it.
    pub width: Option<f64>,
    pub unit: Option<String>,
    /// Empty in CSV and on print, to be filled by hand.
    #[serde(default)]
    pub blank: bool,
    /// Added up at the foot of the printed table.
    #[serde(default)]
    pub sum: bool,
    /// Printed bold: the figure the sheet is about.
    #[serde(default)]
    pub strong: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    Text,
    /// A whole number.
    Int,
    /// Money: yuan with two decimals.
    Yuan,
    /// Per cent with two decimals.
    Percent,
    /// A number with up to three decimals.
    Decimal,
    /// A box to tick by hand.
    Tick,
    /// Room to write by hand.
    Write,
}

impl Layout {
    /// The columns a row has cells for: those of the CSV.
    pub fn keyed(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.key.is_some())
    }

    /// The Chinese head of a column, by key.
    pub fn zh_of(&self, key: &str) -> Option<&str> {
        self.columns.iter().find(|column| column.key.as_deref() == Some(key)).map(|column| column.zh.as_str())
    }
}

/// The layout of a kind of sheet.
pub fn layout(kind: DocumentKind) -> &'static Layout {
    static LAYOUTS: OnceLock<Vec<Layout>> = OnceLock::new();
    let all = LAYOUTS.get_or_init(|| DocumentKind::ALL.iter().map(|&kind| parse(source(kind))).collect());
    &all[kind as usize]
}

/// The columns every sheet begins with in CSV: doc_no, version, cycle.
pub fn leading() -> &'static [Column] {
    #[derive(Deserialize)]
    struct Leading {
        columns: Vec<Column>,
    }
    static LEADING: OnceLock<Vec<Column>> = OnceLock::new();
    LEADING.get_or_init(|| parse::<Leading>(include_str!("../../reports/leading.toml")).columns)
}

fn parse<T: serde::de::DeserializeOwned>(source: &str) -> T {
    toml::from_str(source).expect("the declared columns are sound; a test reads them all")
}

fn source(kind: DocumentKind) -> &'static str {
    use DocumentKind::*;
    match kind {
        ProcurementSummary => include_str!("../../reports/procurement_summary/columns.toml"),
        PurchaseOrder => include_str!("../../reports/purchase_order/columns.toml"),
        ReceivingSheet => include_str!("../../reports/receiving_sheet/columns.toml"),
        ShortageNotice => include_str!("../../reports/shortage_notice/columns.toml"),
        ShortageNoticePoint => include_str!("../../reports/shortage_notice_point/columns.toml"),
        PickList => include_str!("../../reports/pick_list/columns.toml"),
        PickListRoute => include_str!("../../reports/pick_list_route/columns.toml"),
        PickListPoint => include_str!("../../reports/pick_list_point/columns.toml"),
        SowingSort => include_str!("../../reports/sowing_sort/columns.toml"),
        DispatchSheet => include_str!("../../reports/dispatch_sheet/columns.toml"),
        HandoverSlip => include_str!("../../reports/handover_slip/columns.toml"),
        PickupList => include_str!("../../reports/pickup_list/columns.toml"),
        Label => include_str!("../../reports/label/columns.toml"),
        DifferenceSheet => include_str!("../../reports/difference_sheet/columns.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_sheet_declares_sound_columns() {
        assert_eq!(leading().len(), 3);
        for &kind in DocumentKind::ALL {
            let layout = layout(kind);
            let mut seen = HashSet::new();
            for column in &layout.columns {
                assert!(!column.zh.is_empty() && !column.en.is_empty(), "{kind:?}");
                assert!(column.key.as_ref().is_none_or(|key| seen.insert(key)), "{kind:?} repeats {:?}", column.key);
                let by_hand = matches!(column.kind, ColumnKind::Tick | ColumnKind::Write);
                assert_eq!(by_hand, column.key.is_none(), "{kind:?} {}", column.zh);
            }
            assert!(layout.columns.iter().any(|column| column.width.is_some()), "{kind:?} prints nothing");
        }
    }
}
