//! Excel workbooks: read by a child process of this program under limits of memory and time, which writes the first
//! sheet as CSV; that is then read like any other file. A hostile workbook ends the child, never us.

mod bounds;
mod render;
mod sheet;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::cell::Problem;
use super::fault_kind::FaultKind;
pub use sheet::{CSV_BYTES_MAX, Failure, write_csv};

/// The hidden subcommand that runs [`write_csv`]: workbook on stdin, CSV on stdout, a refusal on stderr.
pub const SUBCOMMAND: &str = "read-workbook";

/// How long a child may take; the largest honest workbook takes a tenth of it.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Memory of a child, with the program itself.
pub const MEMORY_BYTES_MAX: u64 = 640 << 20;
/// Seconds of processor time of a child.
pub const CPU_S_MAX: u64 = 60;
/// How much of a refusal is read.
const REFUSAL_BYTES_MAX: u64 = 4096;

/// Why a workbook was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is a ZIP file of another kind.
    NoWorkbook,
    /// It is damaged or protected by a password.
    Unreadable(String),
    /// It goes past a bound.
    TooLarge(String),
}

impl Refusal {
    /// A line for the pipe between the two processes.
    pub fn to_line(&self) -> String {
        let (word, detail) = match self {
            Refusal::NoWorkbook => ("no_workbook", ""),
            Refusal::Unreadable(detail) => ("unreadable", detail.as_str()),
            Refusal::TooLarge(detail) => ("too_large", detail.as_str()),
        };
        format!("{word} {}", detail.replace('\n', " "))
    }

    fn parse(line: &str) -> Option<Refusal> {
        let (word, detail) = line.split_once(' ')?;
        let detail = detail.trim_end().to_owned();
        match word {
            "no_workbook" => Some(Refusal::NoWorkbook),
            "unreadable" => Some(Refusal::Unreadable(detail)),
            "too_large" => Some(Refusal::TooLarge(detail)),
            _ => None,
        }
    }

    fn problem(self) -> Problem {
        match self {
            Refusal::NoWorkbook => Problem(FaultKind::NotATable, "XLSX / ZIP".to_owned()),
            Refusal::Unreadable(detail) => Problem(FaultKind::WorkbookUnreadable, detail),
            Refusal::TooLarge(detail) => Problem(FaultKind::WorkbookTooLarge, detail),
        }
    }
}

/// Whether the file begins like a ZIP file, as every XLSX does. Leaves the source at its start.
///
/// # Errors
/// Those of the source.
pub fn is_zip(source: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut start = Vec::new();
    source.rewind()?;
    source.by_ref().take(4).read_to_end(&mut start)?;
    source.rewind()?;
    Ok(start == b"PK\x03\x04")
}

/// The first sheet of a workbook as a CSV file without a name.
///
/// # Errors
/// Why the child could not be run or its answer not be kept; the inner error is why the workbook was refused.
pub(super) fn to_csv(workbook: File) -> io::Result<Result<File, Problem>> {
    let (mut answer, refusal) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut command = Command::new(own_program()?);
    // Addresses of databases and keys are none of its business.
    command.arg(SUBCOMMAND).env_clear().current_dir(std::env::temp_dir());
    command.stdin(workbook).stdout(answer.try_clone()?).stderr(Stdio::from(refusal.try_clone()?));
    let status = wait(&mut command.spawn()?)?;
    if status.is_some_and(|status| status.success()) {
        answer.rewind()?;
        return Ok(Ok(answer));
    }
    Ok(Err(refusal_of(refusal)?.unwrap_or_else(|| costly(status)).problem()))
}

fn refusal_of(mut file: File) -> io::Result<Option<Refusal>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(REFUSAL_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(Refusal::parse(&String::from_utf8_lossy(&bytes)))
}

/// What a child died of that could not say a word.
fn costly(status: Option<ExitStatus>) -> Refusal {
    match status {
        None => Refusal::TooLarge(format!("{} s", WAIT_MAX.as_secs())),
        Some(_) => Refusal::TooLarge(format!("{} MiB / {CPU_S_MAX} s", MEMORY_BYTES_MAX >> 20)),
    }
}

/// This program itself, also where its file was replaced by a newer one meanwhile.
fn own_program() -> io::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}

/// Waits for the end of a child; None: it was ended by us.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > WAIT_MAX {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_comes_through_the_pipe() {
        for refusal in
            [Refusal::NoWorkbook, Refusal::Unreadable("no sheet".to_owned()), Refusal::TooLarge("2 GiB".to_owned())]
        {
            assert_eq!(Refusal::parse(&format!("{}\n", refusal.to_line())), Some(refusal));
        }
        assert_eq!(Refusal::parse("thread 'main' panicked"), None);
    }
}
