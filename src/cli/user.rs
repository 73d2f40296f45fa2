//! `tuan user add / list / disable / enable / reset`

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::access::Role;
use crate::flow::fresh;
use crate::flow::people::{Belongs, NewUser, add_user, named, reset_user, set_suspended};
use crate::store::backend::Db;
use crate::store::{master, users};

/// Who acts on the command line, as the security log words it.
pub const ACTOR: &str = "command_line";

/// 账号：谁可以登录 (people who may sign in)
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 新建账号，随机密码只显示一次 (add someone; the password is shown once)
    Add(AddArgs),
    /// 列出账号 (everyone)
    List,
    /// 停用账号，立即生效 (suspend at once)
    Disable(NameArgs),
    /// 恢复账号 (let in again)
    Enable(NameArgs),
    /// 重设密码和动态码，所有登录失效 (a new password, no second factor, no sessions)
    Reset(NameArgs),
}

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// 登录名 (login name)
    login_name: String,
    /// 显示的名字 (shown to others)
    #[arg(long, default_value = "")]
    name: String,
    /// 邮箱，收本角色的邮件 (mail address)
    #[arg(long)]
    email: Option<String>,
    /// 角色，可多个：leader helper warehouse buyer finance driver admin
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// 所属团长编码 (leader_code)
    #[arg(long)]
    leader: Option<String>,
    /// 所属仓库编码 (warehouse_code)
    #[arg(long)]
    warehouse: Option<String>,
    /// 车牌 (plate)
    #[arg(long)]
    vehicle: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct NameArgs {
    /// 登录名 (login name)
    login_name: String,
}

fn role(text: &str) -> Result<Role, String> {
    let role = Role::parse(text).filter(|role| *role != Role::Resident);
    role.ok_or_else(|| "角色只能是 leader helper warehouse buyer finance driver admin（unknown role）".to_owned())
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let mut db = config.open()?;
    match command {
        Command::Add(args) => add(config, out, &mut db, &args)?,
        Command::List => list(out, &mut db)?,
        Command::Disable(args) => suspend(config, out, &mut db, &args.login_name, true)?,
        Command::Enable(args) => suspend(config, out, &mut db, &args.login_name, false)?,
        Command::Reset(args) => reset(config, out, &mut db, &args.login_name)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn add(config: &Config, out: &Output, db: &mut Db, args: &AddArgs) -> Result<()> {
    let password = fresh::password()?;
    let new = NewUser {
        login_name: &args.login_name,
        display_name: &args.name,
        email: args.email.as_deref(),
        roles: &args.roles,
        belongs: Belongs {
            leader: args.leader.as_deref(),
            warehouse: args.warehouse.as_deref(),
            vehicle: args.vehicle.as_deref(),
        },
        password: Some(&password),
    };
    let id = add_user(db, &config.desk(), ACTOR, &new)?;
    let user = users::find(db, id)?.context("the account was made a moment ago")?;
    tell(out, id, &user.login_name, &password);
    Ok(())
}

fn reset(config: &Config, out: &Output, db: &mut Db, login_name: &str) -> Result<()> {
    let (user, password) = (named(db, login_name)?, fresh::password()?);
    reset_user(db, &config.desk(), ACTOR, user.id, &password)?;
    tell(out, user.id, &user.login_name, &password);
    Ok(())
}

/// Shows a password: this once, it is kept nowhere.
fn tell(out: &Output, id: i64, login_name: &str, password: &str) {
    out.object(&json!({ "login_name": login_name, "user_id": id, "password": password }));
    out.say(format!("登录名 {login_name}\n密码 {password}　（只显示这一次，请登录后更换；shown once）"));
}

fn list(out: &Output, db: &mut Db) -> Result<()> {
    let all = users::all(db)?;
    let roles = users::all_roles(db)?;
    let leaders = master::leader::all(db)?;
    let mut rows = Vec::new();
    for user in &all {
        let own: Vec<Role> = roles.iter().filter(|(id, _)| *id == user.id).map(|(_, role)| *role).collect();
        let codes: Vec<&str> = own.iter().map(|role| role.code()).collect();
        let leader = leaders.iter().find(|row| Some(row.id) == user.leader_id).map(|row| row.leader_code.as_str());
        out.object(&json!({
            "login_name": user.login_name, "name": user.display_name, "state": user.state().code(), "roles": codes,
            "leader_code": leader, "has_second_factor": user.totp_sealed.is_some(),
        }));
        let words: Vec<&str> = own.iter().map(|role| role.zh()).collect();
        let second = if user.totp_sealed.is_some() { "有" } else { "" };
        rows.push(
            [&user.login_name, &user.display_name, user.state().zh(), &words.join("、"), leader.unwrap_or(""), second]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    out.say(table(&["登录名", "名字", "状态", "角色", "团长", "动态码"], &rows));
    Ok(())
}

fn suspend(config: &Config, out: &Output, db: &mut Db, login_name: &str, is_suspended: bool) -> Result<()> {
    let user = named(db, login_name)?;
    set_suspended(db, &config.desk(), ACTOR, user.id, is_suspended)?;
    out.object(&json!({ "login_name": login_name, "is_suspended": is_suspended }));
    out.say(format!("{login_name} {}", if is_suspended { "已停用，所有登录立即失效" } else { "已恢复" }));
    Ok(())
}
