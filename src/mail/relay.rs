//! The mail server: a line to it, kept open from letter to letter, and what its answers mean for a letter.

use std::future::Future;
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use tokio::runtime::{Builder, Runtime};

use crate::mail::carrier::Delivery;
use crate::mail::settings::{Security, SmtpRoute};

/// Letters over one connection; servers close those that never end.
const LETTERS_MAX: u32 = 100;
/// A line that was silent for longer is asked whether it still stands.
const SILENT: Duration = Duration::from_secs(5);
/// The slowest at which a letter may go out.
const BYTES_A_SECOND: u64 = 20_000;

/// A place for a line to the mail server. Each step has a deadline of its own, which a server that answers a letter a
/// second does not get past; only a runtime can break off there.
pub struct Line {
    runtime: Runtime,
    open: Option<Open>,
}

struct Open {
    connection: AsyncSmtpConnection,
    letters: u32,
    used: Instant,
}

/// Why a step was not done.
enum Failure {
    Smtp(Error),
    Deadline,
    /// The server does not offer to encrypt.
    NoStartTls,
}

impl Failure {
    /// Without addresses.
    fn words(&self) -> String {
        match self {
            Failure::Smtp(error) => words(error),
            Failure::Deadline => "no answer in time".to_owned(),
            Failure::NoStartTls => "the server offers no STARTTLS".to_owned(),
        }
    }
}

async fn within<T>(span: Duration, step: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match tokio::time::timeout(span, step).await {
        Ok(done) => done.map_err(Failure::Smtp),
        Err(_) => Err(Failure::Deadline),
    }
}

async fn open(route: &SmtpRoute) -> Result<Open, Failure> {
    let (hello, span) = (ClientId::default(), route.timeout);
    let implicit = match &route.security {
        Security::Implicit(tls) => Some((**tls).clone()),
        _ => None,
    };
    let address = (route.host.as_str(), route.port);
    let connect = AsyncSmtpConnection::connect_tokio1(address, Some(span), &hello, implicit, None);
    let mut connection = within(span * 2, connect).await?;
    if let Security::StartTls(tls) = &route.security {
        if !connection.can_starttls() {
            return Err(Failure::NoStartTls);
        }
        within(span, connection.starttls((**tls).clone(), &hello)).await?;
    }
    if let Some((user, password)) = &route.login {
        let credentials = Credentials::new(user.clone(), password.0.clone());
        within(span, connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await?;
    }
    Ok(Open { connection, letters: 0, used: Instant::now() })
}

impl Open {
    async fn is_good(&mut self, span: Duration) -> bool {
        if self.connection.has_broken() || self.letters >= LETTERS_MAX {
            return false;
        }
        let asked = async { self.connection.test_connected().await };
        self.used.elapsed() < SILENT || tokio::time::timeout(span, asked).await.unwrap_or(false)
    }

    async fn close(mut self, span: Duration) {
        if !self.connection.has_broken() {
            // Everything was handed over; a server that is gone by now changes nothing.
            let _ = within(span, self.connection.quit()).await;
        }
    }
}

impl Line {
    /// # Errors
    /// Where the system gives no runtime.
    pub fn new() -> std::io::Result<Line> {
        Ok(Line { runtime: Builder::new_current_thread().enable_all().build()?, open: None })
    }

    /// Hands a message over; the line is opened where it is not.
    pub fn deliver(&mut self, route: &SmtpRoute, message: &Message) -> Delivery {
        let Line { runtime, open: place } = self;
        runtime.block_on(deliver(route, place, message))
    }

    /// Ends the line politely.
    pub fn close(&mut self, span: Duration) {
        if let Some(open) = self.open.take() {
            self.runtime.block_on(open.close(span));
        }
    }
}

async fn deliver(route: &SmtpRoute, place: &mut Option<Open>, message: &Message) -> Delivery {
    if let Some(mut old) = place.take() {
        if old.is_good(route.timeout).await {
            *place = Some(old);
        } else {
            old.close(route.timeout).await;
        }
    }
    let line = match place {
        Some(line) => line,
        None => match open(route).await {
            Ok(line) => place.insert(line),
            Err(failure) => return Delivery::Unreachable(failure.words()),
        },
    };
    let bytes = message.formatted();
    let span = route.timeout * 3 + Duration::from_secs(bytes.len() as u64 / BYTES_A_SECOND);
    let sent = within(span, line.connection.send(message.envelope(), &bytes)).await;
    line.letters += 1;
    line.used = Instant::now();
    let Err(failure) = sent else { return Delivery::Sent };
    // Whatever comes next begins on a line of its own.
    *place = None;
    match &failure {
        Failure::Smtp(error) if error.is_permanent() || error.is_client() => Delivery::Refused(failure.words()),
        _ => Delivery::Later(failure.words()),
    }
}

/// What went wrong, without addresses: a line of at most 200 characters.
fn words(error: &Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    if let Some(cause) = error.source().map(ToString::to_string).filter(|cause| !text.contains(cause.as_str())) {
        text = format!("{text}: {cause}");
    }
    scrubbed(&text)
}

/// A text of somebody else's as it may be kept: addresses hidden, one line, short.
pub fn scrubbed(text: &str) -> String {
    let hidden = |word: &str| if word.contains('@') { "<…>".to_owned() } else { word.to_owned() };
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<String> = plain.split_whitespace().map(hidden).collect();
    words.join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_refusal_names_nobody() {
        assert_eq!(scrubbed("550 5.1.1 <ming@a.example>: unknown\r\nBcc: x@y"), "550 5.1.1 <…> unknown Bcc: <…>");
        assert_eq!(scrubbed(&"x".repeat(500)).len(), 200);
    }
}
