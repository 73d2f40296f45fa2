//! Bounds of a workbook, held before anything in it is parsed: entries, and bytes once inflated.

use std::io::{self, Read, Seek, SeekFrom};

use super::Refusal;

/// The most bytes of the file.
const FILE_BYTES_MAX: u64 = 128 << 20;
/// The most entries; an ordinary workbook has a dozen.
const ENTRIES_MAX: usize = 2_000;
/// The most bytes of the list of entries.
const DIRECTORY_BYTES_MAX: u64 = 1 << 20;
/// The most bytes of all entries inflated: a million rows of ten columns take half of it.
const INFLATED_BYTES_MAX: u64 = 1 << 30;
/// The most bytes of the shared texts, the one part that is kept in memory.
const TEXTS_BYTES_MAX: u64 = 96 << 20;
/// The most bytes of any other part that is kept in memory while it is read: styles, lists of sheets.
const PART_BYTES_MAX: u64 = 16 << 20;

/// How long the record at the end of a ZIP file is, without its remark.
const END_BYTES: usize = 22;
/// The longest remark.
const REMARK_BYTES_MAX: u64 = 0xffff;
const END: [u8; 4] = *b"PK\x05\x06";
const ENTRY: [u8; 4] = *b"PK\x01\x02";

/// Holds a ZIP file to the bounds. Sizes that it announces are not believed: every entry is inflated once.
///
/// # Errors
/// A refusal, or the errors of the source.
pub fn check(source: &mut (impl Read + Seek)) -> io::Result<Result<(), Refusal>> {
    let length = source.seek(SeekFrom::End(0))?;
    if length > FILE_BYTES_MAX {
        return Ok(Err(too_large(format!("{} MiB", FILE_BYTES_MAX >> 20))));
    }
    if let Err(refusal) = check_directory(source, length)? {
        return Ok(Err(refusal));
    }
    source.rewind()?;
    let Ok(mut zip) = zip::ZipArchive::new(source) else { return Ok(Err(damaged())) };
    let mut left = INFLATED_BYTES_MAX;
    for index in 0..zip.len() {
        let Ok(entry) = zip.by_index(index) else { return Ok(Err(damaged())) };
        let Ok(name) = entry.name().map(|name| name.to_ascii_lowercase()) else { return Ok(Err(damaged())) };
        let max = left.min(match name.as_str() {
            name if name.ends_with("sharedstrings.xml") => TEXTS_BYTES_MAX,
            name if name.contains("worksheets/") || name.contains("media/") => INFLATED_BYTES_MAX,
            _ => PART_BYTES_MAX,
        });
        match io::copy(&mut entry.take(max + 1), &mut io::sink()) {
            Ok(count) if count > max => return Ok(Err(too_large(format!("{} MiB", max >> 20)))),
            Ok(count) => left -= count,
            Err(_) => return Ok(Err(damaged())),
        }
    }
    Ok(Ok(()))
}

/// Counts the entries in the file's directory before anything is allocated for them.
fn check_directory(source: &mut (impl Read + Seek), length: u64) -> io::Result<Result<(), Refusal>> {
    let tail_at = length.saturating_sub(END_BYTES as u64 + REMARK_BYTES_MAX);
    let mut tail = Vec::new();
    source.seek(SeekFrom::Start(tail_at))?;
    source.by_ref().take(length - tail_at).read_to_end(&mut tail)?;
    let ends: Vec<usize> =
        (0..tail.len().saturating_sub(END_BYTES - 1)).filter(|at| tail[*at..].starts_with(&END)).collect();
    // Two candidates for the end are two ways to read one file.
    let [at] = ends[..] else { return Ok(Err(damaged())) };
    let end = &tail[at..];
    let number = |at: usize| u64::from(u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]));
    let announced = usize::from(u16::from_le_bytes([end[10], end[11]]));
    let (size, start) = (number(12), number(16));
    if announced > ENTRIES_MAX || size > DIRECTORY_BYTES_MAX {
        return Ok(Err(too_large(format!("{ENTRIES_MAX} 个部件 / parts"))));
    }
    if start + size != tail_at + at as u64 {
        return Ok(Err(damaged()));
    }
    let mut directory = Vec::new();
    source.seek(SeekFrom::Start(start))?;
    source.by_ref().take(size).read_to_end(&mut directory)?;
    let counted = directory.windows(ENTRY.len()).filter(|window| *window == ENTRY).count();
    Ok(if counted == announced { Ok(()) } else { Err(damaged()) })
}

fn damaged() -> Refusal {
    Refusal::Unreadable("ZIP".to_owned())
}

fn too_large(what: String) -> Refusal {
    Refusal::TooLarge(what)
}
