//! About how many pages a sheet takes: the browser decides, this tells beforehand how much paper to lay in.

use std::fmt;

use crate::domain::documents::DocumentKind;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::columns::{Orientation, layout};
use crate::sheets::document::{Document, SheetError};
use crate::sheets::press::Press;

/// Millimetres of a page between its margins, upright and across.
const UPRIGHT_MM: u64 = 276;
const ACROSS_MM: u64 = 189;
/// The head block and the lines for signatures, which stand once on a sheet.
const BLOCKS_MM: u64 = 38;

/// Counts what a sheet prints.
#[derive(Default)]
struct Rows {
    rows: u64,
    blocks: u64,
}

impl Sink for Rows {
    fn row(&mut self, _: &[Cell<'_>]) {
        self.rows += 1;
    }

    fn block(&mut self, _: fmt::Arguments<'_>) {
        self.blocks += 1;
    }
}

/// About how many pages the printed sheet takes, at least one.
///
/// # Errors
/// Where the book lacks what the document is about.
pub fn pages_of(press: &Press<'_>, document: &Document<'_>) -> Result<u64, SheetError> {
    let mut found = Rows::default();
    document.rows(press, &mut found)?;
    if document.kind == DocumentKind::Label {
        // A label is a page of its own.
        return Ok(found.rows.max(1));
    }
    let height_mm = match layout(document.kind).page {
        Orientation::Portrait => UPRIGHT_MM,
        Orientation::Landscape => ACROSS_MM,
    };
    Ok((BLOCKS_MM + found.height_mm(document.kind)).div_ceil(height_mm).max(1))
}

impl Rows {
    /// Tenths of a millimetre that a row takes on average, by how the sheet is set.
    fn height_mm(&self, kind: DocumentKind) -> u64 {
        let row = match kind {
            DocumentKind::ReceivingSheet => 82,
            DocumentKind::DispatchSheet => 92,
            // Households stand in three columns; sums and shares by product follow on sides of their own.
            DocumentKind::PickupList => 60,
            // In two columns.
            DocumentKind::SowingSort => 26,
            _ => 62,
        };
        (self.rows * row + self.blocks * 90) / 10
    }
}
