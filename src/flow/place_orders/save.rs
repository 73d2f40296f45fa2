//! Writes a batch of orders that are in: residents, orders, lines, codes, money, holds, and what they add to the totals.

use chrono::Duration;

use crate::domain::facts::{Cycle, Payment};
use crate::domain::pickup_code::PickupCode;
use crate::domain::states::OrderState;
use crate::domain::tally::{Counted, Way};
use crate::domain::time::Moment;
use crate::domain::window::takes_part;
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, Turn};
use crate::flow::place_orders::Candidate;
use crate::flow::place_orders::codes::{self, Codeless};
use crate::flow::place_orders::people::{Matched, People};
use crate::store::orders::{NewLine, NewOrder};
use crate::store::payments::{HoldRow, PaymentRow};
use crate::store::{payments, residents, single_orders};

/// Writes everything of the orders; their codes come back in order.
pub fn save(
    clerk: &Clerk,
    turn: &mut Turn<'_>,
    cycle: &Cycle,
    candidates: &[Candidate<'_>],
    matched: &[Matched],
    people: People,
) -> Result<Vec<PickupCode>, FlowError> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    residents::add(turn.db, &people.new_rows(matched))?;
    let rows: Vec<NewOrder> = candidates
        .iter()
        .zip(matched)
        .zip(0..)
        .map(|((candidate, person), at)| order_row(cycle, turn.now(), candidate, *person, at))
        .collect();
    let lines: Vec<NewLine> = candidates.iter().flat_map(|candidate| line_rows(cycle.id, candidate)).collect();
    single_orders::insert(turn.db, &rows, &lines)?;
    let codeless: Vec<Codeless<'_>> = candidates
        .iter()
        .map(|candidate| Codeless {
            order_id: candidate.draft.order_id,
            point_id: candidate.draft.point_id,
            placed_by: &candidate.order.by,
        })
        .collect();
    let codes = codes::give(turn.db, &clerk.safe, cycle.id, &codeless)?;
    save_money(turn, cycle, candidates)?;
    for (candidate, row) in candidates.iter().zip(&rows) {
        tally(turn, cycle, candidate, row);
    }
    Ok(codes)
}

/// Orders of one batch queue in the order in which they arrived: a microsecond apart, and all before the cutoff.
fn order_row(cycle: &Cycle, now: Moment, candidate: &Candidate<'_>, person: Matched, at: i64) -> NewOrder {
    let (order, draft) = (candidate.order, &candidate.draft);
    let placed_at = Moment((now.0 + at).min(cycle.cutoff_at.0 - 1));
    let state = match cycle.payment {
        Payment::InPerson | Payment::Online if order.is_paid => OrderState::Paid,
        _ => OrderState::Unpaid,
    };
    NewOrder {
        cycle_id: cycle.id,
        id: draft.order_id,
        order_no: draft.order_no.clone(),
        point_id: draft.point_id,
        leader_id: draft.leader_id,
        resident_id: person.resident_id,
        details_id: person.details_id,
        chain_no: order.chain_no.map(|no| no as i32),
        state: state.code(),
        placed_at: placed_at.0,
        paid_at: takes_part(state, cycle.payment).then_some(placed_at.0),
        remark: order.remark.clone(),
        content_hash: None,
        import_id: None,
    }
}

fn line_rows<'c>(cycle_id: i64, candidate: &'c Candidate<'_>) -> impl Iterator<Item = NewLine> + 'c {
    let order_id = candidate.draft.order_id;
    candidate.draft.lines.iter().zip(1..).map(move |(line, line_no)| NewLine {
        cycle_id,
        order_id,
        offer_no: line.offer_no,
        line_no,
        ordered_qty: line.qty,
        tolerance: line.tolerance,
    })
}

fn save_money(turn: &mut Turn<'_>, cycle: &Cycle, candidates: &[Candidate<'_>]) -> Result<(), FlowError> {
    let (now, within) = (turn.now(), Duration::minutes(i64::from(cycle.pay_within_min)));
    let (mut paid, mut holds) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let order_id = candidate.draft.order_id;
        if candidate.order.is_paid {
            paid.push(PaymentRow {
                id: turn.ids.next_id(),
                cycle_id: cycle.id,
                order_id,
                kind: cycle.payment.code().to_owned(),
                amount_fen: candidate.draft.total.0,
                paid_after_cutoff: false,
                received_by: candidate.order.by.clone(),
                received_at: now.0,
            });
        } else if cycle.payment == Payment::Online {
            holds.push(HoldRow { cycle_id: cycle.id, order_id, expires_at: now.plus(within).0 });
        }
    }
    payments::insert(turn.db, &paid)?;
    Ok(payments::hold(turn.db, &holds)?)
}

fn tally(turn: &mut Turn<'_>, cycle: &Cycle, candidate: &Candidate<'_>, row: &NewOrder) {
    let takes_part = row.paid_at.is_some();
    let (tally, draft) = (turn.tally(cycle.id), &candidate.draft);
    tally.order(Way::In, draft.leader_id, takes_part);
    for line in &draft.lines {
        let (offer_no, ordered_qty, tolerance, price_fen) = (line.offer_no, line.qty, line.tolerance, line.price.0);
        tally.line(Way::In, draft.leader_id, takes_part, Counted { offer_no, ordered_qty, tolerance, price_fen });
    }
}
