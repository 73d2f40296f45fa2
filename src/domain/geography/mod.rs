//! Where things lie: areas of the map, the district a place is in, the point that serves whom.
//!
//! Everything here is on WGS-84. Files come in other datums too; [`shape`] and [`crate::domain::coordinates`] bring them
//! over, and [`datum_check`] finds out whether a file's datum is what it was said to be.

pub mod datum_check;
pub mod districts;
pub mod grids;
pub mod service;
pub mod service_areas;
pub mod shape;
