//! `tuan sheets CYCLE --out DIR`

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::errors::Step;
use crate::flow::load_cycle::frozen_book;
use crate::sheets::{
    CsvOptions, Document, Encoding, Heads, HtmlOptions, ListedBy, Press, Style, list, print_all_html, print_csv,
    print_html, print_xlsx,
};
use crate::store::book::Want;

/// 出单：CSV（Excel 可直接打开）与打印页；不带 --format 时出全部 CSV 和一个 all.html。
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 输出文件夹
    #[arg(long)]
    out: PathBuf,
    /// 只出这些单据，可写几个 (these kinds only)
    #[arg(long, value_parser = kind)]
    kind: Vec<DocumentKind>,
    /// csv、xlsx（Excel 工作簿）或 html（每张单据一个打印页）
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 表头：zh 中文，key 英文键
    #[arg(long, value_enum, default_value_t = HeadsArg::Zh)]
    heads: HeadsArg,
    /// 打印的提货清单按什么排列 (what a printed pickup list is sorted by)
    #[arg(long, value_enum, default_value_t = ByArg::Room)]
    by: ByArg,
    /// CSV 用 GB18030 编码（默认 UTF-8）
    #[arg(long)]
    gb18030: bool,
    /// 按过去的版本出单 (as it stood at this version)
    #[arg(long)]
    version: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Html,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Html => "html",
        }
    }
}

/// Which heads a CSV or workbook has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum HeadsArg {
    Zh,
    Key,
}

/// What the households of a printed pickup list are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum ByArg {
    Room,
    ChainNo,
    PhoneTail,
}

impl From<ByArg> for ListedBy {
    fn from(by: ByArg) -> ListedBy {
        match by {
            ByArg::Room => ListedBy::Room,
            ByArg::ChainNo => ListedBy::ChainNo,
            ByArg::PhoneTail => ListedBy::PhoneTail,
        }
    }
}

impl From<HeadsArg> for Heads {
    fn from(heads: HeadsArg) -> Heads {
        match heads {
            HeadsArg::Zh => Heads::Zh,
            HeadsArg::Key => Heads::Key,
        }
    }
}

fn kind(text: &str) -> Result<DocumentKind, String> {
    let names: Vec<&str> = DocumentKind::ALL.iter().map(|kind| kind.code()).collect();
    DocumentKind::parse(text).ok_or_else(|| format!("可用 one of: {}", names.join(" ")))
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let mut db = config.open()?;
    let want = Want::Everything;
    let book = frozen_book(&mut db, &config.desk(), &args.cycle, args.version, want, Step::PrintSheets)?;
    if let Some(version) = args.version.filter(|version| *version > book.cycle.version || *version == 0) {
        bail!("团期 {} 只有版本 1–{}，没有 {version}（no such version）", args.cycle, book.cycle.version);
    }
    if book.documents.is_empty() {
        bail!("团期 {0} 还没有单据：先执行 tuan procure {0}（no sheets yet, procure first）", args.cycle);
    }
    let options = CsvOptions {
        heads: args.heads.into(),
        encoding: if args.gb18030 { Encoding::Gb18030 } else { Encoding::Utf8Bom },
    };
    let written = write(out, &book, &args, options)?;
    tell(out, &book, &args.out, &written);
    Ok(ExitCode::SUCCESS)
}

/// Files written per kind.
pub type Written = BTreeMap<DocumentKind, u64>;

fn write(out: &Output, book: &Book, args: &Args, options: CsvOptions) -> Result<Written> {
    let press = Press::new(book);
    let wanted = |document: &Document<'_>| args.kind.is_empty() || args.kind.contains(&document.kind);
    let documents: Vec<Document<'_>> = list(&press).into_iter().filter(wanted).collect();
    let mut written = Written::new();
    for document in &documents {
        let count = written.entry(document.kind).or_default();
        if *count == 0 {
            make_folder(&args.out.join(document.kind.folder()))?;
        }
        *count += 1;
    }
    let html = HtmlOptions { style: Style::Inline, by: args.by.into() };
    press.make_indexes(&written.keys().copied().collect::<Vec<_>>());
    let bar = out.progress("出单", documents.len() as u64);
    on_every_core(&documents, |document| {
        bar.inc(1);
        let format = args.format.unwrap_or(Format::Csv);
        write_file(&args.out, &document.path(format.extension()), |file| {
            match format {
                Format::Csv => print_csv(&press, document, options, file)?,
                Format::Xlsx => print_xlsx(&press, document, options.heads, file)?,
                Format::Html => print_html(&press, document, html, file)?,
            }
            Ok(())
        })
    })?;
    bar.finish_and_clear();
    if args.format.is_none() && args.kind.is_empty() {
        make_folder(&args.out)?;
        write_file(&args.out, "all.html", |file| Ok(print_all_html(&press, file)?))?;
    }
    Ok(written)
}

/// Does the work of each item, as many at a time as there are cores, until one fails.
fn on_every_core<T: Sync>(items: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work_on = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work_on)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("建不了文件夹 {}", folder.display()))
}

/// Writes every CSV and `all.html` of a book: what `sheets` does without further flags.
pub fn write_all(out: &Output, book: &Book, dir: &Path, heads: HeadsArg) -> Result<Written> {
    let args = Args {
        cycle: book.cycle.cycle_code.clone(),
        out: dir.to_owned(),
        kind: Vec::new(),
        format: None,
        heads,
        gb18030: false,
        version: None,
        by: ByArg::Room,
    };
    write(out, book, &args, CsvOptions { heads: heads.into(), encoding: Encoding::Utf8Bom })
}

/// Writes one file: under another name first, so that nobody ever opens half a sheet.
fn write_file(dir: &Path, name: &str, print: impl Fn(&mut dyn Write) -> Result<()>) -> Result<()> {
    let path = dir.join(name);
    let part = path.with_extension("part");
    let context = || format!("写不了 {}", path.display());
    let mut file = BufWriter::new(File::create(&part).with_context(context)?);
    print(&mut file).with_context(context)?;
    file.flush().with_context(context)?;
    fs::rename(&part, &path).with_context(context)
}

fn tell(out: &Output, book: &Book, dir: &Path, written: &Written) {
    let mut rows = Vec::new();
    for (kind, count) in written {
        out.object(&json!({
            "cycle_code": book.cycle.cycle_code, "version": book.version, "kind": kind.code(), "documents": count,
            "folder": dir.join(kind.folder()).display().to_string(),
        }));
        rows.push(vec![kind.zh().to_owned(), count.to_string(), dir.join(kind.folder()).display().to_string()]);
    }
    out.say(table(&["单据", "张", "在"], &rows));
    out.say(format!("团期 {} v{}：{} 张单据", book.cycle.cycle_code, book.version, written.values().sum::<u64>()));
}
