//! ASKS: other programs over the network, where they know what we do not. Nothing waits for them for long.

pub mod routing_engine;
