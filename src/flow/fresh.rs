//! Randomness from the operating system, for secrets.

use crate::domain::secret::Secret;
use crate::flow::FlowError;
use crate::store::backend::StoreError;

/// Bytes that nobody can guess.
///
/// # Errors
/// Where the operating system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N], FlowError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

/// A new secret.
///
/// # Errors
/// Where the operating system has no randomness to give.
pub fn secret() -> Result<Secret, FlowError> {
    Ok(Secret::new(bytes()?))
}

/// Characters of a password that is read from a screen: none that look alike.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 80 random bits in four groups: `k7mq-x2np-…`.
///
/// # Errors
/// Where the operating system has no randomness to give.
pub fn password() -> Result<String, FlowError> {
    let letters = bytes::<16>()?.map(|byte| char::from(READABLE[usize::from(byte % 32)]));
    Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_readable_and_differ() {
        let (one, other) = (password().expect("randomness"), password().expect("randomness"));
        assert_ne!(one, other);
        assert_eq!((one.len(), one.matches('-').count()), (19, 3));
    }
}
