//! Reads the CSV of an archive, where an empty field is NULL and `""` is the empty text: the difference that general
//! readers of CSV do not tell.

use std::io::{self, BufRead};

use super::damaged;

/// The most bytes of one field: a photo in hexadecimal digits is below a tenth of it.
const FIELD_BYTES_MAX: usize = 16 << 20;

/// Rows of fields, each NULL or text.
pub struct CellReader<R> {
    source: R,
}

impl<R: BufRead> CellReader<R> {
    pub fn new(source: R) -> CellReader<R> {
        CellReader { source }
    }

    /// What it read from.
    pub fn into_inner(self) -> R {
        self.source
    }

    /// Reads the next row into `cells`, which holds a cell for each column; false at the end.
    ///
    /// # Errors
    /// Damage, or those of the source.
    pub fn read(&mut self, cells: &mut [Option<String>]) -> io::Result<bool> {
        if self.source.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let last = cells.len() - 1;
        for (at, cell) in cells.iter_mut().enumerate() {
            let (value, end) = self.field()?;
            *cell = value;
            if end != if at == last { b'\n' } else { b',' } {
                return Err(unsound());
            }
        }
        Ok(true)
    }

    /// One field and the byte that ended it.
    fn field(&mut self) -> io::Result<(Option<String>, u8)> {
        let first = self.byte()?;
        if first != b'"' {
            let mut bytes = Vec::new();
            let mut next = first;
            while !matches!(next, b',' | b'\n') {
                if next == b'"' || bytes.len() > 64 {
                    // What is not quoted is a number, a truth value or nothing.
                    return Err(unsound());
                }
                bytes.push(next);
                next = self.byte()?;
            }
            return Ok(((!bytes.is_empty()).then_some(text(bytes)?), next));
        }
        let mut bytes = Vec::new();
        loop {
            let read = io::Read::take(&mut self.source, FIELD_BYTES_MAX as u64).read_until(b'"', &mut bytes)?;
            if bytes.pop() != Some(b'"') || read == 0 || bytes.len() > FIELD_BYTES_MAX {
                return Err(unsound());
            }
            match self.byte()? {
                b'"' => bytes.push(b'"'),
                end => return Ok((Some(text(bytes)?), end)),
            }
        }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let byte = *self.source.fill_buf()?.first().ok_or_else(unsound)?;
        self.source.consume(1);
        Ok(byte)
    }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| unsound())
}

fn unsound() -> io::Error {
    damaged("备份里的表格有误", "a table in it is not well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, columns: usize) -> io::Result<Vec<Vec<Option<String>>>> {
        let mut reader = CellReader::new(text.as_bytes());
        let (mut rows, mut cells) = (Vec::new(), vec![None; columns]);
        while reader.read(&mut cells)? {
            rows.push(cells.clone());
        }
        Ok(rows)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn null_and_the_empty_text_are_told_apart() {
        let read = rows("1,,\"\"\n-20,\"a \"\"b\"\",\nc\",\"鸡蛋\"\n", 3).expect("sound");
        assert_eq!(read, [[some("1"), None, some("")], [some("-20"), some("a \"b\",\nc"), some("鸡蛋")]]);
        assert_eq!(rows("\n\"\"\n", 1).expect("sound"), [[None], [some("")]]);
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in ["1,2", "1\n", "1,2,3\n", "\"a,2\n", "\"a\"b,2\n", "a\"b,2\n", "1,\"x"] {
            assert!(rows(text, 2).is_err(), "{text:?}");
        }
        assert!(rows(&format!("{}\n", "9".repeat(80)), 1).is_err());
    }
}
