//! Load on a server: from many connections at once, each sending its next request when it has its last answer; or at a
//! steady pace, whatever the answers take.

#![allow(dead_code, reason = "each bench uses its part")]

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

    pub fn percentile_ms(&self, percent: f64) -> f64 {
        percentile_ms(&self.waits, percent)
    }
}

/// The wait that so many percent of the sorted waits do not exceed, in milliseconds.
pub fn percentile_ms(waits: &[Duration], percent: f64) -> f64 {
    let at = (waits.len() as f64 * percent / 100.0) as usize;
    waits[at.min(waits.len() - 1)].as_secs_f64() * 1_000.0
}

struct Connection {
    stream: TcpStream,
    sent_at: Instant,
    buffer: Vec<u8>,
}

/// Sends all requests over `clients` connections; every answer must be of this status.
pub fn drive(address: &str, clients: usize, status: u16, requests: &[Vec<u8>]) -> Measured {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let waits: Vec<Vec<Duration>> = thread::scope(|scope| {
        let drivers: Vec<_> = (0..DRIVERS)
            .map(|_| scope.spawn(|| drive_some(address, clients / DRIVERS, status, requests, &next)))
            .collect();
        drivers.into_iter().map(|driver| driver.join().expect("a driver ends")).collect()
    });
    let seconds = begun.elapsed().as_secs_f64();
    let mut waits: Vec<Duration> = waits.into_iter().flatten().collect();
    waits.sort_unstable();
    Measured { answers: waits.len(), seconds, waits }
}

fn drive_some(address: &str, clients: usize, status: u16, requests: &[Vec<u8>], next: &AtomicUsize) -> Vec<Duration> {
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
            let told = is_ready.then(|| read_answer(connection)).flatten();
            let Some((told, _)) = told else { return true };
            assert_eq!(told, status, "an answer of another kind");
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

/// The status and body of the answer, once it is whole.
fn read_answer(connection: &mut Connection) -> Option<(u16, String)> {
    let mut part = [0; 64 * 1024];
    loop {
        match connection.stream.read(&mut part) {
            Ok(0) => panic!("the server hung up"),
            Ok(count) => connection.buffer.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
        if let Some(answer) = whole_answer(&mut connection.buffer) {
            return Some(answer);
        }
    }
    whole_answer(&mut connection.buffer)
}

fn whole_answer(buffer: &mut Vec<u8>) -> Option<(u16, String)> {
    let end = buffer.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.expect("an answer has a length").trim().parse().expect("a number");
    if buffer.len() < end + 4 + length {
        return None;
    }
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("an answer has a status");
    let body = String::from_utf8_lossy(&buffer[end + 4..end + 4 + length]).into_owned();
    buffer.clear();
    Some((status, body))
}

/// Asks once and waits for the answer: its status and body.
pub fn ask(address: &str, request: &[u8]) -> (u16, String) {
    let stream = TcpStream::connect(address).expect("the server listens");
    let mut connection = Connection { stream, sent_at: Instant::now(), buffer: Vec::new() };
    answer_to(&mut connection, request)
}

fn answer_to(connection: &mut Connection, request: &[u8]) -> (u16, String) {
    connection.stream.write_all(request).expect("a request fits the socket's buffer");
    loop {
        if let Some(answer) = read_answer(connection) {
            return answer;
        }
    }
}

/// An answer of a load at a steady pace.
pub struct Paced {
    pub status: u16,
    /// When it was due to be sent, from the beginning.
    pub due: Duration,
    /// From then on, so that a wait for a free connection counts.
    pub wait: Duration,
}

/// Sends so many requests a second over `clients` connections.
pub fn drive_at(address: &str, a_second: f64, clients: usize, requests: &[Vec<u8>]) -> Vec<Paced> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let work = || {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket can be set");
        let mut connection = Connection { stream, sent_at: begun, buffer: Vec::new() };
        let mut answers = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(request) = requests.get(at) else { return answers };
            let due = Duration::from_secs_f64(at as f64 / a_second);
            thread::sleep(due.saturating_sub(begun.elapsed()));
            let (status, _) = answer_to(&mut connection, request);
            answers.push(Paced { status, due, wait: begun.elapsed() - due });
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    })
}
