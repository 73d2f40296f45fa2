//! A line of a supplier's table.

use serde_json::json;

use crate::domain::book::{ProcurementLine, PurchaseOrder, PurchaseOrderLine};
use crate::domain::case_rounding::{CaseTerms, case_step};
use crate::domain::facts::Offer;
use crate::domain::plan_figures::LineFigures;
use crate::domain::purchase_answers::Standing;
use crate::domain::reason::Reason;
use crate::web::pages::buyer::board::Desk;
use crate::web::pages::buyer::words::{Marked, either, marked, percent, price};
use crate::web::words::{Lang, count, yuan};

pub struct Line {
    pub sku_code: String,
    pub name: String,
    pub spec: String,
    pub unit: String,
    /// Demand and stock; of a main line only.
    pub demand: Option<LineDemand>,
    pub case_size: u32,
    pub rounding: &'static str,
    /// The smallest change in cases.
    pub step: u64,
    pub cases: u64,
    pub pieces: String,
    pub surplus: String,
    pub surplus_cost: String,
    pub has_surplus: bool,
    pub short: String,
    pub refund: String,
    pub is_short: bool,
    pub threshold: Marked,
    pub margin: String,
    pub cost: String,
    pub price: String,
    /// What bounds the purchase, and why it is as it is.
    pub notes: Vec<Marked>,
    pub answer: Option<Marked>,
    /// Cases that the supplier has not and that are missed: another may bring them.
    pub missed: u64,
    /// Cases that other suppliers bring already, as a JSON object by supplier's code.
    pub others: String,
    pub waits: bool,
}

pub struct LineDemand {
    pub ordered: String,
    pub tolerance: Option<String>,
    pub reserved: String,
    pub net_need: String,
}

impl Line {
    pub fn new(desk: &Desk<'_>, po: Option<&PurchaseOrder>, figures: &LineFigures) -> Line {
        let (lang, offer) = (desk.lang, &desk.book.offers[figures.offer_ix as usize]);
        let decided = desk.decided.get(&(figures.warehouse_ix, figures.offer_ix)).filter(|_| figures.is_main);
        let bought = po.and_then(|po| po.lines.iter().find(|line| line.offer_ix == figures.offer_ix));
        let answer = po.zip(bought).and_then(|(po, line)| answer(po, desk.standings.of(po, line), lang));
        let unknown = || "–".to_owned();
        Line {
            sku_code: offer.sku_code.clone(),
            name: offer.name.clone(),
            spec: offer.spec.clone(),
            unit: offer.unit.clone(),
            demand: decided.map(|line| demand(line)),
            case_size: offer.case_size,
            rounding: offer.rounding.code(),
            step: case_step(&CaseTerms::from(offer)),
            cases: figures.cases,
            pieces: count(figures.planned_qty),
            surplus: count(figures.surplus_qty),
            surplus_cost: figures.surplus_cost.map_or_else(unknown, yuan),
            has_surplus: figures.surplus_qty > 0,
            short: count(figures.short_qty),
            refund: yuan(figures.refund),
            is_short: figures.short_qty > 0,
            threshold: threshold(offer, decided.copied(), lang),
            margin: figures.margin_bp.map_or_else(unknown, percent),
            cost: figures.cost.map_or_else(unknown, yuan),
            price: price(offer, lang).unwrap_or_default(),
            notes: notes(offer, decided.copied(), bought, lang),
            answer,
            missed: po.map_or(0, |po| desk.missed(po, figures.offer_ix)),
            others: po.map_or_else(|| "{}".to_owned(), |po| json!(desk.others(po, figures.offer_ix)).to_string()),
            waits: desk.waits(figures),
        }
    }
}

fn demand(line: &ProcurementLine) -> LineDemand {
    LineDemand {
        ordered: count(line.ordered_qty),
        tolerance: (line.tolerance_qty > 0).then(|| count(line.tolerance_qty)),
        reserved: count(line.reserved_qty),
        net_need: count(line.net_need),
    }
}

fn threshold(offer: &Offer, decided: Option<&ProcurementLine>, lang: Lang) -> Marked {
    match decided {
        Some(line) if offer.threshold_qty > 0 && line.threshold_met => marked("settled", lang.say("✓ 已成团", "✓ met")),
        Some(line) if offer.threshold_qty > 0 => {
            let (ordered, least) = (line.ordered_qty, offer.threshold_qty);
            marked("cancelled", either(lang, format!("未成团 {ordered}/{least}"), format!("not met {ordered}/{least}")))
        }
        _ => marked("soft", "–"),
    }
}

/// Bounds of the supplier, the rule's reason, and the buyer's words where the buyer changed the cases.
fn notes(
    offer: &Offer,
    decided: Option<&ProcurementLine>,
    bought: Option<&PurchaseOrderLine>,
    lang: Lang,
) -> Vec<Marked> {
    let mut notes = Vec::new();
    let pieces = bought.map_or(0, |line| line.planned_qty);
    if offer.moq > 0 {
        let class = if pieces > 0 && pieces < u64::from(offer.moq) { "void" } else { "soft" };
        notes.push(marked(class, either(lang, format!("起订 {} 件", offer.moq), format!("MOQ {}", offer.moq))));
    }
    if offer.order_multiple > 1 {
        let multiple = u64::from(offer.order_multiple);
        let class = if pieces.is_multiple_of(multiple) { "soft" } else { "void" };
        notes.push(marked(class, either(lang, format!("{multiple} 件的倍数"), format!("multiples of {multiple}"))));
    }
    let edited = bought.filter(|line| line.is_edited);
    if let Some(rule) =
        decided.and_then(|line| line.reason).filter(|rule| *rule != Reason::BuyerEdit && edited.is_none())
    {
        notes.push(marked("soft", lang.say(rule.zh(), rule.en())));
    }
    if let Some(line) = edited {
        let suggested = decided.map(|line| line.cases_suggested).filter(|cases| *cases != line.cases);
        let was = suggested.map_or_else(String::new, |cases| {
            either(lang, format!("（建议 {cases} 箱）"), format!(" (suggested {cases})"))
        });
        notes.push(marked("open", format!("{} {}{was}", lang.say("已改：", "changed:"), line.reason)));
    }
    notes
}

fn answer(po: &PurchaseOrder, standing: Standing, lang: Lang) -> Option<Marked> {
    use crate::domain::states::PurchaseOrderState::{Accepted, Sent};
    let asked = standing.asked_cases;
    match standing.answered {
        Some(0) if asked > 0 => {
            Some(marked("cancelled", either(lang, format!("没有（订 {asked}）"), format!("none of {asked}"))))
        }
        Some(cases) if cases < asked => Some(marked(
            "cancelled",
            either(lang, format!("只有 {cases} 箱（订 {asked}）"), format!("only {cases} of {asked}")),
        )),
        Some(_) => Some(marked("settled", lang.say("✓ 接单", "✓ accepted"))),
        None if standing.was_answered && asked > 0 && matches!(po.state, Sent | Accepted) => {
            Some(marked("void", lang.say("已改，待回复", "changed, awaited")))
        }
        None if asked > 0 && matches!(po.state, Sent | Accepted) => Some(marked("soft", lang.say("待回复", "awaited"))),
        None => None,
    }
}
