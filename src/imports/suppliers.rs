//! Suppliers files.

use super::Kind;
use super::cell::NAME;
use super::cells::{Cells, choice};
use super::contacts::{email, phone};
use super::dates::time_of_day;
use super::heads::ColumnSpec;
use super::number::money;
use crate::domain::facts::BelowMinValue;
use crate::domain::money::Fen;

/// A row per supplier.
pub struct Suppliers;

/// A supplier as a row gives it. Defaults: no minimum order value, and `flag` below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierDraft {
    pub row: u64,
    pub supplier_code: String,
    pub name: String,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub min_order_value: Fen,
    pub below_min_value: BelowMinValue,
    /// Latest arrival, `HH:MM`.
    pub due_at: Option<String>,
}

impl Kind for Suppliers {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("supplier_code", "供应商编码"),
        ColumnSpec::required("name", "供应商").also(&["供应商名称", "名称"]),
        ColumnSpec::optional("contact", "联系人"),
        ColumnSpec::optional("phone", "电话").also(&["联系电话", "手机号"]),
        ColumnSpec::optional("email", "邮箱"),
        ColumnSpec::optional("min_order_value", "起送金额"),
        ColumnSpec::optional("below_min_value", "低于起送金额"),
        ColumnSpec::optional("due_at", "最晚到货"),
    ];
    const KEY: &'static str = "supplier_code";
    type Draft<'r> = SupplierDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<SupplierDraft> {
        Some(SupplierDraft {
            row: cells.row(),
            supplier_code: cells.code("supplier_code"),
            name: cells.text("name", NAME),
            contact: cells.optional_text("contact", NAME),
            phone: cells.optional("phone", phone).map(Into::into),
            email: cells.optional("email", email).map(Into::into),
            min_order_value: cells.optional("min_order_value", money).unwrap_or_default(),
            below_min_value: cells.optional("below_min_value", choice!(BelowMinValue)).unwrap_or(BelowMinValue::Flag),
            due_at: cells.optional("due_at", time_of_day),
        })
    }
}
