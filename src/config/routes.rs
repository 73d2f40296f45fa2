//! The configuration file's `[routes]`: speeds, prices and times of the city.

use serde::Deserialize;

use crate::domain::dispatching::settings::RouteSettings;
use crate::domain::route_plan::second_of_day;
use crate::domain::routing::{Prices, Service, SpeedByHour};
use crate::outside::routing_engine::{Dialect, EngineSettings};

/// What a file may say of routes; see [`RouteSettings`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoutesTable {
    speed_kmh: Option<Vec<u32>>,
    detour_pct: Option<u32>,
    fen_per_km: Option<u32>,
    vehicle_fen: Option<u32>,
    overtime_fen_per_hour: Option<u32>,
    other_driver_fen: Option<u32>,
    stop_s: Option<u32>,
    tote_s: Option<u32>,
    deliver_from: Option<String>,
    deliver_until: Option<String>,
    shift_start: Option<String>,
    shift_end: Option<String>,
    overtime_max_min: Option<u32>,
    stops_max: Option<u32>,
    minutes_max: Option<u32>,
    engine: Option<String>,
    engine_url: Option<String>,
}

impl RoutesTable {
    /// The routing engine, where one is named.
    ///
    /// # Errors
    /// A kind that is not known, an address that is missing or not spoken.
    pub fn engine(&self) -> Result<Option<EngineSettings>, String> {
        let dialect = match (self.engine.as_deref(), &self.engine_url) {
            (None, None) => return Ok(None),
            (Some("osrm"), _) => Dialect::Osrm,
            (Some("valhalla"), _) => Dialect::Valhalla,
            _ => return Err("routes.engine 写 osrm 或 valhalla（write osrm or valhalla）".to_owned()),
        };
        let url = self.engine_url.as_deref().unwrap_or_default();
        if !url.starts_with("http://") {
            return Err("routes.engine_url 要写成 http://127.0.0.1:5000（write it like that; no https）".to_owned());
        }
        Ok(Some(EngineSettings::new(dialect, url)))
    }

    /// The settings, with the defaults for what is left out.
    ///
    /// # Errors
    /// A number or a time out of its range, by name.
    pub fn checked(&self) -> Result<RouteSettings, String> {
        let plain = RouteSettings::default();
        let money = |name, given: Option<u32>, default| number(name, given.unwrap_or(default), 0, 1_000_000);
        let settings = RouteSettings {
            speed: self.speed_kmh.as_deref().map_or(Ok(plain.speed), speeds)?,
            detour_pct: number("detour_pct", self.detour_pct.unwrap_or(plain.detour_pct), 100, 400)?,
            prices: Prices {
                fen_per_km: money("fen_per_km", self.fen_per_km, plain.prices.fen_per_km)?,
                overtime_fen_per_hour: money(
                    "overtime_fen_per_hour",
                    self.overtime_fen_per_hour,
                    plain.prices.overtime_fen_per_hour,
                )?,
                other_driver_fen: money("other_driver_fen", self.other_driver_fen, plain.prices.other_driver_fen)?,
            },
            use_price_fen: money("vehicle_fen", self.vehicle_fen, plain.use_price_fen)?,
            service: Service {
                per_stop_s: number("stop_s", self.stop_s.unwrap_or(plain.service.per_stop_s), 0, 7_200)?,
                per_tote_s: number("tote_s", self.tote_s.unwrap_or(plain.service.per_tote_s), 0, 3_600)?,
            },
            deliver_from_s: time("deliver_from", self.deliver_from.as_deref(), plain.deliver_from_s)?,
            deliver_until_s: time("deliver_until", self.deliver_until.as_deref(), plain.deliver_until_s)?,
            shift_from_s: time("shift_start", self.shift_start.as_deref(), plain.shift_from_s)?,
            shift_until_s: time("shift_end", self.shift_end.as_deref(), plain.shift_until_s)?,
            overtime_max_min: number(
                "overtime_max_min",
                self.overtime_max_min.unwrap_or(plain.overtime_max_min),
                0,
                720,
            )?,
            stops_max: self.stops_max.map(|most| number("stops_max", most, 1, 10_000)).transpose()?,
            minutes_max: self.minutes_max.map(|most| number("minutes_max", most, 1, 2_880)).transpose()?,
        };
        if settings.deliver_until_s <= settings.deliver_from_s {
            return Err("routes.deliver_until 要晚于 routes.deliver_from（must be later）".to_owned());
        }
        Ok(settings)
    }
}

/// One speed for all hours, or one for each.
fn speeds(given: &[u32]) -> Result<SpeedByHour, String> {
    for &speed in given {
        number("speed_kmh", speed, 1, 130)?;
    }
    match *given {
        [speed] => Ok(SpeedByHour([speed * 1_000; 24])),
        _ => match <[u32; 24]>::try_from(given) {
            Ok(by_hour) => Ok(SpeedByHour(by_hour.map(|speed| speed * 1_000))),
            Err(_) => Err("routes.speed_kmh 要写 1 个或 24 个数（one number, or one for each hour）".to_owned()),
        },
    }
}

fn time(name: &str, given: Option<&str>, default: i32) -> Result<i32, String> {
    let Some(text) = given else { return Ok(default) };
    second_of_day(text).ok_or_else(|| format!("routes.{name} = {text} 要写成 06:00（write it as 06:00）"))
}

fn number(name: &str, value: u32, least: u32, most: u32) -> Result<u32, String> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(format!("routes.{name} = {value} 不在 {least}–{most} 之间（must be {least} to {most}）"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<RouteSettings, String> {
        toml::from_str::<RoutesTable>(text).expect("sound TOML").checked()
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        assert_eq!(checked(""), Ok(RouteSettings::default()));
        let some = checked("speed_kmh = [30]\ndeliver_from = \"05:30\"\nstops_max = 40").expect("sound settings");
        assert_eq!((some.speed.0, some.deliver_from_s, some.stops_max), ([30_000; 24], 19_800, Some(40)));
    }

    #[test]
    fn an_engine_is_named_with_its_address() {
        let engine = |text: &str| toml::from_str::<RoutesTable>(text).expect("sound TOML").engine();
        let known = engine("engine = \"osrm\"\nengine_url = \"http://127.0.0.1:5000/\"").expect("sound").expect("one");
        assert_eq!((known.dialect, known.url.as_str()), (Dialect::Osrm, "http://127.0.0.1:5000"));
        assert_eq!(engine(""), Ok(None));
        assert!(engine("engine = \"google\"").is_err() && engine("engine = \"osrm\"").is_err());
        assert!(engine("engine_url = \"http://a\"").is_err());
    }

    #[test]
    fn what_is_out_of_its_range_is_refused_by_name() {
        let check = |text: &str, part: &str| {
            let refused = checked(text).expect_err(text);
            assert!(refused.contains(part), "{refused}");
        };
        check("detour_pct = 99", "routes.detour_pct = 99");
        check("speed_kmh = [30, 40]", "routes.speed_kmh");
        check("deliver_from = \"25:00\"", "routes.deliver_from = 25:00");
        check("deliver_until = \"05:00\"", "routes.deliver_until");
        check("stops_max = 0", "routes.stops_max = 0");
    }
}
