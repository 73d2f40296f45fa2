//! Bars that answer one question: the title is the answer, a figure stands at each bar, and a table lies behind.

/// Pixels of a bar with its label above it.
const ROW: u32 = 40;

/// A plot, ready for its template. Widths are percent of the plot.
pub struct Bars {
    pub id: &'static str,
    pub title: String,
    pub axis: String,
    pub bars: Vec<Bar>,
    /// Heads of the table.
    pub heads: [&'static str; 2],
    /// Rows of the table, all of them.
    pub table: Vec<(String, String)>,
}

pub struct Bar {
    pub y: u32,
    pub width: f64,
    pub label: String,
    pub text: String,
}

impl Bars {
    /// Bars of these rows (label, size, figure as read), at most `most` of them drawn.
    pub fn new(
        (id, title, axis): (&'static str, String, String),
        heads: [&'static str; 2],
        rows: Vec<(String, u64, String)>,
        most: usize,
    ) -> Bars {
        let greatest = rows.iter().map(|row| row.1).max().unwrap_or(0).max(1);
        let bar = |((label, size, text), at): (&(String, u64, String), u32)| Bar {
            y: at * ROW,
            width: (*size as f64 * 100.0 / greatest as f64).max(0.5),
            label: label.clone(),
            text: text.clone(),
        };
        Bars {
            id,
            title,
            axis,
            bars: rows.iter().take(most).zip(0..).map(bar).collect(),
            heads,
            table: rows.into_iter().map(|(label, _, text)| (label, text)).collect(),
        }
    }

    pub fn height(&self) -> u32 {
        self.bars.len() as u32 * ROW
    }
}
