//! A gate between a browser and the server that can be shut: then nothing passes, as where a phone has no signal.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Passes everything on while it is open. It stays there until the tests end.
pub struct Gate {
    address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_shut: AtomicBool,
    /// Bytes that came from the server.
    received: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Gate {
    /// A gate before the server at this address.
    pub fn before(server: &str) -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let (state, server) = (Arc::<State>::default(), server.to_owned());
        let own = state.clone();
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                // A connection that comes while the gate is shut is dropped, and breaks.
                if !own.is_shut.load(Ordering::SeqCst) {
                    own.connect(browser, &server);
                }
            }
        });
        Gate { address, state }
    }

    /// The address of a page behind the gate.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Breaks all connections, and every new one.
    pub fn shut(&self) {
        self.state.is_shut.store(true, Ordering::SeqCst);
        for stream in self.state.open.lock().expect("nobody panics with it").drain(..) {
            // It may have ended already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn open(&self) {
        self.state.is_shut.store(false, Ordering::SeqCst);
    }

    /// Bytes that came from the server so far, heads and all.
    pub fn received(&self) -> u64 {
        self.state.received.load(Ordering::SeqCst)
    }
}

impl State {
    fn connect(self: &Arc<State>, browser: TcpStream, server: &str) {
        let Ok(server) = TcpStream::connect(server) else { return };
        let clone = |stream: &TcpStream| stream.try_clone().expect("a stream can be shared");
        let mut open = self.open.lock().expect("nobody panics with it");
        open.extend([clone(&browser), clone(&server)]);
        let (up, down) = ((clone(&browser), clone(&server)), (server, browser));
        thread::spawn(move || pass(up.0, up.1, |_| {}));
        let own = self.clone();
        thread::spawn(move || {
            pass(down.0, down.1, |count| {
                own.received.fetch_add(count, Ordering::SeqCst);
            });
        });
    }
}

/// Passes bytes on until one side ends.
fn pass(mut from: TcpStream, mut to: TcpStream, count: impl Fn(u64)) {
    let mut buffer = [0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        count(length as u64);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
