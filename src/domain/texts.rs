//! Many short texts in one allocation, read by index: a day has millions of them.

/// A list of texts stored back to back.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        let end = u32::try_from(self.bytes.len()).expect("the texts of a day stay under 4 GiB");
        self.ends.push(end);
    }

    /// The text at `index`. Panics past the end, as a slice does.
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.bytes[start..self.ends[index] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_went_in() {
        let mut texts = Texts::default();
        for text in ["", "鸡蛋", "a", ""] {
            texts.push(text);
        }
        let back: Vec<&str> = (0..texts.len()).map(|i| texts.get(i)).collect();
        assert_eq!(back, ["", "鸡蛋", "a", ""]);
    }
}
