//! Order files: a row per order line.

use std::borrow::Cow;

use super::Kind;
use super::cell::{NAME, NOTE, REMARK, code, door, text};
use super::cells::Cells;
use super::contacts::mobile;
use super::dates::moment;
use super::heads::ColumnSpec;
use super::number::whole;
use crate::domain::quantity::Pieces;
use crate::domain::time::Moment;

/// A row per order line.
pub struct Orders;

/// An order line as a row gives it, together with what the row says of its order. Borrows from the row, since a day
/// has hundreds of thousands of them.
///
/// Default: no tolerance. An order without `paid_at` is timed by the import or unpaid, as the cycle's payment has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLineDraft<'r> {
    pub row: u64,
    pub order_no: Cow<'r, str>,
    pub leader_code: Cow<'r, str>,
    pub sku_code: Cow<'r, str>,
    /// 1 to [`Pieces::LINE_MAX`].
    pub ordered_qty: Pieces,
    pub point_code: Option<Cow<'r, str>>,
    pub chain_no: Option<u32>,
    pub resident: Option<Cow<'r, str>>,
    pub nickname: Option<Cow<'r, str>>,
    /// Eleven digits.
    pub phone: Option<Cow<'r, str>>,
    pub building: Option<Cow<'r, str>>,
    pub unit_no: Option<Cow<'r, str>>,
    pub room: Option<Cow<'r, str>>,
    /// 0 to [`Pieces::LINE_MAX`].
    pub tolerance: Pieces,
    pub paid_at: Option<Moment>,
    pub remark: Option<Cow<'r, str>>,
    pub leader_note: Option<Cow<'r, str>>,
}

impl Kind for Orders {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("order_no", "订单号"),
        ColumnSpec::required("leader_code", "团长编码"),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("ordered_qty", "订购件数").also(&["订购", "数量"]),
        ColumnSpec::optional("point_code", "自提点编码"),
        ColumnSpec::optional("chain_no", "跟团号"),
        ColumnSpec::optional("resident", "居民").also(&["姓名", "收货人"]),
        ColumnSpec::optional("nickname", "昵称"),
        ColumnSpec::optional("phone", "手机号").also(&["手机", "电话"]),
        ColumnSpec::optional("building", "楼栋"),
        ColumnSpec::optional("unit_no", "单元"),
        ColumnSpec::optional("room", "房号"),
        ColumnSpec::optional("tolerance", "可多拿"),
        ColumnSpec::optional("paid_at", "付款时间").also(&["支付时间"]),
        ColumnSpec::optional("remark", "备注"),
        ColumnSpec::optional("leader_note", "团长备注"),
    ];
    const IGNORED: &'static [ColumnSpec] = &[
        ColumnSpec::optional("sku_name", "商品名称"),
        ColumnSpec::optional("spec", "规格"),
        ColumnSpec::optional("unit", "单位"),
    ];
    const KEY: &'static str = "order_no";
    type Draft<'r> = OrderLineDraft<'r>;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<OrderLineDraft<'r>> {
        let zone = cells.settings().zone;
        let line_max = Pieces::LINE_MAX.0;
        Some(OrderLineDraft {
            row: cells.row(),
            order_no: cells.required("order_no", code),
            leader_code: cells.required("leader_code", code),
            sku_code: cells.required("sku_code", code),
            ordered_qty: Pieces(cells.required("ordered_qty", whole(1, line_max))),
            point_code: cells.optional("point_code", code),
            chain_no: cells.optional("chain_no", whole(1, 999_999_999)),
            resident: cells.optional("resident", text(NAME)),
            nickname: cells.optional("nickname", text(NAME)),
            phone: cells.optional("phone", mobile),
            building: cells.optional("building", door),
            unit_no: cells.optional("unit_no", door),
            room: cells.optional("room", door),
            tolerance: Pieces(cells.optional("tolerance", whole(0, line_max)).unwrap_or(0)),
            paid_at: cells.optional("paid_at", moment(zone)),
            remark: cells.optional("remark", text(REMARK)),
            leader_note: cells.optional("leader_note", text(NOTE)),
        })
    }
}
