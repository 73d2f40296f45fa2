//! The rows an import left out, as a file that can be mended and imported again.

use std::io::{self, Write};

use super::heads::Heads;
use super::table::Record;

/// Writes left-out rows under their head row, each cell as it was: UTF-8 with BOM, commas, CRLF.
pub struct FaultyRows<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> FaultyRows<W> {
    /// Begins the file with the heads of the imported one.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn create(mut out: W, heads: &Heads) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(heads.names())?;
        Ok(FaultyRows { writer })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, record: Record<'_>) -> io::Result<()> {
        Ok(self.writer.write_record(record.cells())?)
    }

    /// Ends the file and gives the output back.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}
