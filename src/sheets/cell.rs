//! The cells a sheet's rows are made of, before any format.

use std::fmt;

use crate::domain::money::Fen;
use crate::sheets::columns::ColumnKind;

/// One cell of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Text(&'a str),
    Int(i64),
    Yuan(Fen),
    /// Basis points, printed as per cent: 1234 is `12.34`.
    Percent(i64),
    /// Thousandths: 12500 is `12.5`.
    Decimal(i64),
    /// A number that says more on print: `24` in CSV, `2 箱 × 12 袋 = 24 袋` on paper.
    Said(i64, &'a str),
    /// Nothing is known, or it is filled by hand.
    Blank,
}

impl Cell<'_> {
    /// A count as a cell.
    pub fn count(value: u64) -> Cell<'static> {
        Cell::Int(i64::try_from(value).expect("counts of a day fit an i64"))
    }

    /// Money, or nothing where nobody knows it.
    pub fn yuan(amount: Option<Fen>) -> Cell<'static> {
        amount.map_or(Cell::Blank, Cell::Yuan)
    }

    /// Text, or nothing.
    pub fn text(text: Option<&str>) -> Cell<'_> {
        text.map_or(Cell::Blank, Cell::Text)
    }

    /// Whether the cell may stand in a column of that kind.
    pub fn fits(&self, kind: ColumnKind) -> bool {
        match self {
            Cell::Text(_) => kind == ColumnKind::Text,
            Cell::Int(_) | Cell::Said(..) => kind == ColumnKind::Int,
            Cell::Yuan(_) => kind == ColumnKind::Yuan,
            Cell::Percent(_) => kind == ColumnKind::Percent,
            Cell::Decimal(_) => kind == ColumnKind::Decimal,
            Cell::Blank => true,
        }
    }

    /// The number in the smallest unit of its kind (fen, thousandths, pieces); none for text and blanks.
    pub fn number(&self) -> Option<i64> {
        match *self {
            Cell::Int(n) | Cell::Said(n, _) | Cell::Percent(n) | Cell::Decimal(n) | Cell::Yuan(Fen(n)) => Some(n),
            Cell::Text(_) | Cell::Blank => None,
        }
    }
}

/// Takes a sheet as it is made, so that no sheet is ever held whole.
pub trait Sink {
    /// One row: a cell for each keyed column of the layout.
    fn row(&mut self, cells: &[Cell<'_>]);

    /// A row whose first `same` cells are those of the row before: a sink may copy what it made of them.
    fn row_like_last(&mut self, _same: usize, cells: &[Cell<'_>]) {
        self.row(cells);
    }

    /// A block of rows begins (print only).
    fn block(&mut self, _head: fmt::Arguments<'_>) {}

    /// The block of rows ends with this line (print only).
    fn block_foot(&mut self, _foot: fmt::Arguments<'_>) {}
}

/// Appends a whole number in decimal.
pub fn push_int(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends hundredths with exactly two decimals: fen as yuan, basis points as per cent.
pub fn push_hundredths(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    let value = value.unsigned_abs();
    push_int(out, (value / 100) as i64);
    let cents = (value % 100) as u8;
    out.extend_from_slice(&[b'.', b'0' + cents / 10, b'0' + cents % 10]);
}

/// Appends thousandths with as many decimals as they need: `12`, `12.5`, `0.486`.
pub fn push_thousandths(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    let value = value.unsigned_abs();
    push_int(out, (value / 1000) as i64);
    let mut rest = (value % 1000) as u16;
    if rest > 0 {
        out.push(b'.');
    }
    while rest > 0 {
        out.push(b'0' + (rest / 100) as u8);
        rest = rest % 100 * 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(push: fn(&mut Vec<u8>, i64), rows: &[(i64, &str)]) {
        for &(value, want) in rows {
            let mut out = Vec::new();
            push(&mut out, value);
            assert_eq!(String::from_utf8(out).expect("digits"), want);
        }
    }

    #[test]
    fn numbers_print_plainly() {
        check(push_int, &[(0, "0"), (7, "7"), (-120, "-120"), (i64::MIN, "-9223372036854775808")]);
        check(push_hundredths, &[(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (1234, "12.34"), (-1250, "-12.50")]);
        check(push_thousandths, &[(0, "0"), (12_000, "12"), (12_500, "12.5"), (486, "0.486"), (-7, "-0.007")]);
    }
}
