//! Leader files: a row per leader and pickup point.

use super::Kind;
use super::cell::{ADDRESS, NAME, SHORT};
use super::cells::Cells;
use super::contacts::{email, phone};
use super::dates::time_of_day;
use super::heads::ColumnSpec;
use super::number::{basis_points, whole};
use crate::domain::coordinates::Place;

/// A row per leader and point.
pub struct Leaders;

/// A leader and one of the leader's points as a row gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderDraft {
    pub row: u64,
    pub leader_code: String,
    pub name: String,
    pub phone: String,
    pub point_code: String,
    pub point_name: String,
    pub warehouse_code: String,
    pub email: Option<String>,
    pub compound: Option<String>,
    pub address: Option<String>,
    pub place: Option<Place>,
    /// Pickup window, `HH:MM`.
    pub window_start: Option<String>,
    pub window_end: Option<String>,
    /// Differences are to be reported before this time of day.
    pub report_by: Option<String>,
    pub commission_bp: Option<u32>,
    pub tier: Option<String>,
    pub route_code: Option<String>,
    pub stop_seq: Option<u32>,
}

impl Kind for Leaders {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("leader_code", "团长编码"),
        ColumnSpec::required("name", "团长").also(&["团长姓名", "姓名"]),
        ColumnSpec::required("phone", "团长电话").also(&["电话", "手机号"]),
        ColumnSpec::required("point_code", "自提点编码"),
        ColumnSpec::required("point_name", "自提点").also(&["自提点名称"]),
        ColumnSpec::required("warehouse_code", "仓库编码"),
        ColumnSpec::optional("email", "邮箱"),
        ColumnSpec::optional("compound", "小区"),
        ColumnSpec::optional("address", "地址"),
        ColumnSpec::optional("longitude", "经度"),
        ColumnSpec::optional("latitude", "纬度"),
        ColumnSpec::optional("datum", "坐标系"),
        ColumnSpec::optional("window_start", "提货开始"),
        ColumnSpec::optional("window_end", "提货结束"),
        ColumnSpec::optional("report_by", "报差截止"),
        ColumnSpec::optional("commission_pct", "佣金率"),
        ColumnSpec::optional("tier", "等级"),
        ColumnSpec::optional("route_code", "线路"),
        ColumnSpec::optional("stop_seq", "站序"),
    ];
    const KEY: &'static str = "leader_code";
    type Draft<'r> = LeaderDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<LeaderDraft> {
        Some(LeaderDraft {
            row: cells.row(),
            leader_code: cells.code("leader_code"),
            name: cells.text("name", NAME),
            phone: cells.required("phone", phone).into_owned(),
            point_code: cells.code("point_code"),
            point_name: cells.text("point_name", NAME),
            warehouse_code: cells.code("warehouse_code"),
            email: cells.optional("email", email).map(Into::into),
            compound: cells.optional_text("compound", NAME),
            address: cells.optional_text("address", ADDRESS),
            place: cells.place(),
            window_start: cells.optional("window_start", time_of_day),
            window_end: cells.optional("window_end", time_of_day),
            report_by: cells.optional("report_by", time_of_day),
            commission_bp: cells.optional("commission_pct", basis_points(100)),
            tier: cells.optional_text("tier", SHORT),
            route_code: cells.optional_code("route_code"),
            stop_seq: cells.optional("stop_seq", whole(0, 99_999)),
        })
    }
}
