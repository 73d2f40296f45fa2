//! The districts of a city: which one holds a place, and which one a text names.

use geo::{MultiPolygon, unary_union};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::shape::Area;
use crate::domain::coordinates::Wgs84;

/// A district: 芙蓉区, 长沙县, 浏阳市.
#[derive(Clone, Debug)]
pub struct District {
    pub name: String,
    /// On WGS-84.
    pub area: Area,
}

/// Districts by name, with an index of the ground they cover.
#[derive(Clone, Debug)]
pub struct Districts {
    all: Vec<District>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

/// What ends the name of a district. People leave it out where the rest is a name of its own: 岳麓 for 岳麓区. Not so of
/// a 县, which often bears the name of the city that it surrounds.
const LEFT_OUT: [char; 2] = ['区', '市'];

/// What stands between the parts of an address or a path of names.
const SEPARATORS: [char; 12] = ['>', '-', '/', '|', '·', ',', '，', '、', '－', '—', ' ', '\u{3000}'];

impl Districts {
    pub fn new(mut all: Vec<District>) -> Districts {
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let frames = all.iter().enumerate().filter_map(|(index, district)| {
            let (low, high) = district.area.frame()?;
            Some(GeomWithData::new(Rectangle::from_corners(low, high), index))
        });
        let tree = RTree::bulk_load(frames.collect());
        Districts { all, tree }
    }

    /// Whether none are known.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, by name; their places here are their indexes.
    pub fn all(&self) -> &[District] {
        &self.all
    }

    /// The district that holds a place; the first by name where two do.
    pub fn at(&self, place: Wgs84) -> Option<usize> {
        let point = AABB::from_point([place.longitude, place.latitude]);
        let near = self.tree.locate_in_envelope_intersecting(&point).map(|frame| frame.data);
        near.filter(|index| self.all[*index].area.holds(place)).min()
    }

    /// Whether this district holds a place.
    pub fn holds(&self, index: usize, place: Wgs84) -> bool {
        self.all[index].area.holds(place)
    }

    /// The district that a cell for districts names: in full anywhere in it (`长沙 > 岳麓区小区`), else without its last
    /// character at the beginning of one of its parts (`岳麓梅溪湖`).
    pub fn named(&self, text: &str) -> Option<usize> {
        let short = |part: &str| {
            let begins = |name: &str| {
                name.strip_suffix(LEFT_OUT)
                    .filter(|stem| stem.chars().count() > 1)
                    .is_some_and(|stem| part.starts_with(stem))
            };
            let named = (0..self.all.len()).filter(|index| begins(&self.all[*index].name));
            named.max_by_key(|index| self.all[*index].name.len())
        };
        self.named_in_full(text).or_else(|| text.split(SEPARATORS).find_map(|part| short(part.trim())))
    }

    /// The district whose whole name stands first in an address. A part of a name is not enough there: 芙蓉路 runs
    /// through districts that are not 芙蓉区.
    pub fn named_in_full(&self, text: &str) -> Option<usize> {
        let found = self.all.iter().enumerate().filter_map(|(index, district)| {
            let at = text.find(&district.name)?;
            Some((at, std::cmp::Reverse(district.name.len()), index))
        });
        found.min().map(|(_, _, index)| index)
    }

    /// The ground of all districts together: the city.
    pub fn city(&self) -> MultiPolygon {
        unary_union(self.all.iter().map(|district| &district.area.ground))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area as _, polygon};

    /// A city of four squares, 0.1 degrees each, from west to east.
    fn city() -> Districts {
        let square = |tenths: f64| {
            let (x, right) = (tenths / 10.0, (tenths + 1.0) / 10.0);
            MultiPolygon(vec![
                polygon![(x: x, y: 28.0), (x: right, y: 28.0), (x: right, y: 28.1), (x: x, y: 28.1), (x: x, y: 28.0)],
            ])
        };
        let named = [("岳麓区", 1128.0), ("芙蓉区", 1129.0), ("长沙县", 1130.0), ("浏阳市", 1131.0)];
        Districts::new(named.map(|(name, x)| District { name: name.into(), area: Area::new(square(x)) }).to_vec())
    }

    #[test]
    fn a_district_is_named_in_many_ways() {
        let city = city();
        let named = |text: &str| city.named(text).map_or("", |index| &city.all()[index].name);
        for (text, want) in [
            ("芙蓉区", "芙蓉区"),
            ("芙蓉", "芙蓉区"),
            ("岳麓梅溪湖", "岳麓区"),
            ("长沙房产超市网>长沙小区>岳麓区小区", "岳麓区"),
            ("长沙房产超市网>长沙小区>岳麓小区", "岳麓区"),
            ("长沙县暮云", "长沙县"),
            ("长沙市 浏阳市", "浏阳市"),
            ("浏阳-将军路", "浏阳市"),
            ("长沙市", ""),
            ("长沙", ""),
            ("湘潭岳塘区", ""),
            ("星沙板仓路", ""),
            ("暂无资料", ""),
            ("", ""),
        ] {
            assert_eq!(named(text), want, "{text}");
        }
    }

    #[test]
    fn an_address_names_a_district_in_full_only() {
        let city = city();
        let named = |text: &str| city.named_in_full(text).map_or("", |index| &city.all()[index].name);
        assert_eq!(named("天心芙蓉南路高云路6号"), "");
        assert_eq!(named("湖南省长沙市岳麓区芙蓉区路口"), "岳麓区");
    }

    #[test]
    fn a_place_is_in_the_district_that_holds_it() {
        let city = city();
        let at =
            |longitude: f64| city.at(Wgs84 { longitude, latitude: 28.05 }).map(|index| city.all()[index].name.as_str());
        assert_eq!(at(112.85), Some("岳麓区"));
        assert_eq!(at(113.15), Some("浏阳市"));
        assert_eq!(at(113.25), None);
        assert_eq!(at(112.9), Some("岳麓区"), "of two that hold their common edge, the first by name");
    }

    #[test]
    fn the_city_is_all_districts_together() {
        let city = city().city();
        assert_eq!(city.0.len(), 1, "common edges are gone");
        assert!((city.unsigned_area() - 0.04).abs() < 1e-9);
    }
}
