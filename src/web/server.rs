//! The server: listens until it is told to stop, then finishes what it has begun.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::{System, signal};
use actix_web::{App, HttpServer, web};

use crate::web::guard::guard;
use crate::web::routes::routes;
use crate::web::site::{Settings, Site};

/// Connections at one time; others wait to be accepted.
const CONNECTIONS_MAX: usize = 1024;
/// Threads that listen. The work is done on others.
const WORKERS: usize = 2;
/// How long requests that were begun may take to end.
const DRAIN_S: u64 = 20;

/// Serves until Ctrl-C or SIGTERM. `on_start` is told where, once the server listens.
///
/// # Errors
/// What the operating system says, such as `AddrInUse`.
pub fn serve(settings: Settings, on_start: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let bind = settings.bind;
    let site = web::Data::from(Site::new(settings));
    System::new().block_on(async move {
        let app =
            move || App::new().app_data(site.clone()).wrap(Compress::default()).wrap(from_fn(guard)).configure(routes);
        let server = HttpServer::new(app)
            .workers(WORKERS)
            .max_connections(CONNECTIONS_MAX)
            .client_request_timeout(Duration::from_secs(5))
            .shutdown_timeout(DRAIN_S)
            .disable_signals()
            .bind(bind)?;
        if let Some(&address) = server.addrs().first() {
            on_start(address);
        }
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            if told_to_stop().await.is_ok() {
                handle.stop(true).await;
            }
        });
        server.await
    })
}

/// Ends with Ctrl-C or SIGTERM.
#[cfg(unix)]
async fn told_to_stop() -> io::Result<()> {
    use std::future::Future;
    use std::pin::pin;
    use std::task::Poll;

    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    let mut interrupt = pin!(signal::ctrl_c());
    std::future::poll_fn(move |context| match interrupt.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending => terminate.poll_recv(context).map(|_| Ok(())),
    })
    .await
}

/// Ends with Ctrl-C.
#[cfg(not(unix))]
async fn told_to_stop() -> io::Result<()> {
    signal::ctrl_c().await
}
