//! Why a stop is not served: the reason a dispatcher can act on, never a silent gap.

use std::fmt;

use super::ground::{Ground, NONE};
use super::savings::can_drive;
use super::tours::Tours;

/// Why no vehicle serves a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no vehicle that may be planned.
    NoVehicle,
    /// Heavier than the strongest vehicle carries.
    TooHeavy,
    /// More volume than the largest vehicle has.
    TooLarge,
    /// More totes than any vehicle takes.
    TooManyTotes,
    /// No vehicle gets there before the window closes.
    WindowTooEarly,
    /// Served in its window, no vehicle is back in time.
    BackTooLate,
    /// No single vehicle has both the room and the time.
    NoVehicleFits,
    /// The vehicle it is pinned to cannot serve it even alone.
    PinnedVehicleCannot,
    /// The vehicle it is pinned to has no room or time left for it.
    PinnedVehicleFull,
    /// Alone it could be served, but all vehicles are full.
    FleetFull,
    /// There is room in vehicles, but not at a time that suits.
    NoTimeLeft,
}

impl Reason {
    const ALL: [(Reason, &'static str); 11] = [
        (Reason::NoVehicle, "no_vehicle"),
        (Reason::TooHeavy, "too_heavy"),
        (Reason::TooLarge, "too_large"),
        (Reason::TooManyTotes, "too_many_totes"),
        (Reason::WindowTooEarly, "window_too_early"),
        (Reason::BackTooLate, "back_too_late"),
        (Reason::NoVehicleFits, "no_vehicle_fits"),
        (Reason::PinnedVehicleCannot, "pinned_vehicle_cannot"),
        (Reason::PinnedVehicleFull, "pinned_vehicle_full"),
        (Reason::FleetFull, "fleet_full"),
        (Reason::NoTimeLeft, "no_time_left"),
    ];

    /// The code name, as in the database and JSON.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, code)| code)
    }

    /// Reads the code name.
    pub fn parse(code: &str) -> Option<Reason> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(reason, _)| *reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::NoVehicle => "没有可用车辆 no vehicle is free to be planned",
            Reason::TooHeavy => "超过最大车辆载重 heavier than any vehicle carries",
            Reason::TooLarge => "超过最大车辆容积 more volume than any vehicle has",
            Reason::TooManyTotes => "超过最大车辆筐数 more totes than any vehicle takes",
            Reason::WindowTooEarly => "时段结束前无法到达 no vehicle gets there before the window closes",
            Reason::BackTooLate => "送完无法按时收车 no vehicle is back in time after serving it",
            Reason::NoVehicleFits => "没有车辆同时满足载量和时间 no single vehicle has both the room and the time",
            Reason::PinnedVehicleCannot => "指定车辆无法送达 the vehicle it is pinned to cannot serve it",
            Reason::PinnedVehicleFull => "指定车辆已满 the vehicle it is pinned to is full",
            Reason::FleetFull => "所有车辆已满 all vehicles are full",
            Reason::NoTimeLeft => "有空位但时间不够 vehicles have room but no time for it",
        })
    }
}

pub(super) fn reason(ground: &Ground, tours: &Tours, stop: u32) -> Reason {
    let demand = &ground.demand[stop as usize];
    let pinned = ground.pinned[stop as usize];
    if pinned != NONE {
        let can = can_drive(ground, &ground.vans[pinned as usize], &[stop]);
        return if can { Reason::PinnedVehicleFull } else { Reason::PinnedVehicleCannot };
    }
    let vans = || ground.vans.iter().filter(|van| !van.is_locked && van.stops_max > 0);
    if vans().next().is_none() {
        return Reason::NoVehicle;
    }
    let too_much = |part: usize| vans().all(|van| van.capacity[part] < demand[part]);
    for (part, reason) in [(0, Reason::TooHeavy), (1, Reason::TooLarge), (2, Reason::TooManyTotes)] {
        if too_much(part) {
            return reason;
        }
    }
    if ground.is_timed {
        let arrives = |van: &super::ground::Van| van.from_s + ground.time(van.place, stop);
        if vans().all(|van| arrives(van) > ground.due[stop as usize]) {
            return Reason::WindowTooEarly;
        }
        let unloaded = |van: &super::ground::Van| super::ground::Van { capacity: *demand, ..*van };
        if vans().all(|van| !can_drive(ground, &unloaded(van), &[stop])) {
            return Reason::BackTooLate;
        }
    }
    if vans().all(|van| !can_drive(ground, van, &[stop])) {
        return Reason::NoVehicleFits;
    }
    let has_room = (0..ground.vans.len() as u32).any(|van| tours.fits(demand, van));
    if has_room { Reason::NoTimeLeft } else { Reason::FleetFull }
}
