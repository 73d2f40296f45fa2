//! PERFORMS: one file per step of the day. Every step reads load → decide → save.
//!
//! Long steps load and decide on a read snapshot and save in one short write transaction that first checks that the
//! cycle is still at the version they saw; else they begin again. So nobody waits for them, and a step that was killed
//! has either happened whole or not at all.

pub mod adjust_totes;
pub mod allocate_goods;
pub mod answer_purchase;
pub mod back_up;
pub mod bind_label;
pub mod cancel_orders;
pub mod choose_losses;
pub mod confirm_pickups;
pub mod correct_orders;
pub mod count_totals;
pub mod create_cycle;
pub mod cutoff;
pub mod decide_discrepancy;
pub mod dispatch_trips;
pub mod dispute_pickups;
pub mod edit_plan;
pub mod expire_orders;
pub mod factor;
pub mod fresh;
pub mod import_file;
pub mod import_ground;
pub mod import_master;
pub mod import_orders;
pub mod import_stock;
pub mod import_weights;
pub mod intake;
pub mod invitations;
pub mod join_households;
pub mod keep_photo;
pub mod live_totals;
pub mod load_cycle;
pub mod load_ground;
pub mod lock_screen;
pub mod machines;
pub mod mark_payments;
pub mod move_stops;
pub mod note_copies;
pub mod one_order;
pub mod open_cycle;
pub mod order_page;
pub mod people;
pub mod pin_lines;
pub mod place_orders;
pub mod post_losses;
pub mod prepare_cycle;
pub mod procure;
pub mod purchase_links;
pub mod queue_letters;
pub mod receive_at_point;
pub mod receive_goods;
pub mod report_discrepancy;
pub mod report_problem;
pub mod report_wrong_goods;
pub mod restore;
pub mod retry_letter;
pub mod return_cash;
pub mod road;
pub mod run_clock;
pub mod send_purchases;
pub mod sessions;
pub mod settle_weights;
pub mod shop_front;
pub mod show_order;
pub mod show_phone;
pub mod sign_in;
pub mod suggest_ground;
pub mod take_leave;
pub mod tell_stop;
pub mod tell_trip;
pub mod weigh_goods;

pub mod answered;
mod carry_totes;
mod find;
mod issue_sheets;
mod lowered_lines;
mod plan_refunds;

use crate::domain::errors::RuleError;
use crate::domain::time::{Moment, Zone};
use crate::imports::fault::Faults;
use crate::store::backend::{AsStoreError, StoreError};

/// When and where a step takes place. Steps never read a clock themselves.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    pub now: Moment,
    pub zone: Zone,
}

/// Why a step did not happen. Nothing was then saved.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The answer is no.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is faulty: every fault of it.
    #[error("文件有 {} 处错误，未导入任何内容", .0.count())]
    Faults(Faults),
    /// The file could not be read.
    #[error("读不了文件 {file}：{cause}")]
    Unreadable { file: String, cause: std::io::Error },
}

impl AsStoreError for FlowError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            FlowError::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<diesel::result::Error> for FlowError {
    fn from(error: diesel::result::Error) -> Self {
        FlowError::Store(StoreError::Database(error))
    }
}

/// How often a long step begins again because another step came in between.
const ATTEMPTS_MAX: u32 = 5;

/// Runs `attempt` until it saves: it returns None where the cycle moved on between its loading and its saving.
fn until_saved<T>(mut attempt: impl FnMut() -> Result<Option<T>, FlowError>) -> Result<T, FlowError> {
    for _ in 0..ATTEMPTS_MAX {
        if let Some(done) = attempt()? {
            return Ok(done);
        }
    }
    Err(RuleError::Refused {
        code: "busy",
        zh: "其他人正在操作同一团期，请稍后再试".into(),
        en: "others are working on the same cycle, try again shortly".into(),
    }
    .into())
}
