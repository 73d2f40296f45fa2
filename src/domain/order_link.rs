//! The link under which a resident sees an order, `/o/{token}`.
//!
//! A token is the order's number and 128 bits that only the server's key can make of it. So a lost link can be shown
//! again, a repeated answer tells the same one, and nothing that opens it stands in the database. A link that a leader
//! passes on opens the same page, but shows no pickup code: that is the resident's alone.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::server_key::ServerKey;

/// Bytes of a signature that stand in a token.
const SIGNED: usize = 16;

/// Whose hands a link is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The device that placed the order.
    Resident,
    /// Whoever got it from the leader.
    PassedOn,
}

impl Holder {
    const ALL: [Holder; 2] = [Holder::Resident, Holder::PassedOn];

    /// What the key signs for.
    fn usage(self) -> &'static str {
        match self {
            Holder::Resident => "order-link",
            Holder::PassedOn => "order-link-passed-on",
        }
    }
}

/// The token of an order's link: characters that stand in an address as they are.
pub fn token(key: &ServerKey, holder: Holder, order_no: &str) -> String {
    let signature = key.sign(holder.usage(), order_no.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode([&signature[..SIGNED], order_no.as_bytes()].concat())
}

/// The order that a token opens, and to whom; None for whatever our key has not made.
pub fn opened(key: &ServerKey, token: &str) -> Option<(String, Holder)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (shown, order_no) = bytes.split_first_chunk::<SIGNED>()?;
    let holder = Holder::ALL.into_iter().find(|holder| {
        let want = key.sign(holder.usage(), order_no);
        // Every byte is looked at, so that the time taken does not tell how many were right.
        want[..SIGNED].iter().zip(shown).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
    })?;
    Some((String::from_utf8(order_no.to_vec()).ok()?, holder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_makes_links_and_each_opens_its_own_order() {
        let key = |from: u8| ServerKey::new(std::array::from_fn(|at| at as u8 + from)).expect("32 different bytes");
        for holder in Holder::ALL {
            let made = token(&key(0), holder, "261122-W17");
            assert_eq!(opened(&key(0), &made), Some(("261122-W17".to_owned(), holder)));
            assert_eq!(opened(&key(1), &made), None);
            for at in 0..made.len() {
                let mut forged = made.clone();
                forged.replace_range(at..=at, if &made[at..=at] == "A" { "B" } else { "A" });
                assert_eq!(opened(&key(0), &forged), None, "{forged}");
            }
        }
        for text in ["", "AAAA", &"A".repeat(40), "团"] {
            assert_eq!(opened(&key(0), text), None, "{text}");
        }
    }
}
