//! Master data: suppliers, SKUs, warehouses, vehicles, leaders, points, districts, places, service areas, as last imported.
//!
//! These tables are small (some ten thousand rows at most), so they are read whole and written back row by row.

use diesel::{AsChangeset, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{districts, places, service_areas};
use crate::store::schema::{leaders, pickup_points, skus, suppliers, vehicles, warehouses};
use crate::store::stamps::{self, Stamp};

/// Declares a table's row, and the questions all master tables share.
macro_rules! master {
    ($(#[$meta:meta])* $module:ident, $row:ident, $table:ident, $code:ident { $($field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Queryable, Insertable, AsChangeset)]
        #[diesel(table_name = $table, treat_none_as_null = true, treat_none_as_default_value = false)]
        pub struct $row {
            pub id: i64,
            $(pub $field: $type,)+
        }

        pub mod $module {
            use super::*;

            /// Every row, by code.
            pub fn all(db: &mut Db) -> Result<Vec<$row>, StoreError> {
                Ok(on_either!(db, conn => $table::table.order($table::$code).load(conn))?)
            }

            /// The row with this id.
            pub fn by_id(db: &mut Db, id: i64) -> Result<Option<$row>, StoreError> {
                Ok(on_either!(db, conn => $table::table.find(id).first(conn).optional())?)
            }

            /// Adds `new` rows and rewrites `changed` ones.
            pub fn save(db: &mut Db, new: &[$row], changed: &[$row]) -> Result<(), StoreError> {
                if !new.is_empty() || !changed.is_empty() {
                    stamps::raise(db, Stamp::Catalogue)?;
                }
                insert_rows!(db, $table::table, new)?;
                for row in changed {
                    on_either!(db, conn => diesel::update($table::table.find(row.id)).set(row).execute(conn))?;
                }
                Ok(())
            }
        }
    };
}

master! {
    supplier, SupplierRow, suppliers, supplier_code {
        supplier_code: String,
        name: String,
        contact: Option<String>,
        phone: Option<String>,
        email: Option<String>,
        min_order_value_fen: i64,
        below_min_value: String,
        due_at: Option<String>,
    }
}

master! {
    sku, SkuRow, skus, sku_code {
        sku_code: String,
        name: String,
        spec: String,
        unit: String,
        supplier_id: i64,
        category: Option<String>,
        temp_zone: String,
        barcode: Option<String>,
        supplier_sku: Option<String>,
        case_size: i32,
        moq: i32,
        order_multiple: i32,
        price_unit: String,
        unit_price_fen: Option<i64>,
        tax_bp: Option<i32>,
        nominal_weight_g: Option<i32>,
        is_variable_weight: bool,
        sub_units: Option<i32>,
        volume_ml: Option<i32>,
        zone: Option<String>,
        keeps_stock: bool,
    }
}

master! {
    warehouse, WarehouseRow, warehouses, warehouse_code {
        warehouse_code: String,
        name: String,
        kind: String,
        parent_id: Option<i64>,
        longitude_e7: Option<i64>,
        latitude_e7: Option<i64>,
        given_longitude_e7: Option<i64>,
        given_latitude_e7: Option<i64>,
        given_datum: Option<String>,
    }
}

master! {
    vehicle, VehicleRow, vehicles, plate {
        plate: String,
        warehouse_id: i64,
        driver: String,
        phone: Option<String>,
        capacity_g: Option<i64>,
        capacity_ml: Option<i64>,
        capacity_totes: Option<i32>,
        shift_start: Option<String>,
        shift_end: Option<String>,
    }
}

master! {
    leader, LeaderRow, leaders, leader_code {
        leader_code: String,
        name: String,
        phone: String,
        email: Option<String>,
        commission_bp: Option<i32>,
        tier: Option<String>,
    }
}

master! {
    point, PointRow, pickup_points, point_code {
        point_code: String,
        name: String,
        leader_id: i64,
        warehouse_id: i64,
        compound: Option<String>,
        address: Option<String>,
        longitude_e7: Option<i64>,
        latitude_e7: Option<i64>,
        given_longitude_e7: Option<i64>,
        given_latitude_e7: Option<i64>,
        given_datum: Option<String>,
        window_start: Option<String>,
        window_end: Option<String>,
        report_by: Option<String>,
        route_code: Option<String>,
        stop_seq: Option<i32>,
    }
}

master! {
    district, DistrictRow, districts, name {
        name: String,
        adcode: Option<String>,
        shape: String,
        given_shape: String,
        given_datum: String,
    }
}

master! {
    place, PlaceRow, places, id {
        district: String,
        name: String,
        seq: i32,
        address: Option<String>,
        longitude_e7: i64,
        latitude_e7: i64,
        given_longitude_e7: i64,
        given_latitude_e7: i64,
        given_datum: String,
    }
}

master! {
    service_area, ServiceAreaRow, service_areas, point_id {
        point_id: i64,
        shape: String,
        given_shape: String,
        given_datum: String,
    }
}

/// The points of these leaders, in order of their codes.
pub fn points_of(db: &mut Db, leader_ids: &[i64]) -> Result<Vec<PointRow>, StoreError> {
    use diesel::ExpressionMethods;

    use crate::store::schema::pickup_points as t;
    Ok(on_either!(db, conn => t::table.filter(t::leader_id.eq_any(leader_ids)).order(t::point_code).load(conn))?)
}
