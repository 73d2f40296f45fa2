//! The bytes of the pilot day's sheets, held against a list of their sums and against the samples in `reports/`.
//!
//! Both databases must print what the list says. `TUAN_BLESS=1` writes list and samples anew: look at the difference.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::printed::{Printed, pilot};
use crate::app::TestApp;

/// The document each sample is taken from.
const SAMPLES: &[(&str, &str)] = &[
    ("procurement_summary", "01_procurement_summary/C1.csv"),
    ("purchase_order", "02_purchase_order/PO-261122-005.csv"),
    ("receiving_sheet", "03_receiving_sheet/PO-261122-005.csv"),
    ("shortage_notice", "04_shortage_notice/K017.csv"),
    ("shortage_notice_point", "04_shortage_notice_point/P01.csv"),
    ("pick_list", "05_pick_list/C1.csv"),
    ("pick_list_route", "05_pick_list_route/TR-261122-001.csv"),
    ("pick_list_point", "05_pick_list_point/P01.csv"),
    ("sowing_sort", "06_sowing_sort/C1.csv"),
    ("dispatch_sheet", "07_dispatch_sheet/TR-261122-001.csv"),
    ("handover_slip", "08_handover_slip/P01.csv"),
    ("pickup_list", "09_pickup_list/P01.csv"),
    ("label", "10_label/P01.csv"),
    ("difference_sheet", "14_difference_sheet/SS-261122-001-v7.csv"),
];

/// Rows of a sample, its head too.
const SAMPLE_ROWS: usize = 25;

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether to write anew what the tests compare with.
fn is_blessing() -> bool {
    std::env::var("TUAN_BLESS").is_ok_and(|value| value == "1")
}

/// Compares with a file of ours, or writes it.
#[track_caller]
fn assert_kept(path: &Path, have: &str) {
    if is_blessing() {
        fs::write(path, have).expect("the tree can be written to");
    }
    let want = fs::read_to_string(path).unwrap_or_default();
    if want == have {
        return;
    }
    let differs = |(want, have): (&str, &str)| (want != have).then(|| format!("kept:  {want}\nfound: {have}\n"));
    let first: String = want.lines().zip(have.lines()).filter_map(differs).take(5).collect();
    let (kept, found) = (want.lines().count(), have.lines().count());
    panic!("{}: {kept} lines kept, {found} found\n{first}TUAN_BLESS=1 writes it anew", path.display());
}

#[test]
fn both_databases_print_the_bytes_of_the_manifest() {
    let sum = |(path, bytes): (&str, &[u8])| {
        let digest = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("{digest}  {path}\n")
    };
    let manifest: String = pilot().csv("").map(sum).collect();
    assert_kept(&home().join("tests/suite/sheets/manifest.txt"), &manifest);
}

#[test]
fn the_sample_of_every_sheet_is_what_is_printed() {
    for folder in fs::read_dir(home().join("reports")).expect("the reports are there") {
        let folder = folder.expect("the reports can be read");
        let sheet = folder.file_name().into_string().expect("names are UTF-8");
        let is_known = SAMPLES.iter().any(|(known, _)| *known == sheet);
        assert_eq!(folder.path().join("columns.toml").exists(), is_known, "{sheet} and its sample");
    }
    let day = TestApp::pilot_day("dispatched");
    let printed = Printed::with(&day, &day.cycle, &[]);
    for (sheet, path) in SAMPLES {
        let text = std::str::from_utf8(&printed.files[*path]).expect("sheets are UTF-8");
        let sample: String = text.split_inclusive("\r\n").take(SAMPLE_ROWS).collect();
        assert_kept(&sample_of(sheet), &sample);
    }
}

fn sample_of(sheet: &str) -> PathBuf {
    home().join("reports").join(sheet).join("sample.csv")
}
