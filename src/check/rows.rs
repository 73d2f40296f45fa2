//! The raw rows as the audit reads them, one struct per table, and the macro that reads them.

use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

/// Declares a row read by column name: `field: rust type as SQL type`.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $rust:ty as $sql:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, diesel::QueryableByName)]
        pub struct $name { $(#[diesel(sql_type = $sql)] pub $field: $rust),+ }
    };
}

/// Runs a query and returns its rows; `$1`, `$2` … in the SQL are the whole numbers given after it.
macro_rules! rows {
    ($db:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let result = $crate::store::backend::on_either!($db, conn => {
            let query = diesel::sql_query($sql)$(.bind::<diesel::sql_types::BigInt, _>($bind))*;
            diesel::RunQueryDsl::load(query, conn)
        });
        result.map_err($crate::store::backend::StoreError::from)
    }};
}
pub(crate) use rows;

row! { CycleRow {
    id: i64 as BigInt, cycle_code: String as Text, state: String as Text, version: i32 as Integer,
    payment: String as Text, rounding: String as Text,
    frozen_at: Option<i64> as Nullable<BigInt>,
} }
row! {
    /// A figure that is counted beside the orders, and what the orders add up to.
    CountedRow { name: String as Text, expected: i64 as BigInt, found: i64 as BigInt }
}
row! { CountTotalRow {
    point_id: i64 as BigInt, count_no: i32 as Integer, version: i32 as Integer, due_qty: i64 as BigInt,
} }
row! { CountRow {
    point_id: i64 as BigInt, count_no: i32 as Integer, offer_no: i32 as Integer, version: i32 as Integer,
    due_qty: i64 as BigInt,
} }
row! { LossRow {
    order_id: i64 as BigInt, offer_no: i32 as Integer, lost_qty: i64 as BigInt, handed_qty: i64 as BigInt,
} }
row! { LossSumRow {
    point_id: i64 as BigInt, offer_no: i32 as Integer, lost_qty: i64 as BigInt, missing_qty: i64 as BigInt,
} }
row! { LossPostingRow {
    point_id: i64 as BigInt, offer_no: i32 as Integer, choice_no: i32 as Integer, version: i32 as Integer,
} }
row! { PostedLossRow { order_id: i64 as BigInt, offer_no: i32 as Integer, lost_qty: i32 as Integer } }
row! { CaseSumRow { order_id: i64 as BigInt, offer_no: i32 as Integer, amount_fen: i64 as BigInt } }
row! { HandedRow { order_id: i64 as BigInt, offer_no: i32 as Integer, handed_qty: i64 as BigInt } }
row! { NumberRow { number: i64 as BigInt } }
row! { VersionRow { version: i32 as Integer, step: String as Text } }
row! { WarehouseRow {
    id: i64 as BigInt, warehouse_code: String as Text, receiving_id: i64 as BigInt,
} }
row! { PointRow {
    id: i64 as BigInt, point_code: String as Text, warehouse_id: i64 as BigInt, route_code: String as Text,
    stop_seq: i32 as Integer, slot_no: i32 as Integer,
} }
row! { SupplierRow { id: i64 as BigInt, min_order_value_fen: i64 as BigInt, below_min_value: String as Text } }
row! { OfferRow {
    offer_no: i32 as Integer, sku_id: i64 as BigInt, supplier_id: i64 as BigInt, sku_code: String as Text,
    is_copied: bool as Bool, keeps_stock: bool as Bool, temp_zone: String as Text,
    nominal_weight_g: Option<i32> as Nullable<Integer>, volume_ml: Option<i32> as Nullable<Integer>,
    sale_price_fen: i64 as BigInt, threshold_qty: i32 as Integer,
    rounding: Option<String> as Nullable<Text>, round_up_at_pct: i32 as Integer, below_moq: String as Text,
    price_unit: String as Text,
    unit_price_fen: Option<i64> as Nullable<BigInt>, case_size: i32 as Integer, moq: i32 as Integer,
    order_multiple: i32 as Integer, is_variable_weight: bool as Bool, weight_policy: String as Text,
    weight_cap_bp: Option<i32> as Nullable<Integer>, weight_tolerance_bp: i32 as Integer,
} }
row! { LabelRow {
    weigh_no: String as Text, number: Option<i32> as Nullable<Integer>, offer_no: i32 as Integer,
    point_id: Option<i64> as Nullable<BigInt>, actual_weight_g: i32 as Integer, version: i32 as Integer,
} }
row! { LabelVoidRow { weigh_no: String as Text, version: i32 as Integer } }
row! { BindingRow {
    weigh_no: String as Text, bind_no: i32 as Integer, order_id: Option<i64> as Nullable<BigInt>,
    version: i32 as Integer,
} }
row! { AdjustmentRow {
    order_id: i64 as BigInt, offer_no: i32 as Integer, version: i32 as Integer, pieces: i32 as Integer,
    weighed_pieces: i32 as Integer, actual_weight_g: i64 as BigInt, adjustment_fen: i64 as BigInt,
    given_away_fen: i64 as BigInt,
} }
row! { OrderRow {
    id: i64 as BigInt, order_no: String as Text, point_id: i64 as BigInt, state: String as Text,
    placed_at: i64 as BigInt, paid_at: Option<i64> as Nullable<BigInt>, import_id: Option<i64> as Nullable<BigInt>,
} }
row! { LineRow {
    order_id: i64 as BigInt, offer_no: i32 as Integer, line_no: i32 as Integer, ordered_qty: i32 as Integer,
    tolerance: i32 as Integer,
} }
row! { CorrectionRow {
    order_id: i64 as BigInt, offer_no: i32 as Integer, version: i32 as Integer, action: String as Text,
    line_no: i32 as Integer, ordered_qty: i32 as Integer, tolerance: i32 as Integer, corrected_at: i64 as BigInt,
} }
row! { ClosingRow {
    order_count: i64 as BigInt, line_count: i64 as BigInt, pieces: i64 as BigInt, amount_fen: i64 as BigInt,
    checksum: String as Text,
} }
row! { HourRow { hour_at: i64 as BigInt, order_count: i64 as BigInt, pieces: i64 as BigInt, sales_fen: i64 as BigInt } }
row! { ProcurementRow {
    offer_no: i32 as Integer, warehouse_id: i64 as BigInt, version: i32 as Integer, ordered_qty: i64 as BigInt,
    tolerance_qty: i64 as BigInt, on_hand: i64 as BigInt, reserved_qty: i64 as BigInt, net_need: i64 as BigInt,
    threshold_met: bool as Bool, cases_suggested: i64 as BigInt, reason: String as Text,
} }
row! { PurchaseOrderRow {
    id: i64 as BigInt, po_no: String as Text, warehouse_id: i64 as BigInt, supplier_id: i64 as BigInt,
    state: String as Text, sent_at: Option<i64> as Nullable<BigInt>,
} }
row! { PurchaseLineRow {
    po_id: i64 as BigInt, line_no: i32 as Integer, version: i32 as Integer, offer_no: i32 as Integer,
    cases: i64 as BigInt, planned_qty: i64 as BigInt, is_edited: bool as Bool,
} }
row! { AnswerRow {
    po_id: i64 as BigInt, line_no: i32 as Integer, answer_no: i32 as Integer, version: i32 as Integer,
    asked_cases: i64 as BigInt, cases: i64 as BigInt,
} }
row! { ReceiptRow {
    po_id: i64 as BigInt, line_no: i32 as Integer, receipt_no: String as Text, count_no: i32 as Integer,
    version: i32 as Integer, arrived_qty: i64 as BigInt, rejected_qty: i64 as BigInt, broken_qty: i64 as BigInt,
    closes: bool as Bool,
} }
row! { PinRow { order_id: i64 as BigInt, offer_no: i32 as Integer, version: i32 as Integer } }
row! { ShareRow {
    offer_no: i32 as Integer, warehouse_id: i64 as BigInt, version: i32 as Integer, ordered_qty: i64 as BigInt,
    tolerance_qty: i64 as BigInt, supply_qty: i64 as BigInt, allocated_qty: i64 as BigInt,
    leftover_qty: i64 as BigInt, rule: String as Text,
} }
row! { AllocationRow {
    order_id: i64 as BigInt, offer_no: i32 as Integer, version: i32 as Integer, allocated_qty: i32 as Integer,
    reason: String as Text,
} }
row! { RefundRow {
    id: i64 as BigInt, order_id: i64 as BigInt, run: i32 as Integer, state: String as Text,
    amount_fen: i64 as BigInt,
} }
row! { RefundLineRow {
    refund_id: i64 as BigInt, offer_no: i32 as Integer, cause: String as Text, pieces: i32 as Integer,
    amount_fen: i64 as BigInt,
} }
row! { TripRow {
    trip_no: String as Text, version: i32 as Integer, warehouse_id: i64 as BigInt, route_code: String as Text,
    plate: Option<String> as Nullable<Text>, capacity_g: Option<i64> as Nullable<BigInt>,
    capacity_ml: Option<i64> as Nullable<BigInt>, capacity_totes: Option<i32> as Nullable<Integer>,
} }
row! { PlanRow {
    warehouse_id: i64 as BigInt, version: i32 as Integer, method: String as Text,
} }
row! { RouteEditRow {
    version: i32 as Integer, seq: i32 as Integer, act: String as Text, point_id: Option<i64> as Nullable<BigInt>,
    plate: Option<String> as Nullable<Text>,
} }
row! { PlannedTripRow {
    warehouse_id: i64 as BigInt, version: i32 as Integer, trip_no: String as Text, route_code: String as Text,
    plate: Option<String> as Nullable<Text>, shift_from_s: Option<i32> as Nullable<Integer>,
    shift_until_s: Option<i32> as Nullable<Integer>, departs_s: Option<i32> as Nullable<Integer>,
    returns_s: Option<i32> as Nullable<Integer>, back_s: Option<i32> as Nullable<Integer>,
    back_m: Option<i32> as Nullable<Integer>, drive_s: i64 as BigInt, distance_m: i64 as BigInt,
    weight_g: i64 as BigInt, volume_ml: i64 as BigInt, totes: i32 as Integer,
} }
row! { PlannedStopRow {
    warehouse_id: i64 as BigInt, version: i32 as Integer, point_id: i64 as BigInt, trip_no: String as Text,
    stop_seq: i32 as Integer, opens_s: i32 as Integer, closes_s: i32 as Integer,
    arrives_s: Option<i32> as Nullable<Integer>, begins_s: Option<i32> as Nullable<Integer>,
    leaves_s: Option<i32> as Nullable<Integer>, drive_s: Option<i32> as Nullable<Integer>,
    distance_m: Option<i32> as Nullable<Integer>, weight_g: i64 as BigInt, volume_ml: i64 as BigInt,
    totes: i32 as Integer,
} }
row! { MoveRow {
    warehouse_id: i64 as BigInt, warehouse_code: String as Text, sku_id: i64 as BigInt, sku_code: String as Text,
    kind: String as Text, version: Option<i32> as Nullable<Integer>, qty: i64 as BigInt,
} }
row! { BalanceRow { warehouse_code: String as Text, sku_code: String as Text, book_qty: i64 as BigInt } }
row! { DocumentRow {
    kind: String as Text, key: String as Text, version: i32 as Integer, doc_no: String as Text,
    total_qty: i64 as BigInt,
} }
row! {
    /// The rows of one difference sheet: what changed, and by how much altogether.
    ChangeRow { kind: String as Text, key: String as Text, version: i32 as Integer, moved_qty: i64 as BigInt }
}
row! {
    /// A figure of a superseded sheet, before and after, as a difference sheet says.
    ChangedFigureRow {
        kind: String as Text, key: String as Text, version: i32 as Integer, seq: i32 as Integer,
        point_id: Option<i64> as Nullable<BigInt>, offer_no: Option<i32> as Nullable<Integer>,
        order_id: Option<i64> as Nullable<BigInt>, field: String as Text, before_qty: i64 as BigInt,
        after_qty: i64 as BigInt,
    }
}
row! { TripFactRow { event_id: String as Text, trip_no: String as Text, version: i32 as Integer } }
row! { StopFactRow {
    event_id: String as Text, trip_no: String as Text, point_id: i64 as BigInt, version: i32 as Integer,
    act: String as Text,
} }
row! {
    /// A move of totes, and the act that it belongs to.
    ToteFactRow {
        event_id: String as Text, plate: Option<String> as Nullable<Text>, point_id: Option<i64> as Nullable<BigInt>,
        kind: String as Text, act: String as Text, qty: i64 as BigInt, trip_act: Option<String> as Nullable<Text>,
        stop_act: Option<String> as Nullable<Text>, stop_point_id: Option<i64> as Nullable<BigInt>,
    }
}
row! { OwedRow {
    point_code: String as Text, kind: String as Text, owed_qty: i64 as BigInt, ledger_qty: i64 as BigInt,
} }
row! { DifferenceRow {
    id: i64 as BigInt, hop: String as Text, problem: String as Text, point_id: Option<i64> as Nullable<BigInt>,
    offer_no: i32 as Integer, given_qty: i64 as BigInt, found_qty: i64 as BigInt,
    trip_no: Option<String> as Nullable<Text>, is_in_force: bool as Bool,
} }
row! { CountedDifferenceRow {
    point_id: i64 as BigInt, offer_no: i32 as Integer, due_qty: i64 as BigInt, short_qty: i64 as BigInt,
    over_qty: i64 as BigInt, broken_qty: i64 as BigInt, wrong_qty: i64 as BigInt,
} }
row! { WordFactRow {
    discrepancy_id: i64 as BigInt, word_no: i32 as Integer, remedy: String as Text, qty: i64 as BigInt,
    amount_fen: i64 as BigInt, other_id: Option<i64> as Nullable<BigInt>,
} }
row! {
    /// An order whose resident or details are not what the order says.
    PersonRow { order_no: String as Text, expected: String as Text, found: String as Text }
}
row! { LogRow {
    chain: i32 as Integer, seq: i64 as BigInt, at: i64 as BigInt, act: String as Text, actor: String as Text,
    subject: String as Text, detail: String as Text, request_id: String as Text, hash: String as Text,
} }
row! {
    /// A place as given and where that is, in ten-millionths of a degree.
    CoordinateRow {
        kind: String as Text, key: String as Text, longitude_e7: i64 as BigInt, latitude_e7: i64 as BigInt,
        given_longitude_e7: i64 as BigInt, given_latitude_e7: i64 as BigInt, given_datum: String as Text,
    }
}
