//! Codes that people give things: they become file names, document numbers and addresses, so their form is bounded.

/// The longest code, in characters.
pub const CODE_CHARS_MAX: usize = 40;

/// Whether a text may serve as a code (leader, point, SKU, supplier, warehouse, cycle, order number …).
///
/// 1–40 letters (of any script), digits, `-`, `_` or `.`, not beginning with a dot: safe in a file name, an address
/// and a CSV cell on every system.
pub fn is_code(text: &str) -> bool {
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().count() <= CODE_CHARS_MAX && !text.starts_with('.') && text.chars().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_safe_as_a_file_name() {
        for good in ["A", "L-001", "幸福里3号", "261122", "a.b_c", "0203"] {
            assert!(is_code(good), "{good}");
        }
        let long = "x".repeat(41);
        for bad in ["", ".a", "../a", "a/b", "a b", "a\n", "=1", "a:b", "*", long.as_str()] {
            assert!(!is_code(bad), "{bad}");
        }
    }
}
