//! Which process stages an import, so that the leavings of a dead one can be told from the work of a living one.

use std::fs;

use chrono::Duration;

use crate::domain::errors::RuleError;
use crate::domain::time::Moment;

/// An import of another machine counts as dead when it has not written for so long.
const SILENT_MINUTES_MAX: i64 = 10;

/// This process: host, number and start time.
pub fn this_process() -> String {
    let pid = std::process::id();
    format!("{}/{pid}/{}", host(), start_of(pid).unwrap_or_default())
}

/// Whether the process that owns an import may still be at work.
pub fn is_alive(owner: &str, touched_at: Moment, now: Moment) -> bool {
    let parts: Vec<&str> = owner.split('/').collect();
    if let [of_host, pid, start] = parts[..]
        && of_host == host()
    {
        return owner != this_process() && pid.parse().ok().and_then(start_of).as_deref() == Some(start);
    }
    touched_at.plus(Duration::minutes(SILENT_MINUTES_MAX)) > now
}

/// The refusal while another import into the same cycle is at work.
pub fn still_running(owner: &str) -> RuleError {
    RuleError::Refused {
        code: "import_running",
        zh: format!("另一个导入正在写入同一团期（{owner}），等它结束后再试"),
        en: format!("another import into the same cycle is running ({owner}); try again when it has ended"),
    }
}

fn host() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "localhost".into(), |name| name.trim().replace('/', "-"))
}

/// When a process of this machine started, in the system's own count; None if there is none of that number.
fn start_of(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything, so fields are counted after it; the start time is the 22nd of all.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_ended_is_not_alive() {
        let now = Moment(1_000_000_000_000);
        assert!(!is_alive(&format!("{}/{}/1", host(), std::process::id()), now, now));
        assert!(!is_alive(&format!("{}/4194305/77", host()), now, now));
        assert!(is_alive("elsewhere/1/1", now, now));
        assert!(!is_alive("elsewhere/1/1", now, now.plus(Duration::minutes(11))));
    }
}
