//! `tuan read-workbook`: a workbook on stdin, its first sheet as CSV on stdout. Only this program itself calls it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anyhow::Result;

use crate::imports::workbook::{Failure, Refusal, write_csv};

pub fn run() -> Result<ExitCode> {
    limits::set()?;
    let refusal = match write_csv(stdin()?, BufWriter::with_capacity(1 << 16, io::stdout().lock())) {
        Ok(()) => return Ok(ExitCode::SUCCESS),
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Io(error)) => Refusal::Unreadable(error.to_string()),
    };
    writeln!(io::stderr(), "{}", refusal.to_line())?;
    Ok(ExitCode::FAILURE)
}

/// Standard input as the file that it is, so that one can move about in it.
#[cfg(unix)]
fn stdin() -> Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn stdin() -> Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

/// Bounds that the system keeps, whatever is in the workbook.
#[cfg(unix)]
mod limits {
    use rustix::process::{Resource, Rlimit, setrlimit};

    use crate::imports::workbook::{CPU_S_MAX, CSV_BYTES_MAX, MEMORY_BYTES_MAX};

    pub fn set() -> std::io::Result<()> {
        for (resource, most) in [
            (Resource::As, MEMORY_BYTES_MAX),
            (Resource::Cpu, CPU_S_MAX),
            (Resource::Fsize, CSV_BYTES_MAX),
            (Resource::Nofile, 16),
            (Resource::Core, 0),
        ] {
            setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
        Ok(())
    }
}

#[cfg(not(unix))]
mod limits {
    pub fn set() -> std::io::Result<()> {
        Ok(())
    }
}
