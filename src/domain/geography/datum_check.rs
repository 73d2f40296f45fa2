//! Is a file's datum what it was said to be? Districts tell: read rightly, more places lie in the district they name.

use super::districts::Districts;
use crate::domain::coordinates::{Datum, Place};

/// The least share of the places which name a district, in hundredths, that another reading must put right in addition
/// before a file is taken to be of that reading.
pub const DOUBT_PCT: u64 = 2;

/// One way to read a file's pairs of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub datum: Datum,
    /// Whether the latitudes stand in the column of longitudes.
    pub is_swapped: bool,
}

impl Reading {
    /// All there are: three datums in both orders.
    pub const ALL: [Reading; 6] = {
        const fn reading(datum: Datum, is_swapped: bool) -> Reading {
            Reading { datum, is_swapped }
        }
        [
            reading(Datum::Wgs84, false),
            reading(Datum::Gcj02, false),
            reading(Datum::Bd09, false),
            reading(Datum::Wgs84, true),
            reading(Datum::Gcj02, true),
            reading(Datum::Bd09, true),
        ]
    };

    /// How it is called: `BD-09`, `GCJ-02（经纬度对调 swapped）`.
    pub fn name(self) -> String {
        let swapped = if self.is_swapped { "（经纬度对调 swapped）" } else { "" };
        format!("{}{swapped}", self.datum.zh())
    }
}

/// A row of the file: its pair as it stands in the columns, and the district that it names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedPair {
    /// From the column of longitudes.
    pub longitude: f64,
    /// From the column of latitudes.
    pub latitude: f64,
    /// The index of a known district.
    pub district: usize,
}

/// How many places of a district were found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub district: String,
    /// Rows that name it.
    pub named: u64,
    /// Those of them that lie in it, by [`Reading::ALL`].
    pub hit: [u64; 6],
}

/// What a file's rows tell of its datum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How the file was said to be read.
    pub given: Reading,
    /// Districts that are named at all.
    pub districts: Vec<Tally>,
}

/// Reads every pair in each way and counts how many lie in the district that they name.
pub fn weigh(districts: &Districts, given: Reading, pairs: &[NamedPair]) -> Evidence {
    let mut tallies: Vec<Tally> =
        districts.all().iter().map(|d| Tally { district: d.name.clone(), named: 0, hit: [0; 6] }).collect();
    for pair in pairs {
        let tally = &mut tallies[pair.district];
        tally.named += 1;
        for (hit, reading) in tally.hit.iter_mut().zip(Reading::ALL) {
            let (x, y) =
                if reading.is_swapped { (pair.latitude, pair.longitude) } else { (pair.longitude, pair.latitude) };
            let place = Place::at(x, y, reading.datum);
            *hit += u64::from(place.is_ok_and(|place| districts.holds(pair.district, place.wgs84())));
        }
    }
    tallies.retain(|tally| tally.named > 0);
    Evidence { given, districts: tallies }
}

impl Evidence {
    /// Rows that name a known district.
    pub fn named(&self) -> u64 {
        self.districts.iter().map(|tally| tally.named).sum()
    }

    /// Those of them that lie in it when read so.
    pub fn hit(&self, reading: Reading) -> u64 {
        let index = index(reading);
        self.districts.iter().map(|tally| tally.hit[index]).sum()
    }

    /// Another reading that puts at least [`DOUBT_PCT`] in 100 more places right, if there is one: the best, the first of
    /// [`Reading::ALL`] among equals.
    pub fn looks_like(&self) -> Option<Reading> {
        let best = Reading::ALL.into_iter().rev().max_by_key(|reading| self.hit(*reading))?;
        let more = self.hit(best).saturating_sub(self.hit(self.given));
        (more > 0 && more * 100 >= DOUBT_PCT * self.named()).then_some(best)
    }

    /// The counts in one line, for people: in all, then by district those named, and those hit when read as `given` and
    /// as `other`.
    pub fn told(&self, other: Reading) -> String {
        let (given, others) = (index(self.given), index(other));
        let each =
            self.districts.iter().map(|t| format!("{} {}：{}→{}", t.district, t.named, t.hit[given], t.hit[others]));
        format!(
            "写明归属 named {}，落在其中 hit：{} {}，{} {}；{}",
            self.named(),
            self.given.name(),
            self.hit(self.given),
            other.name(),
            self.hit(other),
            each.collect::<Vec<_>>().join("，"),
        )
    }
}

fn index(reading: Reading) -> usize {
    Reading::ALL.iter().position(|other| *other == reading).expect("ALL holds every reading")
}

#[cfg(test)]
mod tests {
    use super::super::districts::District;
    use super::super::shape::Area;
    use super::*;
    use crate::domain::coordinates::Wgs84;
    use geo::{MultiPolygon, polygon};

    /// Two districts side by side, with a border along 113° east.
    fn city() -> Districts {
        let between = |left: f64, right: f64| {
            MultiPolygon(vec![
                polygon![(x: left, y: 28.0), (x: right, y: 28.0), (x: right, y: 28.4), (x: left, y: 28.4), (x: left, y: 28.0)],
            ])
        };
        let named = [("东区", 113.0, 113.4), ("西区", 112.6, 113.0)];
        Districts::new(
            named.map(|(name, l, r)| District { name: name.into(), area: Area::new(between(l, r)) }).to_vec(),
        )
    }

    /// A hundred places, 100 m and more from the border on both sides, as a map of `datum` names them.
    fn pairs(city: &Districts, datum: Datum) -> Vec<NamedPair> {
        let place = |n: u32| {
            let side = if n.is_multiple_of(2) { 1.0 } else { -1.0 };
            let there = Wgs84 {
                longitude: 113.0 + side * (0.001 + 0.0003 * f64::from(n)),
                latitude: 28.1 + 0.002 * f64::from(n),
            };
            let (longitude, latitude) = there.on(datum);
            NamedPair { longitude, latitude, district: city.at(there).expect("in the city") }
        };
        (0..100).map(place).collect()
    }

    #[test]
    fn a_file_is_known_for_its_datum_and_order_whatever_it_is_said_to_be() {
        let city = city();
        for truth in Reading::ALL {
            let mut pairs = pairs(&city, truth.datum);
            if truth.is_swapped {
                pairs.iter_mut().for_each(|pair| std::mem::swap(&mut pair.longitude, &mut pair.latitude));
            }
            for said in Reading::ALL {
                let evidence = weigh(&city, said, &pairs);
                assert_eq!((evidence.named(), evidence.hit(truth)), (100, 100));
                let want = (said != truth).then_some(truth);
                assert_eq!(evidence.looks_like(), want, "said {said:?}: {}", evidence.told(truth));
            }
        }
    }

    #[test]
    fn two_in_a_hundred_more_are_needed() {
        let said = Reading { datum: Datum::Gcj02, is_swapped: false };
        let evidence = |given: u64, other: u64| {
            let hit = [given, given, other, 0, 0, 0];
            Evidence { given: said, districts: vec![Tally { district: "东区".into(), named: 100, hit }] }
        };
        assert_eq!(evidence(90, 91).looks_like(), None);
        assert_eq!(evidence(90, 92).looks_like().map(|reading| reading.datum), Some(Datum::Bd09));
        assert_eq!(evidence(100, 100).looks_like(), None);
        assert_eq!(weigh(&city(), said, &[]).looks_like(), None, "no row names a district");
    }

    #[test]
    fn the_evidence_names_each_district() {
        let city = city();
        let said = Reading { datum: Datum::Gcj02, is_swapped: false };
        let evidence = weigh(&city, said, &pairs(&city, Datum::Bd09));
        let told = evidence.told(Reading { datum: Datum::Bd09, is_swapped: false });
        assert!(told.starts_with("写明归属 named 100，落在其中 hit：GCJ-02 "), "{told}");
        assert!(told.contains("BD-09 100；") && told.contains("东区 50：50→50，西区 50："), "{told}");
    }
}
