//! What a person changes in a plan by hand: the edits are laid into the problem and the start of the next planning, which
//! leaves alone what is locked and plans the rest anew.

use thiserror::Error;

use super::plan::Plan;
use super::problem::Problem;
use super::solve::Start;

/// One change by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// This stop is served by this vehicle, wherever that is best in its route.
    Pin {
        stop: u32,
        vehicle: u32,
    },
    /// Any vehicle may serve it again.
    Unpin {
        stop: u32,
    },
    /// This stop becomes the nth (from 0) of this vehicle, and stays with it.
    Move {
        stop: u32,
        vehicle: u32,
        position: usize,
    },
    /// The stops of this vehicle in exactly this order; the route is locked.
    Reorder {
        vehicle: u32,
        stops: Vec<u32>,
    },
    /// The route stays as it is.
    Lock {
        vehicle: u32,
    },
    Unlock {
        vehicle: u32,
    },
}

/// Why an edit is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EditFault {
    #[error("the plan has no stop {0}")]
    UnknownStop(u32),
    #[error("the plan has no vehicle {0}")]
    UnknownVehicle(u32),
    #[error("the new order of vehicle {0} does not name exactly its stops")]
    OtherStops(u32),
    #[error("the route of vehicle {0} is locked")]
    Locked(u32),
}

/// A plan as it is being edited.
#[derive(Clone, Debug)]
pub struct Draft {
    pub problem: Problem,
    pub start: Start,
}

impl Draft {
    /// A plan with nothing changed yet.
    pub fn new(problem: Problem, plan: &Plan) -> Draft {
        let stops_by_vehicle = plan.stops_by_vehicle(problem.vehicles.len());
        Draft { problem, start: Start { stops_by_vehicle, locked: Vec::new() } }
    }

    /// Makes one change.
    ///
    /// # Errors
    /// [`EditFault`]; the draft is then as it was.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), EditFault> {
        match *edit {
            Edit::Pin { stop, vehicle } => self.pin(stop, vehicle),
            Edit::Unpin { stop } => {
                self.known_stop(stop)?;
                self.problem.stops[stop as usize].pinned_to = None;
                Ok(())
            }
            Edit::Move { stop, vehicle, position } => {
                self.pin(stop, vehicle)?;
                let stops = &mut self.start.stops_by_vehicle[vehicle as usize];
                stops.insert(position.min(stops.len()), stop);
                Ok(())
            }
            Edit::Reorder { vehicle, ref stops } => self.reorder(vehicle, stops),
            Edit::Lock { vehicle } => {
                self.known_vehicle(vehicle)?;
                if !self.start.locked.contains(&vehicle) {
                    self.start.locked.push(vehicle);
                }
                Ok(())
            }
            Edit::Unlock { vehicle } => {
                self.known_vehicle(vehicle)?;
                self.start.locked.retain(|&locked| locked != vehicle);
                Ok(())
            }
        }
    }

    /// Pins a stop and takes it out of the route it is in.
    fn pin(&mut self, stop: u32, vehicle: u32) -> Result<(), EditFault> {
        self.known_stop(stop)?;
        self.known_vehicle(vehicle)?;
        let holds = |stops: &Vec<u32>| stops.contains(&stop);
        let from = self.start.stops_by_vehicle.iter().position(holds).map(|van| van as u32);
        let locked = |van: u32| self.start.locked.contains(&van);
        if let Some(van) = [Some(vehicle), from].into_iter().flatten().find(|&van| locked(van)) {
            return Err(EditFault::Locked(van));
        }
        self.problem.stops[stop as usize].pinned_to = Some(vehicle);
        self.start.stops_by_vehicle.iter_mut().for_each(|stops| stops.retain(|&it| it != stop));
        Ok(())
    }

    fn reorder(&mut self, vehicle: u32, stops: &[u32]) -> Result<(), EditFault> {
        self.known_vehicle(vehicle)?;
        let sorted = |stops: &[u32]| {
            let mut sorted = stops.to_vec();
            sorted.sort_unstable();
            sorted
        };
        if sorted(stops) != sorted(&self.start.stops_by_vehicle[vehicle as usize]) {
            return Err(EditFault::OtherStops(vehicle));
        }
        self.start.stops_by_vehicle[vehicle as usize] = stops.to_vec();
        self.apply(&Edit::Lock { vehicle })
    }

    fn known_stop(&self, stop: u32) -> Result<(), EditFault> {
        if (stop as usize) < self.problem.stops.len() { Ok(()) } else { Err(EditFault::UnknownStop(stop)) }
    }

    fn known_vehicle(&self, vehicle: u32) -> Result<(), EditFault> {
        if (vehicle as usize) < self.problem.vehicles.len() { Ok(()) } else { Err(EditFault::UnknownVehicle(vehicle)) }
    }
}
