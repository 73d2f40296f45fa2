//! Pickup codes: six digits that open one bag at one point. They are kept sealed, and found by a keyed hash.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::server_key::ServerKey;

/// How many codes there are.
const CODES: u32 = 1_000_000;
/// How often a number is drawn before the free ones are looked through in order.
const DRAWS_MAX: u32 = 32;

/// A pickup code, 000000 to 999999. It never shows itself in a log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PickupCode(u32);

impl PickupCode {
    /// Reads exactly six digits.
    pub fn parse(text: &str) -> Option<PickupCode> {
        let is_code = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| text.parse().ok().map(PickupCode))?
    }

    /// The six digits, for the resident alone.
    pub fn digits(self) -> String {
        format!("{:06}", self.0)
    }

    /// A code that is not taken, drawn from a random number; None where a point has used up all of them.
    pub fn draw(random: u64, mut is_taken: impl FnMut(PickupCode) -> bool) -> Option<PickupCode> {
        let mut state = random;
        for _ in 0..DRAWS_MAX {
            let code = PickupCode((state % u64::from(CODES)) as u32);
            if !is_taken(code) {
                return Some(code);
            }
            state = stirred(state);
        }
        let start = (state % u64::from(CODES)) as u32;
        (0..CODES).map(|step| PickupCode((start + step) % CODES)).find(|code| !is_taken(*code))
    }
}

impl std::fmt::Debug for PickupCode {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("PickupCode(hidden)")
    }
}

/// The next number of a sequence (splitmix64).
fn stirred(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Seals codes and finds them again.
#[derive(Clone)]
pub struct CodeSafe {
    hashing: Hmac<Sha256>,
    sealing: ChaCha20Poly1305,
}

impl CodeSafe {
    pub fn new(key: &ServerKey) -> CodeSafe {
        let hashing = Hmac::new_from_slice(&key.derive("pickup-code-hash")).expect("HMAC takes keys of any length");
        CodeSafe { hashing, sealing: ChaCha20Poly1305::new(&key.derive("pickup-code-seal").into()) }
    }

    /// What a code of a point is found by.
    pub fn hash(&self, point_id: i64, code: PickupCode) -> i64 {
        let mut mac = self.hashing.clone();
        mac.update(&point_id.to_be_bytes());
        mac.update(&code.0.to_be_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        i64::from_be_bytes(bytes[..8].try_into().expect("eight bytes of thirty-two"))
    }

    /// The code of an order as it is stored. An order has one code for ever, so its id serves as the nonce.
    pub fn seal(&self, order_id: i64, code: PickupCode) -> String {
        let bytes = code.0.to_be_bytes();
        let sealed = self.sealing.encrypt(&nonce(order_id), &bytes[1..]).expect("three bytes can be sealed");
        STANDARD_NO_PAD.encode(sealed)
    }

    /// The code of an order; None where it was sealed with another key, for another order, or is damaged.
    pub fn open(&self, order_id: i64, sealed: &str) -> Option<PickupCode> {
        let sealed = STANDARD_NO_PAD.decode(sealed).ok()?;
        let bytes = self.sealing.decrypt(&nonce(order_id), sealed.as_slice()).ok()?;
        let [a, b, c] = bytes.try_into().ok()?;
        Some(PickupCode(u32::from_be_bytes([0, a, b, c]))).filter(|code| code.0 < CODES)
    }
}

impl std::fmt::Debug for CodeSafe {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("CodeSafe(hidden)")
    }
}

fn nonce(order_id: i64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&order_id.to_be_bytes());
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(step: u8) -> CodeSafe {
        let bytes = std::array::from_fn(|at| (at as u8).wrapping_mul(step));
        CodeSafe::new(&ServerKey::new(bytes).expect("many different bytes"))
    }

    #[test]
    fn a_code_is_six_digits_and_hides() {
        for (text, is_code) in
            [("012345", true), ("12345", false), ("1234567", false), ("12345a", false), ("１２３４５６", false)]
        {
            assert_eq!(PickupCode::parse(text).is_some(), is_code, "{text}");
        }
        let code = PickupCode::parse("000042").expect("six digits");
        assert_eq!(code.digits(), "000042");
        assert_eq!(format!("{code:?}"), "PickupCode(hidden)");
    }

    #[test]
    fn a_free_code_is_drawn_as_long_as_there_is_one() {
        let drawn = PickupCode::draw(7, |_| false).expect("all are free");
        assert_ne!(PickupCode::draw(7, |code| code == drawn), Some(drawn));
        let only = PickupCode(999_999);
        assert_eq!(PickupCode::draw(7, |code| code != only), Some(only));
        assert_eq!(PickupCode::draw(7, |_| true), None);
    }

    #[test]
    fn a_sealed_code_opens_for_its_order_and_key_alone() {
        let (safe, other) = (safe(7), safe(11));
        let code = PickupCode::parse("730264").expect("six digits");
        let sealed = safe.seal(5, code);
        assert!(!sealed.contains("730264"));
        assert_eq!(safe.open(5, &sealed), Some(code));
        assert_eq!(safe.open(6, &sealed), None);
        assert_eq!(other.open(5, &sealed), None);
        assert_eq!(safe.open(5, "?"), None);
        assert_ne!(safe.hash(1, code), safe.hash(2, code));
        assert_ne!(safe.hash(1, code), other.hash(1, code));
    }
}
