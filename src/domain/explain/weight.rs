//! What the weight of a line moved when it was last settled.

use crate::domain::explain::ExplainStep;
use crate::domain::explain::group::Group;
use crate::domain::money::Fen;
use crate::domain::weighing::{Weighing, shown};

/// The step of a line whose goods have labels.
pub fn settled(group: &Group, line: usize) -> Option<ExplainStep> {
    let weight = group.book.lines.weights.get(&(line as u32))?;
    let goods = Weighing::of(group.offer)?;
    let (unit, pieces) = (group.unit(), weight.pieces);
    let nominal = u64::from(goods.nominal_g) * u64::from(pieces);
    let (amount, given_away) = (weight.adjustment.amount, weight.adjustment.given_away);
    let (zh, en) = if amount < Fen::ZERO {
        (format!("轻了，再退 ¥{}", -amount), format!("less, ¥{} more goes back", -amount))
    } else if amount > Fen::ZERO {
        (format!("重了，待补 ¥{amount}"), format!("more, ¥{amount} to pay"))
    } else if given_away > Fen::ZERO {
        (format!("重了，超重让利 ¥{given_away}，住户不用补"), format!("more, ¥{given_away} of it is given away"))
    } else {
        ("差得不多，不退不补".to_owned(), "little off, nothing moves".to_owned())
    };
    let (own, of_all) = (unit.qty(pieces), shown(weight.actual_g));
    let labels = weight.weighed;
    let step = ExplainStep::new(
        "weight",
        format!("{own}标重 {nominal} g，{labels} 张称签，合计 {of_all}：{zh}"),
        format!("{own} at {nominal} g, {labels} labels, {} g in all: {en}", weight.actual_g),
    );
    let step = step.figure("nominal_weight_g", nominal).figure("actual_weight_g", weight.actual_g);
    Some(step.fen("weight_adjustment_fen", amount).fen("given_away_fen", given_away))
}
