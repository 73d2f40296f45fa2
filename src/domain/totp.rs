//! The second factor: six digits from a shared secret and the time (RFC 6238: SHA-1, 30 seconds), as every
//! authenticator app makes them.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::domain::time::Moment;

const STEP_US: i64 = 30_000_000;
/// Steps by which a phone's clock may be off.
const DRIFT: i64 = 1;

/// What the server and an authenticator app share: 160 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    pub fn new(random: [u8; 20]) -> TotpSecret {
        TotpSecret(random)
    }

    pub fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The code at a time.
    pub fn code_at(&self, at: Moment) -> String {
        self.code(at.0.div_euclid(STEP_US))
    }

    /// The time step of a code that is right now and comes after the last one that was accepted.
    pub fn step_of(&self, code: &str, now: Moment, last: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let middle = now.0.div_euclid(STEP_US);
        let mut steps = middle - DRIFT..=middle + DRIFT;
        steps.find(|&step| last.is_none_or(|last| step > last) && self.code(step) == code)
    }

    fn code(&self, step: i64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(hash[19] & 15);
        let part = [hash[offset] & 127, hash[offset + 1], hash[offset + 2], hash[offset + 3]];
        format!("{:06}", u32::from_be_bytes(part) % 1_000_000)
    }

    /// The secret as people type it into an app: base 32.
    pub fn to_text(&self) -> String {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits = self.0.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let bits: Vec<u8> = bits.collect();
        let digit = |five: &[u8]| DIGITS[five.iter().fold(0, |sum, bit| sum << 1 | usize::from(*bit))];
        bits.chunks(5).map(|five| char::from(digit(five))).collect()
    }

    /// The address that an app reads from a QR code. `account` is a login name.
    pub fn address(&self, account: &str) -> String {
        let account: String = account.bytes().map(percent).collect();
        format!("otpauth://totp/Tuan:{account}?secret={}&issuer=Tuan", self.to_text())
    }
}

fn percent(byte: u8) -> String {
    let is_plain = byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("TotpSecret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's examples, whose codes have eight digits: ours are their last six.
    fn example() -> TotpSecret {
        TotpSecret::new(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(example().code_at(Moment(second * 1_000_000)), code);
        }
        assert_eq!(example().to_text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(example().address("王 f").starts_with("otpauth://totp/Tuan:%E7%8E%8B%20f?secret=GEZDG"));
    }

    #[test]
    fn a_code_is_accepted_once_and_a_minute_off_at_most() {
        let at = |second: i64| Moment(second * 1_000_000);
        let code = example().code_at(at(59));
        assert_eq!(example().step_of(&code, at(59), None), Some(1));
        assert_eq!(example().step_of(" 287 082", at(89), None), Some(1));
        assert_eq!(example().step_of(&code, at(59), Some(1)), None, "it was accepted before");
        assert_eq!(example().step_of(&code, at(90), None), None);
        assert_eq!(example().step_of("", at(59), None), None);
    }
}
