//! The link under which a supplier reads and answers a purchase order, `/s/{token}`.
//!
//! A token is the id of the link's row and 128 bits that only the server's key can make of it. So the link can be shown
//! again and again, and nothing that opens it stands in the database.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::server_key::ServerKey;

/// What the key signs for.
const USE: &str = "purchase-link";
const SIGNED: usize = 16;

/// The token of a link, 32 characters that stand in an address as they are.
pub fn token(key: &ServerKey, link_id: i64) -> String {
    let id = link_id.to_be_bytes();
    BASE64_URL_SAFE_NO_PAD.encode([&id[..], &key.sign(USE, &id)[..SIGNED]].concat())
}

/// The id of the link that a token opens; None for whatever our key has not made.
pub fn link_id(key: &ServerKey, token: &str) -> Option<i64> {
    let bytes: [u8; 8 + SIGNED] = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (id, shown) = bytes.split_first_chunk::<8>()?;
    let want = key.sign(USE, id);
    // Every byte is looked at, so that the time taken does not tell how many were right.
    let differs = want[..SIGNED].iter().zip(shown).fold(0, |sum, (one, other)| sum | (one ^ other));
    (differs == 0).then(|| i64::from_be_bytes(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_makes_tokens_and_each_opens_its_own_link() {
        let key = |from: u8| ServerKey::new(std::array::from_fn(|at| at as u8 + from)).expect("32 different bytes");
        let made = token(&key(0), 7);
        assert_eq!((made.len(), link_id(&key(0), &made)), (32, Some(7)));
        assert_eq!(link_id(&key(1), &made), None);
        let mut other = made.clone();
        other.replace_range(9..10, if &made[9..10] == "A" { "B" } else { "A" });
        assert_eq!(link_id(&key(0), &other), None);
        for text in ["", "AAAA", &made[1..], &format!("{made}A"), &"A".repeat(32)] {
            assert_eq!(link_id(&key(0), text), None, "{text}");
        }
    }
}
