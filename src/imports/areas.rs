//! GeoJSON files of areas: districts, and the service areas of points. A feature is a row, a property a column.

use std::io::{BufReader, Read};
use std::sync::Arc;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, Position};

use super::cell::{self, Limit, NAME, Problem, SHORT};
use super::fault::{Fault, FaultKind, Faults};
use super::heads::ColumnSpec;
use crate::domain::coordinates::Datum;
use crate::domain::geography::shape::{CornerFault, corner_fault};

/// The most bytes of a file: it is held whole, in some five times its size.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What the features of a districts file say.
pub const DISTRICT: &[ColumnSpec] =
    &[ColumnSpec::required("name", "区县").also(&["名称"]), ColumnSpec::optional("adcode", "区划代码")];

/// What the features of a service areas file say.
pub const SERVICE_AREA: &[ColumnSpec] = &[ColumnSpec::required("point_code", "自提点编码").also(&["自提点"])];

/// A feature of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaDraft {
    /// The how-manieth feature, from 1.
    pub row: u64,
    /// The first of the kind's properties: what the area is of.
    pub key: String,
    /// The second, where the kind has one and the feature says it.
    pub more: Option<String>,
    /// As given, on the file's datum.
    pub given: MultiPolygon,
}

/// A file of areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Areas {
    pub drafts: Vec<AreaDraft>,
    pub datum: Datum,
}

/// Reads a file of areas. The datum is the one given, else that of the collection's member `datum`, else `standard`
/// (RFC 7946 knows WGS-84 only; where None, the file must say).
///
/// What is wrong goes to `faults`; None where nothing can be read for it.
pub fn read(
    source: impl Read,
    file: &Arc<str>,
    columns: &'static [ColumnSpec],
    datum: Option<Datum>,
    standard: Option<Datum>,
    faults: &mut Faults,
) -> Option<Areas> {
    let collection = match parse(source) {
        Ok(collection) => collection,
        Err(Problem(kind, detail)) => {
            faults.push(Fault::new(file, 0, kind).detail(detail));
            return None;
        }
    };
    let member = collection.foreign_members.as_ref().and_then(|members| members.get("datum"));
    let told = member.and_then(|value| value.as_str()).and_then(|text| Datum::parse(&text.to_ascii_lowercase()));
    let Some(datum) = datum.or(told).or(standard) else {
        faults.push(Fault::new(file, 0, FaultKind::DatumMissing).cell("datum", ""));
        return None;
    };
    if collection.features.is_empty() {
        faults.push(Fault::new(file, 0, FaultKind::NoRows));
    }
    let mut drafts = Vec::new();
    for (index, feature) in collection.features.into_iter().enumerate() {
        let mut reader = FeatureReader { file, row: index as u64 + 1, datum, faults };
        drafts.extend(reader.draft(&feature, columns));
    }
    Some(Areas { drafts, datum })
}

fn parse(source: impl Read) -> Result<FeatureCollection, Problem> {
    let mut text = Vec::new();
    let unreadable = |error: std::io::Error| Problem(FaultKind::Unreadable, error.to_string());
    BufReader::new(source).take(BYTES_MAX + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > BYTES_MAX {
        return Err(Problem(FaultKind::FileTooLarge, "64 MiB".to_owned()));
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    if text.is_empty() {
        return Err(FaultKind::EmptyFile.into());
    }
    let broken = |error: serde_json::Error| Problem(FaultKind::NotGeoJson, error.to_string());
    match serde_json::from_slice(text).map_err(broken)? {
        GeoJson::FeatureCollection(collection) => Ok(collection),
        GeoJson::Feature(_) => Err(Problem(FaultKind::NotGeoJson, "Feature".to_owned())),
        GeoJson::Geometry(_) => Err(Problem(FaultKind::NotGeoJson, "Geometry".to_owned())),
    }
}

struct FeatureReader<'a> {
    file: &'a Arc<str>,
    row: u64,
    datum: Datum,
    faults: &'a mut Faults,
}

impl FeatureReader<'_> {
    fn refuse(&mut self, kind: FaultKind, column: &str, value: &str, detail: &str) {
        self.faults.push(Fault::new(self.file, self.row, kind).cell(column, value).detail(detail));
    }

    fn draft(&mut self, feature: &Feature, columns: &'static [ColumnSpec]) -> Option<AreaDraft> {
        let key = self.property(feature, &columns[0], NAME);
        let more = columns.get(1).and_then(|column| self.property(feature, column, SHORT));
        let given = self.area(feature);
        Some(AreaDraft { row: self.row, key: key?, more, given: given? })
    }

    /// A property by any name of its column; None where it is missing, with a fault where it must not be.
    fn property(&mut self, feature: &Feature, column: &ColumnSpec, limit: Limit) -> Option<String> {
        let names = [column.key, column.zh].into_iter().chain(column.also.iter().copied());
        let value = names.filter_map(|name| feature.property(name)).find(|value| !value.is_null());
        let text = match value {
            Some(serde_json::Value::String(text)) => cell::bare(text).to_owned(),
            Some(value @ serde_json::Value::Number(_)) => value.to_string(),
            Some(value) => {
                self.refuse(FaultKind::NotAChoice, column.key, &value.to_string(), "text");
                return None;
            }
            None => String::new(),
        };
        if text.is_empty() {
            if column.is_required {
                self.refuse(FaultKind::CellMissing, column.key, "", "");
            }
            return None;
        }
        match cell::text(limit)(&text) {
            Ok(text) => Some(text.into_owned()),
            Err(Problem(kind, detail)) => {
                self.refuse(kind, column.key, &text, &detail);
                None
            }
        }
    }

    fn area(&mut self, feature: &Feature) -> Option<MultiPolygon> {
        let Some(geometry) = &feature.geometry else {
            self.refuse(FaultKind::NotAnArea, "geometry", "", "null");
            return None;
        };
        let polygons = match &geometry.value {
            GeometryValue::Polygon { coordinates } => std::slice::from_ref(coordinates),
            GeometryValue::MultiPolygon { coordinates } => coordinates.as_slice(),
            other => {
                self.refuse(FaultKind::NotAnArea, "geometry", other.type_name(), other.type_name());
                return None;
            }
        };
        if polygons.is_empty() {
            self.refuse(FaultKind::NotAnArea, "geometry", "", "[]");
            return None;
        }
        let read: Vec<Option<Polygon>> = polygons.iter().map(|rings| self.polygon(rings)).collect();
        read.into_iter().collect::<Option<Vec<_>>>().map(MultiPolygon)
    }

    fn polygon(&mut self, rings: &[Vec<Position>]) -> Option<Polygon> {
        if rings.is_empty() {
            self.refuse(FaultKind::RingBroken, "geometry", "", "0");
            return None;
        }
        let read: Vec<Option<LineString>> = rings.iter().map(|ring| self.ring(ring)).collect();
        let mut read = read.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
        Some(Polygon::new(read.next()?, read.collect()))
    }

    /// A closed ring; its first wrong corner is a fault.
    fn ring(&mut self, ring: &[Position]) -> Option<LineString> {
        let mut corners = Vec::with_capacity(ring.len());
        for position in ring {
            let [x, y, ..] = *position.as_slice() else {
                self.refuse(FaultKind::RingBroken, "geometry", &format!("{:?}", position.as_slice()), "[x, y]");
                return None;
            };
            let at = Coord { x, y };
            if let Some(fault) = corner_fault(at, self.datum) {
                let kind = match fault {
                    CornerFault::Swapped => FaultKind::CoordinatesSwapped,
                    CornerFault::OutOfRange => FaultKind::CoordinatesOutOfRange,
                    CornerFault::OutsideChina => FaultKind::OutsideChina,
                };
                self.refuse(kind, "geometry", &format!("{x}, {y}"), self.datum.code());
                return None;
            }
            corners.push(at);
        }
        if corners.len() < 4 || corners.first() != corners.last() {
            self.refuse(FaultKind::RingBroken, "geometry", "", &corners.len().to_string());
            return None;
        }
        Some(LineString::new(corners))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: &str = "[[112.9,28.2],[113.0,28.2],[113.0,28.3],[112.9,28.2]]";

    fn take(text: &str, datum: Option<Datum>) -> (Option<Areas>, Vec<(u64, String, FaultKind)>) {
        let mut faults = Faults::default();
        let areas = read(text.as_bytes(), &"a.geojson".into(), DISTRICT, datum, None, &mut faults);
        (areas, faults.kept().into_iter().map(|fault| (fault.row, fault.column.clone(), fault.kind)).collect())
    }

    fn collection(features: &[(&str, &str)]) -> String {
        let feature = |(properties, geometry): &(&str, &str)| {
            format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
        };
        let features: Vec<String> = features.iter().map(feature).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    #[test]
    fn a_polygon_and_a_multipolygon_are_areas() {
        let one = format!(r#"{{"type":"Polygon","coordinates":[{RING}]}}"#);
        let two = format!(r#"{{"type":"MultiPolygon","coordinates":[[{RING}],[{RING}]]}}"#);
        let text = collection(&[(r#"{"name":"芙蓉区","adcode":430102}"#, &one), (r#"{"名称":"长沙县"}"#, &two)]);
        let (areas, faults) = take(&text, Some(Datum::Gcj02));
        assert_eq!(faults, []);
        let drafts = areas.expect("a sound file").drafts;
        assert_eq!((drafts[0].key.as_str(), drafts[0].more.as_deref()), ("芙蓉区", Some("430102")));
        assert_eq!((drafts[1].row, drafts[1].key.as_str(), drafts[1].given.0.len()), (2, "长沙县", 2));
    }

    #[test]
    fn the_datum_is_given_or_told_or_missing() {
        let one = format!(r#"{{"type":"Polygon","coordinates":[{RING}]}}"#);
        let text = collection(&[(r#"{"name":"芙蓉区"}"#, &one)]);
        assert_eq!(take(&text, None).1, [(0, "datum".to_owned(), FaultKind::DatumMissing)]);
        let told = text.replacen('{', r#"{"datum":"GCJ02","#, 1);
        assert_eq!(take(&told, None).0.map(|areas| areas.datum), Some(Datum::Gcj02));
        assert_eq!(take(&told, Some(Datum::Bd09)).0.map(|areas| areas.datum), Some(Datum::Bd09));
    }

    #[test]
    fn every_fault_of_every_feature_is_told_at_once() {
        let polygon = |ring: &str| format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
        let text = collection(&[
            ("null", &polygon("[[112.9,28.2],[113.0,28.2],[113.0,28.3],[112.8,28.2]]")),
            (r#"{"name":"a"}"#, &polygon("[[28.2,112.9],[28.2,113.0],[28.3,113.0],[28.2,112.9]]")),
            (r#"{"name":["a"]}"#, "null"),
            (r#"{"name":"b"}"#, r#"{"type":"Point","coordinates":[112.9,28.2]}"#),
            (r#"{"name":"c"}"#, &polygon("[[112.9,28.2],[113.0],[113.0,28.3],[112.9,28.2]]")),
            (r#"{"name":"d"}"#, &polygon("[[2.3,48.8],[2.4,48.8],[2.4,48.9],[2.3,48.8]]")),
            (r#"{"name":"e"}"#, r#"{"type":"MultiPolygon","coordinates":[]}"#),
        ]);
        let told = take(&text, Some(Datum::Gcj02)).1;
        let told: Vec<(u64, &str, &str)> =
            told.iter().map(|(row, at, kind)| (*row, at.as_str(), kind.code())).collect();
        assert_eq!(
            told,
            [
                (1, "name", "cell_missing"),
                (1, "geometry", "ring_broken"),
                (2, "geometry", "coordinates_swapped"),
                (3, "name", "not_a_choice"),
                (3, "geometry", "not_an_area"),
                (4, "geometry", "not_an_area"),
                (5, "geometry", "ring_broken"),
                (6, "geometry", "outside_china"),
                (7, "geometry", "not_an_area"),
            ]
        );
    }

    #[test]
    fn what_is_no_collection_is_one_fault() {
        for (text, kind) in [
            ("", FaultKind::EmptyFile),
            ("name,longitude\n", FaultKind::NotGeoJson),
            (r#"{"type":"Point","coordinates":[1,2]}"#, FaultKind::NotGeoJson),
            (&collection(&[]), FaultKind::NoRows),
        ] {
            let told = take(text, Some(Datum::Wgs84)).1;
            assert_eq!(told, [(0, String::new(), kind)], "{text}");
        }
    }
}
