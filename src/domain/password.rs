//! Passwords: which are too weak, and how they are kept (argon2id, 19 MiB, two passes, one lane).

use std::collections::HashSet;
use std::sync::OnceLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;

use crate::domain::errors::RuleError;

/// KiB of memory that one guess costs.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Characters that a password has at least, and bytes at most: whole sentences fit, a flood does not.
const CHARS_MIN: usize = 8;
const BYTES_MAX: usize = 256;

/// The 3,000 passwords of at least eight characters that are guessed first, in lower case.
const WORST: &str = include_str!("password/worst.txt");

/// Whether a password may be set. What it is made of is its owner's choice.
///
/// # Errors
/// `weak_password`, with what to do.
pub fn check_password(password: &str, login_name: &str) -> Result<(), RuleError> {
    let weak = |zh: &str, en: &str| Err(RuleError::Refused { code: "weak_password", zh: zh.into(), en: en.into() });
    let (password, plain) = (composed(password), composed(password).to_lowercase());
    if password.chars().count() < CHARS_MIN {
        return weak("密码至少 8 个字", "a password has at least 8 characters");
    }
    if password.len() > BYTES_MAX {
        return weak("密码太长，最多 256 字节", "a password has at most 256 bytes");
    }
    let is_one_sign = plain.chars().all(|sign| plain.starts_with(sign));
    if is_one_sign || worst().contains(plain.as_str()) || plain.contains(login_name) {
        return weak(
            "这个密码太容易被猜到，请换一个，例如几个不相干的词",
            "this password is easily guessed; take another, such as a few unrelated words",
        );
    }
    Ok(())
}

fn worst() -> &'static HashSet<&'static str> {
    static WORST_SET: OnceLock<HashSet<&str>> = OnceLock::new();
    WORST_SET.get_or_init(|| WORST.lines().collect())
}

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

/// Whether this is the password of which `kept` is kept. Without one (`None`) it is not, and takes as long to say so.
pub fn is_password(password: &str, kept: Option<&str>) -> bool {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    let nobodys = || NOBODYS.get_or_init(|| hash_password("nobody's", [0; 16])).as_str();
    let Ok(hash) = PasswordHash::new(kept.unwrap_or_else(nobodys)) else { return false };
    let shown = composed(if password.len() <= BYTES_MAX { password } else { "" });
    argon2().verify_password(shown.as_bytes(), &hash).is_ok() && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let kept = hash_password("clouds over 西湖", [7; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(is_password("clouds over 西湖", Some(&kept)));
        assert!(!is_password("clouds over 西溪", Some(&kept)));
        assert!(!is_password("clouds over 西湖", Some("")));
        assert!(!is_password("nobody's", None));
    }

    #[test]
    fn what_is_guessed_first_is_refused_and_nothing_is_asked_of_the_rest() {
        for weak in ["", "1234567", "鸡蛋鸡蛋", "12345678", "PassWord1", "woaini1314", "aaaaaaaaaaa", "wang.f-2026"]
        {
            assert_eq!(check_password(weak, "wang.f").map_err(|error| error.code()), Err("weak_password"), "{weak}");
        }
        for sound in ["four plain words here", "幸福里三号楼东门口", "kxwqzvmt"] {
            assert!(check_password(sound, "wang.f").is_ok(), "{sound}");
        }
        assert_eq!(worst().len(), 3000);
        assert!(worst().iter().all(|word| word.chars().count() >= CHARS_MIN && *word == word.to_lowercase()));
    }
}
