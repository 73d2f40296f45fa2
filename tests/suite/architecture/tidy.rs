//! The walls of the house: how long a file and a function may grow, what each module says first, what is left lying.

use super::source::{Source, functions, read_sources};

/// A longer file has two subjects, a longer function does two things.
const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// Notes to oneself: what is not done is not written, what is written is done.
const LEFT_LYING: &[&str] = &["TODO", "FIXME", "XXX", "HACK", "for now", "placeholder", "not implemented", "stub"];

fn untidy(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut tell = |line: usize, what: String| found.push(format!("{}:{line}: {what}", source.path));
    if !source.text.starts_with("//!") {
        tell(1, "begins without a //! line that says what the module is for".to_owned());
    }
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX {
        tell(1, format!("{lines} lines, at most {FILE_LINES_MAX}"));
    }
    for function in functions(&source.code).iter().filter(|function| function.line_count > FUNCTION_LINES_MAX) {
        let count = function.line_count;
        tell(function.line, format!("fn {} has {count} lines, at most {FUNCTION_LINES_MAX}", function.name));
    }
    for (index, comment) in source.comments.lines().enumerate() {
        for word in LEFT_LYING.iter().filter(|word| says(comment, word)) {
            tell(index + 1, format!("a comment says {word}"));
        }
    }
    for (index, code) in source.code.lines().enumerate().filter(|(_, code)| code.contains("#[ignore")) {
        tell(index + 1, format!("a test that never runs: {}", code.trim()));
    }
    found
}

/// Whether the comment holds the word on its own, not inside a longer one.
fn says(comment: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    comment
        .match_indices(word)
        .any(|(at, _)| is_edge(comment[..at].chars().next_back()) && is_edge(comment[at + word.len()..].chars().next()))
}

#[test]
fn files_and_functions_stay_within_the_walls() {
    let found: Vec<String> = read_sources(&["src", "tests", "benches"]).iter().flat_map(untidy).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_planted_disorder_is_found() {
    let check = |text: &str, want: &[&str]| assert_eq!(untidy(&Source::new("src/flow/f.rs", text)), want, "{text}");
    check("//! Fine.\nfn f() {}\n", &[]);
    check("fn f() {}\n", &["src/flow/f.rs:1: begins without a //! line that says what the module is for"]);
    let long = format!("//! Long.\n{}", "\n".repeat(400));
    check(&long, &["src/flow/f.rs:1: 401 lines, at most 400"]);
    let tall = format!("//! Tall.\n\nfn f() {{{}}}\n", "\n".repeat(70));
    check(&tall, &["src/flow/f.rs:3: fn f has 71 lines, at most 70"]);
    check(&tall.replace("\n}", "}"), &[]);
    check("//! A.\n// TODO: b\n", &["src/flow/f.rs:2: a comment says TODO"]);
    check("//! Stubborn: no stubborn.\nlet a = \"TODO\";\n", &[]);
    check(
        "//! A.\n#[ignore = \"slow\"]\nfn f() {}\n",
        &["src/flow/f.rs:2: a test that never runs: #[ignore =       ]"],
    );
}
