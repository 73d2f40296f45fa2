//! Chromium from its command line: what a page looks like, what it holds, what it prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Width and height of a window.
pub type Window = (u32, u32);
pub const PHONE: Window = (360, 740);
pub const DESK: Window = (1440, 900);

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Runs Chromium without a window, with a profile of its own, and without calls to anyone but the page's server.
fn chromium(window: Window, args: &[String]) -> Output {
    let profile = tempfile::tempdir().expect("a temporary folder can be made");
    for name in NAMES {
        let mut command = Command::new(name);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--timeout=20000"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={},{}", window.0, window.1))
            .args(args);
        match command.output() {
            Ok(output) => {
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                return output;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{name} cannot be started: {error}"),
        }
    }
    panic!("no Chromium found: scripts/need browser installs it (looked for {})", NAMES.join(", "));
}

/// The page as the browser holds it once it is loaded.
pub fn dump_dom(url: &str, window: Window) -> String {
    let output = chromium(window, &["--dump-dom".to_owned(), url.to_owned()]);
    String::from_utf8(output.stdout).expect("a page is UTF-8")
}

/// A picture of the page, exactly as large as the window.
pub fn screenshot(name: &str, url: &str, window: Window) -> PathBuf {
    picture(name, url, window, &[])
}

/// The same where the system prefers dark.
pub fn dark_screenshot(name: &str, url: &str, window: Window) -> PathBuf {
    picture(name, url, window, &["--blink-settings=preferredColorScheme=0".to_owned()])
}

fn picture(name: &str, url: &str, window: Window, more: &[String]) -> PathBuf {
    let file = artefact(&format!("{name}.png"));
    let mut args = more.to_vec();
    args.extend([format!("--screenshot={}", file.display()), url.to_owned()]);
    chromium(window, &args);
    let bytes = fs::read(&file).expect("Chromium wrote the picture");
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((side(16), side(20)), window, "a PNG of the window's size");
    file
}

/// The page as it prints.
pub fn pdf(name: &str, url: &str) -> PathBuf {
    let file = artefact(&format!("{name}.pdf"));
    chromium(DESK, &["--no-pdf-header-footer".into(), format!("--print-to-pdf={}", file.display()), url.to_owned()]);
    file
}

/// The text of a PDF, a form feed after each page.
pub fn pdf_text(file: &Path) -> String {
    poppler("pdftotext", &["-layout", &file.display().to_string(), "-"])
}

pub fn page_count(file: &Path) -> usize {
    fact(file, "Pages:").parse().expect("a number of pages")
}

/// The size of the first page: `595.92 x 842.88 pts (A4)`.
pub fn paper(file: &Path) -> String {
    fact(file, "Page size:")
}

fn fact(file: &Path, label: &str) -> String {
    let facts = poppler("pdfinfo", &[&file.display().to_string()]);
    let line = facts.lines().find_map(|line| line.strip_prefix(label)).expect("pdfinfo tells it");
    line.trim().to_owned()
}

fn poppler(tool: &str, args: &[&str]) -> String {
    let output = Command::new(tool).args(args).output();
    let output = output.unwrap_or_else(|_| panic!("{tool} is missing: scripts/need browser installs it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("poppler writes UTF-8")
}

/// Where what people may want to look at is kept.
pub fn artefact(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_tuan")).ancestors().nth(2).expect("the binary lies in target/PROFILE");
    let folder = target.join("test-artefacts");
    fs::create_dir_all(&folder).expect("target/ can be written to");
    folder.join(name)
}
