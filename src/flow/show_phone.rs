//! 打电话: a resident's phone, shown to whoever hands out their goods. Each look is noted in the security log, which also
//! says when somebody looks at more of them than there are households to be called.

use crate::domain::errors::RuleError;
use crate::domain::time::Moment;
use crate::flow::intake::Within;
use crate::flow::one_order::reached;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::security_log::{self, Entry};
use crate::store::{residents, single_orders};

const ACT: &str = "phone_shown";
/// Within how long looks add up.
const DAY_US: i64 = 86_400_000_000;
/// Looks that nobody needs households for.
const LEAST: i64 = 10;

/// The phone of the resident of an order; empty where none was given.
///
/// # Errors
/// `not_found`; `wait` once more phones were shown within a day than the point has orders.
pub fn show_phone(
    db: &mut Db,
    desk: &Desk,
    order_no: &str,
    within: &Within,
    by: &str,
    request_id: &str,
) -> Result<String, FlowError> {
    db.write(|db| {
        let order = reached(db, order_no, within)?;
        let subject = format!("order:{}", order.order_no);
        let shown = security_log::subjects_since(db, ACT, by, Moment(desk.now.0 - DAY_US))?;
        let most = LEAST + single_orders::count_at(db, order.cycle_id, order.point_id)?;
        if !shown.contains(&subject) && shown.len() as i64 >= most {
            return Err(RuleError::Wait { code: "too_many_tries", seconds: 3_600 }.into());
        }
        if !shown.contains(&subject) {
            security_log::append(
                db,
                desk.now,
                Entry { act: ACT, actor: by, subject: &subject, detail: "", request_id },
            )?;
        }
        Ok(residents::phone(db, order.details_id)?.unwrap_or_default())
    })
}
