//! What `demo` adds when it serves: an account for each role, with fresh random passwords that are shown once.

use anyhow::Result;
use serde_json::json;

use crate::cli::demo::fixtures::CYCLE;
use crate::cli::output::{Output, table};
use crate::cli::user::ACTOR;
use crate::config::Config;
use crate::domain::access::Role;
use crate::flow::fresh;
use crate::flow::people::{Belongs, NewUser, add_user, reset_user};
use crate::store::backend::Db;
use crate::store::users;
use crate::web::door::home;

/// Whose the accounts of the demo are: of the fixture's first leader, its warehouse and one of its vehicles.
const LEADER: &str = "L01";
const WAREHOUSE: &str = "C1";
const VEHICLE: &str = "云Y8A201";

/// Roles in the order of the day; the last two are asked for a second factor.
const ROLES: [Role; 6] = [Role::Leader, Role::Buyer, Role::Warehouse, Role::Driver, Role::Finance, Role::Admin];

/// Makes the accounts, or gives those of an earlier demo new passwords, and shows them.
pub fn tell_accounts(config: &Config, out: &Output, db: &mut Db) -> Result<()> {
    let mut rows = Vec::new();
    for role in ROLES {
        let password = fresh::password()?;
        account(config, db, role, &password)?;
        out.object(&json!({ "login_name": role.code(), "role": role.code(), "password": password }));
        // The desk would open on the cycle that is still taking orders: this is the night that was run.
        let night = (role == Role::Warehouse).then(|| format!("/warehouse/{CYCLE}"));
        let page = night.unwrap_or_else(|| home(&[role]).to_owned());
        rows.push(vec![format!("  {}", role.zh()), role.code().to_owned(), password, page]);
    }
    out.say("\n登录（密码只显示这一次；财务、管理员首次登录要绑定手机动态码）");
    out.say(table(&["  角色", "登录名", "密码", "登录后打开"], &rows));
    Ok(())
}

fn account(config: &Config, db: &mut Db, role: Role, password: &str) -> Result<()> {
    let desk = config.desk();
    if let Some(user) = users::named(db, role.code())? {
        return Ok(reset_user(db, &desk, ACTOR, user.id, password)?);
    }
    let belongs = Belongs {
        leader: (role == Role::Leader).then_some(LEADER),
        warehouse: (role == Role::Warehouse).then_some(WAREHOUSE),
        vehicle: (role == Role::Driver).then_some(VEHICLE),
    };
    let new = NewUser {
        login_name: role.code(),
        display_name: role.zh(),
        roles: &[role],
        belongs,
        password: Some(password),
        ..NewUser::default()
    };
    add_user(db, &desk, ACTOR, &new)?;
    Ok(())
}
