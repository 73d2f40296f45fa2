//! What hinders people who see, point or type otherwise: axe-core looks a page over as it stands.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use super::driver::Browser;

/// The file that `scripts/fetch_axe` leaves in target/axe.
fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let target =
            Path::new(env!("CARGO_BIN_EXE_tuan")).ancestors().nth(2).expect("the binary lies in target/PROFILE");
        let folder = fs::read_dir(target.join("axe")).into_iter().flatten().flatten().map(|entry| entry.path());
        let file = folder.filter(|path| path.extension().is_some_and(|ending| ending == "js")).max();
        let file = file.expect("scripts/fetch_axe fetches axe-core");
        fs::read_to_string(file).expect("it can be read")
    })
}

/// Serious and critical findings: which rule, where, and why.
const LOOK: &str = "return axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations
    .filter((rule) => ['serious', 'critical'].includes(rule.impact))
    .flatMap((rule) => rule.nodes.map((node) =>
        rule.id + ': ' + node.target.join(' ') + ' (' + (node.any[0] || node.all[0] || node.none[0] || rule).message + ') ' + node.html.slice(0, 160))))";

impl Browser {
    /// Fails where the page that is shown has serious or critical findings.
    #[track_caller]
    pub fn axe(&self) {
        let found = self.axe_findings();
        assert!(found.is_empty(), "{}: {} findings\n{}", self.path(), found.len(), found.join("\n"));
    }

    /// What hinders people on the page that is shown.
    pub fn axe_findings(&self) -> Vec<String> {
        if self.run("return !window.axe") == true {
            self.run(source());
        }
        let found = self.run(LOOK);
        found.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}
