//! The token in a resident's QR code: an order's number, signed with ECDSA P-256, so that a phone which holds the public
//! key can tell a true one from a forged one without a connection and without a secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

use crate::domain::server_key::ServerKey;

/// What stands before the number in the signed message, so that a signature serves nothing else.
const PURPOSE: &str = "tuan-pickup:1:";

/// Signs and reads pickup tokens.
#[derive(Clone)]
pub struct TokenPress {
    signing: SigningKey,
    verifying: VerifyingKey,
}

impl TokenPress {
    pub fn new(key: &ServerKey) -> TokenPress {
        // One number in 2^32 is no key of the curve; the next derived one then is.
        let signing = (0..)
            .find_map(|turn| SigningKey::from_slice(&key.derive(&format!("pickup-token:{turn}"))).ok())
            .expect("some derived number is a key");
        let verifying = *signing.verifying_key();
        TokenPress { signing, verifying }
    }

    /// The token of an order: `number.signature`, both in URL-safe base64; the signature is r and s, as WebCrypto has it.
    pub fn token(&self, order_no: &str) -> String {
        let signature: Signature = self.signing.sign(format!("{PURPOSE}{order_no}").as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(order_no), URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The order's number, if the token is one of ours.
    pub fn order_no(&self, token: &str) -> Option<String> {
        let (number, signature) = token.split_once('.')?;
        let order_no = String::from_utf8(URL_SAFE_NO_PAD.decode(number).ok()?).ok()?;
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        self.verifying.verify(format!("{PURPOSE}{order_no}").as_bytes(), &signature).ok()?;
        Some(order_no)
    }

    /// The public key as an uncompressed point (65 bytes) in URL-safe base64: WebCrypto's `raw` form.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.verifying.to_sec1_point(false).as_bytes())
    }
}

impl std::fmt::Debug for TokenPress {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("TokenPress(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_order_and_a_forged_one_names_none() {
        let press = |step: u8| {
            let bytes = std::array::from_fn(|at| (at as u8).wrapping_mul(step));
            TokenPress::new(&ServerKey::new(bytes).expect("many different bytes"))
        };
        let (ours, other) = (press(7), press(11));
        let token = ours.token("261122-W17");
        assert_eq!(ours.order_no(&token).as_deref(), Some("261122-W17"));
        assert_eq!(other.order_no(&token), None);
        let (_, signature) = token.split_once('.').expect("two parts");
        let forged = format!("{}.{signature}", URL_SAFE_NO_PAD.encode("261122-W18"));
        assert_eq!(ours.order_no(&forged), None);
        for broken in ["", ".", "a.b", &token[1..], &token[..token.len() - 2]] {
            assert_eq!(ours.order_no(broken), None, "{broken}");
        }
        assert_eq!(ours.token("261122-W17"), token, "a token is the same each time");
        assert_eq!(ours.public_key().len(), 87);
    }
}
