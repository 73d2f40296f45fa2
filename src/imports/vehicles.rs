//! Vehicle files.

use super::Kind;
use super::cell::{NAME, SHORT};
use super::cells::Cells;
use super::contacts::phone;
use super::dates::time_of_day;
use super::heads::ColumnSpec;
use super::number::{thousandths, whole};

/// The most a vehicle carries: a thousand tonnes in grams, a million litres in millilitres.
const CAPACITY_MAX: u64 = 1_000_000_000;

/// A row per vehicle.
pub struct Vehicles;

/// A vehicle as a row gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VehicleDraft {
    pub row: u64,
    pub plate: String,
    pub warehouse_code: String,
    pub driver: String,
    pub phone: Option<String>,
    pub capacity_g: Option<u64>,
    pub capacity_ml: Option<u64>,
    pub capacity_totes: Option<u32>,
    /// `HH:MM`.
    pub shift_start: Option<String>,
    /// `HH:MM`; earlier than the start where the shift ends next day.
    pub shift_end: Option<String>,
}

impl Kind for Vehicles {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("plate", "车牌").also(&["车牌号"]),
        ColumnSpec::required("warehouse_code", "仓库编码"),
        ColumnSpec::required("driver", "司机"),
        ColumnSpec::optional("phone", "司机电话").also(&["电话", "手机号"]),
        ColumnSpec::optional("capacity_kg", "载重kg").also(&["载重"]),
        ColumnSpec::optional("capacity_l", "容积L").also(&["容积"]),
        ColumnSpec::optional("capacity_totes", "可装筐数"),
        ColumnSpec::optional("shift_start", "上班"),
        ColumnSpec::optional("shift_end", "下班"),
    ];
    const KEY: &'static str = "plate";
    type Draft<'r> = VehicleDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<VehicleDraft> {
        Some(VehicleDraft {
            row: cells.row(),
            plate: cells.text("plate", SHORT),
            warehouse_code: cells.code("warehouse_code"),
            driver: cells.text("driver", NAME),
            phone: cells.optional("phone", phone).map(Into::into),
            capacity_g: cells.optional("capacity_kg", thousandths(CAPACITY_MAX)),
            capacity_ml: cells.optional("capacity_l", thousandths(CAPACITY_MAX)),
            capacity_totes: cells.optional("capacity_totes", whole(1, 100_000)),
            shift_start: cells.optional("shift_start", time_of_day),
            shift_end: cells.optional("shift_end", time_of_day),
        })
    }
}
