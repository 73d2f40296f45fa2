//! 改线: what a person changes in the plan in force. What an edit does not touch stays as it is; `replan` plans anew around
//! what is held fast.

use std::collections::BTreeSet;

use crate::domain::book::Book;
use crate::domain::errors::RuleError;
use crate::domain::facts::Point;
use crate::domain::routing::edits::{Edit, EditFault};
use crate::domain::states::CycleState;
use crate::flow::dispatch_trips::save::{NewEdit, NewEdits};
use crate::flow::dispatch_trips::{Asked, Dispatched, Drafted, Effort, dispatch_edited};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;

/// One change by hand. A point is named by its code, or by its leader's for all of the leader's points; a vehicle by plate or
/// driver; a trip by number or route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteEdit {
    /// These points are served by this vehicle, wherever that is best.
    Pin {
        points: String,
        to: String,
    },
    /// Any vehicle may serve them again, from the next planning on.
    Unpin {
        points: String,
    },
    /// The point becomes the nth stop (from 1) of this trip, and stays with its vehicle.
    Move {
        point: String,
        trip: String,
        at: usize,
    },
    /// The points of the trip in this order; the trip is locked.
    Reorder {
        trip: String,
        points: Vec<String>,
    },
    Lock {
        trip: String,
    },
    Unlock {
        trip: String,
    },
    /// Everything that is not held fast is planned anew.
    Replan,
}

/// Changes the plan in force.
///
/// # Errors
/// `not_found` for what is named; `no_plan` where the warehouse's routes are the filed ones; `trip_locked`;
/// `other_stops` where a new order does not name exactly the trip's points; `route_edit_unsound` where it cannot be driven;
/// `wrong_state`.
pub fn edit_routes(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    asked: &Asked,
    (edits, by): (&[RouteEdit], &str),
) -> Result<Dispatched, FlowError> {
    let is_anew = edits.contains(&RouteEdit::Replan);
    let asked = Asked { is_anew, effort: if is_anew { asked.effort } else { Effort::Iterations(0) }, ..asked.clone() };
    dispatch_edited(db, desk, cycle_code, &asked, &mut |book, drafted| {
        if book.cycle.state != CycleState::Dispatched {
            return Err(no_plan());
        }
        let mut new = NewEdits { rows: Vec::new(), by: by.to_owned() };
        for edit in edits {
            apply(book, drafted, edit, &mut new)?;
        }
        if !is_anew {
            drafted.iter_mut().for_each(hold_untouched);
        }
        Ok(new)
    })
}

fn apply(book: &Book, drafted: &mut [Drafted], edit: &RouteEdit, new: &mut NewEdits) -> Result<(), FlowError> {
    let mut row = |act, point_id, plate| new.rows.push(NewEdit { act, point_id, plate });
    match edit {
        RouteEdit::Replan => {}
        RouteEdit::Pin { points, to } => {
            for (at, stop) in stops_named(book, drafted, points)? {
                let vehicle = vehicle_named(&drafted[at], to)?;
                make(book, &mut drafted[at], Edit::Pin { stop, vehicle })?;
                row("pin", Some(point_id(book, &drafted[at], stop)), Some(plate(&drafted[at], vehicle)));
            }
        }
        RouteEdit::Unpin { points } => {
            for (at, stop) in stops_named(book, drafted, points)? {
                make(book, &mut drafted[at], Edit::Unpin { stop })?;
                row("unpin", Some(point_id(book, &drafted[at], stop)), None);
            }
        }
        RouteEdit::Move { point, trip, at: place } => {
            let (at, vehicle) = trip_named(book, drafted, trip)?;
            let found = stops_named(book, drafted, point)?;
            let &[(home, stop)] = found.as_slice() else { return Err(one_point(point)) };
            if home != at {
                return Err(missing("该仓库的自提点", "point of that trip's warehouse", point));
            }
            make(book, &mut drafted[at], Edit::Move { stop, vehicle, position: place.saturating_sub(1) })?;
            row("pin", Some(point_id(book, &drafted[at], stop)), Some(plate(&drafted[at], vehicle)));
        }
        RouteEdit::Reorder { trip, points } => {
            let (at, vehicle) = trip_named(book, drafted, trip)?;
            let mut stops = Vec::with_capacity(points.len());
            for point in points {
                stops.extend(stops_named(book, drafted, point)?.into_iter().map(|(_, stop)| stop));
            }
            make(book, &mut drafted[at], Edit::Reorder { vehicle, stops })?;
            row("lock", None, Some(plate(&drafted[at], vehicle)));
        }
        RouteEdit::Lock { trip } => {
            let (at, vehicle) = trip_named(book, drafted, trip)?;
            make(book, &mut drafted[at], Edit::Lock { vehicle })?;
            row("lock", None, Some(plate(&drafted[at], vehicle)));
        }
        RouteEdit::Unlock { trip } => {
            let (at, vehicle) = trip_named(book, drafted, trip)?;
            make(book, &mut drafted[at], Edit::Unlock { vehicle })?;
            row("unlock", None, Some(plate(&drafted[at], vehicle)));
        }
    }
    Ok(())
}

/// Makes an edit in a warehouse's draft.
fn make(book: &Book, drafted: &mut Drafted, edit: Edit) -> Result<(), FlowError> {
    let done = drafted.draft.apply(&edit);
    done.map_err(|fault| told(book, drafted, fault))?;
    drafted.edited.push(edit);
    Ok(())
}

/// Why an edit is refused, in the words of the warehouse.
fn told(book: &Book, drafted: &Drafted, fault: EditFault) -> FlowError {
    match fault {
        EditFault::Locked(vehicle) => {
            let plate = plate(drafted, vehicle);
            refused(
                "trip_locked",
                format!("车次 {plate} 已锁定，请先解锁"),
                format!("the trip of {plate} is locked; unlock it first"),
            )
        }
        EditFault::OtherStops(vehicle) => {
            let stops = &drafted.draft.start.stops_by_vehicle[vehicle as usize];
            let code = |stop: &u32| book.points[drafted.morning.points[*stop as usize] as usize].point_code.as_str();
            let codes = stops.iter().map(code).collect::<Vec<_>>().join(" ");
            refused(
                "other_stops",
                format!("新顺序要正好写出该车次的站点：{codes}"),
                format!("name exactly the trip's points: {codes}"),
            )
        }
        EditFault::UnknownStop(_) | EditFault::UnknownVehicle(_) => {
            refused("not_found", fault.to_string(), fault.to_string())
        }
    }
}

/// Vehicles whose rounds no edit leaves to the planner stay exactly as they are laid out.
fn hold_untouched(drafted: &mut Drafted) {
    drafted.is_kept = drafted.edited.is_empty();
    let open = |edit: &Edit| match edit {
        Edit::Pin { vehicle, .. } => Some(*vehicle),
        _ => None,
    };
    let open: BTreeSet<u32> = drafted.edited.iter().filter_map(open).collect();
    drafted.still = (0..drafted.morning.vans.len() as u32).filter(|vehicle| !open.contains(vehicle)).collect();
}

/// The stops of a point, or of all points of a leader: (draft, stop).
fn stops_named(book: &Book, drafted: &[Drafted], name: &str) -> Result<Vec<(usize, u32)>, FlowError> {
    let all = drafted.iter().enumerate().flat_map(|(at, drafted)| {
        (0u32..).zip(&drafted.morning.points).map(move |(stop, &point)| (at, stop, &book.points[point as usize]))
    });
    let all: Vec<_> = all.collect();
    let of = |is_named: &dyn Fn(&Point) -> bool| -> Vec<(usize, u32)> {
        all.iter().filter(|(_, _, point)| is_named(point)).map(|&(at, stop, _)| (at, stop)).collect()
    };
    let mut found = of(&|point| point.point_code == name);
    if found.is_empty() {
        found = of(&|point| point.leader_code == name);
    }
    if found.is_empty() {
        Err(missing("可排的自提点或团长", "point or leader that is planned", name))
    } else {
        Ok(found)
    }
}

fn vehicle_named(drafted: &Drafted, name: &str) -> Result<u32, FlowError> {
    let vans = &drafted.morning.vans;
    let by_plate = vans.iter().position(|van| van.card.plate == name);
    let mut by_driver = vans.iter().enumerate().filter(|(_, van)| van.card.driver == name).map(|(at, _)| at);
    let found = by_plate.or_else(|| by_driver.next().filter(|_| by_driver.next().is_none()));
    found.map(|at| at as u32).ok_or_else(|| missing("该仓库的车牌或司机", "vehicle or driver of the warehouse", name))
}

/// A trip by number, route code or plate: (draft, vehicle).
fn trip_named(book: &Book, drafted: &[Drafted], name: &str) -> Result<(usize, u32), FlowError> {
    for (at, drafted) in drafted.iter().enumerate() {
        let plan = book.plan_of(drafted.morning.warehouse_ix);
        let mut trips = plan.into_iter().flat_map(|plan| &plan.trips);
        let trip = trips.find(|trip| trip.trip_no == name || trip.route_code == name || trip.plate() == Some(name));
        let plate = trip.and_then(|trip| trip.plate()).unwrap_or(name);
        if let Some(vehicle) = drafted.morning.vans.iter().position(|van| van.card.plate == plate) {
            return Ok((at, vehicle as u32));
        }
    }
    Err(missing("有车的车次", "trip with a vehicle", name))
}

fn point_id(book: &Book, drafted: &Drafted, stop: u32) -> i64 {
    book.points[drafted.morning.points[stop as usize] as usize].id
}

fn plate(drafted: &Drafted, vehicle: u32) -> String {
    drafted.morning.vans[vehicle as usize].card.plate.clone()
}

fn no_plan() -> FlowError {
    refused(
        "no_plan",
        "还没派车，没有线路可改：先派车".to_owned(),
        "nothing is dispatched yet: dispatch first".to_owned(),
    )
}

fn one_point(name: &str) -> FlowError {
    refused(
        "one_point_needed",
        format!("团长 {name} 有多个自提点，请写自提点编码"),
        format!("{name} is the leader of several points; name one of them"),
    )
}

fn missing(zh: &str, en: &str, name: &str) -> FlowError {
    refused("not_found", format!("没有{zh}“{name}”"), format!("there is no {en} {name:?}"))
}

fn refused(code: &'static str, zh: String, en: String) -> FlowError {
    RuleError::Refused { code, zh, en }.into()
}
