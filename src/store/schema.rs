//! The tables, as diesel sees them. Kept in step with `migrations/` by a test.

mod catalogue;
mod door;
mod ground;
mod intake;
mod losses;
mod night;
mod ordering;
mod pages;
mod people;
mod road;
mod routes;
mod weights;

pub use catalogue::*;
pub use door::*;
pub use ground::*;
pub use intake::*;
pub use losses::*;
pub use night::*;
pub use ordering::*;
pub use pages::*;
pub use people::*;
pub use road::*;
pub use routes::*;
pub use weights::*;

diesel::allow_tables_to_appear_in_same_query!(
    id_writers,
    suppliers,
    skus,
    warehouses,
    vehicles,
    leaders,
    pickup_points,
    residents,
    cycles,
    offers,
    imports,
    orders,
    order_lines,
    cycle_versions,
    cycle_suppliers,
    cycle_skus,
    cycle_warehouses,
    cycle_points,
    closing_figures,
    cycle_hours,
    order_corrections,
    procurement_lines,
    purchase_orders,
    purchase_order_lines,
    receipt_lines,
    pins,
    offer_allocations,
    allocations,
    refunds,
    refund_lines,
    trips,
    stock_moves,
    documents,
    document_changes,
    stamps,
    idempotency_keys,
    order_series,
    offer_counters,
    resident_counters,
    pickup_codes,
    code_failures,
    payments,
    payment_holds,
    live_totals,
    pickup_events,
    pickup_lines,
    users,
    user_roles,
    invitations,
    sessions,
    access_tokens,
    access_token_leaders,
    sign_in_throttles,
    security_log,
    leases,
    cycle_clocks,
    outbox,
    pickup_disputes,
    purchase_links,
    purchase_answers,
    sheet_copies,
    wrong_goods,
    wrong_goods_words,
    screen_locks,
    screen_pins,
    leader_receipts,
    leader_receipt_lines,
    loss_choices,
    handover_losses,
    loss_postings,
    after_sales_cases,
    household_links,
    leader_absences,
    weighed_labels,
    weight_voids,
    weight_bindings,
    weight_adjustments,
    photos,
    route_plans,
    planned_trips,
    planned_stops,
    route_edits,
    trip_events,
    stop_events,
    stop_moves,
    stop_photos,
    tote_moves,
    point_totes,
    discrepancies,
    discrepancy_words,
    districts,
    places,
    service_areas,
);

diesel::joinable!(refund_lines -> refunds (refund_id));
diesel::joinable!(purchase_orders -> cycles (cycle_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(user_roles -> users (user_id));
diesel::joinable!(cycle_clocks -> cycles (cycle_id));
diesel::joinable!(purchase_links -> purchase_orders (po_id));
diesel::joinable!(documents -> cycles (cycle_id));
