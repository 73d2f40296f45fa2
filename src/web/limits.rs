//! How much, how many and how long: what the server lets one request, one address and everybody take.

use std::time::Duration;

/// Bytes of a mebibyte.
pub const MIB: u64 = 1024 * 1024;

/// Bounds of one server. The defaults suit a city on two small cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the head of a request to arrive, and for a TLS handshake.
    pub head: Duration,
    /// For the whole body of a request to arrive.
    pub body: Duration,
    /// For the whole body of an upload to arrive.
    pub upload: Duration,
    /// For the work, once the body is there.
    pub handler: Duration,
    /// For a client that takes nothing of its answer.
    pub write_stall: Duration,
    /// For requests that were begun to end, once the server was told to stop.
    pub drain: Duration,
    /// For an idle connection to ask again.
    pub keep_alive: Duration,
    /// Open connections of everybody.
    pub connections: usize,
    /// Open connections of one address (of one /64 in IPv6). Trusted proxies have no such bound.
    pub connections_per_address: usize,
    /// Orders, payments, pickups and the like that wait to be written. Fewer than connections, each of which waits
    /// with one at most.
    pub waiting: usize,
    /// Bytes of a JSON or form body.
    pub body_bytes: u64,
    /// Bytes of an upload by leaders, helpers and suppliers.
    pub upload_bytes: u64,
    /// Bytes of an upload by staff.
    pub staff_upload_bytes: u64,
    /// Requests a minute of an address that nobody signed in from; 0: any number.
    pub anonymous_per_minute: u32,
    /// Requests a minute of a resident's device; 0: any number.
    pub device_per_minute: u32,
    /// Requests a minute of a person who signed in; 0: any number.
    pub person_per_minute: u32,
    /// Requests a minute of a machine's token; 0: any number.
    pub machine_per_minute: u32,
    /// Free bytes beside the database below which the server says that it is not ready.
    pub free_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head: Duration::from_secs(5),
            body: Duration::from_secs(15),
            upload: Duration::from_secs(60),
            handler: Duration::from_secs(10),
            write_stall: Duration::from_secs(15),
            drain: Duration::from_secs(25),
            keep_alive: Duration::from_secs(15),
            connections: 4096,
            connections_per_address: 512,
            waiting: 2_048,
            body_bytes: 64 * 1024,
            upload_bytes: 8 * MIB,
            staff_upload_bytes: 64 * MIB,
            anonymous_per_minute: 3_000,
            device_per_minute: 600,
            person_per_minute: 1_200,
            machine_per_minute: 3_000_000,
            free_bytes: 64 * MIB,
        }
    }
}

impl Limits {
    /// The longest that a connection may send without being answered: the slowest lawful upload and a little more.
    pub fn unanswered(&self) -> Duration {
        self.head + self.body.max(self.upload) + self.handler + Duration::from_secs(5)
    }
}

/// What kind of body an address takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyClass {
    /// JSON or a form.
    Small,
    /// A file: more bytes and more time.
    Upload,
    /// A photo.
    Photo,
}
