//! `tuan token add / list / revoke`

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::cli::user::ACTOR;
use crate::config::Config;
use crate::domain::access::Scope;
use crate::domain::secret::token_text;
use crate::domain::time::Moment;
use crate::flow::machines::{add_token, revoke_token};
use crate::store::backend::Db;
use crate::store::tokens;

/// 令牌：给机器用 (tokens of machines)
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 新建令牌，只显示一次 (add a token; it is shown once)
    Add(AddArgs),
    /// 列出令牌 (every token)
    List,
    /// 作废令牌 (revoke)
    Revoke(RevokeArgs),
}

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// 名称，例：小程序后台 (what it is for)
    name: String,
    /// 权限，可多个：orders:read orders:write orders:paid orders:code cycles:read cycles:write receipts:write sheets:read pickups:read pickups:write metrics:read
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// 只限这些团长 (for these leaders only)
    #[arg(long = "leader")]
    leaders: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct RevokeArgs {
    /// 名称
    name: String,
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = || Scope::ALL.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ");
    Scope::parse(text).ok_or_else(|| format!("权限只能是 {}（unknown scope）", known()))
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let mut db = config.open()?;
    match command {
        Command::Add(args) => add(config, out, &mut db, &args)?,
        Command::List => list(config, out, &mut db)?,
        Command::Revoke(args) => {
            let token = tokens::named(&mut db, &args.name)?
                .with_context(|| format!("没有令牌 {}（no such token）", args.name))?;
            let was_open = revoke_token(&mut db, &config.desk(), ACTOR, token.id)?;
            out.object(&json!({ "name": args.name, "was_open": was_open }));
            out.say(format!("令牌 {} 已作废", args.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(config: &Config, out: &Output, db: &mut Db, args: &AddArgs) -> Result<()> {
    let made = add_token(db, &config.desk(), ACTOR, &args.name, &args.scopes, &args.leaders)?;
    let text = token_text(&made.secret);
    out.object(&json!({ "name": args.name, "token_id": made.id, "token": text }));
    out.say(format!("{text}\n（只显示这一次；用法：Authorization: Bearer {text}；shown once）"));
    Ok(())
}

fn list(config: &Config, out: &Output, db: &mut Db) -> Result<()> {
    let time = |at| config.zone.minute(Moment(at));
    let mut rows = Vec::new();
    for token in tokens::all(db)? {
        let leaders = tokens::leaders(db, token.id)?.len();
        let revoked = token.revoked_at.map(time);
        out.object(&json!({
            "name": token.name, "scopes": token.scopes, "leaders": leaders, "made_at": time(token.made_at),
            "revoked_at": revoked,
        }));
        let reach = if leaders == 0 { "全部".to_owned() } else { leaders.to_string() };
        let state = revoked.map_or_else(|| "有效".to_owned(), |at| format!("{at} 作废"));
        rows.push(vec![token.name, token.scopes, reach, time(token.made_at), state]);
    }
    out.say(table(&["名称", "权限", "团长", "建立", "状态"], &rows));
    Ok(())
}
