//! 排线: which vehicle serves which pickup points in which order (DOMAIN 2: 派车单).
//!
//! A first plan by savings, or yesterday's, is improved by slack induction by string removals (SISR): strings of
//! neighbouring stops are torn out and put back greedily, under a temperature that falls. A last local search follows.
//! The same problem, roads, seed and iterations give the same plan. [`check`] proves a plan by arithmetic of its own.
//!
//! What cannot be served is named with its reason; nothing is dropped. What a person locked stays as it is.

mod anneal;
mod chance;
pub mod check;
mod clocks;
pub mod edits;
mod ground;
pub mod matrix;
pub mod plan;
mod polish;
pub mod problem;
pub mod reasons;
mod recreate;
mod roads;
mod ruin;
mod savings;
mod solve;
pub mod stability;
mod tours;

pub use matrix::{DETOUR_PCT, Haversine, Matrix, SpeedByHour};
pub use plan::{Cost, Plan, Route, Unserved, Visit};
pub use problem::{Load, Prices, Problem, ProblemFault, Service, Span, Stop, Vehicle};
pub use reasons::Reason;
pub use roads::{Leg, RoadEngine, RoadSource, Roads};
pub use solve::{Start, iterations_for, solve, solve_at_pace};

#[cfg(test)]
mod tests;
