//! Accounts, sessions and tokens for tests, made beside the server in its database: no password is hashed for them.

use std::sync::atomic::{AtomicU32, Ordering};

use tuan::domain::access::{AccountState, Role, Scope};
use tuan::domain::secret::{Secret, token_text};
use tuan::domain::session::{Factor, SessionKind};
use tuan::flow::Desk;
use tuan::flow::machines::add_token;
use tuan::flow::people::{Belongs, NewUser, add_user};
use tuan::flow::sessions::begin_session;
use tuan::store::backend::Db;
use tuan::store::tokens::{self, TokenRow};

use crate::app::TestApp;

/// Makes people and machines known to one database.
pub struct People {
    url: String,
    desk: Desk,
}

impl People {
    pub fn of(app: &TestApp, url: &str) -> People {
        People { url: url.to_owned(), desk: app.desk(&app.now) }
    }

    /// The headers of the machine that asks where a test does not say who: the same at every start on a database, with
    /// every scope.
    pub fn machine(&self) -> Vec<(String, String)> {
        let (secret, mut db) = (Secret::new(*b"the test machine"), self.db());
        if tokens::opened_by(&mut db, &secret.digest()).expect("tokens").is_none() {
            let scopes = tokens::scopes_text(Scope::ALL);
            let (name, token_hash) = ("the test machine".to_owned(), secret.digest());
            let row = TokenRow { id: 1, name, token_hash, scopes, made_at: self.desk.now.0, revoked_at: None };
            tokens::insert(&mut db, &row, &[]).expect("it is not there");
        }
        vec![("Authorization".to_owned(), format!("Bearer {}", token_text(&secret)))]
    }

    /// The headers of someone signed in with this role.
    pub fn session(&self, role: &str, leader_code: &str) -> Vec<(String, String)> {
        self.session_in(role, leader_code, "active")
    }

    /// The same of an account in this state.
    pub fn session_in(&self, role: &str, leader_code: &str, state: &str) -> Vec<(String, String)> {
        let role = Role::parse(role).unwrap_or_else(|| panic!("there is no role {role}"));
        let leader = matches!(role, Role::Leader | Role::Helper).then_some(leader_code);
        let name = self.name(role.code());
        let mut db = self.db();
        // A driver drives the first vehicle there is.
        let vehicles = tuan::store::master::vehicle::all(&mut db).expect("vehicles");
        let vehicle = vehicles.first().filter(|_| role == Role::Driver).map(|vehicle| vehicle.plate.as_str());
        let belongs = Belongs { leader, vehicle, ..Belongs::default() };
        let new = NewUser { login_name: &name, roles: &[role], belongs, ..NewUser::default() };
        let user_id = add_user(&mut db, &self.desk, "test", &new).expect("a new name");
        tuan::store::users::set_password(&mut db, user_id, "").expect("the account is there");
        let kind = SessionKind::of(&[role]);
        let ends_at = kind.ends_at(self.desk.now, self.desk.zone);
        let begun = begin_session(&mut db, &self.desk, user_id, kind, ends_at, Factor::Given, "test");
        let (_, secret) = begun.expect("the account is there");
        let state = AccountState::parse(state).unwrap_or_else(|| panic!("there is no state {state}"));
        tuan::store::users::set_state(&mut db, user_id, state).expect("the account is there");
        vec![("Cookie".to_owned(), format!("tuan_session={}", secret.to_text()))]
    }

    /// The headers of a machine; every scope where none is named.
    pub fn token(&self, scopes: &[&str], leaders: &[&str]) -> Vec<(String, String)> {
        let named = |code: &&str| Scope::parse(code).unwrap_or_else(|| panic!("there is no scope {code}"));
        let named: Vec<Scope> = scopes.iter().map(named).collect();
        let scopes = if named.is_empty() { Scope::ALL } else { &named };
        let leaders: Vec<String> = leaders.iter().map(|code| (*code).to_owned()).collect();
        let made = add_token(&mut self.db(), &self.desk, "test", &self.name("token"), scopes, &leaders);
        let token = token_text(&made.expect("a new name").secret);
        vec![("Authorization".to_owned(), format!("Bearer {token}"))]
    }

    /// The headers of a machine whose token was revoked.
    pub fn revoked_token(&self) -> Vec<(String, String)> {
        let headers = self.token(&[], &[]);
        let mut db = self.db();
        let newest = tokens::all(&mut db).expect("tokens").into_iter().max_by_key(|row| row.id).expect("a token");
        tokens::revoke(&mut db, newest.id, self.desk.now).expect("the token is there");
        headers
    }

    fn db(&self) -> Db {
        Db::open(&self.url).expect("the server has opened it too")
    }

    /// A name that no other of this run has.
    fn name(&self, what: &str) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        format!("{what}-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
    }
}
