//! 标签: what sticks on each tote of a point, and on each household's bag. A weighed bag's label is made at the scales.

use crate::domain::facts::TempZone;
use crate::domain::people::Person;
use crate::sheets::blocks::{self, Block, ListedBy};
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::press::Press;

/// One label, as it is printed.
#[derive(Clone, Debug)]
pub enum Label<'a> {
    Tote {
        no: u64,
        of: u64,
        temp_zone: TempZone,
    },
    Household {
        /// Its place on the pickup list.
        no: u64,
        of: u64,
        building: &'a str,
        /// Unit and room.
        room: String,
        /// What it is called out by: building, unit and room, else a name.
        place: String,
        items: String,
    },
}

/// The labels of a point: its totes by zone, then the households that get anything, as the pickup list has them.
pub fn labels<'a>(press: &Press<'a>, point_ix: u32) -> Vec<Label<'a>> {
    let totes = press.totes_of(point_ix as usize);
    let of = totes.total();
    let mut labels: Vec<Label<'a>> =
        (1..).zip(totes.zones()).map(|(no, temp_zone)| Label::Tote { no, of, temp_zone }).collect();
    let blocks = blocks::of_point(press, point_ix, ListedBy::Room);
    let of = blocks.len() as u64;
    for ((no, block), orders) in (1..).zip(&blocks).zip(press.households(point_ix).iter()) {
        if block.pieces() == 0 {
            continue;
        }
        let Person { building, unit_no, room, .. } = press.person(orders[0]);
        let within = Person { unit_no, room, ..Person::default() };
        let (room, place) = (within.address(), block.label().to_owned());
        labels.push(Label::Household { no, of, building, room, place, items: items(press, block) });
    }
    labels
}

/// What is in the bag: `上海青 ×3；土鸡蛋 30枚 ×2`.
fn items(press: &Press<'_>, block: &Block<'_>) -> String {
    let given = block.items.iter().filter(|(_, item)| item.due > 0);
    given
        .map(|(&offer_ix, item)| format!("{} ×{}", press.short_name(offer_ix), item.due))
        .collect::<Vec<_>>()
        .join("；")
}

pub fn print(press: &Press<'_>, point_ix: u32, sink: &mut dyn Sink) {
    let point = &press.book.points[point_ix as usize];
    for label in labels(press, point_ix) {
        let (kind, no, of) = match &label {
            Label::Tote { no, of, .. } => ("筐签", *no, *of),
            Label::Household { no, of, .. } => ("户签", *no, *of),
        };
        let [temp_zone, building, room, items] = match &label {
            Label::Tote { temp_zone, .. } => [Cell::Text(temp_zone.zh()), Cell::Blank, Cell::Blank, Cell::Blank],
            Label::Household { building, room, items, .. } => {
                [Cell::Blank, Cell::Text(building), Cell::Text(room), Cell::Text(items)]
            }
        };
        let (slot_no, of_point) = (Cell::Int(i64::from(point.slot_no)), Cell::Text(&point.name));
        let (no, of) = (Cell::count(no), Cell::count(of));
        sink.row(&[
            Cell::Text(kind),
            slot_no,
            of_point,
            no,
            of,
            temp_zone,
            building,
            room,
            items,
            Cell::Blank,
            Cell::Blank,
            Cell::Blank,
        ]);
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::documents::DocumentKind;
    use crate::sheets::{CsvOptions, Document, Heads, HtmlOptions, Press, pages_of, print_csv, print_html, sample};

    #[test]
    fn each_tote_and_each_household_gets_a_label() {
        let book = sample::book();
        let press = Press::new(&book);
        let rows = |key: &str| -> Vec<String> {
            let document = Document::find(&book, DocumentKind::Label, key).expect("issued");
            let mut out = Vec::new();
            let options = CsvOptions { heads: Heads::Key, ..CsvOptions::default() };
            print_csv(&press, &document, options, &mut out).expect("prints");
            String::from_utf8(out).expect("UTF-8").lines().skip(1).map(str::to_owned).collect()
        };
        let lead = "LB-261122-002,3,261122";
        assert_eq!(
            rows("P2"),
            [
                format!("{lead},筐签,2,东门,1,2,常温,,,,,,"),
                format!("{lead},筐签,2,东门,2,2,冷冻,,,,,,"),
                format!("{lead},户签,2,东门,1,1,,5,1-0203\t,土鸡蛋 30枚 ×2；汤圆 ×5,,,"),
            ]
        );
        // A household that gets nothing has no bag, and keeps its place on the list.
        assert_eq!(rows("P3").iter().filter(|row| row.contains("户签,3,西门,1,2,")).count(), 1);
        assert_eq!(rows("P3").len(), 3);
        let document = Document::find(&book, DocumentKind::Label, "P2").expect("issued");
        assert_eq!(pages_of(&press, &document).expect("known"), 3);
    }

    #[test]
    fn a_label_is_printed_alone_and_names_the_household_by_number() {
        let book = sample::book();
        let document = Document::find(&book, DocumentKind::Label, "P1").expect("issued");
        let mut out = Vec::new();
        print_html(&Press::new(&book), &document, HtmlOptions::default(), &mut out).expect("prints");
        let html = String::from_utf8(out).expect("UTF-8");
        assert!(html.contains("<b class=\"slot\">1</b><p class=\"stop\">R1-1</p>") && html.contains("<b>2/2</b> 冷藏"));
        assert!(html.contains("<b class=\"place\">3-2-1502</b><p class=\"items\">上海青 ×3；土鸡蛋 30枚 ×2</p>"));
        assert!(html.contains("<figcaption>LB-261122-001-002</figcaption>") && !html.contains("<header"));
    }
}
