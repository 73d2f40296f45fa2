//! How far and how long it is from place to place.
//!
//! Places are numbered as the problem numbers them: its stops first, then its depots. Whoever knows the roads (a routing
//! engine's table) implements [`Matrix`]; without one, [`Haversine`] guesses: the air line times a detour, at a speed
//! that depends on the hour.

use std::ops::RangeInclusive;

/// Roads between places. Legs need not be the same both ways.
pub trait Matrix {
    /// Metres from one place to another.
    fn metres(&self, from: usize, to: usize) -> u32;

    /// Seconds from one place to another for a vehicle that is on the road in `hour` (0–23).
    fn seconds(&self, from: usize, to: usize, hour: u8) -> u32;

    /// The seconds of the slowest of some hours. Hours past 23 are those of the next day.
    fn slowest_s(&self, from: usize, to: usize, hours: RangeInclusive<u8>) -> u32 {
        hours.map(|hour| self.seconds(from, to, hour % 24)).max().unwrap_or(0)
    }
}

/// Metres an hour by the hour of the day: the calibration of a city.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeedByHour(pub [u32; 24]);

impl Default for SpeedByHour {
    /// A Chinese city of some millions: free at night, slow at 07–09 and 17–19. An estimate, to be replaced by
    /// what a city's drivers measure.
    fn default() -> SpeedByHour {
        let mut by_hour = [26_000; 24];
        by_hour[..6].fill(38_000);
        by_hour[6] = 32_000;
        by_hour[7..9].fill(20_000);
        by_hour[17..19].fill(19_000);
        by_hour[22..].fill(34_000);
        SpeedByHour(by_hour)
    }
}

/// How much longer roads are than the air line, in percent.
pub const DETOUR_PCT: u32 = 132;

/// The mean radius of the earth (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Air line times a detour, at a speed by hour.
#[derive(Clone, Debug)]
pub struct Haversine {
    /// Each place as a point of the unit sphere: the distance of two is then three products and one arc.
    points: Vec<[f64; 3]>,
    speed: SpeedByHour,
    detour: f64,
}

impl Haversine {
    /// Places as (longitude, latitude) in ten-millionths of a degree on WGS-84, stops first, then depots.
    pub fn new(places_e7: &[(i64, i64)], speed: SpeedByHour, detour_pct: u32) -> Haversine {
        let point = |&(longitude_e7, latitude_e7): &(i64, i64)| {
            let (longitude, latitude) =
                ((longitude_e7 as f64 / 1e7).to_radians(), (latitude_e7 as f64 / 1e7).to_radians());
            let (sin, cos) = latitude.sin_cos();
            [cos * longitude.cos(), cos * longitude.sin(), sin]
        };
        let detour = f64::from(detour_pct) / 100.0;
        Haversine { points: places_e7.iter().map(point).collect(), speed, detour }
    }

    fn at_speed(&self, from: usize, to: usize, metres_per_hour: u32) -> u32 {
        let metres = u64::from(self.metres(from, to));
        (metres * 3600).div_ceil(u64::from(metres_per_hour.max(1))).min(u64::from(u32::MAX)) as u32
    }
}

impl Matrix for Haversine {
    fn metres(&self, from: usize, to: usize) -> u32 {
        let (a, b) = (self.points[from], self.points[to]);
        let chord = ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt();
        (2.0 * EARTH_M * (chord / 2.0).min(1.0).asin() * self.detour).round() as u32
    }

    fn seconds(&self, from: usize, to: usize, hour: u8) -> u32 {
        self.at_speed(from, to, self.speed.0[usize::from(hour % 24)])
    }

    fn slowest_s(&self, from: usize, to: usize, hours: RangeInclusive<u8>) -> u32 {
        let slowest = hours.map(|hour| self.speed.0[usize::from(hour % 24)]).min();
        slowest.map_or(0, |speed| self.at_speed(from, to, speed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 五一广场 and 长沙南站, 8.2 km apart by air.
    const PLACES: [(i64, i64); 2] = [(1_129_765_000, 281_960_000), (1_130_585_000, 281_465_000)];

    #[test]
    fn a_leg_is_the_air_line_times_the_detour() {
        let plain = Haversine::new(&PLACES, SpeedByHour::default(), 100);
        let detour = Haversine::new(&PLACES, SpeedByHour::default(), DETOUR_PCT);
        assert!((9_700..9_800).contains(&plain.metres(0, 1)), "{}", plain.metres(0, 1));
        assert_eq!(detour.metres(0, 1), (f64::from(plain.metres(0, 1)) * 1.32).round() as u32);
        assert_eq!((plain.metres(0, 0), plain.metres(1, 0)), (0, plain.metres(0, 1)));
    }

    #[test]
    fn a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() {
        let north = Haversine::new(&[(0, 0), (0, 10_000_000)], SpeedByHour::default(), 100);
        assert_eq!(north.metres(0, 1), 111_195);
    }

    #[test]
    fn the_hour_decides_the_speed_and_the_slowest_of_several_counts() {
        let roads = Haversine::new(&PLACES, SpeedByHour::default(), DETOUR_PCT);
        let (night, rush) = (roads.seconds(0, 1, 3), roads.seconds(0, 1, 8));
        assert_eq!(rush, (u64::from(roads.metres(0, 1)) * 3600).div_ceil(20_000) as u32);
        assert!(night < rush);
        assert_eq!(roads.slowest_s(0, 1, 3..=8), rush);
        assert_eq!(roads.slowest_s(0, 1, 24..=27), night);
        let by_the_hour = (5..=9).map(|hour| roads.seconds(0, 1, hour)).max();
        assert_eq!(Some(roads.slowest_s(0, 1, 5..=9)), by_the_hour);
    }
}
