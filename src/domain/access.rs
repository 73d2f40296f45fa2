//! Who may what: one table of operations, read by the web's one layer of authorization and by nothing else.
//!
//! Whatever the table does not grant is refused. `Own` reaches what belongs to the caller's leader (a leader's or
//! helper's residents, points and orders) or to the caller's own device (a resident's orders); `All` reaches everything.

use crate::domain::facts::coded;

coded! {
    /// What a person is to the platform. A person may have several roles.
    Role {
        /// A resident's device: known by a signed cookie, without a name or password.
        Resident = "resident", "居民";
        Leader = "leader", "团长";
        Helper = "helper", "帮手";
        Warehouse = "warehouse", "仓管";
        Buyer = "buyer", "采购";
        Finance = "finance", "财务";
        Driver = "driver", "司机";
        Admin = "admin", "管理员";
    }
}

coded! {
    /// Where an account stands. It counts on each request, so a change acts at once.
    AccountState {
        /// Invited, without a password so far: cannot sign in.
        Invited = "invited", "已邀请";
        Active = "active", "正常";
        Suspended = "suspended", "已停用";
    }
}

coded! {
    /// What a machine's token opens.
    Scope {
        OrdersRead = "orders:read", "看订单";
        OrdersWrite = "orders:write", "下单、取消";
        /// May say that an order is paid.
        OrdersPaid = "orders:paid", "记收款";
        /// Is told pickup codes.
        OrdersCode = "orders:code", "看提货码";
        CyclesRead = "cycles:read", "看团期";
        CyclesWrite = "cycles:write", "做团期步骤";
        ReceiptsWrite = "receipts:write", "收货";
        SheetsRead = "sheets:read", "看单据";
        PickupsRead = "pickups:read", "看提货清单";
        PickupsWrite = "pickups:write", "核销";
        MetricsRead = "metrics:read", "看指标";
    }
}

/// How far a grant reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// What belongs to the caller's leader, or to the caller's own device.
    Own,
    All,
}

macro_rules! operations {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $open:ident, own [$($own:ident)*], all [$($all:ident)*], scope [$($scope:ident)?];)+) => {
        /// Everything that can be asked of the server, by the name that stands in its API description.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $($(#[$meta])* $name,)+ }

        impl Operation {
            pub const ALL: &'static [Operation] = &[$(Operation::$name),+];

            /// The stable name, `operationId` in the API description.
            pub fn code(self) -> &'static str {
                match self { $(Operation::$name => $code,)+ }
            }

            /// Whether anybody may, signed in or not.
            pub fn is_public(self) -> bool {
                match self { $(Operation::$name => operations!(@open $open),)+ }
            }

            /// Roles that may, each over what is theirs.
            fn own(self) -> &'static [Role] {
                match self { $(Operation::$name => &[$(Role::$own),*],)+ }
            }

            /// Roles that may, over everything.
            fn all(self) -> &'static [Role] {
                match self { $(Operation::$name => &[$(Role::$all),*],)+ }
            }

            /// The scope that opens it to a machine's token.
            pub fn scope(self) -> Option<Scope> {
                match self { $(Operation::$name => operations!(@scope $($scope)?),)+ }
            }
        }
    };
    (@open public) => { true };
    (@open closed) => { false };
    (@scope) => { None };
    (@scope $scope:ident) => { Some(Scope::$scope) };
}

#[rustfmt::skip]
operations! {
    Healthz = "healthz", public, own [], all [], scope [];
    Readyz = "readyz", public, own [], all [], scope [];
    ShowAsset = "show_asset", public, own [], all [], scope [];
    ShowOpenapi = "show_openapi", public, own [], all [], scope [];
    ShowStyleguide = "show_styleguide", public, own [], all [], scope [];
    ShowDocs = "show_docs", public, own [], all [], scope [];
    Metrics = "metrics", closed, own [], all [Admin], scope [MetricsRead];

    ShowSignIn = "show_sign_in", public, own [], all [], scope [];
    SignIn = "sign_in", public, own [], all [], scope [];
    BeginDevice = "begin_device", public, own [], all [], scope [];
    /// Who one is, to whom the session belongs.
    ShowSession = "show_session", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    SignOut = "sign_out", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    /// Open while the code is still to come.
    GiveCode = "give_code", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    ListSessions = "list_sessions", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    EndSession = "end_session", closed, own [Leader Helper Warehouse Buyer Finance Driver], all [Admin], scope [];
    ShowInvitation = "show_invitation", public, own [], all [], scope [];
    AcceptInvitation = "accept_invitation", public, own [], all [], scope [];
    /// What is on sale with a leader; nothing of it is anybody's own.
    ShowShop = "show_shop", public, own [], all [], scope [];
    /// An order, for whoever holds its link.
    ShowOrderPage = "show_order_page", public, own [], all [], scope [];
    CancelByLink = "cancel_by_link", public, own [], all [], scope [];
    DisputePickup = "dispute_pickup", public, own [], all [], scope [];
    ListUsers = "list_users", closed, own [Leader], all [Admin], scope [];
    AddUser = "add_user", closed, own [], all [Admin], scope [];
    AddHelper = "add_helper", closed, own [Leader], all [Admin], scope [];
    InviteUser = "invite_user", closed, own [Leader], all [Admin], scope [];
    SuspendUser = "suspend_user", closed, own [Leader], all [Admin], scope [];
    RestoreUser = "restore_user", closed, own [Leader], all [Admin], scope [];
    ChangeRoles = "change_roles", closed, own [], all [Admin], scope [];
    ListTokens = "list_tokens", closed, own [], all [Admin], scope [];
    AddToken = "add_token", closed, own [], all [Admin], scope [];
    RevokeToken = "revoke_token", closed, own [], all [Admin], scope [];
    ShowSecurityLog = "show_security_log", closed, own [], all [Admin], scope [];
    SetOwnPassword = "set_own_password", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];

    ListCycles = "list_cycles", closed, own [], all [Leader Helper Warehouse Buyer Finance Driver Admin], scope [CyclesRead];
    ShowCycle = "show_cycle", closed, own [], all [Leader Helper Warehouse Buyer Finance Driver Admin], scope [CyclesRead];
    ShowTotals = "show_totals", closed, own [Leader], all [Warehouse Buyer Finance Admin], scope [CyclesRead];
    PlaceOrder = "place_order", closed, own [Resident Leader], all [], scope [OrdersWrite];
    ShowOrder = "show_order", closed, own [Resident Leader Helper], all [Finance Admin], scope [OrdersRead];
    CancelOrder = "cancel_order", closed, own [Resident Leader], all [Admin], scope [OrdersWrite];
    MarkPayment = "mark_payment", closed, own [Leader], all [Finance Admin], scope [OrdersPaid];
    MarkPayments = "mark_payments", closed, own [Leader], all [Finance Admin], scope [OrdersPaid];
    /// The page of a leader and what it shows.
    ShowDay = "show_day", closed, own [Leader Helper], all [], scope [];
    /// What is on sale now, and the leader's orders for it.
    ShowWindow = "show_window", closed, own [Leader], all [], scope [];
    ShowPickupList = "show_pickup_list", closed, own [Leader Helper], all [Warehouse Admin], scope [PickupsRead];
    ConfirmPickups = "confirm_pickups", closed, own [Leader Helper], all [Admin], scope [PickupsWrite];
    ReversePickup = "reverse_pickup", closed, own [Leader Helper], all [Admin], scope [PickupsWrite];
    /// What came to a point, and who goes without what did not.
    ReceiveAtPoint = "receive_at_point", closed, own [Leader Helper], all [Admin], scope [];
    ChooseLosses = "choose_losses", closed, own [Leader Helper], all [Admin], scope [];
    ReportProblem = "report_problem", closed, own [Resident Leader Helper], all [Admin], scope [];
    /// A photo of bad goods, or of what was left at a point.
    KeepPhoto = "keep_photo", closed, own [Leader Helper Driver], all [Admin], scope [];
    ShowPhoto = "show_photo", closed, own [Leader Helper], all [Warehouse Buyer Finance Admin], scope [];
    /// The page of a driver and what it shows.
    ShowRounds = "show_rounds", closed, own [Driver], all [], scope [];
    ShowTrips = "show_trips", closed, own [Driver], all [Warehouse Buyer Admin], scope [CyclesRead];
    TellTrip = "tell_trip", closed, own [Driver], all [Warehouse Admin], scope [];
    TellStop = "tell_stop", closed, own [Driver], all [Warehouse Admin], scope [];
    /// Stops go on with another truck.
    MoveStops = "move_stops", closed, own [], all [Warehouse Admin], scope [];
    ShowTotes = "show_totes", closed, own [], all [Warehouse Finance Admin], scope [];
    AdjustTotes = "adjust_totes", closed, own [], all [Warehouse Admin], scope [];
    ListDiscrepancies = "list_discrepancies", closed, own [], all [Warehouse Buyer Finance Admin], scope [];
    ReportDiscrepancy = "report_discrepancy", closed, own [], all [Warehouse Buyer Admin], scope [];
    /// Who may be liable does not decide.
    DecideDiscrepancy = "decide_discrepancy", closed, own [], all [Buyer Finance Admin], scope [];
    JoinHouseholds = "join_households", closed, own [Leader Helper], all [Admin], scope [];
    /// 请假, and who stands in.
    ListLeaves = "list_leaves", closed, own [Leader], all [], scope [];
    TakeLeave = "take_leave", closed, own [Leader], all [], scope [];
    EndLeave = "end_leave", closed, own [Leader], all [], scope [];
    /// A resident's phone in full, for a call.
    CallResident = "call_resident", closed, own [Leader Helper], all [], scope [];
    ReturnCash = "return_cash", closed, own [Leader], all [Finance Admin], scope [];
    /// Reads a chat's text; nothing is placed.
    ReadJielong = "read_jielong", closed, own [Leader], all [], scope [];
    WatchTotals = "watch_totals", closed, own [Leader], all [Warehouse Buyer Finance Admin], scope [CyclesRead];
    ListSheets = "list_sheets", closed, own [Leader Helper], all [Warehouse Buyer Finance Admin], scope [SheetsRead];
    PrintSheet = "print_sheet", closed, own [Leader Helper], all [Warehouse Buyer Finance Admin], scope [SheetsRead];

    /// The page of the warehouse's desk and what it shows.
    ShowWarehouse = "show_warehouse", closed, own [], all [Warehouse Buyer Admin], scope [];
    /// All sheets of a night at once.
    PrintPack = "print_pack", closed, own [], all [Warehouse Buyer Admin], scope [];
    NoteCopies = "note_copies", closed, own [], all [Warehouse Buyer Admin], scope [];
    CountStock = "count_stock", closed, own [], all [Warehouse Buyer Admin], scope [];
    ReportWrongGoods = "report_wrong_goods", closed, own [], all [Warehouse Buyer Admin], scope [];
    DecideWrongGoods = "decide_wrong_goods", closed, own [], all [Buyer Admin], scope [];
    LockScreen = "lock_screen", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    /// Open while the screen is locked.
    UnlockScreen = "unlock_screen", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    SetPin = "set_pin", closed, own [Leader Helper Warehouse Buyer Finance Driver Admin], all [], scope [];
    /// The pages of administration and what they show.
    ShowAdmin = "show_admin", closed, own [], all [Admin], scope [];
    EndUserSessions = "end_user_sessions", closed, own [], all [Admin], scope [];
    /// Cycles and files of the catalogue, in the browser.
    ShowCatalogue = "show_catalogue", closed, own [], all [Buyer Admin], scope [];
    ImportFile = "import_file", closed, own [], all [Buyer Admin], scope [];
    AddCycle = "add_cycle", closed, own [], all [Buyer Admin], scope [];

    ListMail = "list_mail", closed, own [], all [Buyer Admin], scope [];
    RetryMail = "retry_mail", closed, own [], all [Buyer Admin], scope [];
    OpenCycle = "open_cycle", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    Cutoff = "cutoff", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    Procure = "procure", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    EditPlan = "edit_plan", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    SendPurchases = "send_purchases", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    /// The page of the buyer and what it shows.
    ShowBuyer = "show_buyer", closed, own [], all [Buyer Admin], scope [];
    TryPlan = "try_plan", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    ReplacePurchaseLink = "replace_purchase_link", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    RevokePurchaseLink = "revoke_purchase_link", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    /// A purchase order as its supplier sees it, under a link of its own.
    ShowPurchase = "show_purchase", public, own [], all [], scope [];
    AnswerPurchase = "answer_purchase", public, own [], all [], scope [];
    ReceiveGoods = "receive_goods", closed, own [], all [Warehouse Buyer Admin], scope [ReceiptsWrite];
    AllocateGoods = "allocate_goods", closed, own [], all [Warehouse Buyer Admin], scope [CyclesWrite];
    CorrectOrders = "correct_orders", closed, own [], all [Buyer Admin], scope [CyclesWrite];
    /// 称重: labels, and what they come to.
    ListWeights = "list_weights", closed, own [], all [Warehouse Buyer Finance Admin], scope [CyclesRead];
    WeighGoods = "weigh_goods", closed, own [], all [Warehouse Buyer Admin], scope [ReceiptsWrite];
    VoidLabel = "void_label", closed, own [], all [Warehouse Buyer Admin], scope [ReceiptsWrite];
    BindLabel = "bind_label", closed, own [Leader Helper], all [Warehouse Admin], scope [PickupsWrite];
    SettleWeights = "settle_weights", closed, own [], all [Warehouse Buyer Admin], scope [CyclesWrite];
    DispatchTrips = "dispatch_trips", closed, own [], all [Warehouse Buyer Admin], scope [CyclesWrite];
    ShowRoutes = "show_routes", closed, own [], all [Warehouse Buyer Admin], scope [CyclesRead];
    EditRoutes = "edit_routes", closed, own [], all [Warehouse Buyer Admin], scope [CyclesWrite];
}

impl Operation {
    /// How far a role reaches with this operation; None: it may not.
    pub fn reach(self, role: Role) -> Option<Reach> {
        if self.all().contains(&role) {
            return Some(Reach::All);
        }
        self.own().contains(&role).then_some(Reach::Own)
    }

    /// Whether it is open to someone whose code of the second factor is still to come.
    pub fn precedes_second_factor(self) -> bool {
        self.is_public() || matches!(self, Operation::ShowSession | Operation::GiveCode | Operation::SignOut)
    }

    /// Whether it is open to someone whose screen is locked.
    pub fn pierces_lock(self) -> bool {
        self.is_public() || matches!(self, Operation::UnlockScreen | Operation::LockScreen | Operation::SignOut)
    }

    /// The widest reach of several roles together.
    pub fn widest(self, roles: &[Role]) -> Option<Reach> {
        roles.iter().filter_map(|role| self.reach(*role)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_does_not_grant_is_refused() {
        assert_eq!(Operation::Metrics.reach(Role::Leader), None);
        assert_eq!(Operation::ShowTotals.reach(Role::Resident), None);
        assert_eq!(Operation::ShowTotals.widest(&[]), None);
    }

    #[test]
    fn a_person_of_several_roles_reaches_as_far_as_the_widest() {
        assert_eq!(Operation::ShowTotals.reach(Role::Leader), Some(Reach::Own));
        assert_eq!(Operation::ShowTotals.widest(&[Role::Leader, Role::Buyer]), Some(Reach::All));
    }

    #[test]
    fn a_public_operation_grants_nothing_besides() {
        for operation in Operation::ALL.iter().filter(|operation| operation.is_public()) {
            assert!(operation.own().is_empty() && operation.all().is_empty(), "{}", operation.code());
        }
    }
}
