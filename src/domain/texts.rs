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

    /// Adds the texts of another list behind its own.
    pub fn append(&mut self, behind: &Texts) {
        let start = u32::try_from(self.bytes.len()).expect("the texts of a day stay under 4 GiB");
        self.bytes.push_str(&behind.bytes);
        u32::try_from(self.bytes.len()).expect("the texts of a day stay under 4 GiB");
        self.ends.extend(behind.ends.iter().map(|end| start + end));
    }

    /// The text at `index`. Panics past the end, as a slice does.
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.bytes[start..self.ends[index] as usize]
    }

    /// The texts from `first` on, as many as are asked for. Panics past the end, as a slice does.
    pub fn run<const N: usize>(&self, first: usize) -> [&str; N] {
        let mut start = if first == 0 { 0 } else { self.ends[first - 1] as usize };
        let ends = &self.ends[first..first + N];
        std::array::from_fn(|i| {
            let text = &self.bytes[start..ends[i] as usize];
            start = ends[i] as usize;
            text
        })
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
        assert_eq!((texts.run(0), texts.run(2)), (["", "鸡蛋", "a"], ["a", ""]));
        let mut whole = texts.clone();
        whole.append(&texts);
        assert_eq!((whole.len(), whole.run(3)), (8, ["", "", "鸡蛋"]));
    }
}
