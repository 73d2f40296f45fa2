//! The command `tuan`: see `tuan --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    tuan::cli::run()
}
