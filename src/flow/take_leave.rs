//! 请假: a leader says on which days they are away and who stands in, or that nobody does; and takes it back.

use chrono::NaiveDate;

use crate::domain::absence::Leave;
use crate::domain::access::{AccountState, Role};
use crate::domain::errors::{RuleError, StateName};
use crate::flow::{Desk, FlowError};
use crate::store::absences::{self, AbsenceRow};
use crate::store::backend::{Db, StoreError};
use crate::store::ids::IdMaker;
use crate::store::master::{self, LeaderRow};
use crate::store::security_log::{self, Entry};
use crate::store::users;

/// An absence as a leader tells it.
#[derive(Clone, Debug)]
pub struct TakeLeave {
    pub leader_id: i64,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Code of the leader who stands in; None: nobody, and no orders are taken for those days.
    pub stand_in: Option<String>,
    pub by: String,
    pub request_id: String,
}

/// An absence, with the leaders it is about.
#[derive(Clone, Debug)]
pub struct Absence {
    pub id: i64,
    pub leave: Leave,
    pub leader: LeaderRow,
    pub stand_in: Option<LeaderRow>,
}

/// Notes an absence; the same told twice is one.
///
/// # Errors
/// `leave_dates`; `not_found` for a stand-in who is none; `stand_in_self`, `stand_in_away`, `stand_in_unreachable`;
/// `already_away` where days are told already; `stands_in` where the leader stands in for another on them.
pub fn take_leave(db: &mut Db, desk: &Desk, act: &TakeLeave) -> Result<Absence, FlowError> {
    let today = desk.zone.date(desk.now);
    let leave = Leave::told(act.from, act.to, today)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write(|db| {
        let stand_in = act.stand_in.as_deref().map(|code| found(db, code)).transpose()?;
        let stand_in_id = stand_in.as_ref().map(|leader| leader.id);
        let known = absences::around(db, &[act.leader_id], today)?;
        let told = known.iter().find(|row| row.leader_id == act.leader_id && row.stand_in_id == stand_in_id);
        if let Some(told) = told
            && told.leave()? == leave
        {
            return absence(db, told);
        }
        are_free(&known, act.leader_id, &leave)?;
        if let Some(stand_in) = &stand_in {
            can_stand_in(db, stand_in, act.leader_id, &leave, today)?;
        }
        let row = AbsenceRow {
            id,
            leader_id: act.leader_id,
            from_date: leave.from.to_string(),
            to_date: leave.to.to_string(),
            stand_in_id,
            made_by: act.by.clone(),
            made_at: desk.now.0,
            ended_by: None,
            ended_at: None,
        };
        absences::add(db, &row)?;
        note(db, desk, "leave_taken", &row, &act.by, &act.request_id)?;
        absence(db, &row)
    })
}

/// Takes an absence back: the leader's own, or one in which a leader stands in. Taken back before it changes nothing.
///
/// # Errors
/// `not_found` for one that is none of theirs.
pub fn end_leave(
    db: &mut Db,
    desk: &Desk,
    leader_id: i64,
    id: i64,
    by: &str,
    request_id: &str,
) -> Result<(), FlowError> {
    db.write(|db| {
        let row = absences::find(db, id)?;
        let row = row.filter(|row| row.leader_id == leader_id || row.stand_in_id == Some(leader_id));
        let thing = StateName { code: "leave", zh: "请假" };
        let row = row.ok_or_else(|| RuleError::NotFound { thing, key: id.to_string() })?;
        if row.ended_at.is_none() {
            absences::end(db, id, by, desk.now)?;
            note(db, desk, "leave_ended", &row, by, request_id)?;
        }
        Ok(())
    })
}

/// The absences of a leader that are not over, and those in which they stand in.
///
/// # Errors
/// What the database says.
pub fn absences_of(db: &mut Db, desk: &Desk, leader_id: i64) -> Result<Vec<Absence>, FlowError> {
    let rows = absences::around(db, &[leader_id], desk.zone.date(desk.now))?;
    rows.iter().map(|row| absence(db, row)).collect()
}

fn absence(db: &mut Db, row: &AbsenceRow) -> Result<Absence, FlowError> {
    let mut leader = |id| master::leader::by_id(db, id)?.ok_or(StoreError::DamagedRow("leader_absences"));
    let stand_in = row.stand_in_id.map(&mut leader).transpose()?;
    Ok(Absence { id: row.id, leave: row.leave()?, leader: leader(row.leader_id)?, stand_in })
}

fn found(db: &mut Db, code: &str) -> Result<LeaderRow, FlowError> {
    let leader = master::leader::all(db)?.into_iter().find(|row| row.leader_code == code);
    let thing = StateName { code: "leader", zh: "团长" };
    Ok(leader.ok_or_else(|| RuleError::NotFound { thing, key: code.to_owned() })?)
}

/// Whether no day is told already, and the leader is nobody's stand-in on them.
fn are_free(known: &[AbsenceRow], leader_id: i64, leave: &Leave) -> Result<(), FlowError> {
    for row in known {
        if !row.leave()?.meets(leave) {
            continue;
        }
        let days = format!("{} – {}", row.from_date, row.to_date);
        return Err(if row.leader_id == leader_id {
            refused("already_away", format!("{days} 已经请过假，先取消那一次"), format!("away already {days}"))
        } else {
            let zh = format!("{days} 要替别的团长代班，先退掉代班");
            refused("stands_in", zh, format!("stands in for another leader {days}"))
        });
    }
    Ok(())
}

/// Whether a leader can do it: another one, there on those days, with an account to sign in with.
fn can_stand_in(
    db: &mut Db,
    stand_in: &LeaderRow,
    leader_id: i64,
    leave: &Leave,
    today: NaiveDate,
) -> Result<(), FlowError> {
    let code = &stand_in.leader_code;
    if stand_in.id == leader_id {
        return Err(refused("stand_in_self", "不能自己替自己".into(), "nobody stands in for themselves".into()));
    }
    for row in absences::around(db, &[stand_in.id], today)? {
        if row.leader_id == stand_in.id && row.leave()?.meets(leave) {
            let zh = format!("{code} 那几天自己也请假");
            return Err(refused("stand_in_away", zh, format!("{code} is away then, too")));
        }
    }
    for user in users::of_leader(db, stand_in.id)? {
        if user.state() == AccountState::Active && users::roles(db, user.id)?.contains(&Role::Leader) {
            return Ok(());
        }
    }
    let zh = format!("{code} 还没有能登录的账号，请先让管理员开通");
    Err(refused("stand_in_unreachable", zh, format!("{code} has no account to sign in with yet")))
}

fn note(
    db: &mut Db,
    desk: &Desk,
    act: &str,
    row: &AbsenceRow,
    actor: &str,
    request_id: &str,
) -> Result<(), StoreError> {
    let subject = format!("leader:{}", row.leader_id);
    let stand_in = row.stand_in_id.map_or_else(|| "nobody".to_owned(), |id| format!("leader:{id}"));
    let detail = format!("{} to {} stand_in={stand_in}", row.from_date, row.to_date);
    security_log::append(db, desk.now, Entry { act, actor, subject: &subject, detail: &detail, request_id })
}

fn refused(code: &'static str, zh: String, en: String) -> FlowError {
    RuleError::Refused { code, zh, en }.into()
}
