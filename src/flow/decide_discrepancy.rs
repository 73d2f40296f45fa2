//! What becomes of a difference: who bears it, and what is due from whom. The desk says it; a later word takes the place of an
//! earlier one. 串货 pairs what is over at one point with what is short at another, and says so of both.

use crate::domain::account::shown_line;
use crate::domain::discrepancy::{LiableParty, OpenDifference, Problem, Remedy, Swap, open_qty, swaps};
use crate::domain::errors::RuleError;
use crate::domain::money::Fen;
use crate::flow::people::{missing, refused};
use crate::flow::road::dispatched;
use crate::flow::tell_trip::{REMARK_MAX, Told};
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::discrepancies::{self, DiscrepancyRow, WordRow};
use crate::store::point_goods;

/// A word on a difference.
#[derive(Clone, Debug)]
pub struct Decide {
    pub cycle_code: String,
    pub id: i64,
    /// The sender's own name for the act.
    pub event_id: String,
    pub remedy: Remedy,
    /// None: whom the rule names.
    pub liable_party: Option<LiableParty>,
    /// None: what residents paid for the pieces.
    pub amount: Option<Fen>,
    /// Of a swap: the other difference.
    pub other_id: Option<i64>,
    pub reason: Option<String>,
    pub by: String,
}

/// The words on a difference, as far as rules look at them.
///
/// # Errors
/// A row that no step writes.
pub fn said(words: &[WordRow]) -> Result<Vec<(Remedy, u64)>, StoreError> {
    let one = |word: &WordRow| {
        let remedy = Remedy::parse(&word.remedy).ok_or(StoreError::DamagedRow("discrepancy_words"))?;
        Ok((remedy, word.qty.unsigned_abs()))
    };
    words.iter().map(one).collect()
}

/// The swaps that suggest themselves among the open differences of a cycle.
///
/// # Errors
/// A row that no step writes; what the database says.
pub fn suggested(db: &mut Db, rows: &[DiscrepancyRow]) -> Result<Vec<Swap>, StoreError> {
    let words = discrepancies::words(db, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let mut trips: Vec<&str> = rows.iter().filter_map(|row| row.trip_no.as_deref()).collect();
    trips.sort_unstable();
    trips.dedup();
    let mut open = Vec::new();
    for row in rows.iter().filter(|row| row.count_no.is_some()) {
        let Some(Ok(trip)) = row.trip_no.as_deref().map(|no| trips.binary_search(&no)) else { continue };
        let problem = Problem::parse(&row.problem).ok_or(StoreError::DamagedRow("discrepancies"))?;
        let qty = open_qty(row.qty(), &said(words.get(&row.id).map_or(&[][..], Vec::as_slice))?);
        open.push(OpenDifference { id: row.id, trip: trip as u32, offer_no: row.offer_no, problem, qty });
    }
    Ok(swaps(&open))
}

/// Says what becomes of a difference. The same act is nothing new.
///
/// # Errors
/// `not_found` for the cycle or the difference; `wrong_state`; `no_difference` where the counts agree by now; `swapped_whole`
/// where a swap has settled it; `reason_missing` where another bears it, or another amount is due, than the rule says;
/// `no_swap` where the two are no such pair; `bad_reason`; `bad_amount`.
pub fn decide_discrepancy(db: &mut Db, desk: &Desk, act: &Decide) -> Result<Told, FlowError> {
    let reason = match act.reason.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Some(shown_line(text, REMARK_MAX).ok_or_else(bad_reason)?),
        None => None,
    };
    db.write_locking(|db| {
        let (cycle, _) = dispatched(db, desk, &act.cycle_code)?;
        let rows = discrepancies::in_force(db, cycle.id)?;
        let row = rows.iter().find(|row| row.id == act.id).ok_or_else(|| unknown(act.id))?;
        let words = discrepancies::words(db, &[row.id])?.remove(&row.id).unwrap_or_default();
        if words.iter().any(|word| word.event_id == act.event_id) {
            return Ok(Told { is_new: false });
        }
        if row.qty() == 0 {
            let zh = "两边的数已经一致，没有差异要处理";
            return Err(refused("no_difference", zh, "the counts agree by now").into());
        }
        let left = row.qty() - swapped(&said(&words)?);
        if left == 0 {
            return Err(refused("swapped_whole", "这一笔已全部按串货调回", "a swap has settled all of it").into());
        }
        if act.remedy == Remedy::Swap {
            swap(db, desk, act, &rows, reason.as_deref())?;
            return Ok(Told { is_new: true });
        }
        let liable_party = act.liable_party.map_or(row.liable_party.as_str(), |party| party.code());
        let usual = usual_amount(db, cycle.id, row, act.remedy, left)?;
        let amount = act.amount.filter(|_| act.remedy != Remedy::None).unwrap_or(usual);
        if amount.0 < 0 {
            return Err(refused("bad_amount", "金额不能小于零", "an amount is not below zero").into());
        }
        if reason.is_none() && (liable_party != row.liable_party || amount != usual) {
            let zh = "改责任方或金额要写原因";
            return Err(refused("reason_missing", zh, "say why another party bears it, or another amount").into());
        }
        let word = word(desk, act, row, &words, (left, amount), (liable_party, reason.as_deref()));
        discrepancies::say(db, &[word])?;
        Ok::<_, FlowError>(Told { is_new: true })
    })
}

/// Pieces that swaps have settled.
fn swapped(said: &[(Remedy, u64)]) -> u64 {
    said.iter().filter(|(remedy, _)| *remedy == Remedy::Swap).map(|(_, qty)| qty).sum()
}

/// What residents paid for the pieces; nothing where nothing is due.
fn usual_amount(db: &mut Db, cycle_id: i64, row: &DiscrepancyRow, remedy: Remedy, qty: u64) -> Result<Fen, FlowError> {
    if matches!(remedy, Remedy::None | Remedy::Swap) || row.problem == Problem::Over.code() {
        return Ok(Fen::ZERO);
    }
    let sold = point_goods::sold(db, cycle_id, row.offer_no)?.ok_or(StoreError::DamagedRow("discrepancies"))?;
    let too_large = || RuleError::TooLarge { what: "discrepancy".into() };
    Ok(Fen(sold.sale_price_fen).times(qty).ok_or_else(too_large)?)
}

fn word(
    desk: &Desk,
    act: &Decide,
    row: &DiscrepancyRow,
    words: &[WordRow],
    (qty, amount): (u64, Fen),
    (liable_party, reason): (&str, Option<&str>),
) -> WordRow {
    WordRow {
        discrepancy_id: row.id,
        word_no: words.last().map_or(0, |word| word.word_no) + 1,
        event_id: act.event_id.clone(),
        remedy: act.remedy.code().to_owned(),
        liable_party: liable_party.to_owned(),
        qty: qty as i64,
        amount_fen: amount.0,
        other_id: None,
        reason: reason.map(str::to_owned),
        recorded_by: act.by.clone(),
        recorded_at: desk.now.0,
    }
}

/// Says of two differences that the one makes up for the other.
fn swap(
    db: &mut Db,
    desk: &Desk,
    act: &Decide,
    rows: &[DiscrepancyRow],
    reason: Option<&str>,
) -> Result<(), FlowError> {
    let pair = |swap: &&Swap| {
        let ids = [swap.short_id, swap.over_id];
        ids.contains(&act.id) && act.other_id.is_some_and(|other| other != act.id && ids.contains(&other))
    };
    let found = suggested(db, rows)?;
    let Some(swap) = found.iter().find(pair) else {
        let zh = "这两笔不是同车同商品的一少一多，不能按串货";
        let en = "these are not one SKU of one trip, over at one point and short at the other";
        return Err(refused("no_swap", zh, en).into());
    };
    let mut said = Vec::new();
    for (id, other) in [(swap.short_id, swap.over_id), (swap.over_id, swap.short_id)] {
        let row = rows.iter().find(|row| row.id == id).ok_or_else(|| unknown(id))?;
        let words = discrepancies::words(db, &[id])?.remove(&id).unwrap_or_default();
        let one = word(desk, act, row, &words, (swap.qty, Fen::ZERO), (&row.liable_party, reason));
        said.push(WordRow { other_id: Some(other), ..one });
    }
    Ok(discrepancies::say(db, &said)?)
}

fn unknown(id: i64) -> RuleError {
    missing("差异", "discrepancy", &id.to_string())
}

fn bad_reason() -> RuleError {
    refused("bad_reason", "原因最多 200 字，不能换行", "a reason is one line of 200 characters at most")
}
