//! Passwords: which are too weak, and how they are kept (argon2id, 19 MiB, two passes, one lane).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;

/// KiB of memory that one guess costs.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The longest password, in bytes: whole sentences fit, a flood does not.
const BYTES_MAX: usize = 256;

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The same characters are the same password, whichever keyboard composed them.
fn composed(password: &str) -> String {
    password.nfkc().collect()
}

/// What is kept of a password; `salt` is random.
pub fn hash_password(password: &str, salt: [u8; 16]) -> String {
    let hashed = argon2().hash_password_with_salt(composed(password).as_bytes(), &salt);
    hashed.expect("a salt of 16 bytes and a password of any length can be hashed").to_string()
}

/// Whether this is the password of which `kept` is kept. Takes as long for any answer.
pub fn is_password(password: &str, kept: &str) -> bool {
    let Ok(kept) = PasswordHash::new(kept) else { return false };
    password.len() <= BYTES_MAX && argon2().verify_password(composed(password).as_bytes(), &kept).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let kept = hash_password("clouds over 西湖", [7; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_password("clouds over 西湖", &kept));
        assert!(!is_password("clouds over 西溪", &kept));
        assert!(!is_password("clouds over 西湖", ""));
    }
}
