//! What the register of sheets says of a step: which sheets it issued or superseded.

use std::collections::BTreeSet;

use crate::app::TestApp;

/// Every issue of every sheet, as `kind key vN`.
pub type Register = BTreeSet<String>;

/// The register as it stands.
pub fn register(app: &mut TestApp) -> Register {
    let issue = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("documents: ")?.split(" | ").collect();
        Some(format!("{} {} v{}", cells[1], cells[2], cells[3]))
    };
    app.books().lines().filter_map(issue).collect()
}

/// Asserts that exactly these sheets, `kind key`, were issued between two registers, all at one version.
#[track_caller]
pub fn assert_issued(before: &Register, after: &Register, want: &[String]) {
    assert!(before.is_subset(after), "an issue was taken out of the register");
    let new = || after.difference(before);
    let sheets: BTreeSet<String> = new().map(|issue| without_version(issue).to_owned()).collect();
    let versions: BTreeSet<&str> = new().filter_map(|issue| issue.rsplit(' ').next()).collect();
    let want: BTreeSet<String> = want.iter().cloned().collect();
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| one - other;
    assert!(sheets == want, "missing: {:?}\nnot asked for: {:?}", only(&want, &sheets), only(&sheets, &want));
    assert!(versions.len() <= 1, "one step, several versions: {versions:?}");
}

fn without_version(issue: &str) -> &str {
    issue.rsplit_once(' ').map_or(issue, |(sheet, _)| sheet)
}
