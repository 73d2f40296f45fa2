//! Orders by hour as a small plot: this cycle's pieces, added up, against those of earlier cycles at the same time
//! before their cutoff. The title says the answer, and a table holds the figures.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::facts::Cycle;
use crate::domain::time::{Moment, Zone};
use crate::web::words::{Lang, count, day};

const HOUR: i64 = 3_600_000_000;
/// Points of a line.
const STEPS: i64 = 68;
/// Pixels above the plot and of the plot itself; the template's drawing has the same.
const TOP: f64 = 28.0;
const HEIGHT: f64 = 176.0;

/// Pieces ordered within hours of a cycle.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    pub cutoff_at: i64,
    /// Until when orders came: the cutoff, or now.
    pub until: i64,
    /// Begin of the hour, pieces.
    pub pieces: Vec<(i64, u64)>,
    /// Pieces by the point's id, of a cycle that takes orders only.
    pub by_point: BTreeMap<i64, u64>,
}

impl Hours {
    /// Pieces ordered until a moment. Within an hour they are taken to come evenly.
    fn at(&self, moment: i64) -> f64 {
        let sum = self.pieces.iter().map(|&(from, pieces)| {
            let from = from.min(self.until);
            let to = (from + HOUR).min(self.until);
            let part = if moment >= to { 1.0 } else { (moment - from) as f64 / (to - from) as f64 };
            pieces as f64 * part.clamp(0.0, 1.0)
        });
        sum.sum()
    }
}

/// A plot, ready for its template. Horizontal places are percent, vertical ones pixels.
pub struct Curve {
    pub title: String,
    /// How many there are against the last cycle of the same day of the week.
    pub alike: Option<String>,
    pub own: String,
    pub earlier: Vec<String>,
    pub grid: Vec<Mark>,
    pub ticks: Vec<Mark>,
    pub labels: Vec<Mark>,
    /// Time, pieces of this cycle, pieces of the earlier ones on average.
    pub table: Vec<(String, String, String)>,
    pub earlier_count: usize,
}

/// A text at a place.
pub struct Mark {
    pub x: f64,
    pub y: f64,
    /// Pixels to the right of `x`.
    pub dx: u32,
    pub anchor: &'static str,
    pub text: String,
}

/// What a plot is drawn from.
struct Plot<'a> {
    lang: Lang,
    zone: Zone,
    opens_at: i64,
    own: &'a Hours,
    earlier: &'a [Hours],
    /// Pieces at the plot's upper edge.
    top: f64,
}

/// Draws the hours of a cycle. None where no orders have come.
/// `alike` is the last cycle of the same day of the week.
pub fn draw(
    cycle: &Cycle,
    own: &Hours,
    earlier: &[Hours],
    alike: Option<&(NaiveDate, Hours)>,
    (zone, lang): (Zone, Lang),
) -> Option<Curve> {
    if own.pieces.is_empty() || own.until <= cycle.opens_at.0 {
        return None;
    }
    let greatest = earlier.iter().map(|hours| hours.at(hours.cutoff_at)).fold(own.at(own.until), f64::max);
    let step = grid_step(greatest);
    let top = (greatest / step).ceil().max(1.0) * step;
    let plot = Plot { lang, zone, opens_at: cycle.opens_at.0, own, earlier, top };
    Some(Curve {
        title: plot.title(cycle),
        alike: alike.and_then(|(date, hours)| plot.beside(*date, hours)),
        own: plot.line(own, own.until),
        earlier: earlier.iter().map(|hours| plot.line(hours, own.cutoff_at)).collect(),
        grid: (1..=(top / step) as u64).map(|at| plot.grid_line(at as f64 * step)).collect(),
        ticks: plot.ticks().into_iter().map(|at| plot.tick(at)).collect(),
        labels: plot.labels(cycle.state.is_frozen()),
        table: plot.ticks().into_iter().map(|at| plot.table_row(at)).collect(),
        earlier_count: earlier.len(),
    })
}

impl Plot<'_> {
    fn x(&self, moment: i64) -> f64 {
        (moment - self.opens_at) as f64 * 100.0 / (self.own.cutoff_at - self.opens_at) as f64
    }

    fn y(&self, pieces: f64) -> f64 {
        TOP + (1.0 - pieces / self.top) * HEIGHT
    }

    /// Pieces of another cycle at the same time before its own cutoff.
    fn of(&self, hours: &Hours, moment: i64) -> f64 {
        hours.at(moment - self.own.cutoff_at + hours.cutoff_at)
    }

    fn mean(&self, moment: i64) -> f64 {
        let sum: f64 = self.earlier.iter().map(|hours| self.of(hours, moment)).sum();
        sum / self.earlier.len().max(1) as f64
    }

    /// The points of a line, in thousandths of the plot.
    fn line(&self, hours: &Hours, until: i64) -> String {
        let span = self.own.cutoff_at - self.opens_at;
        let moments = (0..=STEPS).map(|step| self.opens_at + span / STEPS * step).filter(|&at| at < until);
        let point = |at: i64| {
            let y = 1000.0 - self.of(hours, at) / self.top * 1000.0;
            format!("{:.1},{y:.1}", self.x(at) * 10.0)
        };
        moments.chain([until]).map(point).collect::<Vec<_>>().join(" ")
    }

    fn grid_line(&self, pieces: f64) -> Mark {
        Mark { x: 0.0, y: self.y(pieces), dx: 0, anchor: "start", text: count(pieces as u64) }
    }

    /// Moments that are named below the plot, counted back from the cutoff: five or so.
    fn ticks(&self) -> Vec<i64> {
        let hours = (self.own.cutoff_at - self.opens_at) / HOUR;
        let step = [1, 2, 3, 4, 6, 12, 24].into_iter().find(|step| hours / step <= 5).unwrap_or(hours / 5);
        let back = (0..).map(|at| self.own.cutoff_at - at * step * HOUR);
        let mut ticks: Vec<i64> = back.take_while(|&at| at >= self.opens_at).collect();
        ticks.reverse();
        ticks
    }

    fn tick(&self, moment: i64) -> Mark {
        let x = self.x(moment);
        let anchor = if x < 5.0 {
            "start"
        } else if x > 95.0 {
            "end"
        } else {
            "middle"
        };
        Mark { x, y: TOP + HEIGHT + 18.0, dx: 0, anchor, text: self.clock(moment) }
    }

    fn clock(&self, moment: i64) -> String {
        self.zone.minute(Moment(moment)).get(11..).unwrap_or_default().to_owned()
    }

    /// Names the own line at its end, and the earlier ones beside theirs, on the side where they do not meet.
    fn labels(&self, is_frozen: bool) -> Vec<Mark> {
        let (own, end, cutoff_at) = (self.own.at(self.own.until), self.own.until, self.own.cutoff_at);
        let ends_early = self.x(end) < 70.0;
        let name = if is_frozen { self.lang.say("本期", "this cycle") } else { self.lang.say("现在", "now") };
        let text = format!("{name} {}", count(own as u64));
        let is_above = ends_early || own >= self.mean(end);
        // A text is as wide as the last third of a small screen: below a line it has to clear all of that.
        let third = cutoff_at - (cutoff_at - self.opens_at) * 3 / 10;
        let below = |pieces: f64| (self.y(pieces) + 22.0).min(TOP + HEIGHT - 6.0);
        let own_name = match (ends_early, is_above) {
            (true, _) => Mark { x: self.x(end), y: self.y(own) + 5.0, dx: 8, anchor: "start", text },
            (false, true) => Mark { x: self.x(end), y: self.y(own) - 8.0, dx: 0, anchor: "end", text },
            (false, false) => Mark { x: 100.0, y: below(self.own.at(third.min(end))), dx: 0, anchor: "end", text },
        };
        let mut labels = vec![own_name];
        let at_end = |at: i64| self.earlier.iter().map(move |hours| self.of(hours, at));
        if let Some(highest) = at_end(cutoff_at).reduce(f64::max) {
            let (earlier, mean) = (self.earlier.len(), count(self.mean(cutoff_at) as u64));
            let text = match self.lang {
                Lang::Zh => format!("前 {earlier} 期平均 {mean}"),
                Lang::En => format!("{earlier} earlier, mean {mean}"),
            };
            let lowest = at_end(third).fold(f64::INFINITY, f64::min);
            let y = if ends_early || !is_above { self.y(highest) - 8.0 } else { below(lowest) };
            labels.push(Mark { x: 100.0, y, dx: 0, anchor: "end", text });
        }
        labels
    }

    fn table_row(&self, moment: i64) -> (String, String, String) {
        let own = if moment <= self.own.until { count(self.own.at(moment) as u64) } else { "–".into() };
        let mean = if self.earlier.is_empty() { "–".into() } else { count(self.mean(moment) as u64) };
        (self.clock(moment), own, mean)
    }

    fn beside(&self, date: NaiveDate, alike: &Hours) -> Option<String> {
        let then = self.of(alike, self.own.until);
        if then < 1.0 {
            return None;
        }
        let percent = (self.own.at(self.own.until) / then - 1.0) * 100.0;
        let (change, then, date) = (percent.abs().round(), count(then as u64), day(date, self.lang));
        Some(match self.lang {
            Lang::Zh => {
                let more = if percent < 0.0 { "少" } else { "多" };
                format!("比上一个同样星期（{date} 提货）的同一时刻 {then} 件{more} {change}%")
            }
            Lang::En => {
                let more = if percent < 0.0 { "fewer" } else { "more" };
                format!("{change}% {more} than the {then} of the last cycle of that weekday ({date}) by this time")
            }
        })
    }

    fn title(&self, cycle: &Cycle) -> String {
        let own = self.own.at(self.own.until);
        let pieces = count(own as u64);
        let mut title = match (self.lang, cycle.state.is_frozen()) {
            (Lang::Zh, true) => format!("截单时 {pieces} 件"),
            (Lang::Zh, false) => format!("截至 {} 共 {pieces} 件", self.clock(self.own.until)),
            (Lang::En, true) => format!("{pieces} pieces at the cutoff"),
            (Lang::En, false) => format!("{pieces} pieces by {}", self.clock(self.own.until)),
        };
        let mean = self.mean(self.own.until);
        if mean >= 1.0 {
            let (percent, earlier) = ((own / mean - 1.0) * 100.0, self.earlier.len());
            let change = percent.abs().round();
            title += &match self.lang {
                Lang::Zh => {
                    let moment = if cycle.state.is_frozen() { "平均" } else { "距截单同一时刻平均" };
                    let more = if percent < 0.0 { "少" } else { "多" };
                    format!("，比前 {earlier} 期{moment}{more} {change}%")
                }
                Lang::En => {
                    let moment = if cycle.state.is_frozen() { "" } else { " at this time before the cutoff" };
                    let more = if percent < 0.0 { "fewer" } else { "more" };
                    format!(", {change}% {more} than the mean of {earlier} earlier cycles{moment}")
                }
            };
        }
        title
    }
}

/// A round step that divides the height into three to five.
fn grid_step(greatest: f64) -> f64 {
    let rough = (greatest / 5.0).max(1.0);
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 2.5, 5.0].into_iter().map(|step| step * power).find(|&step| step >= rough).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::states::CycleState;

    fn hours(cutoff_at: i64, pieces: &[u64]) -> Hours {
        let from = cutoff_at - pieces.len() as i64 * HOUR;
        let pieces = pieces.iter().zip(0..).map(|(&pieces, at)| (from + at * HOUR, pieces)).collect();
        Hours { cutoff_at, until: cutoff_at, pieces, by_point: BTreeMap::new() }
    }

    #[test]
    fn the_title_compares_with_earlier_cycles_at_the_same_time_before_their_cutoff() {
        let zone = Zone::default();
        let at = |text: &str| zone.parse(text).expect("a time");
        let cutoff_at = at("2026-11-22 23:00");
        let earlier = [hours(cutoff_at.0 - 24 * HOUR, &[10, 10, 30]), hours(cutoff_at.0 - 48 * HOUR, &[20, 20, 30])];
        let mut cycle = Cycle { cutoff_at, opens_at: at("2026-11-22 20:00"), ..Cycle::default() };
        let check = |cycle: &Cycle, own: &Hours, lang: Lang, want: &str| {
            assert_eq!(draw(cycle, own, &earlier, None, (zone, lang)).expect("orders came").title, want);
        };
        cycle.state = CycleState::Frozen;
        check(&cycle, &hours(cutoff_at.0, &[20, 30, 40]), Lang::Zh, "截单时 90 件，比前 2 期平均多 50%");
        cycle.state = CycleState::Open;
        let mut open = hours(cutoff_at.0, &[20, 4]);
        open.pieces.iter_mut().for_each(|hour| hour.0 -= HOUR);
        open.until = cutoff_at.0 - HOUR;
        check(&cycle, &open, Lang::Zh, "截至 22:00 共 24 件，比前 2 期距截单同一时刻平均少 20%");
        let alike = (chrono::NaiveDate::from_ymd_opt(2026, 11, 16).expect("a date"), earlier[1].clone());
        let drawn = draw(&cycle, &open, &earlier, Some(&alike), (zone, Lang::Zh)).expect("orders came");
        let want = "比上一个同样星期（2026-11-16 周一 提货）的同一时刻 40 件少 40%";
        assert_eq!(drawn.alike.as_deref(), Some(want));
        check(
            &cycle,
            &open,
            Lang::En,
            "24 pieces by 22:00, 20% fewer than the mean of 2 earlier cycles at this time before the cutoff",
        );
    }

    #[test]
    fn a_cycle_without_orders_has_no_plot() {
        let zone = Zone::default();
        assert!(draw(&Cycle::default(), &Hours::default(), &[], None, (zone, Lang::Zh)).is_none());
    }

    #[test]
    fn the_grid_has_round_figures() {
        assert_eq!([3.0, 90.0, 2431.0, 10577.0].map(grid_step), [1.0, 20.0, 500.0, 2500.0]);
    }
}
