//! Tokens of machines: made with scopes, told once, revoked at once.

use crate::domain::access::Scope;
use crate::domain::account::display_name;
use crate::domain::secret::Secret;
use crate::flow::people::{leader_id, missing, refused};
use crate::flow::{Desk, FlowError, fresh};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::security_log::{self, Entry};
use crate::store::tokens::{self, TokenRow, scopes_text};

/// A token that was made: its secret is told once and kept nowhere.
#[derive(Debug)]
pub struct NewToken {
    pub id: i64,
    pub secret: Secret,
}

/// Makes a token with these scopes, for these leaders only where some are named by code.
///
/// # Errors
/// `bad_name`, `scopes_missing`, `token_name_taken`; `not_found` for a leader.
pub fn add_token(
    db: &mut Db,
    desk: &Desk,
    actor: &str,
    name: &str,
    scopes: &[Scope],
    leaders: &[String],
) -> Result<NewToken, FlowError> {
    let name =
        display_name(name).ok_or_else(|| refused("bad_name", "名称要 1–40 个字", "a name is 1 to 40 characters"))?;
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(refused("scopes_missing", "请至少给一个权限", "give at least one scope").into());
    }
    let secret = fresh::secret()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write(|db| {
        if tokens::named(db, &name)?.is_some() {
            return Err(refused("token_name_taken", "已有同名的令牌", "there is a token of that name").into());
        }
        let leader_ids = leaders.iter().map(|code| leader_id(db, code)).collect::<Result<Vec<_>, FlowError>>()?;
        let (token_hash, scopes) = (secret.digest(), scopes_text(&scopes));
        let row = TokenRow { id, name: name.clone(), token_hash, scopes, made_at: desk.now.0, revoked_at: None };
        tokens::insert(db, &row, &leader_ids)?;
        let subject = format!("token:{id}");
        let entry = Entry { act: "token_added", actor, subject: &subject, detail: &row.scopes, ..Entry::default() };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })?;
    Ok(NewToken { id, secret })
}

/// Revokes a token; returns whether it was open until now.
///
/// # Errors
/// `not_found`.
pub fn revoke_token(db: &mut Db, desk: &Desk, actor: &str, id: i64) -> Result<bool, FlowError> {
    db.write(|db| {
        let token = tokens::find(db, id)?.ok_or_else(|| missing("令牌", "token", &id.to_string()))?;
        let was_open = tokens::revoke(db, token.id, desk.now)?;
        if was_open {
            let subject = format!("token:{}", token.id);
            let entry = Entry { act: "token_revoked", actor, subject: &subject, ..Entry::default() };
            security_log::append(db, desk.now, entry)?;
        }
        Ok(was_open)
    })
}
