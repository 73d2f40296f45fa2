//! Small secrets that the database keeps but must not tell: sealed with the server's key (XChaCha20-Poly1305).

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use crate::domain::server_key::ServerKey;

/// Seals `secret` for one use and one owner, such as `totp` and a user's id; `nonce` is random.
pub fn seal(key: &ServerKey, usage: &str, owner: i64, secret: &[u8], nonce: [u8; 24]) -> String {
    let content = Payload { msg: secret, aad: &owner.to_be_bytes() };
    let sealed = cipher(key, usage).encrypt(&XNonce::from(nonce), content);
    let sealed = sealed.expect("a few bytes can always be sealed");
    BASE64_STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal`] made for the same use and owner; None for anything else.
pub fn open(key: &ServerKey, usage: &str, owner: i64, sealed: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_STANDARD_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
    cipher(key, usage).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &owner.to_be_bytes() }).ok()
}

fn cipher(key: &ServerKey, usage: &str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.derive(usage).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_use_and_owner_open_it() {
        let key = ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes");
        let other = ServerKey::new(std::array::from_fn(|at| at as u8 + 1)).expect("32 different bytes");
        let sealed = seal(&key, "totp", 7, b"secret", [3; 24]);
        assert_eq!(open(&key, "totp", 7, &sealed).as_deref(), Some(&b"secret"[..]));
        assert!(open(&other, "totp", 7, &sealed).is_none());
        assert!(open(&key, "code", 7, &sealed).is_none());
        assert!(open(&key, "totp", 8, &sealed).is_none());
        assert!(open(&key, "totp", 7, "").is_none());
    }
}
