//! The board after the cutoff: suppliers on the left, those first for whom a decision waits, one supplier's lines on
//! the right, the sums of all at the foot.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::book::{Book, ProcurementLine, PurchaseOrder};
use crate::domain::errors::Step;
use crate::domain::facts::{Cycle, Rounding};
use crate::domain::letters::address_fault;
use crate::domain::money::Fen;
use crate::domain::plan_figures::{LineFigures, OrderFigures, bought, plan_figures, plan_sums};
use crate::domain::purchase_answers::{OrderStanding, Standing};
use crate::domain::reason::Reason;
use crate::domain::states::{CycleState, PurchaseOrderState};
use crate::flow::answer_purchase::Standings;
use crate::flow::load_cycle::book_within;
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles;
use crate::store::master::{self, SupplierRow};
use crate::store::purchase_answers::{LinkRow, links_of, sent_at};
use crate::store::{weights, wrong_goods};
use crate::web::errors::WebError;
use crate::web::pages::buyer::BuyerQuery;
use crate::web::pages::buyer::section::Section;
use crate::web::pages::buyer::words::{Marked, amount, either, marked, rounding, standing_words};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment, yuan};

/// What the page shows of a frozen cycle.
pub struct Board {
    pub version: u32,
    pub rows: Vec<Row>,
    /// Orders for which a decision waits.
    pub waiting: usize,
    pub shown: Option<Section>,
    pub sums: Sums,
    pub drafts: Drafts,
    /// Whether cases can be changed at present.
    pub can_edit: bool,
    /// Whether drafts can be suggested (anew).
    pub can_procure: bool,
    /// Whether orders were corrected since the plan was made.
    pub is_stale: bool,
    /// Goods that nobody ordered and on which the buyer has not said a word.
    pub wrong_goods: usize,
    /// 超重让利: how many lines weighed more than anybody pays for, and what that is worth.
    pub given_away: Option<(usize, String)>,
    /// Code and name of every supplier.
    pub suppliers: Vec<(String, String)>,
    pub roundings: Vec<(&'static str, &'static str)>,
}

/// An order in the list of suppliers.
pub struct Row {
    pub address: String,
    pub supplier_code: String,
    pub supplier: String,
    /// Where more than one warehouse buys.
    pub warehouse: Option<String>,
    pub cost: String,
    pub marks: Vec<Marked>,
    pub standing: Option<Marked>,
    pub is_shown: bool,
}

pub struct Sums {
    pub orders: String,
    pub cases: String,
    pub cost: String,
    pub surplus: String,
    pub surplus_cost: String,
    pub short: String,
    pub refund: String,
}

/// What sending would send.
#[derive(Default)]
pub struct Drafts {
    pub count: usize,
    pub cases: u64,
    pub cost: String,
    /// Orders that a letter can bring to their suppliers.
    pub mailed: usize,
}

/// Everything that the board is made of.
pub struct Desk<'b> {
    pub book: &'b Book,
    pub lang: Lang,
    pub standings: &'b Standings,
    /// The link that serves, and whether it was read, by purchase order.
    pub links: BTreeMap<i64, LinkState>,
    /// Decided figures by (warehouse_ix, offer_ix).
    pub decided: BTreeMap<(u32, u32), &'b ProcurementLine>,
    /// Pieces of (warehouse_ix, offer_ix) that nobody brings.
    pub shortages: BTreeMap<(u32, u32), u64>,
    /// Offers of a warehouse for which the buyer has decided.
    edited: BTreeSet<(u32, u32)>,
}

/// When a purchase order was sent, and its links.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkState {
    pub sent_at: Option<i64>,
    pub live: Option<i64>,
    pub read_at: Option<i64>,
}

/// How the purchase orders of a cycle went to their suppliers.
struct Ways {
    links: Vec<LinkRow>,
    sent_at: HashMap<i64, i64>,
}

impl Board {
    /// The board of a frozen cycle, with the order shown that `query` names, else the first.
    pub fn read(site: &Site, db: &mut Db, cycle: &Cycle, query: &BuyerQuery, lang: Lang) -> Result<Board, WebError> {
        let (book, standings, ways, is_stale) = db.read(|db| {
            let book = book_within(db, &site.desk(), &cycle.cycle_code, None, Want::Supply, Step::Plan)?;
            let standings = Standings::read(db, cycle.id)?;
            let ways = Ways { links: links_of(db, cycle.id)?, sent_at: sent_at(db, cycle.id)? };
            let steps = cycles::versions(db, cycle.id)?;
            Ok::<_, WebError>((book, standings, ways, is_stale(&steps)))
        })?;
        let figures = plan_figures(&book.offers, &book.suppliers, &book.procurement, &bought(&book))?;
        let desk = Desk::new(&book, &standings, &ways, &figures, lang);
        let mailed = mailed(db)?;
        let (rows, shown) = desk.rows(&figures, query);
        let section = shown.map(|order| Section::new(site, &desk, order)).transpose()?;
        let is_draft = |po: &PurchaseOrder| po.state == PurchaseOrderState::Draft;
        Ok(Board {
            version: book.version,
            waiting: rows.iter().filter(|row| !row.marks.is_empty()).count(),
            rows,
            shown: section,
            sums: Sums::of(&figures),
            drafts: desk.drafts(&figures, &mailed),
            can_edit: !book.procurement.is_empty() && book.cycle.state != CycleState::Settled,
            can_procure: matches!(book.cycle.state, CycleState::Frozen | CycleState::Procured)
                && book.purchase_orders.iter().all(is_draft),
            is_stale,
            wrong_goods: undecided(db, cycle.id)?,
            given_away: Some(weights::given_away(db, cycle.id)?)
                .filter(|(lines, _)| *lines > 0)
                .map(|(lines, amount)| (lines, yuan(amount))),
            suppliers: book.suppliers.iter().map(|one| (one.supplier_code.clone(), one.name.clone())).collect(),
            roundings: Rounding::ALL.iter().map(|one| (one.code(), rounding(*one, lang))).collect(),
        })
    }
}

/// Whether orders were corrected after the plan was last made.
fn is_stale(steps: &[(u32, String, crate::domain::time::Moment)]) -> bool {
    let last = |name: &str| steps.iter().rfind(|(_, step, _)| step == name).map_or(0, |(version, ..)| *version);
    last("procure") > 0 && last("correct") > last("procure")
}

/// Goods that nobody ordered, still without the buyer's word.
fn undecided(db: &mut Db, cycle_id: i64) -> Result<usize, WebError> {
    let found: Vec<i64> = wrong_goods::of_cycle(db, cycle_id)?.into_iter().map(|row| row.id).collect();
    Ok(found.len() - wrong_goods::words(db, &found)?.len())
}

/// Suppliers whom letters reach, by code.
fn mailed(db: &mut Db) -> Result<BTreeSet<String>, WebError> {
    let reached = |row: &SupplierRow| address_fault(row.email.as_deref()).is_none();
    Ok(master::supplier::all(db)?.into_iter().filter(reached).map(|row| row.supplier_code).collect())
}

impl Sums {
    fn of(figures: &[OrderFigures]) -> Sums {
        let sums = plan_sums(figures);
        Sums {
            orders: count(sums.orders),
            cases: count(sums.cases),
            cost: amount(sums.cost, sums.has_unknown),
            surplus: count(sums.surplus_qty),
            surplus_cost: yuan(sums.surplus_cost),
            short: count(sums.short_qty),
            refund: yuan(sums.refund),
        }
    }
}

impl<'b> Desk<'b> {
    fn new(book: &'b Book, standings: &'b Standings, ways: &Ways, figures: &[OrderFigures], lang: Lang) -> Desk<'b> {
        let sent = |(po_id, at): (&i64, &i64)| (*po_id, LinkState { sent_at: Some(*at), ..LinkState::default() });
        let mut by_order: BTreeMap<i64, LinkState> = ways.sent_at.iter().map(sent).collect();
        for link in &ways.links {
            let state = by_order.entry(link.po_id).or_default();
            state.live = if link.revoked_at.is_none() { Some(link.id) } else { state.live };
            state.read_at = state.read_at.or(link.read_at);
        }
        let lines = || figures.iter().flat_map(|order| &order.lines).filter(|line| line.is_main);
        let edited = book.purchase_orders.iter().flat_map(|po| po.lines.iter().map(move |line| (po, line)));
        Desk {
            book,
            lang,
            standings,
            links: by_order,
            decided: book.procurement.iter().map(|line| ((line.warehouse_ix, line.offer_ix), line)).collect(),
            shortages: lines().map(|line| ((line.warehouse_ix, line.offer_ix), line.short_qty)).collect(),
            edited: edited
                .filter(|(_, line)| line.is_edited)
                .map(|(po, line)| (po.warehouse_ix, line.offer_ix))
                .collect(),
        }
    }

    /// The purchase order of these figures, if there is one.
    pub fn order(&self, order: &OrderFigures) -> Option<&'b PurchaseOrder> {
        let key = (order.warehouse_ix, order.supplier_ix);
        self.book.purchase_orders.iter().find(|po| (po.warehouse_ix, po.supplier_ix) == key)
    }

    /// Where each line of a purchase order stands.
    pub fn lines_stand(&self, po: &PurchaseOrder) -> Vec<Standing> {
        po.lines.iter().map(|line| self.standings.of(po, line)).collect()
    }

    pub fn stands(&self, po: &PurchaseOrder) -> OrderStanding {
        let is_read = self.links.get(&po.id).is_some_and(|link| link.read_at.is_some());
        OrderStanding::of(po.state, is_read, &self.lines_stand(po))
    }

    /// Whether the buyer should look at a line: the rules left something open, and nobody has decided since.
    pub fn waits(&self, line: &LineFigures) -> bool {
        let key = (line.warehouse_ix, line.offer_ix);
        let Some(decided) = self.decided.get(&key).filter(|_| line.is_main && !self.edited.contains(&key)) else {
            return false;
        };
        let is_raised = decided.reason == Some(Reason::RaisedToMoq) && line.surplus_qty > 0;
        decided.threshold_met && (is_raised || line.short_qty > 0)
    }

    /// Cases of a line that its supplier has not and that nobody else brings.
    pub fn missed(&self, po: &PurchaseOrder, offer_ix: u32) -> u64 {
        let short = self.shortages.get(&(po.warehouse_ix, offer_ix)).copied().unwrap_or(0);
        let missed = short.div_ceil(u64::from(self.book.offers[offer_ix as usize].case_size));
        let line = po.lines.iter().find(|line| line.offer_ix == offer_ix);
        line.map_or(0, |line| self.standings.of(po, line).short_cases().min(missed))
    }

    /// Cases of the same goods that other suppliers bring to the same warehouse, by supplier's code.
    pub fn others(&self, po: &PurchaseOrder, offer_ix: u32) -> BTreeMap<&'b str, u64> {
        let others = self.book.purchase_orders.iter().filter(|other| other.warehouse_ix == po.warehouse_ix);
        let lines = others.flat_map(|other| other.lines.iter().map(move |line| (other.supplier_ix, line)));
        lines
            .filter(|(supplier_ix, line)| *supplier_ix != po.supplier_ix && line.offer_ix == offer_ix && line.cases > 0)
            .map(|(supplier_ix, line)| (self.book.suppliers[supplier_ix as usize].supplier_code.as_str(), line.cases))
            .collect()
    }

    /// What waits for a decision.
    fn marks(&self, order: &OrderFigures) -> Vec<Marked> {
        let lang = self.lang;
        let mut marks = Vec::new();
        if order.short_of_min > Fen::ZERO {
            let short = yuan(order.short_of_min);
            marks.push(marked("void", either(lang, format!("差 ¥{short} 起送"), format!("¥{short} below minimum"))));
        }
        if order.value.has_unknown {
            marks.push(marked("void", lang.say("有价格未定", "price missing")));
        }
        let missed: u64 =
            self.order(order).map_or(0, |po| order.lines.iter().map(|line| self.missed(po, line.offer_ix)).sum());
        if missed > 0 {
            marks.push(marked("cancelled", either(lang, format!("缺 {missed} 箱"), format!("{missed} cases short"))));
        }
        let open = order.lines.iter().filter(|line| self.waits(line)).count();
        if open > 0 {
            marks.push(marked("void", either(lang, format!("{open} 行待定"), format!("{open} to decide"))));
        }
        marks
    }

    /// The list, and the figures of the order that is shown.
    fn rows<'f>(&self, figures: &'f [OrderFigures], query: &BuyerQuery) -> (Vec<Row>, Option<&'f OrderFigures>) {
        let mut listed: Vec<(&OrderFigures, Vec<Marked>)> =
            figures.iter().map(|order| (order, self.marks(order))).collect();
        listed.sort_by_key(|(order, marks)| (marks.is_empty(), order.planned_qty == 0));
        let named = |order: &OrderFigures| {
            let (supplier, warehouse) = self.codes(order);
            let is_warehouse = query.warehouse.as_deref().is_none_or(|code| code == warehouse);
            query.supplier.as_deref() == Some(supplier) && is_warehouse
        };
        let shown = listed.iter().find(|(order, _)| named(order)).or(listed.first()).map(|(order, _)| *order);
        let is_one =
            self.book.warehouses.iter().enumerate().filter(|(ix, one)| one.receiving_ix as usize == *ix).count() < 2;
        let row = |(order, marks): (&'f OrderFigures, Vec<Marked>)| {
            let (supplier_code, warehouse_code) = self.codes(order);
            let cycle = segment(&self.book.cycle.cycle_code);
            let (supplier, warehouse) = (segment(supplier_code), segment(warehouse_code));
            let address = format!("/buyer?cycle={cycle}&supplier={supplier}&warehouse={warehouse}");
            Row {
                address: self.lang.to(&address),
                supplier_code: supplier_code.to_owned(),
                supplier: self.book.suppliers[order.supplier_ix as usize].name.clone(),
                warehouse: (!is_one).then(|| self.book.warehouses[order.warehouse_ix as usize].name.clone()),
                cost: amount(order.value.known, order.value.has_unknown),
                marks,
                standing: self.order(order).map(|po| standing_words(self.stands(po), self.lang)),
                is_shown: shown.is_some_and(|shown| std::ptr::eq(shown, order)),
            }
        };
        (listed.into_iter().map(row).collect(), shown)
    }

    /// The codes of an order's supplier and warehouse.
    pub fn codes(&self, order: &OrderFigures) -> (&'b str, &'b str) {
        let supplier = &self.book.suppliers[order.supplier_ix as usize].supplier_code;
        (supplier, &self.book.warehouses[order.warehouse_ix as usize].warehouse_code)
    }

    fn drafts(&self, figures: &[OrderFigures], mailed: &BTreeSet<String>) -> Drafts {
        let is_draft = |po: &PurchaseOrder| po.state == PurchaseOrderState::Draft;
        let (mut drafts, mut cost, mut has_unknown) = (Drafts::default(), Fen::ZERO, false);
        for order in figures.iter().filter(|order| self.order(order).is_some_and(is_draft)) {
            drafts.count += 1;
            drafts.cases += order.cases;
            drafts.mailed += usize::from(mailed.contains(self.codes(order).0));
            cost += order.value.known;
            has_unknown |= order.value.has_unknown;
        }
        Drafts { cost: amount(cost, has_unknown), ..drafts }
    }
}
