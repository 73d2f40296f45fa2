//! The server: listens until it is told to stop, then finishes what it has begun.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::rt::{System, signal};
use actix_web::{App, web};
use futures_util::future::select;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::store::backend::{Db, StoreError};
use crate::store::server_lock::ServerLock;
use crate::store::upkeep::quick_check;
use crate::web::bounds::extractor_limits;
use crate::web::guard::guard;
use crate::web::keeper::Keeper;
use crate::web::limits::Limits;
use crate::web::requests::observed;
use crate::web::routes::routes;
use crate::web::site::{Settings, Site};
use crate::web::wire::doors::Doors;
use crate::web::wire::line::{Line, Wire};
use crate::web::wire::tls;

/// Threads that listen. The work is done on others.
const WORKERS: usize = 2;
/// Files that the process needs besides connections.
const OTHER_FILES: usize = 96;

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The certificate or key cannot be used.
    #[error("{0}")]
    Tls(io::Error),
    /// What the operating system says, such as `AddrInUse`.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// Serves until Ctrl-C or SIGTERM. `on_start` is told where, once the server listens.
///
/// # Errors
/// Refuses a second server on a SQLite file, or a damaged one; a certificate that does not fit; an address that is
/// taken.
pub fn serve(settings: Settings, on_start: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let bind = settings.bind;
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose().map_err(ServeError::Tls)?;
    let listener = TcpListener::bind(bind)?;
    let lock = ServerLock::take(&settings.database)?;
    if lock.as_ref().is_some_and(|lock| lock.was_broken_off) {
        look_for_damage(&settings.database)?;
    }
    let site = Site::new(settings);
    let keeper = Keeper::start(site.clone());
    let done = System::new().block_on(listen(site, listener, tls, on_start));
    drop(keeper);
    if let Some(lock) = lock {
        lock.release();
    }
    Ok(done?)
}

/// After an end without a word every page is looked at before the first request.
fn look_for_damage(database: &str) -> Result<(), StoreError> {
    tracing::warn!("the last server ended without a word; looking for damage");
    let found = quick_check(&mut Db::open(database)?)?;
    if found.is_empty() { Ok(()) } else { Err(StoreError::Damaged { findings: found.join("; ") }) }
}

async fn listen(
    site: Arc<Site>,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    on_start: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let limits = site.limits();
    let doors = doors(&site);
    let builder = Server::build()
        .workers(WORKERS)
        .max_concurrent_connections(limits.connections)
        .shutdown_timeout(limits.drain.as_secs())
        .disable_signals();
    let draining = builder.graceful_shutdown_signal();
    let site = web::Data::from(site);
    let own = site.clone();
    let factory = move || {
        let draining = draining.clone();
        let drain = move || {
            let draining = draining.clone();
            async move { draining.notified().await }
        };
        let (payload, form) = extractor_limits(&limits);
        let app = App::new()
            .app_data(site.clone())
            .app_data(payload)
            .app_data(form)
            .wrap(Compress::default())
            .wrap(from_fn(guard))
            .wrap(from_fn(observed))
            .configure(routes);
        let http = HttpService::build()
            .graceful_shutdown_signal(drain)
            .keep_alive(limits.keep_alive)
            .client_request_timeout(limits.head)
            .client_disconnect_timeout(Duration::from_secs(3))
            .local_addr(address)
            .finish(map_config(app, |()| actix_web::dev::AppConfig::default()));
        connections(doors.clone(), limits, tls.clone()).and_then(http.map_err(drop))
    };
    let server = builder.listen("tuan", listener, factory)?.run();
    let (handle, stop) = (server.handle(), Stop::listen()?);
    actix_web::rt::spawn(async move {
        stop.told().await;
        own.board.close();
        handle.stop(true).await;
    });
    on_start(address);
    server.await
}

/// The doors of a server; their figures join the site's.
fn doors(site: &Arc<Site>) -> Arc<Doors> {
    let (limits, own) = (site.limits(), site.clone());
    let most = limits.connections.min(files_allowed().saturating_sub(OTHER_FILES)).max(16);
    let doors = Doors::new(most, limits.connections_per_address, move |address| own.plate().is_trusted(address));
    let told = doors.clone();
    site.meters().add(move |page| {
        page.gauge("tuan_connections_open", "Open connections.", told.open() as f64);
        let refused = [(String::new(), told.refused())];
        page.counter("tuan_connections_refused_total", "Connections turned away.", &refused);
    });
    doors
}

/// As many files as this process may have open, raised to what the system grants.
#[cfg(unix)]
fn files_allowed() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: now.maximum, maximum: now.maximum };
    let granted = if setrlimit(Resource::Nofile, raised).is_ok() { now.maximum } else { now.current };
    granted.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn files_allowed() -> usize {
    usize::MAX
}

type Connection = (Box<dyn Wire>, Protocol, Option<SocketAddr>);

/// From an accepted connection to one that HTTP may read: counted, with deadlines, and decrypted where TLS is spoken.
fn connections(
    doors: Arc<Doors>,
    limits: Limits,
    tls: Option<TlsAcceptor>,
) -> impl ServiceFactory<TcpStream, Config = (), Response = Connection, Error = (), InitError = ()> {
    fn_service(move |stream: TcpStream| {
        let (doors, tls) = (doors.clone(), tls.clone());
        async move {
            let peer = stream.peer_addr().map_err(drop)?;
            let Some(entry) = doors.enter(peer.ip()) else {
                turn_away(&stream).await;
                return Err(());
            };
            // Small answers leave at once; where that cannot be set, they leave a little later.
            let _ = stream.set_nodelay(true);
            let line = Line::new(stream, entry, limits.write_stall, limits.unanswered());
            let wire: Box<dyn Wire> = match tls {
                None => Box::new(line),
                Some(tls) => Box::new(timeout(limits.head, tls.accept(line)).await.map_err(drop)?.map_err(drop)?),
            };
            Ok((wire, Protocol::Http1, Some(peer)))
        }
    })
}

/// A word to whoever finds the doors shut, as far as it can be said without waiting.
async fn turn_away(stream: &TcpStream) {
    const SHUT: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    if let Ok(Ok(())) = timeout(Duration::from_millis(100), stream.writable()).await {
        // Whoever cannot take it finds the connection closed.
        let _ = stream.try_write(SHUT);
    }
}

/// What tells the server to stop: Ctrl-C or SIGTERM.
#[cfg(unix)]
struct Stop {
    terminate: signal::unix::Signal,
    interrupt: signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    /// Listens for it from now on. A file that may not grow is an error of the write, not the end of the process.
    fn listen() -> io::Result<Stop> {
        use signal::unix::SignalKind;
        let _ = signal::unix::signal(SignalKind::from_raw(libc::SIGXFSZ))?;
        let (terminate, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
        Ok(Stop { terminate: signal::unix::signal(terminate)?, interrupt: signal::unix::signal(interrupt)? })
    }

    async fn told(mut self) {
        select(pin!(self.terminate.recv()), pin!(self.interrupt.recv())).await;
    }
}

/// What tells the server to stop: Ctrl-C.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn listen() -> io::Result<Stop> {
        Ok(Stop)
    }

    async fn told(self) {
        // Where it cannot be listened for, nobody can tell.
        if signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
