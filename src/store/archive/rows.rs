//! Rows of a table to the text of an archive and back. The database itself writes the text, the same on either kind.

use std::io::{self, BufRead};

use super::cells::CellReader;
use super::damaged;
use super::manifest::{Column, ColumnKind};
use super::tables::Table;
use crate::store::backend::portable::Value;
use crate::store::backend::{Db, Dialect, StoreError};

/// Values in one statement; SQLite takes 32,766 at most.
const VALUES_MAX: usize = 8_000;
/// Bytes in one statement.
const BYTES_MAX: usize = 4 << 20;

/// How many rows a table has.
///
/// # Errors
/// What the database says.
pub fn count(db: &mut Db, table: &Table) -> Result<u64, StoreError> {
    let lines = db.lines(&format!("SELECT CAST(COUNT(*) AS TEXT) AS line FROM \"{}\"", table.name))?;
    Ok(lines.first().and_then(|line| line.parse().ok()).unwrap_or(0))
}

/// Hands out every row of a table as a line of CSV, in the order of its key.
///
/// # Errors
/// What the database says.
pub fn each(db: &mut Db, table: &Table, visit: &mut dyn FnMut(String)) -> Result<(), StoreError> {
    let dialect = db.dialect();
    let fields: Vec<String> = table.columns.iter().map(|column| field(column, dialect)).collect();
    let key: Vec<String> = table.key.iter().map(|name| format!("\"{name}\"")).collect();
    let order = if key.is_empty() { String::new() } else { format!(" ORDER BY {}", key.join(", ")) };
    let sql = format!("SELECT {} AS line FROM \"{}\"{order}", fields.join(" || ',' || "), table.name);
    db.each_line(&sql, visit)
}

/// An expression for a column as a field of CSV; NULL is the empty field.
fn field(column: &Column, dialect: Dialect) -> String {
    let name = format!("\"{}\"", column.name);
    match column.kind {
        ColumnKind::Integer => format!("COALESCE(CAST({name} AS TEXT), '')"),
        ColumnKind::Boolean => format!("CASE WHEN {name} THEN '1' WHEN NOT {name} THEN '0' ELSE '' END"),
        ColumnKind::Text => format!("COALESCE('\"' || replace({name}, '\"', '\"\"') || '\"', '')"),
        ColumnKind::Bytes => format!("COALESCE('\"' || {} || '\"', '')", dialect.hex(&name)),
    }
}

/// What stopped a load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Inserts every row of a table of an archive; `progress` hears how many at a time. Gives the reader back.
///
/// # Errors
/// Damage, a row that the database refuses.
pub fn load<R: BufRead>(
    db: &mut Db,
    table: &str,
    columns: &[Column],
    mut source: R,
    progress: &mut dyn FnMut(u64),
) -> Result<(R, u64), LoadError> {
    skip_heads(&mut source, columns)?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let rows_max = (VALUES_MAX / columns.len()).max(1);
    let mut reader = CellReader::new(source);
    let mut cells = vec![None; columns.len()];
    let (mut values, mut bytes, mut rows, mut all) = (Vec::new(), 0, 0, 0_u64);
    loop {
        let is_read = reader.read(&mut cells)?;
        if is_read {
            for (cell, column) in cells.iter_mut().zip(columns) {
                let cell = cell.take();
                bytes += cell.as_ref().map_or(0, String::len);
                values.push(value(cell, column)?);
            }
            rows += 1;
        }
        if rows > 0 && (!is_read || rows == rows_max || bytes >= BYTES_MAX) {
            db.insert_values(table, &names, std::mem::take(&mut values))?;
            all += rows as u64;
            progress(rows as u64);
            (bytes, rows) = (0, 0);
        }
        if !is_read {
            return Ok((reader.into_inner(), all));
        }
    }
}

fn skip_heads(source: &mut impl BufRead, columns: &[Column]) -> io::Result<()> {
    let heads = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",");
    let mut line = Vec::new();
    io::Read::take(source, heads.len() as u64 + 1).read_until(b'\n', &mut line)?;
    if line == format!("{heads}\n").into_bytes() {
        Ok(())
    } else {
        Err(damaged("备份里的表头有误", "its heads differ"))
    }
}

fn value(cell: Option<String>, column: &Column) -> io::Result<Value> {
    let unsound = || {
        let name = &column.name;
        damaged(format!("备份里 {name} 的值有误"), format!("a value of {name} in it is not sound"))
    };
    Ok(match (column.kind, cell) {
        (ColumnKind::Text, cell) => Value::Text(cell),
        (ColumnKind::Integer, None) => Value::Integer(None),
        (ColumnKind::Integer, Some(text)) => Value::Integer(Some(text.parse().map_err(|_| unsound())?)),
        (ColumnKind::Boolean, None) => Value::Boolean(None),
        (ColumnKind::Boolean, Some(text)) => Value::Boolean(Some(match text.as_str() {
            "1" => true,
            "0" => false,
            _ => return Err(unsound()),
        })),
        (ColumnKind::Bytes, None) => Value::Bytes(None),
        (ColumnKind::Bytes, Some(text)) => Value::Bytes(Some(unhex(&text).ok_or_else(unsound)?)),
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_bytes() {
        assert_eq!(unhex("00Ff1a"), Some(vec![0, 255, 26]));
        assert_eq!((unhex("0"), unhex("zz"), unhex("é")), (None, None, None));
    }
}
