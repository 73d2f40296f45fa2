//! What `/metrics` says: a page of figures in Prometheus' text form, written by whoever has any.

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use crate::domain::meters::Histogram;

type Collector = Box<dyn Fn(&mut Page) + Send + Sync>;

/// Everything that has figures to tell. Collectors are asked in the order in which they were added.
#[derive(Default)]
pub struct Meters {
    collectors: Mutex<Vec<Collector>>,
}

impl Meters {
    /// Adds a collector; it is asked at each reading and must be quick.
    pub fn add(&self, collector: impl Fn(&mut Page) + Send + Sync + 'static) {
        self.collectors.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(collector));
    }

    /// The whole page.
    pub fn page(&self) -> String {
        let mut page = Page { text: String::new() };
        for collector in self.collectors.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            collector(&mut page);
        }
        page.text
    }
}

/// A page being written. Names follow Prometheus: a prefix, a unit, `_total` for what only grows. Labels are written
/// as `name="value"`, with values of ours only.
pub struct Page {
    text: String,
}

impl Page {
    /// A number that only grows, for each set of labels.
    pub fn counter(&mut self, name: &str, help: &str, rows: &[(String, u64)]) {
        self.head(name, help, "counter");
        for (labels, value) in rows {
            self.row(name, labels, value);
        }
    }

    /// A number that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "gauge");
        self.row(name, "", &value);
    }

    /// How values are spread, for each set of labels; `scale` turns the histogram's unit into the name's.
    pub fn histogram(&mut self, name: &str, help: &str, scale: f64, rows: &[(String, &Histogram)]) {
        self.head(name, help, "histogram");
        for (labels, histogram) in rows {
            let more = if labels.is_empty() { String::new() } else { format!("{labels},") };
            let mut count = 0;
            for (bound, up_to) in histogram.cumulative() {
                let bound = bound.map_or("+Inf".to_owned(), |bound| (bound as f64 * scale).to_string());
                self.row(&format!("{name}_bucket"), &format!("{more}le=\"{bound}\""), &up_to);
                count = up_to;
            }
            self.row(&format!("{name}_sum"), labels, &(histogram.sum() as f64 * scale));
            self.row(&format!("{name}_count"), labels, &count);
        }
    }

    fn head(&mut self, name: &str, help: &str, kind: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn row(&mut self, name: &str, labels: &str, value: &dyn std::fmt::Display) {
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        let _ = writeln!(self.text, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_in_the_form_that_prometheus_reads() {
        let meters = Meters::default();
        meters.add(|page| {
            page.counter("a_total", "What happened.", &[("kind=\"x\"".into(), 2)]);
            page.gauge("b_bytes", "What there is.", 1.5);
            let spread = Histogram::new(&[500_000]);
            spread.note(250_000);
            page.histogram("c_seconds", "How long.", 1e-6, &[(String::new(), &spread)]);
        });
        let want = "# HELP a_total What happened.\n# TYPE a_total counter\na_total{kind=\"x\"} 2\n\
            # HELP b_bytes What there is.\n# TYPE b_bytes gauge\nb_bytes 1.5\n\
            # HELP c_seconds How long.\n# TYPE c_seconds histogram\nc_seconds_bucket{le=\"0.5\"} 1\n\
            c_seconds_bucket{le=\"+Inf\"} 1\nc_seconds_sum 0.25\nc_seconds_count 1\n";
        assert_eq!(meters.page(), want);
    }
}
