//! The log: lines on stderr, JSON for machines or text for people. A thread of its own writes them, so that a full pipe
//! never holds up a request; and what looks like a mobile number is struck out, whatever wrote it.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::serving::LogFormat;
use crate::domain::meters::Counter;

/// Lines that may wait to be written.
const WAITING_MAX: usize = 8192;
/// How long the last lines may take to be written.
const FAREWELL: Duration = Duration::from_secs(2);

/// The log of this process; dropping it writes what still waits.
pub struct Logs {
    dropped: Arc<Counter>,
    done: Receiver<()>,
    end: SyncSender<Message>,
    thread: Option<JoinHandle<()>>,
}

enum Message {
    Line(Vec<u8>),
    End,
}

/// Starts the log. It is the process's only one; where there is one already, that one goes on.
pub fn start(format: Option<LogFormat>, level: &str) -> Logs {
    let format = format.unwrap_or(if io::stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json });
    let (end, lines) = sync_channel(WAITING_MAX);
    let (tell_done, done) = sync_channel(1);
    let thread = std::thread::spawn(move || {
        write_all(&lines);
        // Nobody may be waiting for it.
        let _ = tell_done.try_send(());
    });
    let dropped = Arc::new(Counter::default());
    let writer = Lines { to: end.clone(), dropped: dropped.clone() };
    // What the libraries say about single connections is noise, and may repeat what a client sent.
    let filter = EnvFilter::new(format!("{level},actix_http=off,actix_server=warn,actix_web=off"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_span_events(FmtSpan::NONE);
    let _ = match format {
        LogFormat::Json => {
            tracing::subscriber::set_global_default(log.json().flatten_event(true).with_span_list(false).finish())
        }
        LogFormat::Text => tracing::subscriber::set_global_default(log.with_ansi(false).with_target(false).finish()),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "a panic: {}", panic.payload_as_str().unwrap_or("no words"));
    }));
    Logs { dropped, done, end, thread: Some(thread) }
}

impl Logs {
    /// Counts lines that were dropped because nobody took them in time.
    pub fn dropped(&self) -> Arc<Counter> {
        self.dropped.clone()
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        // A reader that takes nothing must not hold up the end.
        let told = self.end.try_send(Message::End).is_ok();
        let is_written = told && self.done.recv_timeout(FAREWELL) != Err(RecvTimeoutError::Timeout);
        if let Some(thread) = self.thread.take().filter(|_| is_written) {
            let _ = thread.join();
        }
    }
}

/// Writes lines until the end, as many at a time as wait.
fn write_all(lines: &Receiver<Message>) {
    let mut block = Vec::new();
    while let Ok(first) = lines.recv() {
        let mut next = Some(first);
        block.clear();
        while let Some(Message::Line(line)) = next {
            strike_out(&line, &mut block);
            next = if block.len() < 64 * 1024 { lines.try_recv().ok() } else { None };
        }
        // There is no other place to tell that stderr is gone.
        let _ = io::stderr().lock().write_all(&block);
        if matches!(next, Some(Message::End)) {
            return;
        }
    }
}

/// Copies a line with every mobile number struck out: eleven digits that begin with 13 to 19, and no digit beside them.
fn strike_out(line: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < line.len() {
        let run = line[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_phone = run == 11 && line[at] == b'1' && (b'3'..=b'9').contains(&line[at + 1]);
        match run {
            0 => out.push(line[at]),
            _ if is_phone => out.extend_from_slice(b"1**********"),
            _ => out.extend_from_slice(&line[at..at + run]),
        }
        at += run.max(1);
    }
}

/// Takes lines for the thread that writes them.
struct Lines {
    to: SyncSender<Message>,
    dropped: Arc<Counter>,
}

/// One line being made.
struct Line<'l> {
    text: Vec<u8>,
    lines: &'l Lines,
}

impl<'l> MakeWriter<'l> for Lines {
    type Writer = Line<'l>;

    fn make_writer(&'l self) -> Line<'l> {
        Line { text: Vec::with_capacity(256), lines: self }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if self.lines.to.try_send(Message::Line(std::mem::take(&mut self.text))).is_err() {
            self.lines.dropped.add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_numbers_are_struck_out_and_other_numbers_stand() {
        let check = |line: &str, want: &str| {
            let mut out = Vec::new();
            strike_out(line.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), want, "{line}");
        };
        check("call 13912345678 now", "call 1********** now");
        check("\"19900001111\"", "\"1**********\"");
        check("id 1391234567890123456 ms 12.5", "id 1391234567890123456 ms 12.5");
        check("10912345678 王小明", "10912345678 王小明");
        check("13912345678", "1**********");
    }
}
