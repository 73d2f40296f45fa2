//! The kinds of file there are, by name.

use super::heads::ColumnSpec;
use super::{
    Kind, areas, corrections, cycles, leaders, offers, orders, pins, places, plan, receipts, skus, stock, suppliers,
    vehicles, warehouses, weights,
};
use crate::domain::facts::coded;

coded! {
    /// A kind of file, in the order a day needs them.
    ImportKind {
        /// Who sells to us.
        Suppliers = "suppliers", "供应商";
        /// What can be on sale.
        Skus = "skus", "商品";
        /// Where goods arrive.
        Warehouses = "warehouses", "仓库";
        /// What drives out.
        Vehicles = "vehicles", "车辆";
        /// Leaders and their points, a row per leader and point.
        Leaders = "leaders", "团长";
        /// Order windows.
        Cycles = "cycles", "团期";
        /// What is on sale in a cycle.
        Offers = "offers", "上架商品";
        /// What was ordered, a row per line.
        Orders = "orders", "订单";
        /// What arrived.
        Receipts = "receipts", "收货";
        /// What pieces sold by weight weigh.
        Weights = "weights", "称重";
        /// What lies in the warehouse.
        Stock = "stock", "库存";
        /// Lines held at a quantity by hand.
        Pins = "pins", "手工分配";
        /// Cases overwritten by the buyer.
        Plan = "plan", "采购改单";
        /// Changes of orders after the freeze.
        Corrections = "corrections", "改单";
        /// The ground of each district, as GeoJSON.
        Districts = "districts", "区县";
        /// Compounds and other named places.
        Places = "places", "地点";
        /// The ground that points serve, as GeoJSON.
        ServiceAreas = "service_areas", "服务区";
    }
}

impl ImportKind {
    /// Whether its files are GeoJSON; all others are tables.
    pub fn is_geojson(self) -> bool {
        matches!(self, ImportKind::Districts | ImportKind::ServiceAreas)
    }

    /// Whether its files hold coordinates, so that a datum can be given.
    pub fn has_datum(self) -> bool {
        self.is_geojson() || self.columns().iter().any(|column| column.key == "datum")
    }

    /// The columns of its files, or the properties of a GeoJSON file's features.
    pub fn columns(self) -> &'static [ColumnSpec] {
        match self {
            ImportKind::Suppliers => suppliers::Suppliers::COLUMNS,
            ImportKind::Skus => skus::Skus::COLUMNS,
            ImportKind::Warehouses => warehouses::Warehouses::COLUMNS,
            ImportKind::Vehicles => vehicles::Vehicles::COLUMNS,
            ImportKind::Leaders => leaders::Leaders::COLUMNS,
            ImportKind::Cycles => cycles::Cycles::COLUMNS,
            ImportKind::Offers => offers::Offers::COLUMNS,
            ImportKind::Orders => orders::Orders::COLUMNS,
            ImportKind::Receipts => receipts::Receipts::COLUMNS,
            ImportKind::Weights => weights::Weights::COLUMNS,
            ImportKind::Stock => stock::Stock::COLUMNS,
            ImportKind::Pins => pins::Pins::COLUMNS,
            ImportKind::Plan => plan::Plan::COLUMNS,
            ImportKind::Corrections => corrections::Corrections::COLUMNS,
            ImportKind::Districts => areas::DISTRICT,
            ImportKind::Places => places::Places::COLUMNS,
            ImportKind::ServiceAreas => areas::SERVICE_AREA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_two_names_of_its_own() {
        for kind in ImportKind::ALL {
            let mut names: Vec<&str> = kind
                .columns()
                .iter()
                .flat_map(|column| [column.key, column.zh].into_iter().chain(column.also.iter().copied()))
                .collect();
            let count = names.len();
            assert!(names.iter().all(|name| !name.is_empty()));
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", kind.code());
        }
    }
}
