//! `tuan mail list` and `tuan mail retry`

use std::process::ExitCode;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::letters::LetterState;
use crate::flow::retry_letter::retry_letter;
use crate::store::backend::Db;
use crate::store::outbox::{self, Letter};
use crate::store::recipients::shown;

/// 邮件：待发、未送达、重发。Letters.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 列出邮件，新的在前 (the newest first)
    List {
        /// 只列未送达的 (the dead letters)
        #[arg(long)]
        dead: bool,
        /// 最多列几封
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// 重发未送达的或正在等的邮件 (try again)
    Retry {
        /// 邮件编号，见 tuan mail list
        ids: Vec<i64>,
        /// 全部未送达的 (every dead letter)
        #[arg(long)]
        dead: bool,
    },
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let mut db = config.open()?;
    match command {
        Command::List { dead, limit } => list(config, out, &mut db, dead, limit)?,
        Command::Retry { ids, dead } => retry(config, out, &mut db, ids, dead)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(config: &Config, out: &Output, db: &mut Db, dead: bool, limit: u32) -> Result<()> {
    let (letters, total) = outbox::list(db, dead.then_some(LetterState::Dead), i64::from(limit), 0)?;
    let mut rows = Vec::new();
    for letter in &letters {
        let to = shown(db, letter)?;
        out.object(&object(config, letter, &to));
        rows.push(vec![
            letter.id.to_string(),
            letter.state().zh().to_owned(),
            letter.template().zh().to_owned(),
            letter.business_key.split_once(':').map_or("", |(_, about)| about).to_owned(),
            to,
            letter.tries.to_string(),
            letter.last_error.as_deref().map(fault_zh).unwrap_or_default(),
        ]);
    }
    out.say(table(&["编号", "状态", "邮件", "内容", "收件人", "次", "原因"], &rows));
    out.say(format!("共 {total} 封"));
    Ok(())
}

fn object(config: &Config, letter: &Letter, to: &str) -> Value {
    let time = |at: i64| config.zone.second(crate::domain::time::Moment(at));
    json!({
        "id": letter.id.to_string(), "state": letter.state, "template": letter.template, "about": letter.business_key,
        "recipient": letter.recipient, "to": to, "tries": letter.tries, "last_error": letter.last_error,
        "message_id": letter.message_id, "created_at": time(letter.created_at),
        "next_try_at": time(letter.next_try_at), "sent_at": letter.sent_at.map(time),
    })
}

/// Our own reasons in Chinese; a mail server's words as they are.
fn fault_zh(error: &str) -> String {
    match error {
        "no_address" => "没有邮箱",
        "bad_address" => "邮箱不对",
        "too_late" => "等了一天没发出",
        "no_link" => "没有设置链接开头 --mail-link-base",
        "unsafe_text" => "名称里有换行等字符",
        other => other,
    }
    .to_owned()
}

fn retry(config: &Config, out: &Output, db: &mut Db, mut ids: Vec<i64>, dead: bool) -> Result<()> {
    if dead {
        ids.extend(outbox::list(db, Some(LetterState::Dead), 10_000, 0)?.0.iter().map(|letter| letter.id));
    } else if ids.is_empty() {
        bail!("请写邮件编号，或 --dead 重发全部未送达的（name the letters, or --dead）");
    }
    for id in &ids {
        let letter = retry_letter(db, &config.desk(), *id)?;
        out.object(&object(config, &letter, &shown(db, &letter)?));
    }
    out.say(format!("{} 封邮件将再发", ids.len()));
    Ok(())
}
