//! Bytes to text, streaming: UTF-8 with and without BOM, UTF-16, GB18030.
//!
//! One cheap pass over the file decides the encoding, a second one reads; neither holds more than a few chunks.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{Decoder, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// How a file writes its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    /// UTF-8 in which single characters are damaged.
    DamagedUtf8,
    Utf16Le,
    Utf16Be,
    Gb18030,
}

/// What a first look at a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    Empty,
    /// Something else than text: its name.
    Foreign(&'static str),
    /// Text, which begins after so many bytes of byte order mark.
    Text(Charset, u64),
}

/// Finds out how a file writes its characters. Leaves the source anywhere.
///
/// # Errors
/// Those of the source.
pub fn sniff(source: &mut (impl Read + Seek)) -> io::Result<Sniffed> {
    source.rewind()?;
    let mut chunk = vec![0; CHUNK];
    let length = read_full(source, &mut chunk)?;
    let start = &chunk[..length];
    if start.is_empty() {
        return Ok(Sniffed::Empty);
    }
    if let Some(name) = foreign(start) {
        return Ok(Sniffed::Foreign(name));
    }
    let marked = match start {
        [0xff, 0xfe, ..] => Some((Charset::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Charset::Utf16Be, 2)),
        _ => unmarked_utf16(&start[..length.min(4096)]).map(|charset| (charset, 0)),
    };
    if let Some((charset, skipped)) = marked {
        return Ok(Sniffed::Text(charset, skipped));
    }
    let skipped = if start.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    match utf8_or_not(source, chunk, length)? {
        // A BOM settles it, whatever follows.
        Charset::Gb18030 if skipped > 0 => Ok(Sniffed::Text(Charset::DamagedUtf8, skipped)),
        charset => Ok(Sniffed::Text(charset, skipped)),
    }
}

/// Files people pick by mistake, by their first bytes.
fn foreign(start: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "XLSX / ZIP"),
        (b"\xd0\xcf\x11\xe0", "XLS / DOC"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"%PDF", "PDF"),
        (b"\x1f\x8b", "GZIP"),
        (b"Rar!", "RAR"),
        (b"SQLite format 3\0", "SQLite"),
    ];
    SIGNATURES.iter().find(|(bytes, _)| start.starts_with(bytes)).map(|(_, name)| *name)
}

/// UTF-16 without its mark shows by many zeros, always on the same side, and by separators in its first line.
fn unmarked_utf16(start: &[u8]) -> Option<Charset> {
    let zeros_at = |side: usize| start.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (charset, encoding) = match (zeros_at(0), zeros_at(1)) {
        (0, 2..) => (Charset::Utf16Le, UTF_16LE),
        (2.., 0) => (Charset::Utf16Be, UTF_16BE),
        _ => return None,
    };
    let whole = start.len() / 2 * 2;
    let (text, _) = encoding.decode_without_bom_handling(&start[..whole]);
    let has_heads = text.lines().next().is_some_and(|heads| heads.contains([',', '\t', ';']));
    let has_many_zeros = (zeros_at(0) + zeros_at(1)) * 16 >= start.len();
    let sound = text.char_indices().all(|(at, c)| c != '\u{fffd}' || at + 3 >= text.len());
    (has_heads && has_many_zeros && sound).then_some(charset)
}

/// Validates the file as UTF-8 up to its first fault, and decides there by what the chunk holds.
///
/// GB18030 read as UTF-8 is faulty at nearly each character; UTF-8 with a broken byte is sound around it. Taking the
/// latter for GB18030 would import garbage without a word.
fn utf8_or_not(source: &mut impl Read, mut chunk: Vec<u8>, mut length: usize) -> io::Result<Charset> {
    let mut wide_chars = 0;
    loop {
        let (kept, at_end) = match std::str::from_utf8(&chunk[..length]) {
            Ok(_) => (length, length < chunk.len()),
            Err(fault) if fault.error_len().is_none() && length == chunk.len() => (fault.valid_up_to(), false),
            Err(_) => return Ok(decide(&chunk[..length], wide_chars)),
        };
        if at_end {
            return Ok(Charset::Utf8);
        }
        if wide_chars < 8 {
            wide_chars += wide_count(&chunk[..kept]);
        }
        chunk.copy_within(kept..length, 0);
        let carried = length - kept;
        length = carried + read_full(source, &mut chunk[carried..])?;
    }
}

/// How many characters of more than one byte begin in these bytes, if they are UTF-8.
fn wide_count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte >= 0xc0).count()
}

fn decide(chunk: &[u8], wide_before: usize) -> Charset {
    let (mut sound, mut broken) = (wide_before, 0);
    for part in chunk.utf8_chunks() {
        sound += wide_count(part.valid().as_bytes());
        broken += usize::from(!part.invalid().is_empty());
    }
    if sound > 3 * broken { Charset::DamagedUtf8 } else { Charset::Gb18030 }
}

fn read_full(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match source.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// A source read as UTF-8 text, chunk by chunk. What cannot be decoded becomes U+FFFD.
pub struct Text<'s, S> {
    source: &'s mut S,
    /// None where the bytes are known to be UTF-8.
    decoder: Option<Decoder>,
    input: Vec<u8>,
    unread: std::ops::Range<usize>,
    output: Vec<u8>,
    ready: std::ops::Range<usize>,
    at_end: bool,
}

impl<'s, S: Read + Seek> Text<'s, S> {
    /// Reads `source` from behind its byte order mark.
    ///
    /// # Errors
    /// Those of the source.
    pub fn open(source: &'s mut S, charset: Charset, skipped: u64) -> io::Result<Self> {
        source.seek(SeekFrom::Start(skipped))?;
        let encoding = match charset {
            Charset::Utf8 => None,
            Charset::DamagedUtf8 => Some(UTF_8),
            Charset::Utf16Le => Some(UTF_16LE),
            Charset::Utf16Be => Some(UTF_16BE),
            Charset::Gb18030 => Some(GB18030),
        };
        let decoder = encoding.map(|encoding| encoding.new_decoder_without_bom_handling());
        let input = vec![0; if decoder.is_some() { CHUNK } else { 0 }];
        Ok(Text { source, decoder, input, unread: 0..0, output: vec![0; CHUNK], ready: 0..0, at_end: false })
    }

    /// The text read and not yet consumed; empty at the end of the file only.
    ///
    /// # Errors
    /// Those of the source.
    pub fn fill(&mut self) -> io::Result<&[u8]> {
        while self.ready.is_empty() && !self.at_end {
            self.ready = match self.decoder {
                None => {
                    let length = read_full(self.source, &mut self.output)?;
                    self.at_end = length < self.output.len();
                    0..length
                }
                Some(_) => 0..self.decode()?,
            };
        }
        Ok(&self.output[self.ready.clone()])
    }

    /// Marks `count` bytes of what [`Text::fill`] gave as used.
    pub fn consume(&mut self, count: usize) {
        self.ready.start = (self.ready.start + count).min(self.ready.end);
    }

    fn decode(&mut self) -> io::Result<usize> {
        if self.unread.is_empty() {
            self.unread = 0..read_full(self.source, &mut self.input)?;
        }
        let last = self.unread.is_empty();
        let decoder = self.decoder.as_mut().expect("only decoded sources come here");
        let (result, read, written, _) =
            decoder.decode_to_utf8(&self.input[self.unread.clone()], &mut self.output, last);
        self.unread.start += read;
        self.at_end = last && result == encoding_rs::CoderResult::InputEmpty;
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read_text(bytes: &[u8]) -> (Sniffed, String) {
        let mut source = Cursor::new(bytes);
        let sniffed = sniff(&mut source).expect("memory is readable");
        let Sniffed::Text(charset, skipped) = sniffed else { return (sniffed, String::new()) };
        let mut text = Text::open(&mut source, charset, skipped).expect("memory is readable");
        let mut all = Vec::new();
        loop {
            let chunk = text.fill().expect("memory is readable");
            if chunk.is_empty() {
                break;
            }
            all.extend_from_slice(chunk);
            let used = chunk.len();
            text.consume(used);
        }
        (sniffed, String::from_utf8(all).expect("text is UTF-8"))
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn each_encoding_gives_the_same_text() {
        let text = "订单号,商品编码\r\nA-1,鸡蛋𠮷\r\n".repeat(9000);
        let bom_le = [&[0xff, 0xfe], utf16(&text, u16::to_le_bytes).as_slice()].concat();
        let bom_be = [&[0xfe, 0xff], utf16(&text, u16::to_be_bytes).as_slice()].concat();
        let rows = [
            (text.as_bytes().to_vec(), Charset::Utf8, 0),
            ([&[0xef, 0xbb, 0xbf], text.as_bytes()].concat(), Charset::Utf8, 3),
            (bom_le, Charset::Utf16Le, 2),
            (bom_be, Charset::Utf16Be, 2),
            (utf16(&text, u16::to_le_bytes), Charset::Utf16Le, 0),
            (utf16(&text, u16::to_be_bytes), Charset::Utf16Be, 0),
            (GB18030.encode(&text).0.into_owned(), Charset::Gb18030, 0),
        ];
        for (bytes, charset, skipped) in rows {
            let (sniffed, back) = read_text(&bytes);
            assert_eq!(sniffed, Sniffed::Text(charset, skipped));
            assert!(back == text, "{charset:?} came back changed");
        }
    }

    #[test]
    fn a_broken_byte_in_utf8_is_not_taken_for_gb18030() {
        let mut bytes = "order_no,resident\nA,王小明\nB,李雷和韩梅梅\n".as_bytes().to_vec();
        let at = bytes.len() - 5;
        bytes[at] = 0xff;
        let (sniffed, text) = read_text(&bytes);
        assert_eq!(sniffed, Sniffed::Text(Charset::DamagedUtf8, 0));
        assert!(text.contains("王小明") && text.contains('\u{fffd}'));
    }

    #[test]
    fn a_character_across_two_chunks_is_whole() {
        for shift in 0..3 {
            let text = format!("{}{}", "a".repeat(CHUNK - 1 - shift), "汉".repeat(CHUNK / 2));
            assert!(read_text(text.as_bytes()).1 == text);
            assert!(read_text(&GB18030.encode(&text).0).1 == text);
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(read_text(b"").0, Sniffed::Empty);
        assert_eq!(read_text(b"PK\x03\x04....").0, Sniffed::Foreign("XLSX / ZIP"));
        assert_eq!(read_text(b"\x89PNG\r\n").0, Sniffed::Foreign("PNG"));
        assert_eq!(read_text(b"a,b\n1,\0\n").0, Sniffed::Text(Charset::Utf8, 0), "a stray NUL is found in its cell");
    }
}
