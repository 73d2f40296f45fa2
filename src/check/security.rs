//! The security log: each row's hash covers the row and the hash before it in its chain, from 1 on without a gap.

use sha2::{Digest, Sha256};

use crate::check::report::Report;
use crate::check::rows::LogRow;

/// No row was changed, and none was taken out between two others.
pub fn chains(rows: &[LogRow], report: &mut Report) {
    let (mut chain, mut seq, mut hash) = (-1, 0, String::new());
    for row in rows {
        if row.chain != chain {
            (chain, seq, hash) = (row.chain, 0, String::new());
        }
        let place = || format!("chain={} seq={}", row.chain, row.seq);
        report.equal("security_log", place, seq + 1, row.seq);
        report.equal("security_log", place, link(&hash, row), row.hash.clone());
        (seq, hash) = (row.seq, row.hash.clone());
    }
}

fn link(before: &str, row: &LogRow) -> String {
    let text = format!(
        "{before}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
        row.seq, row.at, row.act, row.actor, row.subject, row.detail, row.request_id
    );
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
