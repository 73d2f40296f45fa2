//! Places on the map, typed by datum so that they never mix.
//!
//! WGS-84 is what satellites say and what we store; GCJ-02 (WeChat, Chinese maps) lies 100–700 m beside it and BD-09
//! (Baidu) further off. The way back from GCJ-02 is iterated: the closed formula comes back 1–2 m off.
//! Fractions live here and in `routing::matrix`, which measures with them: everywhere else a coordinate is whole ten-millionths of a degree (about 1 cm).

use crate::domain::facts::coded;

coded! {
    /// Which map a coordinate was read from.
    Datum {
        /// Satellites, OpenStreetMap.
        Wgs84 = "wgs84", "WGS-84";
        /// WeChat, AMap, Tencent.
        Gcj02 = "gcj02", "GCJ-02";
        /// Baidu.
        Bd09 = "bd09", "BD-09";
    }
}

/// Degrees on WGS-84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wgs84 {
    pub longitude: f64,
    pub latitude: f64,
}

/// Degrees on GCJ-02.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gcj02 {
    pub longitude: f64,
    pub latitude: f64,
}

/// Degrees on BD-09.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bd09 {
    pub longitude: f64,
    pub latitude: f64,
}

impl From<Gcj02> for Wgs84 {
    fn from(place: Gcj02) -> Wgs84 {
        let (longitude, latitude) = coordtransform::gcj02_to_wgs84_in_mainland(place.longitude, place.latitude);
        Wgs84 { longitude, latitude }
    }
}

impl From<Bd09> for Gcj02 {
    fn from(place: Bd09) -> Gcj02 {
        let (longitude, latitude) = coordtransform::bd09_to_gcj02(place.longitude, place.latitude);
        Gcj02 { longitude, latitude }
    }
}

impl From<Bd09> for Wgs84 {
    fn from(place: Bd09) -> Wgs84 {
        Gcj02::from(place).into()
    }
}

/// A place as it was given and where that is on WGS-84, all in ten-millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub longitude_e7: i64,
    pub latitude_e7: i64,
    pub given_longitude_e7: i64,
    pub given_latitude_e7: i64,
    pub given_datum: Datum,
}

/// Why a pair of numbers is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceFault {
    /// The longitude is not a plain decimal number.
    LongitudeNotANumber,
    /// The latitude is not a plain decimal number.
    LatitudeNotANumber,
    /// Longitude and latitude stand in each other's place.
    Swapped,
    /// Past ±180 or ±90 degrees, or 0,0, which stands for "unknown" in other programs.
    OutOfRange,
    /// GCJ-02 and BD-09 are defined in mainland China only, and this is elsewhere.
    OutsideChina,
}

impl Place {
    /// Reads a pair of decimal degrees.
    ///
    /// # Errors
    /// The first of [`PlaceFault`] that applies, in its order.
    pub fn parse(longitude: &str, latitude: &str, datum: Datum) -> Result<Place, PlaceFault> {
        let given_longitude = degrees(longitude).ok_or(PlaceFault::LongitudeNotANumber)?;
        let given_latitude = degrees(latitude).ok_or(PlaceFault::LatitudeNotANumber)?;
        let wgs84 = locate(given_longitude, given_latitude, datum)?;
        Ok(Place {
            longitude_e7: to_e7(wgs84.longitude),
            latitude_e7: to_e7(wgs84.latitude),
            given_longitude_e7: to_e7(given_longitude),
            given_latitude_e7: to_e7(given_latitude),
            given_datum: datum,
        })
    }
}

/// Whole ten-millionths of a degree.
pub fn to_e7(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

fn locate(longitude: f64, latitude: f64, datum: Datum) -> Result<Wgs84, PlaceFault> {
    let in_range = |longitude: f64, latitude: f64| longitude.abs() <= 180.0 && latitude.abs() <= 90.0;
    let looks_swapped = if in_range(longitude, latitude) {
        !near_china(longitude, latitude) && near_china(latitude, longitude)
    } else {
        in_range(latitude, longitude)
    };
    if looks_swapped {
        return Err(PlaceFault::Swapped);
    }
    if !in_range(longitude, latitude) || (longitude == 0.0 && latitude == 0.0) {
        return Err(PlaceFault::OutOfRange);
    }
    if datum != Datum::Wgs84 && !coordtransform::is_in_mainland_china(longitude, latitude) {
        return Err(PlaceFault::OutsideChina);
    }
    Ok(match datum {
        Datum::Wgs84 => Wgs84 { longitude, latitude },
        Datum::Gcj02 => Gcj02 { longitude, latitude }.into(),
        Datum::Bd09 => Bd09 { longitude, latitude }.into(),
    })
}

/// Whether a point lies in the rectangle round China: enough to tell a swapped pair.
fn near_china(longitude: f64, latitude: f64) -> bool {
    (73.0..=136.0).contains(&longitude) && (3.0..=54.0).contains(&latitude)
}

/// A plain decimal number: no exponent, no `inf`, nothing that only a parser of floats would take.
fn degrees(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.len() <= 24;
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres_apart(a: Wgs84, b: Wgs84) -> f64 {
        let north = (a.latitude - b.latitude) * 111_320.0;
        let east = (a.longitude - b.longitude) * 111_320.0 * a.latitude.to_radians().cos();
        north.hypot(east)
    }

    #[test]
    fn the_way_back_from_a_chinese_datum_is_exact_to_a_centimetre() {
        for (longitude, latitude) in [(112.9388, 28.2282), (121.4737, 31.2304), (87.6168, 43.8256), (109.5082, 18.2479)]
        {
            let there = Wgs84 { longitude, latitude };
            let (x, y) = coordtransform::wgs84_to_gcj02(longitude, latitude);
            let gcj = Gcj02 { longitude: x, latitude: y };
            let (x, y) = coordtransform::gcj02_to_bd09(x, y);
            let bd = Bd09 { longitude: x, latitude: y };
            assert!(metres_apart(gcj.into(), there) < 0.01, "{there:?}");
            assert!(metres_apart(bd.into(), there) < 0.01, "{there:?}");
            assert!(metres_apart(Wgs84 { longitude: gcj.longitude, latitude: gcj.latitude }, there) > 50.0);
        }
    }

    #[test]
    fn a_place_keeps_what_was_given_and_where_that_is() {
        let place = Place::parse("112.944567", "28.224811", Datum::Gcj02).expect("a place in Changsha");
        assert_eq!((place.given_longitude_e7, place.given_latitude_e7), (1_129_445_670, 282_248_110));
        assert_ne!(place.longitude_e7, place.given_longitude_e7);
        let plain = Place::parse("112.9388", "28.2282", Datum::Wgs84).expect("a place in Changsha");
        assert_eq!((plain.longitude_e7, plain.latitude_e7), (1_129_388_000, 282_282_000));
    }

    #[test]
    fn coasts_and_islands_of_the_mainland_are_inside() {
        for (longitude, latitude) in [
            ("118.0670", "24.4460"),
            ("122.2070", "29.9850"),
            ("109.5082", "18.2479"),
            ("121.6147", "38.9140"),
            ("114.0579", "22.5431"),
            ("113.5767", "22.2707"),
        ] {
            assert!(Place::parse(longitude, latitude, Datum::Gcj02).is_ok(), "{longitude}, {latitude}");
        }
    }

    #[test]
    fn a_wrong_pair_is_refused_by_name() {
        use Datum::*;
        use PlaceFault::*;
        let rows = [
            ("28.2282", "112.9388", Gcj02, Swapped),
            ("28.2282", "112.9388", Wgs84, Swapped),
            ("43.8256", "87.6168", Bd09, Swapped),
            ("2.3522", "48.8566", Gcj02, OutsideChina),
            ("139.6917", "35.6895", Bd09, OutsideChina),
            ("0", "0", Wgs84, OutOfRange),
            ("181", "-200", Wgs84, OutOfRange),
            ("1129388000", "282282000", Wgs84, OutOfRange),
            ("NaN", "28", Wgs84, LongitudeNotANumber),
            ("1.13E+02", "28", Wgs84, LongitudeNotANumber),
            ("112.9", "28.2.1", Wgs84, LatitudeNotANumber),
            ("112.9", "", Wgs84, LatitudeNotANumber),
        ];
        for (longitude, latitude, datum, fault) in rows {
            assert_eq!(Place::parse(longitude, latitude, datum), Err(fault), "{longitude}, {latitude}");
        }
        assert!(Place::parse("2.3522", "48.8566", Wgs84).is_ok(), "a wgs84 place may be anywhere");
    }
}
