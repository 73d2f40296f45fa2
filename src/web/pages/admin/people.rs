//! 人员: everyone with an account, and what an admin may change of it.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::{AccountState, Role};
use crate::domain::time::Moment;
use crate::store::backend::Db;
use crate::store::users::UserRow;
use crate::store::{master, sessions, users};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::Tab;
use crate::web::site::Site;
use crate::web::words::{Lang, count};

/// People on one page.
const ROWS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "pages/admin/people.html")]
struct PeoplePage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    total: String,
    query: String,
    back: Option<usize>,
    next: Option<usize>,
    roles: Vec<(&'static str, String)>,
    leaders: Vec<(String, String)>,
    warehouses: Vec<(String, String)>,
    vehicles: Vec<String>,
}

struct Row {
    id: i64,
    name: String,
    login_name: String,
    roles: String,
    role_codes: String,
    belongs: String,
    leader_code: String,
    warehouse_code: String,
    plate: String,
    state: &'static str,
    state_words: String,
    sessions: usize,
    last_seen: String,
    is_suspended: bool,
    /// Nobody suspends themselves.
    is_own: bool,
}

/// Whom to show. It is posted: names do not belong into addresses.
#[derive(Debug, Default, Deserialize)]
pub struct PeopleQuery {
    #[serde(default)]
    q: String,
    /// From 1.
    page: Option<usize>,
}

/// `GET /admin`: everyone, from the first on.
pub async fn show(site: Shared, request: HttpRequest, (caller, visitor): (Caller, Visitor)) -> HttpResponse {
    let (lang, query) = (Lang::of(&request), PeopleQuery::default());
    page_answer(lang, ask(&site, move |site, db| page(site, db, &query, &caller, visitor, lang)).await)
}

/// `POST /admin`: those who are looked for.
pub async fn find(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    query: web::Form<PeopleQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &query, &caller, visitor, lang)).await)
}

/// What accounts belong to, by id: code and name.
struct Places {
    leaders: HashMap<i64, (String, String)>,
    warehouses: HashMap<i64, (String, String)>,
    vehicles: HashMap<i64, String>,
}

impl Places {
    fn read(db: &mut Db) -> Result<Places, WebError> {
        let leader = |row: master::LeaderRow| (row.id, (row.leader_code, row.name));
        let warehouse = |row: master::WarehouseRow| (row.id, (row.warehouse_code, row.name));
        Ok(Places {
            leaders: master::leader::all(db)?.into_iter().map(leader).collect(),
            warehouses: master::warehouse::all(db)?.into_iter().map(warehouse).collect(),
            vehicles: master::vehicle::all(db)?.into_iter().map(|row| (row.id, row.plate)).collect(),
        })
    }
}

fn page(
    site: &Site,
    db: &mut Db,
    query: &PeopleQuery,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<PeoplePage, WebError> {
    let places = Places::read(db)?;
    let mut roles: HashMap<i64, Vec<Role>> = HashMap::new();
    for (id, role) in users::all_roles(db)? {
        roles.entry(id).or_default().push(role);
    }
    let wanted = query.q.trim().to_lowercase();
    let all = users::all(db)?.into_iter();
    let found: Vec<UserRow> = all.filter(|user| matches(user, &wanted, &places)).collect();
    let at = query.page.unwrap_or(1).max(1);
    let mut rows = Vec::new();
    for user in found.chunks(ROWS_MAX).nth(at - 1).unwrap_or(&[]) {
        let own = roles.get(&user.id).map_or(&[][..], Vec::as_slice);
        rows.push(row(site, db, user, own, &places, (caller, lang))?);
    }
    let sorted = |map: HashMap<i64, (String, String)>| {
        let mut list: Vec<(String, String)> = map.into_values().collect();
        list.sort();
        list
    };
    let mut vehicles: Vec<String> = places.vehicles.into_values().collect();
    vehicles.sort();
    let may_be = Role::ALL.iter().filter(|role| !matches!(role, Role::Resident | Role::Helper));
    Ok(PeoplePage {
        tabs: tabs(caller, "/admin", lang),
        total: count(found.len() as u64),
        rows,
        query: query.q.clone(),
        back: (at > 1).then(|| at - 1),
        next: (at.saturating_mul(ROWS_MAX) < found.len()).then(|| at + 1),
        roles: may_be.map(|role| (role.code(), lang.coded(role.zh(), role.code()))).collect(),
        leaders: sorted(places.leaders),
        warehouses: sorted(places.warehouses),
        vehicles,
        frame: frame(site, visitor, "/admin", lang),
    })
}

/// Whether someone is meant by a few letters of their name or place.
fn matches(user: &UserRow, wanted: &str, places: &Places) -> bool {
    let leader = user.leader_id.and_then(|id| places.leaders.get(&id));
    let texts =
        [Some(&user.login_name), Some(&user.display_name), leader.map(|(code, _)| code), leader.map(|(_, name)| name)];
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(wanted))
}

fn row(
    site: &Site,
    db: &mut Db,
    user: &UserRow,
    roles: &[Role],
    places: &Places,
    (caller, lang): (&Caller, Lang),
) -> Result<Row, WebError> {
    let desk = site.desk();
    let live: Vec<_> = sessions::of_user(db, user.id)?.into_iter().filter(|one| one.is_live(desk.now)).collect();
    let last_seen = live.iter().map(|session| session.seen_at).max().map(|at| desk.zone.minute(Moment(at)));
    let leader = user.leader_id.and_then(|id| places.leaders.get(&id)).cloned().unwrap_or_default();
    let warehouse = user.warehouse_id.and_then(|id| places.warehouses.get(&id)).cloned().unwrap_or_default();
    let plate = user.vehicle_id.and_then(|id| places.vehicles.get(&id)).cloned().unwrap_or_default();
    let state = user.state();
    Ok(Row {
        id: user.id,
        name: user.display_name.clone(),
        login_name: user.login_name.clone(),
        roles: roles.iter().map(|role| lang.coded(role.zh(), role.code())).collect::<Vec<_>>().join(" · "),
        role_codes: roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" "),
        belongs: [leader.1, warehouse.1, plate.clone()].join(" ").trim().to_owned(),
        leader_code: leader.0,
        warehouse_code: warehouse.0,
        plate,
        state: match state {
            AccountState::Active => "settled",
            AccountState::Invited => "open",
            AccountState::Suspended => "cancelled",
        },
        state_words: lang.coded(state.zh(), state.code()),
        sessions: live.len(),
        last_seen: last_seen.unwrap_or_default(),
        is_suspended: state == AccountState::Suspended,
        is_own: caller.user_id().ok() == Some(user.id),
    })
}
