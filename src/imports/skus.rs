//! SKU files: the catalogue.

use super::Kind;
use super::cell::{NAME, SHORT};
use super::cells::{Cells, choice};
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use super::number::{basis_points, boolean, whole};
use super::prices::price;
use crate::domain::facts::{PriceUnit, TempZone};
use crate::domain::money::Fen;

/// The most pieces in a case, and the largest minimum or multiple of an order.
pub(super) const PIECES_MAX: u32 = 1_000_000;
/// The heaviest piece in grams: ten tonnes.
pub(super) const GRAMS_MAX: u32 = 10_000_000;

/// A row per SKU.
pub struct Skus;

/// A SKU as a row gives it.
///
/// Defaults: unit 份, ambient, no MOQ, any multiple, priced by the piece, fixed weight, no stock kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuDraft {
    pub row: u64,
    pub sku_code: String,
    pub name: String,
    pub spec: String,
    pub supplier_code: String,
    /// Pieces in a case.
    pub case_size: u32,
    /// What one piece is called.
    pub unit: String,
    pub category: Option<String>,
    pub temp_zone: TempZone,
    pub barcode: Option<String>,
    pub supplier_sku: Option<String>,
    /// In pieces; 0 = none.
    pub moq: u32,
    /// In pieces; 1 = any.
    pub order_multiple: u32,
    pub price_unit: PriceUnit,
    /// What the supplier charges per `price_unit`, where the file says.
    pub unit_price: Option<Fen>,
    pub tax_bp: Option<u32>,
    pub nominal_weight_g: Option<u32>,
    pub is_variable_weight: bool,
    pub sub_units: Option<u32>,
    pub volume_ml: Option<u32>,
    /// Shelf or bay in the warehouse.
    pub zone: Option<String>,
    pub keeps_stock: bool,
}

impl Kind for Skus {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("name", "商品名称").also(&["商品", "名称", "品名"]),
        ColumnSpec::required("spec", "规格"),
        ColumnSpec::required("supplier_code", "供应商编码"),
        ColumnSpec::required("case_size", "箱规"),
        ColumnSpec::optional("unit", "单位"),
        ColumnSpec::optional("category", "品类").also(&["分类"]),
        ColumnSpec::optional("temp_zone", "温层"),
        ColumnSpec::optional("barcode", "条码"),
        ColumnSpec::optional("supplier_sku", "供应商货号"),
        ColumnSpec::optional("moq", "起订量"),
        ColumnSpec::optional("order_multiple", "订货倍数"),
        ColumnSpec::optional("cost_price", "供货价"),
        ColumnSpec::optional("price_unit", "计价单位"),
        ColumnSpec::optional("unit_price", "计价单价").also(&["单价"]),
        ColumnSpec::optional("tax_pct", "税率"),
        ColumnSpec::optional("nominal_weight_g", "标重"),
        ColumnSpec::optional("is_variable_weight", "称重商品"),
        ColumnSpec::optional("sub_units", "每份枚数"),
        ColumnSpec::optional("volume_ml", "体积"),
        ColumnSpec::optional("zone", "库位"),
        ColumnSpec::optional("keeps_stock", "留库存"),
    ];
    const KEY: &'static str = "sku_code";
    type Draft<'r> = SkuDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<SkuDraft> {
        let row = cells.row();
        let sku_code = cells.code("sku_code");
        let name = cells.text("name", NAME);
        let spec = cells.text("spec", NAME);
        let supplier_code = cells.code("supplier_code");
        let case_size = cells.required("case_size", whole(1, PIECES_MAX));
        let unit = cells.optional_text("unit", SHORT).unwrap_or_else(|| "份".to_owned());
        let category = cells.optional_text("category", SHORT);
        let temp_zone = cells.optional("temp_zone", choice!(TempZone)).unwrap_or(TempZone::Ambient);
        let barcode = cells.optional_text("barcode", SHORT);
        let supplier_sku = cells.optional_text("supplier_sku", SHORT);
        let moq = cells.optional("moq", whole(0, PIECES_MAX)).unwrap_or(0);
        let order_multiple = cells.optional("order_multiple", whole(1, PIECES_MAX)).unwrap_or(1);
        let price = price(cells);
        let tax_bp = cells.optional("tax_pct", basis_points(100));
        let nominal_weight_g = cells.optional("nominal_weight_g", whole(1, GRAMS_MAX));
        let is_variable_weight = cells.optional("is_variable_weight", boolean).unwrap_or(false);
        if is_variable_weight && cells.are_empty(&["nominal_weight_g"]) {
            cells.refuse("nominal_weight_g", FaultKind::NominalWeightNeeded);
        }
        let sub_units = cells.optional("sub_units", whole(1, PIECES_MAX));
        let volume_ml = cells.optional("volume_ml", whole(1, GRAMS_MAX));
        let zone = cells.optional_text("zone", SHORT);
        let keeps_stock = cells.optional("keeps_stock", boolean).unwrap_or(false);
        let (price_unit, unit_price) = (price.price_unit.unwrap_or(PriceUnit::Piece), price.unit_price);
        Some(SkuDraft {
            row,
            sku_code,
            name,
            spec,
            supplier_code,
            case_size,
            unit,
            category,
            temp_zone,
            barcode,
            supplier_sku,
            moq,
            order_multiple,
            price_unit,
            unit_price,
            tax_bp,
            nominal_weight_g,
            is_variable_weight,
            sub_units,
            volume_ml,
            zone,
            keeps_stock,
        })
    }
}
