//! 新建团期: a draft from one row, with the offers of an earlier cycle where it is a clone.

use std::path::Path;

use crate::domain::errors::RuleError;
use crate::flow::import_file::read_file;
use crate::flow::import_master::cycle_row;
use crate::flow::load_cycle::row;
use crate::flow::{Desk, FlowError};
use crate::imports::cycles::Cycles;
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::{cycles, offers};

/// A cycle that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub cycle_code: String,
    /// Offers that were copied into it.
    pub offers: usize,
}

/// Makes a draft cycle from a table of one row. A clone takes over what was on sale in another, at its prices there.
///
/// # Errors
/// All faults of the row; `cycle_code_taken`; `not_found` for the cycle to be cloned.
pub fn create_cycle(db: &mut Db, desk: &Desk, table: &Path, clone_of: Option<&str>) -> Result<Created, FlowError> {
    let mut reading = read_file::<Cycles, _>(desk, table, None)?;
    reading.sound()?;
    let draft = reading.drafts.first().ok_or_else(nothing)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write(|db| {
        if cycles::find(db, &draft.cycle_code)?.is_some() {
            return Err(taken(&draft.cycle_code).into());
        }
        let mut goods = match clone_of {
            Some(code) => {
                let other = row(db, code)?;
                offers::of_cycle(db, other.id)?
            }
            None => Vec::new(),
        };
        cycles::insert(db, &cycle_row(draft, None, id))?;
        goods.iter_mut().for_each(|offer| offer.cycle_id = id);
        offers::save(db, &goods, &[])?;
        Ok(Created { cycle_code: draft.cycle_code.clone(), offers: goods.len() })
    })
}

fn nothing() -> RuleError {
    RuleError::Refused {
        code: "cycle_missing",
        zh: "请写明团期编码、名称和时间".into(),
        en: "name the cycle's code, name and times".into(),
    }
}

fn taken(cycle_code: &str) -> RuleError {
    RuleError::Refused {
        code: "cycle_code_taken",
        zh: format!("已有团期 {cycle_code}，请换一个编码"),
        en: format!("there is a cycle {cycle_code} already, take another code"),
    }
}
