//! What routes are planned by, where the files say nothing else.

use crate::domain::routing::{DETOUR_PCT, Prices, Service, SpeedByHour};

/// Speeds, prices and times of a city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteSettings {
    pub speed: SpeedByHour,
    /// How much longer roads are than the air line, in percent.
    pub detour_pct: u32,
    pub prices: Prices,
    /// What a vehicle costs that leaves at all.
    pub use_price_fen: u32,
    pub service: Service,
    /// From when on points take goods in, as a second of the day; residents come later.
    pub deliver_from_s: i32,
    /// Until when they do, where a point has neither a time to report by nor a window.
    pub deliver_until_s: i32,
    /// The shift of a vehicle that was given none.
    pub shift_from_s: i32,
    pub shift_until_s: i32,
    pub overtime_max_min: u32,
    /// The most stops of a round; None: as many as fit.
    pub stops_max: Option<u32>,
    /// The most minutes of a round; None: the whole shift.
    pub minutes_max: Option<u32>,
}

impl Default for RouteSettings {
    fn default() -> RouteSettings {
        RouteSettings {
            speed: SpeedByHour::default(),
            detour_pct: DETOUR_PCT,
            prices: Prices { fen_per_km: 120, overtime_fen_per_hour: 6_000, other_driver_fen: 500 },
            use_price_fen: 15_000,
            service: Service { per_stop_s: 180, per_tote_s: 12 },
            deliver_from_s: 6 * 3600,
            deliver_until_s: 14 * 3600,
            shift_from_s: 4 * 3600,
            shift_until_s: 14 * 3600,
            overtime_max_min: 60,
            stops_max: None,
            minutes_max: None,
        }
    }
}
