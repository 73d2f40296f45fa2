//! Which refusals an operation can answer with, for its description: in one place, so that no handler lists them.

use crate::domain::access::Operation as Op;

/// A status, and what it means here.
pub type Refusal = (u16, &'static str);

/// What of an operation decides about the refusals that it shares with others.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub is_change: bool,
    pub takes_body: bool,
    pub takes_parameters: bool,
}

/// Every refusal of an operation. Its own words stand before those that it shares with others.
pub fn refusals(operation: Op, shape: Shape) -> Vec<Refusal> {
    let mut all = own(operation).to_vec();
    all.extend([
        (415, "The body is encoded."),
        (421, "The host is not a name of this server."),
        (429, "Too many requests."),
        (500, "The server failed."),
        (503, "Busy, or the database is away."),
    ]);
    if !matches!(operation, Op::Healthz | Op::Readyz | Op::Metrics) && operation.is_public() {
        all.push((403, "From another machine without HTTPS, or for a page of another site."));
    }
    if !operation.is_public() {
        all.extend([
            (401, "Nobody signed in."),
            (403, "Not for this role or token; or without HTTPS, second factor, or proof of a page of ours."),
        ]);
    }
    if shape.takes_body || shape.takes_parameters {
        all.push((422, "What was sent is not as it should be."));
    }
    if shape.takes_body {
        all.extend([
            (400, "The request breaks off or contradicts itself."),
            (408, "The body came too slowly."),
            (413, "The body is too large."),
        ]);
    }
    if shape.is_change {
        all.push((507, "The disk is full; nothing was saved."));
    }
    all
}

const NO_CYCLE: Refusal = (404, "No such cycle.");
const WRONG_STATE: Refusal = (409, "Not in this state of the cycle.");
const NO_ORDER: Refusal = (404, "No such order.");
const NO_USER: Refusal = (404, "No such account.");
const KEY: Refusal = (400, "No Idempotency-Key, or the request breaks off or contradicts itself.");
const LOCKED: Refusal = (423, "The cycle is closed or not yet open.");

/// Those that come from what the operation does.
fn own(operation: Op) -> &'static [Refusal] {
    match operation {
        Op::Readyz => &[(503, "The database cannot be reached."), (507, "The disk is nearly full.")],
        Op::SignIn => &[(401, "Wrong name or password.")],
        Op::GiveCode => &[(409, "No authenticator is enrolled.")],
        Op::EndSession => &[(404, "No such session within reach.")],
        Op::AddUser => &[(404, "No such leader, warehouse or vehicle."), (409, "The login name is taken.")],
        Op::ChangeRoles => &[(404, "No such account, leader, warehouse or vehicle."), (409, "An admin's own account.")],
        Op::PrintPack => &[(404, "No such cycle or version."), (409, "There are no sheets before the cutoff.")],
        Op::NoteCopies => {
            &[(404, "No such cycle or version of a sheet."), (409, "More would come back than were handed out.")]
        }
        Op::ReportWrongGoods => &[(404, "No such cycle, purchase order or goods.")],
        Op::DecideWrongGoods => &[(404, "No such report.")],
        Op::ImportFile => &[(404, "No such kind of file.")],
        Op::AddCycle => &[(404, "No such cycle to be cloned."), (409, "The code is taken.")],
        Op::EndUserSessions => &[NO_USER],
        Op::InviteUser => &[NO_USER, (409, "The account is suspended.")],
        Op::SuspendUser => &[NO_USER, (409, "One's own account.")],
        Op::RestoreUser => &[NO_USER],
        Op::AddHelper => &[(404, "No such leader.")],
        Op::AddToken => &[(404, "No such leader."), (409, "The name is taken.")],
        Op::RevokeToken => &[(404, "No such token.")],
        Op::ShowCycle | Op::ShowTotals | Op::WatchTotals => &[NO_CYCLE],
        Op::ListSheets => &[(404, "No such cycle, version or kind."), (409, "There are no sheets before the cutoff.")],
        Op::PrintSheet => &[(404, "No such cycle, version or sheet."), (409, "There are no sheets before the cutoff.")],
        Op::OpenCycle | Op::Cutoff | Op::Procure | Op::AllocateGoods | Op::DispatchTrips => &[NO_CYCLE, WRONG_STATE],
        Op::ShowRoutes => &[NO_CYCLE, (409, "There are no routes before the cutoff.")],
        Op::EditRoutes => &[
            (404, "No such cycle, point, vehicle or trip."),
            (409, "Not dispatched yet, or it could not be driven like that."),
        ],
        Op::EditPlan | Op::CorrectOrders | Op::TryPlan => &[NO_CYCLE, WRONG_STATE],
        Op::ReplacePurchaseLink | Op::RevokePurchaseLink => {
            &[(404, "No such purchase order."), (409, "The purchase order was not sent yet.")]
        }
        Op::ListWeights => &[NO_CYCLE, (409, "There are no labels before the cutoff.")],
        Op::WeighGoods => &[
            KEY,
            (404, "No such cycle, goods, point or order."),
            (409, "Not in this state of the cycle, not sold by weight, an unusual weight, or the number is taken."),
        ],
        Op::VoidLabel => &[(404, "No such cycle or label."), WRONG_STATE],
        Op::SettleWeights => &[NO_CYCLE, (409, "Not in this state of the cycle, or more labels than pieces.")],
        Op::SendPurchases => &[(404, "No such cycle or supplier."), WRONG_STATE],
        Op::ReceiveGoods => &[KEY, NO_CYCLE, (409, "Not in this state of the cycle, or the same key is under way.")],
        Op::PlaceOrder => &[
            KEY,
            (404, "No such cycle or leader."),
            (409, "Sold out, over the limit, or the same key is under way."),
            LOCKED,
        ],
        Op::ShowOrder => &[NO_ORDER],
        Op::CancelOrder => &[NO_ORDER, (409, "The order has expired."), LOCKED],
        Op::MarkPayment => &[NO_ORDER],
        Op::MarkPayments => &[(404, "No such cycle, leader or order; nothing was marked.")],
        Op::ShowPickupList => {
            &[(404, "No such cycle, or no such point in it."), (409, "There is no list before the cutoff.")]
        }
        Op::ReversePickup => &[(404, "No such pickup."), (409, "The cycle is settled.")],
        Op::RetryMail => &[(404, "No such letter."), (409, "Sent, or being sent.")],
        _ => of_leaders(operation),
    }
}

/// Those of what leaders and helpers do beside handing out.
fn of_leaders(operation: Op) -> &'static [Refusal] {
    match operation {
        Op::ReceiveAtPoint => &[
            KEY,
            (404, "No such cycle, point or goods."),
            (409, "Not in this state of the cycle, or more is missing than was due."),
        ],
        Op::ChooseLosses => &[
            KEY,
            (404, "No such cycle, point, goods or order."),
            (409, "More than is missing, or already handed out."),
        ],
        Op::ReportProblem => {
            &[KEY, (404, "No such order or goods."), (409, "Too late, or the whole price goes back already.")]
        }
        Op::BindLabel => &[
            KEY,
            (404, "No such cycle, label or order."),
            (409, "Of other goods or another point, void, given away already, or the order has labels enough."),
        ],
        Op::KeepPhoto => {
            &[KEY, (404, "No such order, goods, cycle or point."), (409, "Nothing was told there, or enough photos.")]
        }
        Op::ShowPhoto => &[(404, "No such photo.")],
        Op::JoinHouseholds => {
            &[(404, "No such order or change."), (409, "Of several points, of one person, or changed since.")]
        }
        Op::TakeLeave => &[
            (404, "No such leader."),
            (409, "Days that are over, too many or told already, or a stand-in who cannot."),
        ],
        Op::EndLeave => &[(404, "No such absence of one's own.")],
        Op::CallResident => &[NO_ORDER, (429, "More phones than there are households to call, or too many requests.")],
        Op::ReturnCash => &[NO_ORDER, (409, "It was paid online.")],
        Op::ReadJielong => &[NO_CYCLE],
        _ => of_the_road(operation),
    }
}

/// Those of what is told of trips, totes and differences.
fn of_the_road(operation: Op) -> &'static [Refusal] {
    match operation {
        Op::ShowTrips | Op::ListDiscrepancies => &[NO_CYCLE],
        Op::TellTrip => &[(404, "No such cycle, or no such trip within reach."), WRONG_STATE],
        Op::TellStop => {
            &[(404, "No such cycle, trip within reach, or stop of it."), (409, "Not dispatched, or signed for before.")]
        }
        Op::MoveStops => &[(404, "No such cycle, trip or stop."), (409, "Not dispatched, or nothing is left to move.")],
        Op::AdjustTotes => &[(404, "No such point or vehicle.")],
        Op::ReportDiscrepancy => {
            &[(404, "No such cycle, point, warehouse or goods."), (409, "Not dispatched, or leaders tell these.")]
        }
        Op::DecideDiscrepancy => &[
            (404, "No such cycle, or no such difference in force."),
            (409, "Not dispatched, the counts agree by now, or no such swap."),
        ],
        _ => &[],
    }
}
