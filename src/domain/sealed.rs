//! Secrets that must be kept readable, such as the token of a link that is still to be mailed: sealed under a key that
//! stands outside of the database.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

/// What the server's key is derived for, to seal secrets that a letter carries.
pub const IN_LETTERS: &str = "secret-in-letter";

/// Bytes of a nonce. Chosen at random it never comes twice.
pub const NONCE: usize = 24;

/// Seals a text under a key that was derived for this use.
pub fn seal(key: &[u8; 32], nonce: [u8; NONCE], text: &str) -> String {
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let sealed = cipher.encrypt(&XNonce::from(nonce), text.as_bytes()).expect("a short text can always be sealed");
    BASE64.encode([&nonce[..], &sealed].concat())
}

/// The text that was sealed; None under another key, or if a bit of it was changed.
pub fn unseal(key: &[u8; 32], sealed: &str) -> Option<String> {
    let bytes = BASE64.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    String::from_utf8(cipher.decrypt(&XNonce::from(*nonce), sealed).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_it_was_sealed_under_opens_it() {
        let sealed = seal(&[7; 32], [1; NONCE], "一次性链接");
        assert_eq!(unseal(&[7; 32], &sealed).as_deref(), Some("一次性链接"));
        assert_eq!(unseal(&[8; 32], &sealed), None);
        assert_eq!(unseal(&[7; 32], &sealed[..20]), None);
        assert_eq!(unseal(&[7; 32], "!"), None);
        let mut bytes = sealed.into_bytes();
        bytes[40] = if bytes[40] == b'A' { b'B' } else { b'A' };
        assert_eq!(unseal(&[7; 32], std::str::from_utf8(&bytes).expect("base64")), None);
    }
}
