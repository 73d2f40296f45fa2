//! LISTENS to the command line: one file per subcommand, each parses, calls one step and prints what it did.

pub mod allocate;
pub mod check;
pub mod cutoff;
pub mod cycle;
pub mod demo;
pub mod dispatch;
pub mod explain;
pub mod generate;
pub mod import;
pub mod output;
pub mod procure;
pub mod receive;
pub mod send;
pub mod serve;
pub mod sheets;
pub mod token;
pub mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use output::Output;

/// 社区团购履约：从截单到每一户。From the cutoff to every household of a community group-buy.
#[derive(Debug, Parser)]
#[command(name = "tuan", version, about, max_term_width = 110)]
struct Cli {
    /// 数据库 sqlite:文件名 或 postgres://…
    #[arg(long, global = true, env = "TUAN_DATABASE", default_value = "sqlite:tuan.db", hide_env_values = true)]
    database: String,
    /// 输出 JSON，每行一个对象 (objects, one a line)
    #[arg(long, global = true)]
    json: bool,
    /// 业务时区 (business zone)
    #[arg(long, global = true, env = "TUAN_ZONE", default_value = "Asia/Shanghai")]
    zone: String,
    /// 按此时间执行，用于演练 (act as at this time, for rehearsals): `YYYY-MM-DD HH:MM`
    #[arg(long, global = true, env = "TUAN_NOW")]
    now: Option<String>,
    /// 密钥文件，默认为数据库旁的 .key (the server's key; default: beside the SQLite file)
    #[arg(long, global = true, env = "TUAN_KEY_FILE")]
    key_file: Option<std::path::PathBuf>,
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
    /// 派车：线路与车次 (routes and trips)
    Dispatch(dispatch::Args),
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
}

/// Reads the arguments, performs the command and tells how it went: 0 done, 1 refused or failed, 2 usage.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::new(&cli.database, &cli.zone, cli.json, cli.now.as_deref()) {
        Ok(config) => Config { key_file: cli.key_file, ..config },
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::from(2);
        }
    };
    let out = Output::new(cli.json);
    let done = match cli.command {
        Command::Demo(args) => demo::run(&config, &out, args),
        Command::Serve(args) => serve::run(&config, &out, args),
        Command::Import(args) => import::run(&config, &out, args),
        Command::Cycle(command) => cycle::run(&config, &out, command),
        Command::Cutoff(args) => cutoff::run(&config, &out, args),
        Command::Procure(args) => procure::run(&config, &out, args),
        Command::Send(args) => send::run(&config, &out, args),
        Command::Receive(args) => receive::run(&config, &out, args),
        Command::Allocate(args) => allocate::run(&config, &out, args),
        Command::Dispatch(args) => dispatch::run(&config, &out, args),
        Command::Sheets(args) => sheets::run(&config, &out, args),
        Command::Check(args) => check::run(&config, &out, args),
        Command::Explain(args) => explain::run(&config, &out, args),
        Command::Generate(args) => generate::command::run(&config, &out, args),
        Command::User(command) => user::run(&config, &out, command),
        Command::Token(command) => token::run(&config, &out, command),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            out.failure(&error);
            ExitCode::FAILURE
        }
    }
}
