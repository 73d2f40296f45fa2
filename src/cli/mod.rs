//! LISTENS to the command line: one file per subcommand, each parses, calls one step and prints what it did.

pub mod allocate;
pub mod backup;
pub mod check;
pub mod cutoff;
pub mod cycle;
pub mod demo;
pub mod dispatch;
pub mod explain;
pub mod export;
pub mod generate;
pub mod import;
mod logs;
pub mod mail;
pub mod output;
pub mod procure;
mod read_workbook;
pub mod receive;
pub mod restore;
pub mod route;
pub mod send;
pub mod serve;
pub mod sheets;
pub mod suggest;
pub mod token;
pub mod user;
pub mod weigh;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{Config, Given, read_key};
use crate::domain::server_key::ServerKey;
use output::Output;

/// 社区团购履约：从截单到每一户。From the cutoff to every household of a community group-buy.
#[derive(Debug, Parser)]
#[command(name = "tuan", version, about, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    given: Given,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 用样例跑完一整天，出全部单据 (a whole day on the fixtures)
    Demo(demo::Args),
    /// 启动网页服务 (the server)
    Serve(serve::Args),
    /// 导入文件：供应商、商品、团长、订单、收货 … (files in)
    Import(import::Args),
    /// 导出：服务区、线路 (files out)
    #[command(subcommand)]
    Export(export::Command),
    /// 建议：服务区、每个地点的自提点、自提点的网格仓 (what the map suggests)
    #[command(subcommand)]
    Suggest(suggest::Command),
    /// 团期：列表、详情、开团 (cycles)
    #[command(subcommand)]
    Cycle(cycle::Command),
    /// 截单：立即冻结订单 (freeze now)
    Cutoff(cutoff::Args),
    /// 采购汇总：生成采购单草稿 (totals → draft purchase orders)
    Procure(procure::Args),
    /// 采购单标记为已发出 (draft purchase orders → sent)
    Send(send::Args),
    /// 收货：到货数 (arrivals)
    Receive(receive::Args),
    /// 分配：缺货分摊到户，生成退款 (shortages → lines, refunds)
    Allocate(allocate::Args),
    /// 邮件：待发、未送达、重发 (letters)
    #[command(subcommand)]
    Mail(mail::Command),
    /// 派车：线路与车次 (routes and trips)
    Dispatch(dispatch::Args),
    /// 改线：看线路、指定、移站、锁定、重排 (routes by hand)
    Route(route::Args),
    /// 称重结算：称重差额、没有称签的按标重 (what the weighed labels come to)
    Weigh(weigh::Args),
    /// 出单：打印全部单据 (print the sheets)
    Sheets(sheets::Args),
    /// 对账：独立核对全部账目 (independent audit of the books)
    Check(check::Args),
    /// 解释一个数字的由来 (why this number)
    Explain(explain::Args),
    /// 生成一天的模拟数据 (a synthetic day)
    Generate(generate::command::Args),
    /// 账号：新建、列表、停用 (people)
    #[command(subcommand)]
    User(user::Command),
    /// 令牌：新建、列表、作废 (machines)
    #[command(subcommand)]
    Token(token::Command),
    /// A workbook on stdin as CSV on stdout, for this program itself
    #[command(hide = true)]
    ReadWorkbook,
    /// 备份整个数据库到一个文件 (the whole database into one file)
    Backup(backup::Args),
    /// 从备份恢复到空的数据库 (a backup into an empty database)
    Restore(restore::Args),
}

/// Reads the arguments, performs the command and tells how it went: 0 done, 1 refused or failed, 2 usage.
pub fn run() -> ExitCode {
    let matches = Cli::command().get_matches();
    // The server's key file comes from the environment as a rule; only one that is named by hand encrypts a backup.
    let is_key_named = matches.value_source("key_file") == Some(ValueSource::CommandLine);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let config = match cli.given.checked() {
        Ok(config) => config,
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::from(2);
        }
    };
    let out = Output::new(config.is_json);
    let done = match cli.command {
        Command::Demo(args) => demo::run(&config, &out, args),
        Command::Serve(args) => serve::run(&config, &out, args),
        Command::Import(args) => import::run(&config, &out, args),
        Command::Export(command) => export::run(&config, &out, command),
        Command::Suggest(command) => suggest::run(&config, &out, command),
        Command::Cycle(command) => cycle::run(&config, &out, command),
        Command::Cutoff(args) => cutoff::run(&config, &out, args),
        Command::Procure(args) => procure::run(&config, &out, args),
        Command::Send(args) => send::run(&config, &out, args),
        Command::Receive(args) => receive::run(&config, &out, args),
        Command::Allocate(args) => allocate::run(&config, &out, args),
        Command::Mail(command) => mail::run(&config, &out, command),
        Command::Dispatch(args) => dispatch::run(&config, &out, args),
        Command::Route(args) => route::run(&config, &out, args),
        Command::Weigh(args) => weigh::run(&config, &out, args),
        Command::Sheets(args) => sheets::run(&config, &out, args),
        Command::Check(args) => check::run(&config, &out, args),
        Command::Explain(args) => explain::run(&config, &out, args),
        Command::Generate(args) => generate::command::run(&config, &out, args),
        Command::User(command) => user::run(&config, &out, command),
        Command::Token(command) => token::run(&config, &out, command),
        Command::ReadWorkbook => read_workbook::run(),
        Command::Backup(args) => {
            archive_key(&config, is_key_named, false).and_then(|key| backup::run(&config, &out, args, key))
        }
        Command::Restore(args) => {
            archive_key(&config, is_key_named, true).and_then(|key| restore::run(&config, &out, args, key))
        }
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            out.failure(&error);
            ExitCode::FAILURE
        }
    }
}

/// The key of an archive: that of the key file named by hand; one that the environment names opens a sealed archive too,
/// if it is there.
fn archive_key(config: &Config, is_named: bool, opens: bool) -> Result<Option<ServerKey>> {
    let is_wanted = |file: &&Path| is_named || (opens && file.exists());
    config.key_file.as_deref().filter(is_wanted).map(read_key).transpose()
}
