//! CSV rows written into a byte buffer: a large day has hundreds of thousands of them.

use std::io::Write as _;

/// Rows under construction.
#[derive(Debug, Default)]
pub struct Rows {
    bytes: Vec<u8>,
    in_row: bool,
}

impl Rows {
    fn separate(&mut self) {
        if self.in_row {
            self.bytes.push(b',');
        }
        self.in_row = true;
    }

    /// A field, quoted where its content asks for it.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.separate();
        if text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
        self
    }

    /// A field made by `format_args!` that holds no comma, quote or line end.
    pub fn plain(&mut self, content: std::fmt::Arguments<'_>) -> &mut Self {
        self.separate();
        self.bytes.write_fmt(content).expect("memory takes what is written");
        self
    }

    pub fn number(&mut self, number: u64) -> &mut Self {
        self.plain(format_args!("{number}"))
    }

    /// A number, or an empty field for zero.
    pub fn number_or_empty(&mut self, number: u64) -> &mut Self {
        if number == 0 { self.text("") } else { self.number(number) }
    }

    /// An amount of fen, in yuan.
    pub fn yuan(&mut self, fen: u64) -> &mut Self {
        self.plain(format_args!("{}.{:02}", fen / 100, fen % 100))
    }

    /// Millionths of a degree, in degrees.
    pub fn degrees(&mut self, micro: u64) -> &mut Self {
        self.plain(format_args!("{}.{:06}", micro / 1_000_000, micro % 1_000_000))
    }

    pub fn end(&mut self) {
        self.bytes.push(b'\n');
        self.in_row = false;
    }

    /// Fields written elsewhere, to be continued in this row.
    pub fn fields(&mut self, other: &Rows) -> &mut Self {
        self.separate();
        self.bytes.extend_from_slice(&other.bytes);
        self
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.in_row = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_quotes_or_line_ends_are_quoted() {
        let mut rows = Rows::default();
        rows.text("a,b").text("\"阿飞\"").text("1\n2").text("").number(7).yuan(1205).degrees(30_000_007).end();
        assert_eq!(rows.bytes(), "\"a,b\",\"\"\"阿飞\"\"\",\"1\n2\",,7,12.05,30.000007\n".as_bytes());
    }
}
