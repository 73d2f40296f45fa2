//! Below HTTP: who may connect, the deadline of a client that reads nothing, and TLS.

pub mod doors;
pub mod line;
pub mod tls;
