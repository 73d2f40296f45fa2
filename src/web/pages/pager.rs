//! A long list, a page at a time.

/// Where a page of a list stands.
pub struct Pager {
    /// From 1.
    pub at: usize,
    pub pages: usize,
    /// Rows of the whole list.
    pub total: usize,
    pub back: Option<String>,
    pub next: Option<String>,
}

impl Pager {
    /// Page `wanted` (from 1; none: the first) of `total` rows, `rows_max` to a page. A page beyond the end is the last one.
    pub fn new(wanted: Option<usize>, total: usize, rows_max: usize, address: impl Fn(usize) -> String) -> Pager {
        let pages = total.div_ceil(rows_max).max(1);
        let at = wanted.unwrap_or(1).clamp(1, pages);
        Pager { at, pages, total, back: (at > 1).then(|| address(at - 1)), next: (at < pages).then(|| address(at + 1)) }
    }

    /// The rows of that page.
    pub fn cut<T>(
        rows: Vec<T>,
        wanted: Option<usize>,
        rows_max: usize,
        address: impl Fn(usize) -> String,
    ) -> (Vec<T>, Pager) {
        let pager = Pager::new(wanted, rows.len(), rows_max, address);
        let shown = rows.into_iter().skip((pager.at - 1) * rows_max).take(rows_max).collect();
        (shown, pager)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: Option<usize>, total: usize, shown: std::ops::Range<usize>, at: usize, beside: (bool, bool)) {
        let (rows, pager) = Pager::cut((0..total).collect(), wanted, 10, |page| format!("?page={page}"));
        assert_eq!(rows, shown.collect::<Vec<_>>());
        assert_eq!((pager.at, pager.total), (at, total));
        assert_eq!(pager.back, beside.0.then(|| format!("?page={}", at - 1)));
        assert_eq!(pager.next, beside.1.then(|| format!("?page={}", at + 1)));
    }

    #[test]
    fn every_row_is_on_one_page() {
        check(None, 0, 0..0, 1, (false, false));
        check(None, 10, 0..10, 1, (false, false));
        check(Some(1), 11, 0..10, 1, (false, true));
        check(Some(2), 11, 10..11, 2, (true, false));
        check(Some(2), 30, 10..20, 2, (true, true));
    }

    #[test]
    fn a_page_that_is_not_there_is_the_nearest() {
        check(Some(0), 11, 0..10, 1, (false, true));
        check(Some(usize::MAX), 11, 10..11, 2, (true, false));
    }
}
