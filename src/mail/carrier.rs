//! Carries messages: over a few lines to the mail server at a time, or into a folder.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use lettre::Message;

use crate::mail::relay::{Line, scrubbed};
use crate::mail::settings::{Route, SmtpRoute};
use crate::store::outbox::Letter;

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    /// The server does not want this letter, and never will.
    Refused(String),
    /// It did not work this time, or nobody knows whether it did.
    Later(String),
    /// The server cannot be spoken to: no letter can go out.
    Unreachable(String),
    /// Left lying, since the server cannot be spoken to or the office closes.
    Untried,
}

/// A letter whose row says that it is being sent.
pub struct Claimed {
    pub letter: Letter,
    /// The number of this try.
    pub tries: i32,
    pub message: Message,
}

/// Letters that are handed over side by side: a server far away answers slowly, but answers many.
const LINES: usize = 4;

/// Where messages go.
pub struct Carrier {
    route: Route,
    lines: Vec<Line>,
}

impl Carrier {
    pub fn new(route: Route) -> Carrier {
        Carrier { route, lines: Vec::new() }
    }

    /// Hands messages over and tells of each as soon as it is known. Once the server cannot be spoken to, or `stop` is
    /// set, the rest is left untried.
    pub fn carry(&mut self, messages: Vec<Claimed>, stop: &AtomicBool, mut tell: impl FnMut(&Claimed, Delivery)) {
        let tell_all = |messages: Vec<Claimed>, tell: &mut dyn FnMut(&Claimed, Delivery), error: &io::Error| {
            messages.iter().for_each(|one| tell(one, Delivery::Unreachable(scrubbed(&error.to_string()))));
        };
        match &self.route {
            Route::Folder(folder) => messages.iter().for_each(|one| tell(one, into_folder(folder, one))),
            Route::Smtp(route) => {
                while self.lines.len() < LINES {
                    match Line::new() {
                        Ok(line) => self.lines.push(line),
                        Err(error) => return tell_all(messages, &mut tell, &error),
                    }
                }
                over_lines(route, &mut self.lines, messages, stop, &mut tell);
            }
        }
    }

    /// Ends the lines that stand open.
    pub fn hang_up(&mut self) {
        if let Route::Smtp(route) = &self.route {
            self.lines.iter_mut().for_each(|line| line.close(route.timeout));
        }
    }
}

/// Side by side over all lines, each taking the next message once it is free.
fn over_lines(
    route: &SmtpRoute,
    lines: &mut [Line],
    messages: Vec<Claimed>,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(&Claimed, Delivery),
) {
    let waiting = Mutex::new(VecDeque::from(messages));
    let is_down = AtomicBool::new(false);
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        for line in lines {
            let (sender, waiting, is_down) = (sender.clone(), &waiting, &is_down);
            scope.spawn(move || {
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                while let Some(claimed) = next() {
                    let is_over = is_down.load(Ordering::Relaxed) || stop.load(Ordering::Relaxed);
                    let done = if is_over { Delivery::Untried } else { line.deliver(route, &claimed.message) };
                    if matches!(done, Delivery::Unreachable(_)) {
                        is_down.store(true, Ordering::Relaxed);
                    }
                    if sender.send((claimed, done)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        outcomes.into_iter().for_each(|(claimed, done)| tell(&claimed, done));
    });
}

/// A file for each letter, by its id, so that the same letter is the same file; complete, or not there at all.
fn into_folder(folder: &Path, claimed: &Claimed) -> Delivery {
    let name = format!("{}-{}", claimed.letter.template, claimed.letter.id);
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.eml")));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&part, claimed.message.formatted()))
        .and_then(|()| fs::rename(&part, &whole));
    match written {
        Ok(()) => Delivery::Sent,
        Err(error) => Delivery::Unreachable(scrubbed(&error.to_string())),
    }
}
