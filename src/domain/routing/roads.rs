//! Roads as a routing engine tells them. A leg that it does not know is guessed from the air line, so that no night waits
//! for an engine.

use std::fmt;
use std::sync::Arc;

use super::matrix::{Haversine, Matrix, SpeedByHour};

/// A way from one place to another on free roads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub metres: u32,
    pub seconds: u32,
}

/// Whoever knows roads.
pub trait RoadSource: Send + Sync {
    /// The leg from each place to each, row by row: None where it is not known. Places are (longitude, latitude) in
    /// ten-millionths of a degree on WGS-84.
    fn legs(&self, places_e7: &[(i64, i64)]) -> Vec<Option<Leg>>;
}

/// A source that may be shared.
#[derive(Clone)]
pub struct RoadEngine(pub Arc<dyn RoadSource>);

impl fmt::Debug for RoadEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoadEngine")
    }
}

/// Roads between places.
#[derive(Clone, Debug)]
pub struct Roads {
    air: Haversine,
    speed: SpeedByHour,
    /// The most that is driven at any hour: what free roads are.
    free: u32,
    places: usize,
    /// Row by row; empty where nobody was asked.
    legs: Vec<Option<Leg>>,
}

impl Roads {
    /// Roads between these places, stops first, then depots.
    pub fn new(places_e7: &[(i64, i64)], speed: SpeedByHour, detour_pct: u32, engine: Option<&RoadEngine>) -> Roads {
        let places = places_e7.len();
        let legs = engine.map_or_else(Vec::new, |engine| engine.0.legs(places_e7));
        // An engine that tells another number of legs was not asked this.
        let legs = if legs.len() == places * places { legs } else { Vec::new() };
        let free = speed.0.into_iter().max().unwrap_or(1).max(1);
        Roads { air: Haversine::new(places_e7, speed, detour_pct), speed, free, places, legs }
    }

    fn leg(&self, from: usize, to: usize) -> Option<Leg> {
        *self.legs.get(from * self.places + to)?
    }
}

impl Matrix for Roads {
    fn metres(&self, from: usize, to: usize) -> u32 {
        self.leg(from, to).map_or_else(|| self.air.metres(from, to), |leg| leg.metres)
    }

    fn seconds(&self, from: usize, to: usize, hour: u8) -> u32 {
        let Some(leg) = self.leg(from, to) else { return self.air.seconds(from, to, hour) };
        let speed = u64::from(self.speed.0[usize::from(hour % 24)].max(1));
        (u64::from(leg.seconds) * u64::from(self.free)).div_ceil(speed).min(u64::from(u32::MAX)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Half;

    impl RoadSource for Half {
        fn legs(&self, places_e7: &[(i64, i64)]) -> Vec<Option<Leg>> {
            let places = places_e7.len();
            let known = |cell: usize| (cell / places < cell % places).then_some(Leg { metres: 9_000, seconds: 600 });
            (0..places * places).map(known).collect()
        }
    }

    #[test]
    fn a_leg_that_is_not_known_is_guessed_from_the_air_line() {
        let places = [(1_129_765_000, 281_960_000), (1_130_585_000, 281_465_000)];
        let air = Haversine::new(&places, SpeedByHour::default(), 132);
        let roads = Roads::new(&places, SpeedByHour::default(), 132, Some(&RoadEngine(Arc::new(Half))));
        assert_eq!((roads.metres(0, 1), roads.metres(1, 0)), (9_000, air.metres(1, 0)));
        assert_eq!(roads.seconds(1, 0, 8), air.seconds(1, 0, 8));
        // At 38 km/h the roads are free, at 08:00 they are driven at 20.
        assert_eq!((roads.seconds(0, 1, 3), roads.seconds(0, 1, 8)), (600, 1_140));
    }
}
