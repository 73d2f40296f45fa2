//! How deep JSON is nested, counted while it arrives: what is deeper than any of ours is refused before it is parsed.

/// The deepest nesting that is taken.
pub const DEPTH_MAX: u32 = 64;

/// Counts open brackets outside of strings, from chunk to chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Depth {
    open: u32,
    in_string: bool,
    after_backslash: bool,
}

impl Depth {
    /// Goes through the next bytes. False: too deep.
    pub fn take(&mut self, chunk: &[u8]) -> bool {
        for byte in chunk {
            if self.in_string {
                match byte {
                    _ if self.after_backslash => self.after_backslash = false,
                    b'\\' => self.after_backslash = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'[' | b'{' => self.open += 1,
                b']' | b'}' => self.open = self.open.saturating_sub(1),
                _ => {}
            }
            if self.open > DEPTH_MAX {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_outside_of_strings_only() {
        let check = |text: &str, want: bool| {
            let mut depth = Depth::default();
            // In chunks of one byte, so that every border between chunks is tried.
            let all = text.as_bytes().chunks(1).all(|chunk| depth.take(chunk));
            assert_eq!(all, want, "{text}");
        };
        check(&("[".repeat(64) + &"]".repeat(64)), true);
        check(&"[".repeat(65), false);
        check(&"{\"a\":".repeat(65), false);
        check(&"[]".repeat(1000), true);
        check(&format!("\"{}\"", "[".repeat(100)), true);
        check(&format!("\"\\\"{}\"", "[".repeat(100)), true);
        check(&format!("\"\\\\\"{}", "[".repeat(65)), false);
    }
}
