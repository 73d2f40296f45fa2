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

impl From<Wgs84> for Gcj02 {
    fn from(place: Wgs84) -> Gcj02 {
        let (longitude, latitude) = coordtransform::wgs84_to_gcj02_in_mainland(place.longitude, place.latitude);
        Gcj02 { longitude, latitude }
    }
}

impl From<Gcj02> for Bd09 {
    fn from(place: Gcj02) -> Bd09 {
        let (longitude, latitude) = coordtransform::gcj02_to_bd09(place.longitude, place.latitude);
        Bd09 { longitude, latitude }
    }
}

impl From<Wgs84> for Bd09 {
    fn from(place: Wgs84) -> Bd09 {
        Gcj02::from(place).into()
    }
}

/// Metres of the earth's mean radius (IUGG), for distances on the sphere.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl Wgs84 {
    /// Where a pair of degrees of this datum lies. Not checked: GCJ-02 and BD-09 mean nothing far from China.
    pub fn of(longitude: f64, latitude: f64, datum: Datum) -> Wgs84 {
        match datum {
            Datum::Wgs84 => Wgs84 { longitude, latitude },
            Datum::Gcj02 => Gcj02 { longitude, latitude }.into(),
            Datum::Bd09 => Bd09 { longitude, latitude }.into(),
        }
    }

    /// The pair of degrees (longitude, latitude) by which another datum names this place.
    pub fn on(self, datum: Datum) -> (f64, f64) {
        match datum {
            Datum::Wgs84 => (self.longitude, self.latitude),
            Datum::Gcj02 => {
                let Gcj02 { longitude, latitude } = self.into();
                (longitude, latitude)
            }
            Datum::Bd09 => {
                let Bd09 { longitude, latitude } = self.into();
                (longitude, latitude)
            }
        }
    }

    /// Metres along the great circle (haversine; within 0.6 % of the way on the ellipsoid).
    pub fn distance_m(self, other: Wgs84) -> f64 {
        let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let chord = half(self.latitude, other.latitude) + across * half(self.longitude, other.longitude);
        2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
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
        Place::at(given_longitude, given_latitude, datum)
    }

    /// The place that a pair of decimal degrees names.
    ///
    /// # Errors
    /// [`PlaceFault::Swapped`], [`PlaceFault::OutOfRange`], [`PlaceFault::OutsideChina`].
    pub fn at(given_longitude: f64, given_latitude: f64, datum: Datum) -> Result<Place, PlaceFault> {
        let wgs84 = locate(given_longitude, given_latitude, datum)?;
        Ok(Place {
            longitude_e7: to_e7(wgs84.longitude),
            latitude_e7: to_e7(wgs84.latitude),
            given_longitude_e7: to_e7(given_longitude),
            given_latitude_e7: to_e7(given_latitude),
            given_datum: datum,
        })
    }

    /// The same of a pair that a Chinese map may name though the mainland's border has cut it off: Hong Kong, a coast.
    ///
    /// None where the pair is no number, or far from China.
    pub fn near(longitude: &str, latitude: &str, datum: Datum) -> Option<Place> {
        let (x, y) = (degrees(longitude)?, degrees(latitude)?);
        let wgs84 = Wgs84::of(x, y, datum);
        near_china(x, y).then(|| Place {
            longitude_e7: to_e7(wgs84.longitude),
            latitude_e7: to_e7(wgs84.latitude),
            given_longitude_e7: to_e7(x),
            given_latitude_e7: to_e7(y),
            given_datum: datum,
        })
    }

    /// Where it is.
    pub fn wgs84(&self) -> Wgs84 {
        Wgs84 { longitude: from_e7(self.longitude_e7), latitude: from_e7(self.latitude_e7) }
    }

    /// The pair of degrees as given, longitude first.
    pub fn given(&self) -> (f64, f64) {
        (from_e7(self.given_longitude_e7), from_e7(self.given_latitude_e7))
    }
}

/// Whole ten-millionths of a degree.
pub fn to_e7(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

/// Degrees.
pub fn from_e7(e7: i64) -> f64 {
    e7 as f64 / 1e7
}

/// Says what a pair of degrees of a datum is wrong about, if anything, and where it lies.
///
/// # Errors
/// [`PlaceFault::Swapped`], [`PlaceFault::OutOfRange`], [`PlaceFault::OutsideChina`].
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
    Ok(Wgs84::of(longitude, latitude, datum))
}

/// Whether a point lies in the rectangle round China: enough to tell a swapped pair.
pub fn near_china(longitude: f64, latitude: f64) -> bool {
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
#[path = "coordinates_tests.rs"]
mod tests;
