//! 单据份数: what was printed, handed out or taken back of sheets. A sheet itself knows nothing of its copies.

use std::collections::HashMap;

use crate::domain::documents::DocumentKind;
use crate::domain::errors::RuleError;
use crate::domain::paper::{Copies, CopyAct};
use crate::flow::answered::event_reused;
use crate::flow::load_cycle::card;
use crate::flow::people::missing;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::sheet_copies::{self, CopiesRow, issued};

/// Copies of one sheet at the version of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfSheet {
    pub kind: DocumentKind,
    pub key: String,
    pub version: u32,
}

/// An act with copies of sheets, the same number of each.
#[derive(Clone, Debug)]
pub struct CopiesAct {
    /// The sender's own name for it: the same again is nothing new.
    pub event_id: String,
    pub act: CopyAct,
    pub copies: u32,
    pub sheets: Vec<OfSheet>,
    /// Who did it; None: a machine.
    pub user_id: Option<i64>,
}

/// Notes an act; returns whether it is new.
///
/// # Errors
/// `key_reused` where its name was given to another act; `not_found` for a cycle or for a version of a sheet that was
/// never issued; `copies_not_out` where more would be taken back than were handed out. Nothing was then noted.
pub fn note_copies(db: &mut Db, desk: &Desk, cycle_code: &str, act: &CopiesAct) -> Result<bool, FlowError> {
    db.write(|db| {
        let cycle = card(db, cycle_code)?;
        let noted = sheet_copies::of_event(db, cycle.id, &act.event_id)?;
        if !noted.is_empty() {
            return if says(&noted, act) { Ok(false) } else { Err(event_reused().into()) };
        }
        let known = issued(db, cycle.id)?;
        let out = copies_of(db, cycle.id)?;
        let mut rows = Vec::with_capacity(act.sheets.len());
        for sheet in &act.sheets {
            let key = (sheet.kind, sheet.key.clone(), sheet.version);
            if !known.contains(&key) {
                let name = format!("{} v{}", sheet.key, sheet.version);
                return Err(missing(sheet.kind.zh(), sheet.kind.code(), &name).into());
            }
            if act.act == CopyAct::Collected && out.get(&key).copied().unwrap_or_default().out() < act.copies {
                return Err(not_out(&sheet.key).into());
            }
            rows.push(CopiesRow {
                cycle_id: cycle.id,
                event_id: act.event_id.clone(),
                kind: sheet.kind.code().to_owned(),
                key: sheet.key.clone(),
                version: sheet.version as i32,
                act: act.act.code().to_owned(),
                copies: act.copies as i32,
                user_id: act.user_id,
                noted_at: desk.now.0,
            });
        }
        sheet_copies::insert(db, &rows)?;
        Ok(true)
    })
}

/// Whether these rows are what an act of their name says.
fn says(noted: &[CopiesRow], act: &CopiesAct) -> bool {
    let is_there = |sheet: &OfSheet| {
        let own = |row: &&CopiesRow| (row.kind.as_str(), &row.key) == (sheet.kind.code(), &sheet.key);
        let said = (sheet.version as i32, act.act.code(), act.copies as i32);
        noted.iter().find(own).is_some_and(|row| (row.version, row.act.as_str(), row.copies) == said)
    };
    noted.len() == act.sheets.len() && act.sheets.iter().all(is_there)
}

/// Copies by sheet and its version.
///
/// # Errors
/// What the database says.
pub fn copies_of(db: &mut Db, cycle_id: i64) -> Result<HashMap<(DocumentKind, String, u32), Copies>, FlowError> {
    let mut sums: HashMap<_, Copies> = HashMap::new();
    for row in sheet_copies::of_cycle(db, cycle_id)? {
        if let (Some(kind), Some(act)) = (DocumentKind::parse(&row.kind), CopyAct::parse(&row.act)) {
            sums.entry((kind, row.key, row.version as u32)).or_default().add(act, row.copies as u32);
        }
    }
    Ok(sums)
}

fn not_out(key: &str) -> RuleError {
    RuleError::Refused {
        code: "copies_not_out",
        zh: format!("{key}：收回的份数多于发出的"),
        en: format!("{key}: more copies would come back than were handed out"),
    }
}
