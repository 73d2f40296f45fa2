//! The server's key: what signs device cookies and pickup tokens and seals pickup codes. It stands in a file of its own,
//! never in the database, so that a stolen copy of the database opens no code.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// 32 random bytes, from which each use derives a key of its own.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// `None` for bytes that cannot have come from a random generator: fewer than 16 different ones.
    pub fn new(bytes: [u8; 32]) -> Option<ServerKey> {
        let mut seen = [false; 256];
        bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
        (seen.iter().filter(|seen| **seen).count() >= 16).then_some(ServerKey(bytes))
    }

    /// Reads 64 hexadecimal digits, blanks around them allowed.
    pub fn parse(text: &str) -> Option<ServerKey> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        ServerKey::new(bytes)
    }

    /// The form in which it stands in its file.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key for one use, such as `pickup-code`. Different uses share nothing that one could learn from the other.
    pub fn derive(&self, usage: &str) -> [u8; 32] {
        self.hash(&[b"derive:", usage.as_bytes()])
    }

    /// A signature over `content`, for one use.
    pub fn sign(&self, usage: &str, content: &[u8]) -> [u8; 32] {
        self.mac(&[b"sign:", usage.as_bytes(), b":", content]).finalize().into_bytes().into()
    }

    /// Whether [`ServerKey::sign`] gave this signature. Takes as long for any answer.
    pub fn is_signature(&self, usage: &str, content: &[u8], signature: &[u8]) -> bool {
        self.mac(&[b"sign:", usage.as_bytes(), b":", content]).verify_slice(signature).is_ok()
    }

    fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        mac
    }
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ServerKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_file_and_a_weak_one_is_refused() {
        let bytes: [u8; 32] = std::array::from_fn(|at| at as u8 * 7 + 1);
        let key = ServerKey::new(bytes).expect("32 different bytes");
        let back = ServerKey::parse(&format!(" {}\n", key.to_text())).expect("its own text");
        assert_eq!(back.derive("a"), key.derive("a"));
        assert_ne!(key.derive("a"), key.derive("b"));
        let signature = key.sign("device", b"x");
        assert!(back.is_signature("device", b"x", &signature));
        assert!(!back.is_signature("device", b"y", &signature) && !back.is_signature("csrf", b"x", &signature));
        assert!(ServerKey::new([7; 32]).is_none());
        for text in ["", "abc", &"0".repeat(64), &"é".repeat(32)] {
            assert!(ServerKey::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_never_shows_itself() {
        let key = ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes");
        assert_eq!(format!("{key:?}"), "ServerKey(hidden)");
    }
}
