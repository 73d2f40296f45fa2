//! What the head block of a printed sheet says beside its table.

use std::fmt;

/// A label and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
}

/// A fact in one line.
pub fn fact(label: &'static str, value: impl fmt::Display) -> Fact {
    Fact { label, value: value.to_string() }
}

/// Joins the parts that say something.
pub fn joined(parts: &[Option<&str>], between: &str) -> String {
    parts.iter().copied().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}
