//! HTTPS by the server itself: a real handshake, and a pair of files that does not fit.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::server::{Answer, Server};
use crate::app::{TestApp, arg, fixture};

fn config() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let cert = CertificateDer::from_pem_file(fixture("tls/cert.pem")).expect("the fixture is PEM");
    roots.add(cert).expect("the fixture is a certificate");
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn the_server_speaks_https_with_its_own_certificate() {
    let app = TestApp::pilot_day("open");
    let (cert, key) = (fixture("tls/cert.pem"), fixture("tls/key.pem"));
    let server = Server::start_with(&app, &["--tls-cert", arg(&cert), "--tls-key", arg(&key)]);
    let name = ServerName::try_from("localhost").expect("a name");
    let client = ClientConnection::new(Arc::new(config()), name).expect("a sound configuration");
    let stream = TcpStream::connect(server.address()).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a deadline can be set");
    let mut stream = StreamOwned::new(client, stream);
    stream
        .write_all(b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("the handshake succeeds");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the answer ends as TLS wants it");
    let answer = Answer::read(&bytes);
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, "max-age=31536000"));
    // Whoever speaks plain HTTP to it is hung up on, and holds up nobody.
    let mut plain = TcpStream::connect(server.address()).expect("the server listens");
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it is sent");
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said);
    assert!(!said.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_by_name() {
    let app = TestApp::new();
    let (cert, key) = (fixture("tls/cert.pem"), fixture("tls/key.pem"));
    let other = app.file("other.pem", "no certificate");
    for (cert, key, named) in
        [(&other, &key, "other.pem"), (&cert, &other, "other.pem"), (&cert, &"gone.pem".into(), "gone.pem")]
    {
        let ran =
            app.tuan(&["serve", "--bind", "127.0.0.1:0", "--tls-cert", arg(cert), "--tls-key", arg(key)]).refused();
        assert!(ran.stderr.contains(named), "{}", ran.stderr);
    }
    let ran = app.tuan(&["serve", "--bind", "127.0.0.1:0", "--tls-cert", arg(&cert)]).refused();
    assert!(ran.stderr.contains("tls_key"), "{}", ran.stderr);
}
