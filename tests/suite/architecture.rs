//! Reads the sources and holds them to the house's plan: who may import whom, and which words a layer never says.
//!
//! A new arrow between layers starts with a note in `docs/decisions/` and then a change of [`LAYERS`].

mod source;
mod tidy;

use source::{Source, UsedPath, paths, read_sources};

/// A folder of `src/`, the modules of ours it may use besides itself, and the words its code never says.
///
/// A module is `layer` or `layer::module`; a word is one or more path segments, `actix*` any that begins so.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    never: &'static [&'static str],
}

#[rustfmt::skip]
const LAYERS: &[Layer] = &[
    Layer { name: "domain", may_use: &[], never: &[
        "diesel*", "actix*", "lettre", "std::fs", "std::env", "std::net", "Utc::now", "Local::now", "SystemTime::now",
        "Instant::now", "thread_rng", "rand::rng", "rand::random", "getrandom*", "OsRng",
    ] },
    Layer { name: "store", may_use: &["domain"], never: &["actix*", "http", "ureq"] },
    Layer { name: "imports", may_use: &["domain"], never: &["diesel*", "actix*"] },
    Layer { name: "sheets", may_use: &["domain"], never: &["diesel*", "actix*"] },
    Layer { name: "flow", may_use: &["domain", "store", "imports"], never: &["actix*", "lettre", "csv"] },
    Layer { name: "mail", may_use: &["domain", "store", "sheets"], never: &["actix*", "diesel*"] },
    Layer { name: "outside", may_use: &["domain", "store", "sheets"], never: &["actix*", "diesel*"] },
    Layer { name: "work", may_use: &["flow", "store", "sheets", "mail", "outside"], never: &["actix*", "diesel*"] },
    Layer { name: "check", never: &[], may_use: &[
        "domain::code", "domain::documents", "domain::errors", "domain::facts", "domain::money", "domain::quantity",
        "domain::reason", "domain::states::CycleState", "domain::states::OrderState",
        "domain::states::PurchaseOrderState", "domain::states::RefundState", "domain::texts", "domain::time",
        "store::backend",
    ] },
    Layer { name: "web", may_use: &["domain", "store", "flow", "sheets", "imports"], never: &["diesel*", "lettre"] },
    Layer { name: "cli", may_use: &["*"], never: &[] },
];

/// Files that stand above the layers and may use any of them.
const ROOT_FILES: &[&str] = &[
    "src/main.rs",
    "src/lib.rs",
    "src/config.rs",
    "src/config/file.rs",
    "src/config/routes.rs",
    "src/config/serving.rs",
];

/// What tells SQLite from PostgreSQL, and the only files that may say it.
const DATABASE_WORDS: &[&str] =
    &["SqliteConnection", "PgConnection", "diesel::sqlite", "diesel::pg", "Db::Sqlite", "Db::Postgres"];
const DATABASE_FILES: &[&str] = &["src/store/backend.rs", "src/store/backend/columns.rs", "src/store/migrations.rs"];

/// Words for which a layer that answers to a person has a better way; `cli` prints, that is its work.
const PRINTING: &[&str] = &["println", "eprintln"];

/// What no part of the product says: an `expect` states its invariant, and nothing is left for later.
const NEVER_ANYWHERE: &[&str] = &["unwrap", "todo", "unimplemented", "dbg", "unsafe"];

/// Words of other trades for which the glossary has its own: resident, supplier, leader, case.
const FOREIGN_WORDS: &[&str] = &["customer", "vendor", "captain", "carton", "merchant"];

/// Everything of one file of `src/` that breaks the plan, a line each.
fn violations(source: &Source) -> Vec<String> {
    let used = paths(&source.product_code());
    let mut found = Vec::new();
    let mut tell = |path: &UsedPath, what: String| found.push(format!("{}:{}: {what}", source.path, path.line));
    let layer = LAYERS.iter().find(|layer| source.path.starts_with(&format!("src/{}/", layer.name)));
    if layer.is_none() && !ROOT_FILES.contains(&source.path.as_str()) {
        return vec![format!("{}: stands in no layer of the plan", source.path)];
    }
    let prints = layer.is_none_or(|layer| layer.name == "cli");
    let knows_database = DATABASE_FILES.contains(&source.path.as_str());
    for path in &used {
        for layer in layer.iter() {
            if let Some(target) = ours(source, path).filter(|target| !may_use(layer, target)) {
                tell(path, format!("{} must not use {}", layer.name, target.join("::")));
            }
            for word in layer.never.iter().filter(|word| path.says(word)) {
                tell(path, format!("{} must never mention {word}", layer.name));
            }
        }
        let words = NEVER_ANYWHERE.iter().chain(PRINTING.iter().filter(|_| !prints));
        for word in words.chain(DATABASE_WORDS.iter().filter(|_| !knows_database)).filter(|word| path.says(word)) {
            tell(path, format!("{word} has no place here"));
        }
        for word in FOREIGN_WORDS.iter().filter(|word| path.segments.iter().any(|s| s.to_lowercase().contains(*word))) {
            tell(path, format!("the glossary has a better word than {word}"));
        }
    }
    found
}

/// The path from the crate's root, where it leads to a module of ours outside of its own.
fn ours<'a>(source: &Source, path: &'a UsedPath) -> Option<&'a [String]> {
    let first = path.segments.first()?;
    if first == "crate" || first == "tuan" {
        return Some(&path.segments[1..]).filter(|target| !target.is_empty());
    }
    // `super::super::store` climbs to the root too. Fewer steps, or a name that is no layer, stay at home.
    let steps = path.segments.iter().take_while(|segment| *segment == "super").count();
    let target = &path.segments[steps..];
    let is_layer = LAYERS.iter().any(|layer| target.first().is_some_and(|name| name == layer.name));
    (steps > 0 && steps >= source.module_depth() && is_layer).then_some(target)
}

fn may_use(layer: &Layer, target: &[String]) -> bool {
    let allowed =
        |module: &&str| *module == "*" || module.split("::").eq(target.iter().take(module.split("::").count()));
    target[0] == layer.name || layer.may_use.iter().any(allowed)
}

#[test]
fn every_import_points_the_way_the_plan_allows() {
    let found: Vec<String> = read_sources(&["src"]).iter().flat_map(violations).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_planted_arrow_is_found() {
    let check = |path: &str, text: &str, want: &[&str]| {
        assert_eq!(violations(&Source::new(path, text)), want, "{text}");
    };
    check("src/sheets/csv.rs", "use crate::domain::money::Fen;", &[]);
    check("src/sheets/csv.rs", "use crate::store::book;", &["src/sheets/csv.rs:1: sheets must not use store::book"]);
    check("src/sheets/csv.rs", "\nuse super::super::flow;", &["src/sheets/csv.rs:2: sheets must not use flow"]);
    check("src/sheets/csv.rs", "use crate::*;", &["src/sheets/csv.rs:1: sheets must not use *"]);
    check(
        "src/check/bounds.rs",
        "use crate::{domain::{money::Fen, allocation::share}, store::backend::Db};",
        &["src/check/bounds.rs:1: check must not use domain::allocation::share"],
    );
    check(
        "src/check/bounds.rs",
        "fn f() { crate::flow::cutoff(); }",
        &["src/check/bounds.rs:1: check must not use flow::cutoff"],
    );
    check("src/domain/mod.rs", "use super::flow;", &["src/domain/mod.rs:1: domain must not use flow"]);
    check("src/cli/cutoff.rs", "use crate::flow::cutoff;", &[]);
    check("src/extra/new.rs", "", &["src/extra/new.rs: stands in no layer of the plan"]);
}

#[test]
fn a_planted_word_is_found() {
    let check = |path: &str, text: &str, want: &[&str]| {
        assert_eq!(violations(&Source::new(path, text)), want, "{text}");
    };
    let clock = ["src/domain/window.rs:1: domain must never mention Utc::now"];
    check("src/domain/window.rs", "fn now() { let at = chrono::Utc::now(); }", &clock);
    check(
        "src/domain/window.rs",
        "/// Not diesel, `Utc::now` or \"std::fs\".\nfn f() -> &'static str { \"diesel\" }",
        &[],
    );
    check(
        "src/domain/window.rs",
        "use std::{fmt, fs};",
        &["src/domain/window.rs:1: domain must never mention std::fs"],
    );
    check("src/flow/f.rs", "use csv::Writer;", &["src/flow/f.rs:1: flow must never mention csv"]);
    check("src/flow/f.rs", "#[cfg(test)]\nmod tests { fn f() { csv::x().unwrap(); } }", &[]);
    check("src/flow/f.rs", "fn f() { g().unwrap(); }", &["src/flow/f.rs:1: unwrap has no place here"]);
    check("src/flow/f.rs", "fn f() { println!(); }", &["src/flow/f.rs:1: println has no place here"]);
    check(
        "src/store/orders.rs",
        "use diesel::PgConnection;",
        &["src/store/orders.rs:1: PgConnection has no place here"],
    );
    check("src/store/backend.rs", "use diesel::PgConnection;", &[]);
    let foreign = ["src/web/api.rs:1: the glossary has a better word than customer"];
    check("src/web/api.rs", "struct CustomerOrder;", &foreign);
}
