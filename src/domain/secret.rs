//! Secrets that open something to whoever holds them: sessions, invitations, machine tokens. 128 random bits; the
//! database keeps a hash.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 128 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 16]);

impl Secret {
    pub fn new(random: [u8; 16]) -> Secret {
        Secret(random)
    }

    /// 22 characters that stand in a cookie, a header or an address as they are.
    pub fn to_text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what [`Secret::to_text`] wrote, and nothing else.
    pub fn parse(text: &str) -> Option<Secret> {
        if text.len() != 22 {
            return None;
        }
        BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Secret)
    }

    /// What the database keeps: it finds the secret again but does not tell it.
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.0))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(hidden)")
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How a machine's token begins, so that a leaked one is recognised in a text.
const TOKEN_PREFIX: &str = "tuan_";

/// A machine's token as it is written.
pub fn token_text(secret: &Secret) -> String {
    format!("{TOKEN_PREFIX}{}", secret.to_text())
}

/// The secret of a machine's token.
pub fn parse_token(text: &str) -> Option<Secret> {
    Secret::parse(text.strip_prefix(TOKEN_PREFIX)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_from_its_text_and_never_shows_itself() {
        let secret = Secret::new(std::array::from_fn(|at| at as u8 * 17));
        assert_eq!(Secret::parse(&secret.to_text()), Some(secret.clone()));
        assert_eq!(parse_token(&token_text(&secret)), Some(secret.clone()));
        assert_eq!(secret.to_text().len(), 22);
        assert_eq!(secret.digest().len(), 64);
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
        for text in ["", "short", &"A".repeat(23), "AAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAB"] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
        assert!(parse_token(&secret.to_text()).is_none());
    }
}
