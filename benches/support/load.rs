//! A load of requests from many connections at once, each sending its next request when it has its last answer.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Threads that drive all connections: the machine's other core is the server's.
const DRIVERS: usize = 2;

/// What a load measured.
pub struct Measured {
    pub answers: usize,
    pub seconds: f64,
    /// How long each answer took, sorted.
    pub waits: Vec<Duration>,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// The wait that so many percent did not exceed.
    pub fn percentile(&self, percent: f64) -> Duration {
        let at = (self.waits.len() as f64 * percent / 100.0) as usize;
        self.waits[at.min(self.waits.len() - 1)]
    }
}

struct Connection {
    stream: TcpStream,
    sent_at: Instant,
    buffer: Vec<u8>,
}

/// Sends all requests over `clients` connections; every answer must be a 201.
pub fn drive(address: &str, clients: usize, requests: &[Vec<u8>]) -> Measured {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let waits: Vec<Vec<Duration>> = thread::scope(|scope| {
        let drivers: Vec<_> =
            (0..DRIVERS).map(|_| scope.spawn(|| drive_some(address, clients / DRIVERS, requests, &next))).collect();
        drivers.into_iter().map(|driver| driver.join().expect("a driver ends")).collect()
    });
    let seconds = begun.elapsed().as_secs_f64();
    let mut waits: Vec<Duration> = waits.into_iter().flatten().collect();
    waits.sort_unstable();
    Measured { answers: waits.len(), seconds, waits }
}

fn drive_some(address: &str, clients: usize, requests: &[Vec<u8>], next: &AtomicUsize) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut open: Vec<Connection> = Vec::new();
    for _ in 0..clients {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket can be set");
        let mut connection = Connection { stream, sent_at: Instant::now(), buffer: Vec::new() };
        if send(&mut connection, requests, next) {
            connection.stream.set_nonblocking(true).expect("a socket can be set");
            open.push(connection);
        }
    }
    while !open.is_empty() {
        let mut polled: Vec<libc::pollfd> = open
            .iter()
            .map(|connection| libc::pollfd { fd: connection.stream.as_raw_fd(), events: libc::POLLIN, revents: 0 })
            .collect();
        // SAFETY: the array lives through the call and its length is its own.
        let ready = unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, 30_000) };
        assert!(ready > 0, "no answer came for half a minute");
        let mut at = 0;
        open.retain_mut(|connection| {
            let is_ready = polled[at].revents != 0;
            at += 1;
            if !is_ready || !read_answer(connection) {
                return true;
            }
            waits.push(connection.sent_at.elapsed());
            send(connection, requests, next)
        });
    }
    waits
}

/// Sends the next request; `false` if there is none left.
fn send(connection: &mut Connection, requests: &[Vec<u8>], next: &AtomicUsize) -> bool {
    let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else { return false };
    connection.sent_at = Instant::now();
    connection.stream.write_all(request).expect("a request fits the socket's buffer");
    true
}

/// Whether the answer is whole by now.
fn read_answer(connection: &mut Connection) -> bool {
    let mut part = [0; 4096];
    loop {
        match connection.stream.read(&mut part) {
            Ok(0) => panic!("the server hung up"),
            Ok(count) => connection.buffer.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    let Some(end) = connection.buffer.windows(4).position(|part| part == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&connection.buffer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.expect("an answer has a length").trim().parse().expect("a number");
    if connection.buffer.len() < end + 4 + length {
        return false;
    }
    let told = String::from_utf8_lossy(&connection.buffer);
    assert!(head.starts_with("http/1.1 201"), "{told}");
    connection.buffer.clear();
    true
}
