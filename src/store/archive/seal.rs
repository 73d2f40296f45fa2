//! Encrypts an archive: chunks of 64 KiB under ChaCha20-Poly1305, numbered, the last one marked (the STREAM
//! construction), so that changed, exchanged, repeated or missing chunks are found.
//!
//! The file begins with `tuan-sealed-1\n` and 32 random bytes of salt, which every chunk authenticates. The key is
//! derived from the key file for `backup SALT` (64 hexadecimal digits), so no two files share one. The nonce of a chunk
//! is three zero bytes, its number from 0 as eight big-endian bytes, and 1 for the last chunk, 0 for all others.

use std::io::{self, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::Aead;
use chacha20poly1305::aead::Payload;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};

use super::damaged;
use crate::domain::server_key::ServerKey;

const MAGIC: &[u8; 14] = b"tuan-sealed-1\n";
const SALT: usize = 32;
const HEAD: usize = MAGIC.len() + SALT;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// The cipher of one file, with the head that its chunks authenticate.
struct Cipher {
    cipher: ChaCha20Poly1305,
    head: [u8; HEAD],
}

impl Cipher {
    fn new(key: &ServerKey, head: [u8; HEAD]) -> Cipher {
        let salt: String = head[MAGIC.len()..].iter().map(|byte| format!("{byte:02x}")).collect();
        let key = key.derive(&format!("backup {salt}"));
        Cipher { cipher: ChaCha20Poly1305::new(&key.into()), head }
    }

    fn nonce(number: u64, is_last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&number.to_be_bytes());
        nonce[11] = u8::from(is_last);
        nonce
    }

    fn seal(&self, number: u64, is_last: bool, msg: &[u8]) -> io::Result<Vec<u8>> {
        let payload = Payload { msg, aad: &self.head };
        let sealed = self.cipher.encrypt(&Self::nonce(number, is_last).into(), payload);
        sealed.map_err(|_| io::Error::other("a chunk could not be encrypted"))
    }

    fn open(&self, number: u64, is_last: bool, msg: &[u8]) -> io::Result<Vec<u8>> {
        let payload = Payload { msg, aad: &self.head };
        self.cipher.decrypt(&Self::nonce(number, is_last).into(), payload).map_err(|_| {
            damaged(
                "解不开备份：密钥不对，或文件被改动、截短",
                "it cannot be decrypted: another key, or the file was changed or cut short",
            )
        })
    }
}

/// Encrypts what is written to it. Without [`Sealer::finish`] the file cannot be opened.
pub struct Sealer<W: Write> {
    out: W,
    cipher: Cipher,
    number: u64,
    chunk: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Begins a sealed file.
    ///
    /// # Errors
    /// Those of `out`, or of the system's random generator.
    pub fn new(mut out: W, key: &ServerKey) -> io::Result<Sealer<W>> {
        let mut head = [0; HEAD];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        getrandom::fill(&mut head[MAGIC.len()..]).map_err(io::Error::other)?;
        out.write_all(&head)?;
        Ok(Sealer { out, cipher: Cipher::new(key, head), number: 0, chunk: Vec::with_capacity(CHUNK) })
    }

    /// Writes the last chunk.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn finish(mut self) -> io::Result<W> {
        self.send(true)?;
        Ok(self.out)
    }

    fn send(&mut self, is_last: bool) -> io::Result<()> {
        let sealed = self.cipher.seal(self.number, is_last, &self.chunk)?;
        self.number += 1;
        self.chunk.clear();
        self.out.write_all(&sealed)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes: only then it is known not to be the last.
        if self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.send(false)?;
        }
        let count = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether the file begins like a sealed one. Leaves the source anywhere.
///
/// # Errors
/// Those of the source.
pub fn is_sealed(source: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut start = Vec::new();
    source.rewind()?;
    source.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start == MAGIC)
}

/// Reads a sealed file as the plain one, anywhere in it; only authenticated bytes come out.
pub struct Unsealer<S> {
    source: S,
    cipher: Cipher,
    chunks: u64,
    length: u64,
    position: u64,
    /// The number of the chunk in `plain`.
    held: Option<u64>,
    plain: Vec<u8>,
}

impl<S: Read + Seek> Unsealer<S> {
    /// Opens a sealed file and authenticates its last chunk, so that a shortened file is found at once.
    ///
    /// # Errors
    /// Damage, another key, or those of the source.
    pub fn open(mut source: S, key: &ServerKey) -> io::Result<Unsealer<S>> {
        let cut = || damaged("备份文件不完整", "the file is incomplete");
        let file = source.seek(SeekFrom::End(0))?;
        let body = file.checked_sub(HEAD as u64).filter(|body| *body >= TAG as u64).ok_or_else(cut)?;
        let chunks = body.div_ceil((CHUNK + TAG) as u64);
        let length = body.checked_sub(chunks * TAG as u64).ok_or_else(cut)?;
        let mut head = [0; HEAD];
        source.rewind()?;
        source.read_exact(&mut head)?;
        let cipher = Cipher::new(key, head);
        let mut unsealer = Unsealer { source, cipher, chunks, length, position: 0, held: None, plain: Vec::new() };
        unsealer.hold(chunks - 1)?;
        Ok(unsealer)
    }

    fn hold(&mut self, number: u64) -> io::Result<()> {
        if self.held == Some(number) {
            return Ok(());
        }
        self.held = None;
        let mut sealed = Vec::with_capacity(CHUNK + TAG);
        self.source.seek(SeekFrom::Start(HEAD as u64 + number * (CHUNK + TAG) as u64))?;
        self.source.by_ref().take((CHUNK + TAG) as u64).read_to_end(&mut sealed)?;
        self.plain = self.cipher.open(number, number + 1 == self.chunks, &sealed)?;
        self.held = Some(number);
        Ok(())
    }
}

impl<S: Read + Seek> Read for Unsealer<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        self.hold(self.position / CHUNK as u64)?;
        let ready = self.plain.get((self.position % CHUNK as u64) as usize..).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl<S: Read + Seek> Seek for Unsealer<S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = |from: u64, by: i64| from.checked_add_signed(by);
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => moved(self.length, by),
            SeekFrom::Current(by) => moved(self.position, by),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn key(seed: u8) -> ServerKey {
        ServerKey::new(std::array::from_fn(|at| (at as u8).wrapping_mul(7).wrapping_add(seed))).expect("many bytes")
    }

    fn plain(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 31 % 251) as u8).collect()
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), &key(1)).expect("memory takes all");
        sealer.write_all(plain).expect("memory takes all");
        sealer.finish().expect("memory takes all")
    }

    fn opened(sealed: &[u8], key: &ServerKey) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Unsealer::open(Cursor::new(sealed), key)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn every_length_comes_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7] {
            let plain = plain(length);
            assert!(opened(&sealed(&plain), &key(1)).expect("sound") == plain, "{length}");
        }
    }

    #[test]
    fn it_is_read_from_anywhere() {
        let plain = plain(3 * CHUNK + 7);
        let mut unsealer = Unsealer::open(Cursor::new(sealed(&plain)), &key(1)).expect("sound");
        for at in [2 * CHUNK - 3, 5, 3 * CHUNK] {
            unsealer.seek(SeekFrom::Start(at as u64)).expect("within");
            let mut bytes = [0; 7];
            unsealer.read_exact(&mut bytes).expect("within");
            assert_eq!(bytes, plain[at..at + 7]);
        }
    }

    #[test]
    fn nothing_of_a_changed_file_comes_out_unnoticed() {
        let good = sealed(&plain(3 * CHUNK + 7));
        assert!(opened(&good, &key(2)).is_err(), "another key");
        for at in [20, HEAD, HEAD + CHUNK, HEAD + 2 * (CHUNK + TAG) + 5, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(opened(&bad, &key(1)).is_err(), "byte {at} changed");
        }
        for length in [HEAD - 1, HEAD + 5, HEAD + CHUNK + TAG, HEAD + 2 * (CHUNK + TAG), good.len() - 1] {
            assert!(opened(&good[..length], &key(1)).is_err(), "cut to {length}");
        }
        let chunk = |number: usize| HEAD + number * (CHUNK + TAG)..HEAD + (number + 1) * (CHUNK + TAG);
        let mut exchanged = good.clone();
        exchanged[chunk(0)].copy_from_slice(&good[chunk(1)]);
        exchanged[chunk(1)].copy_from_slice(&good[chunk(0)]);
        assert!(opened(&exchanged, &key(1)).is_err(), "chunks exchanged");
        assert!(opened(&[&good[..], b"more"].concat(), &key(1)).is_err(), "something appended");
    }

    #[test]
    fn the_same_content_never_looks_the_same() {
        assert_ne!(sealed(b"x"), sealed(b"x"));
    }
}
