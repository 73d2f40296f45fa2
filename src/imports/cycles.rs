//! Cycle files: order windows and their rules.

use chrono::NaiveDate;

use super::Kind;
use super::cell::NAME;
use super::cells::{Cells, choice};
use super::dates::{date, moment};
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use super::number::{boolean, whole};
use crate::domain::facts::{Payment, Rounding, ShortageRule};
use crate::domain::time::Moment;

/// A day in minutes: the longest grace or payment time.
const MINUTES_MAX: u32 = 24 * 60;

/// A row per cycle.
pub struct Cycles;

/// A cycle as a row gives it.
///
/// Defaults: `at_pickup`, `up`, `first_paid`, 3 minutes' grace, 15 minutes to pay, no sending by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleDraft {
    pub row: u64,
    pub cycle_code: String,
    pub name: String,
    pub opens_at: Moment,
    /// Later than `opens_at`.
    pub cutoff_at: Moment,
    pub pickup_date: NaiveDate,
    pub payment: Payment,
    pub rounding: Rounding,
    pub shortage_rule: ShortageRule,
    pub pay_grace_min: u32,
    pub pay_within_min: u32,
    /// None: by temperature zone.
    pub after_sales_days: Option<u32>,
    pub auto_send: bool,
}

impl Kind for Cycles {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("cycle_code", "团期编码").also(&["团期", "cycle"]),
        ColumnSpec::required("name", "团期名称").also(&["名称"]),
        ColumnSpec::required("opens_at", "开团时间").also(&["开团"]),
        ColumnSpec::required("cutoff_at", "截单时间").also(&["截单"]),
        ColumnSpec::required("pickup_date", "提货日期").also(&["提货日"]),
        ColumnSpec::optional("payment", "付款方式"),
        ColumnSpec::optional("rounding", "取整方式"),
        ColumnSpec::optional("shortage_rule", "分配规则"),
        ColumnSpec::optional("pay_grace_min", "付款宽限分钟"),
        ColumnSpec::optional("pay_within_min", "付款时限分钟"),
        ColumnSpec::optional("after_sales_days", "售后天数"),
        ColumnSpec::optional("auto_send", "自动发单"),
    ];
    const KEY: &'static str = "cycle_code";
    type Draft<'r> = CycleDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<CycleDraft> {
        let zone = cells.settings().zone;
        let draft = CycleDraft {
            row: cells.row(),
            cycle_code: cells.code("cycle_code"),
            name: cells.text("name", NAME),
            opens_at: cells.required("opens_at", moment(zone)),
            cutoff_at: cells.required("cutoff_at", moment(zone)),
            pickup_date: cells.required("pickup_date", date),
            payment: cells.optional("payment", choice!(Payment)).unwrap_or_default(),
            rounding: cells.optional("rounding", choice!(Rounding)).unwrap_or_default(),
            shortage_rule: cells.optional("shortage_rule", choice!(ShortageRule)).unwrap_or_default(),
            pay_grace_min: cells.optional("pay_grace_min", whole(0, MINUTES_MAX)).unwrap_or(3),
            pay_within_min: cells.optional("pay_within_min", whole(1, MINUTES_MAX)).unwrap_or(15),
            after_sales_days: cells.optional("after_sales_days", whole(0, 365)),
            auto_send: cells.optional("auto_send", boolean).unwrap_or(false),
        };
        // A time that could not be read is its default, and is named already.
        let both_read = draft.opens_at != Moment::default() && draft.cutoff_at != Moment::default();
        if both_read && draft.opens_at >= draft.cutoff_at {
            cells.refuse("cutoff_at", FaultKind::CutoffBeforeOpening);
        }
        Some(draft)
    }
}
