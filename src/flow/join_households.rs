//! 并户、拆户: who collects together by a leader's word, and taken back again.

use std::collections::BTreeMap;

use crate::domain::errors::{RuleError, StateName};
use crate::flow::intake::Within;
use crate::flow::one_order::reached;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::household_links::{self, LinkRow};
use crate::store::master;
use crate::store::single_orders::OrderRow;

/// What is to become of households.
#[derive(Clone, Debug)]
pub enum Regroup {
    /// The residents of each group's orders, by number, collect together.
    Groups(Vec<Vec<String>>),
    /// Everything that a change did is taken back.
    Undo(String),
}

/// A change of households.
#[derive(Clone, Debug)]
pub struct JoinHouseholds {
    /// Made by the phone: the same twice is one change.
    pub change_id: String,
    pub regroup: Regroup,
    pub within: Within,
    pub by: String,
}

/// Makes a change; made before it changes nothing.
///
/// # Errors
/// `not_found` for an order out of reach or a change that is none; `other_point` where the orders are of several points;
/// `same_resident` where one person is in two groups; `changed_since` for an undo of what was changed again.
pub fn join_households(db: &mut Db, desk: &Desk, act: &JoinHouseholds) -> Result<(), FlowError> {
    db.write(|db| {
        if !household_links::of_change(db, &act.change_id)?.is_empty() {
            return Ok(());
        }
        let links = match &act.regroup {
            Regroup::Groups(groups) => grouped(db, act, groups)?,
            Regroup::Undo(change_id) => undone(db, act, change_id)?,
        };
        let links: Vec<LinkRow> = links.into_iter().map(|link| LinkRow { made_at: desk.now.0, ..link }).collect();
        Ok(household_links::add(db, &links)?)
    })
}

fn grouped(db: &mut Db, act: &JoinHouseholds, groups: &[Vec<String>]) -> Result<Vec<LinkRow>, FlowError> {
    let mut wanted: BTreeMap<i64, String> = BTreeMap::new();
    let mut point: Option<i64> = None;
    for (at, group) in groups.iter().enumerate() {
        let key = format!("{}/{at}", act.change_id);
        for order_no in group {
            let order: OrderRow = reached(db, order_no, &act.within)?;
            if *point.get_or_insert(order.point_id) != order.point_id {
                return Err(refused("other_point", "只能并同一自提点的住户", "they collect at different points"));
            }
            if wanted.insert(order.resident_id, key.clone()).is_some_and(|before| before != key) {
                return Err(refused("same_resident", "同一个人的订单拆不开", "orders of one person cannot be parted"));
            }
        }
    }
    let Some(point_id) = point else { return Ok(Vec::new()) };
    let known = household_links::in_force(db, point_id)?;
    Ok(wanted.into_iter().map(|(resident, key)| next(act, point_id, resident, key, known.get(&resident))).collect())
}

fn undone(db: &mut Db, act: &JoinHouseholds, change_id: &str) -> Result<Vec<LinkRow>, FlowError> {
    let made = household_links::of_change(db, change_id)?;
    let missing =
        || RuleError::NotFound { thing: StateName { code: "change", zh: "改动" }, key: change_id.to_owned() };
    let point_id = made.first().ok_or_else(missing)?.point_id;
    let leader_id = master::point::by_id(db, point_id)?.map(|point| point.leader_id);
    if !leader_id.is_some_and(|leader| act.within.reaches_all_of(leader)) {
        return Err(missing().into());
    }
    let known = household_links::in_force(db, point_id)?;
    if made.iter().any(|link| known.get(&link.resident_id) != Some(link)) {
        return Err(refused("changed_since", "后来又改过，不能撤销", "it was changed again since"));
    }
    let back = |link: LinkRow| next(act, point_id, link.resident_id, link.before_key, known.get(&link.resident_id));
    Ok(made.into_iter().map(back).collect())
}

fn next(act: &JoinHouseholds, point_id: i64, resident_id: i64, group_key: String, known: Option<&LinkRow>) -> LinkRow {
    LinkRow {
        point_id,
        resident_id,
        link_no: known.map_or(1, |link| link.link_no + 1),
        change_id: act.change_id.clone(),
        group_key,
        before_key: known.map_or_else(String::new, |link| link.group_key.clone()),
        made_by: act.by.clone(),
        made_at: 0,
    }
}

fn refused(code: &'static str, zh: &str, en: &str) -> FlowError {
    RuleError::Refused { code, zh: zh.to_owned(), en: en.to_owned() }.into()
}
