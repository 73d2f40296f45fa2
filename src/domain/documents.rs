//! The kinds of sheet, how they are numbered, and when each was last issued.

use crate::domain::facts::coded;
use crate::domain::reason::Reason;

coded! {
    /// A kind of sheet, in the order of the night.
    DocumentKind {
        /// What to buy: one per receiving warehouse.
        ProcurementSummary = "procurement_summary", "采购汇总";
        /// One per supplier and receiving warehouse; key: its number.
        PurchaseOrder = "purchase_order", "采购单";
        /// One per purchase order; key: the purchase order's number.
        ReceivingSheet = "receiving_sheet", "收货单";
        /// One per short SKU.
        ShortageNotice = "shortage_notice", "缺货通知";
        /// Which residents of a point get less; one per point.
        ShortageNoticePoint = "shortage_notice_point", "缺货通知明细";
        /// One per warehouse that has points.
        PickList = "pick_list", "总拣单";
        /// One per trip.
        PickListRoute = "pick_list_route", "线路拣货单";
        /// One per point.
        PickListPoint = "pick_list_point", "自提点拣货单";
        /// One per warehouse that has points.
        SowingSort = "sowing_sort", "播种分拣单";
        /// One per trip.
        DispatchSheet = "dispatch_sheet", "派车单";
        /// What a driver hands over at a point; one per point.
        HandoverSlip = "handover_slip", "交接单";
        /// One per point.
        PickupList = "pickup_list", "提货清单";
        /// What sticks on totes and on households' bags; one set per point.
        Label = "label", "标签";
        /// What changed on a superseded sheet; key: that sheet's number and new version, `PK-261122-003-v2`.
        DifferenceSheet = "difference_sheet", "改单通知";
    }
}

impl DocumentKind {
    /// The sheet's number in DOMAIN 4; variants of a sheet share it.
    pub fn number(self) -> u32 {
        match self {
            Self::ProcurementSummary => 1,
            Self::PurchaseOrder => 2,
            Self::ReceivingSheet => 3,
            Self::ShortageNotice | Self::ShortageNoticePoint => 4,
            Self::PickList | Self::PickListRoute | Self::PickListPoint => 5,
            Self::SowingSort => 6,
            Self::DispatchSheet => 7,
            Self::HandoverSlip => 8,
            Self::PickupList => 9,
            Self::Label => 10,
            Self::DifferenceSheet => 14,
        }
    }

    /// The letters its numbers begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::ProcurementSummary => "PS",
            Self::PurchaseOrder => "PO",
            Self::ReceivingSheet => "RS",
            Self::ShortageNotice => "SN",
            Self::ShortageNoticePoint => "SP",
            Self::PickList => "PL",
            Self::PickListRoute => "PR",
            Self::PickListPoint => "PP",
            Self::SowingSort => "SS",
            Self::DispatchSheet => "DS",
            Self::HandoverSlip => "HS",
            Self::PickupList => "PK",
            Self::Label => "LB",
            Self::DifferenceSheet => "DF",
        }
    }

    /// Whether it goes to one point, whose code is its key.
    pub fn is_of_point(self) -> bool {
        matches!(
            self,
            Self::ShortageNoticePoint | Self::PickListPoint | Self::HandoverSlip | Self::PickupList | Self::Label
        )
    }

    /// Whether residents stand on it by name and room.
    pub fn names_residents(self) -> bool {
        matches!(self, Self::PickupList | Self::Label | Self::ShortageNoticePoint | Self::DifferenceSheet)
    }

    /// The folder of its files: `05_pick_list`.
    pub fn folder(self) -> String {
        format!("{:02}_{}", self.number(), self.code())
    }

    /// The number of the `ordinal`-th sheet (from 1) of a cycle: `PO-261122-007`.
    ///
    /// Ordinals count the things a sheet is about in sort order, so numbers never come from ids or time.
    pub fn doc_no(self, cycle_code: &str, ordinal: usize) -> String {
        format!("{}-{cycle_code}-{ordinal:03}", self.prefix())
    }
}

/// The number of the trip that serves the `ordinal`-th route (from 1) of a cycle.
pub fn trip_no(cycle_code: &str, ordinal: usize) -> String {
    format!("TR-{cycle_code}-{ordinal:03}")
}

/// The ordinal of a trip by its number.
pub fn trip_ordinal(trip_no: &str) -> Option<usize> {
    trip_no.rsplit('-').next()?.parse().ok()
}

/// The newest issue of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub doc_no: String,
    /// The version at which the sheet's own rows last changed.
    pub version: u32,
    /// What its quantity column adds up to.
    pub total_qty: u64,
}

/// One row of a difference sheet: a figure of a superseded sheet, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub point_ix: Option<u32>,
    pub offer_ix: Option<u32>,
    /// The household's order, where the row is about one.
    pub order_ix: Option<u32>,
    /// The key of the column whose figure changed: `allocated_qty`, `planned_qty` ….
    pub field: String,
    pub before: u64,
    pub after: u64,
    pub reason: Reason,
}

/// The number of the receiving sheet that belongs to a purchase order.
pub fn receiving_sheet_no(po_no: &str) -> String {
    po_no.replacen(DocumentKind::PurchaseOrder.prefix(), DocumentKind::ReceivingSheet.prefix(), 1)
}

/// The number of a delivery, from 1: the second truck's ends in -2.
pub fn receipt_no(sheet_no: &str, delivery: usize) -> String {
    format!("{sheet_no}-{delivery}")
}

/// The key (and number) of the difference sheet that belongs to a sheet's new version.
pub fn difference_key(doc_no: &str, version: u32) -> String {
    format!("{doc_no}-v{version}")
}
