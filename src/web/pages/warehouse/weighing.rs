//! 称重: the scale's keyboard writes labels, one Enter each; what has none yet is seen until weights are settled.

use std::collections::{BTreeMap, HashMap};

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::weighing::{Weighing, WeightPolicy};
use crate::flow::settle_weights::is_settled;
use crate::flow::weigh_goods::is_weighed_in;
use crate::store::backend::Db;
use crate::store::weights::{self, Label};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::{Head, frame, head, may};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment, yuan};

/// Labels and unweighed lines that the page lists.
const LABELS_SHOWN: usize = 30;
const LINES_SHOWN: usize = 60;

#[derive(Template)]
#[template(path = "pages/warehouse/weighing.html")]
struct WeighingPage {
    frame: Frame,
    head: Head,
    goods: Vec<GoodsRow>,
    shown: Option<Shown>,
    /// Why nothing can be weighed at present.
    blocks: Option<String>,
    settling: Option<Settling>,
}

/// Goods that are weighed, in the list.
struct GoodsRow {
    address: String,
    name: String,
    spec: String,
    sku_code: String,
    labels: usize,
    pieces: u64,
    is_here: bool,
}

/// The goods on the scale.
struct Shown {
    sku_code: String,
    name: String,
    spec: String,
    unit: String,
    nominal: String,
    range: String,
    price: String,
    rule: String,
    slots: Vec<Slot>,
    labels: Vec<LabelRow>,
    label_count: usize,
    pieces: u64,
    unweighed: Vec<LineRow>,
    unweighed_count: usize,
    print: String,
}

/// A point that gets some of the goods.
struct Slot {
    point_code: String,
    words: String,
}

struct LabelRow {
    weigh_no: String,
    weight: String,
    price: String,
    slot: String,
    is_bound: bool,
    is_void: bool,
    print: String,
}

/// A line of which a piece at least has no label.
struct LineRow {
    slot_no: u32,
    point: String,
    order_no: String,
    given: u32,
    labels: u32,
}

/// What settling is to settle.
struct Settling {
    address: String,
    ask: String,
    was_settled: bool,
    can: bool,
    lines: String,
    unweighed: String,
}

/// Which goods are weighed.
#[derive(Debug, Deserialize)]
pub struct WeighingQuery {
    sku: Option<String>,
}

/// `GET /warehouse/{code}/weighing`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
    query: web::Query<WeighingQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| page(site, db, &code, query.sku.as_deref(), &caller, visitor, lang));
    page_answer(lang, done.await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    sku: Option<&str>,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<WeighingPage, WebError> {
    let (head, row) = head(site, db, code, "/weighing", lang)?;
    let cycle = row.card();
    let frame = frame(site, visitor, code, "/weighing", lang);
    let words = match cycle.state {
        state if !state.is_frozen() => {
            Some(lang.say("还没截单，截单后才能称重", "Goods can be weighed after the cutoff"))
        }
        state if !is_weighed_in(state) => {
            Some(lang.say("这个团期已结算，只能查看", "This cycle is settled and can only be looked at"))
        }
        _ => None,
    };
    let blocks = words.map(str::to_owned);
    if !cycle.state.is_frozen() {
        return Ok(WeighingPage { frame, head, goods: Vec::new(), shown: None, blocks, settling: None });
    }
    let book = site.book(db, &cycle, None)?;
    let labels = weights::of_cycle(db, cycle.id)?;
    let scale = Scale::new(&book, &labels, lang);
    let chosen = scale.chosen(sku)?;
    let was_settled = is_settled(db, cycle.id)?;
    let settling = (!book.allocations.is_empty() && !scale.goods.is_empty())
        .then(|| scale.settling(was_settled, may(caller, Operation::SettleWeights) && is_weighed_in(cycle.state)));
    Ok(WeighingPage {
        goods: scale.rows(chosen),
        shown: chosen.map(|offer_ix| scale.shown(offer_ix, was_settled)).transpose()?,
        blocks,
        settling,
        frame,
        head,
    })
}

/// What was weighed of a night, against what is to be weighed.
struct Scale<'a> {
    book: &'a Book,
    lang: Lang,
    /// Offers that are weighed.
    goods: Vec<(u32, Weighing)>,
    /// Labels by offer, the last first.
    labels: HashMap<i32, Vec<&'a Label>>,
    /// Lines of each of them that get pieces: (line, pieces, labels).
    lines: BTreeMap<u32, Vec<(u32, u32, u32)>>,
}

impl<'a> Scale<'a> {
    fn new(book: &'a Book, labels: &'a BTreeMap<String, Label>, lang: Lang) -> Scale<'a> {
        let weighed = |(offer, ix): (&crate::domain::facts::Offer, u32)| Some((ix, Weighing::of(offer)?));
        let goods: Vec<(u32, Weighing)> = book.offers.iter().zip(0..).filter_map(weighed).collect();
        let mut of_offer: HashMap<i32, Vec<&Label>> = HashMap::new();
        let mut on_line: HashMap<(i64, i32), u32> = HashMap::new();
        for label in labels.values() {
            of_offer.entry(label.row.offer_no).or_default().push(label);
            if let Some(order_id) = label.order_id.filter(|_| !label.is_void) {
                *on_line.entry((order_id, label.row.offer_no)).or_default() += 1;
            }
        }
        let key = |label: &&Label| (label.row.weighed_at, label.row.number, label.row.weigh_no.clone());
        of_offer.values_mut().for_each(|own| own.sort_by_key(|label| std::cmp::Reverse(key(label))));
        let mut lines: BTreeMap<u32, Vec<(u32, u32, u32)>> = goods.iter().map(|(ix, _)| (*ix, Vec::new())).collect();
        for line in 0..book.lines.offer_ix.len() {
            let Some(own) = lines.get_mut(&book.lines.offer_ix[line]) else { continue };
            let order_id = book.orders.id[book.lines.order_ix[line] as usize];
            let offer_no = book.offers[book.lines.offer_ix[line] as usize].offer_no as i32;
            let pieces = pieces(book, line);
            if pieces > 0 {
                own.push((line as u32, pieces, on_line.get(&(order_id, offer_no)).copied().unwrap_or(0)));
            }
        }
        Scale { book, lang, goods, labels: of_offer, lines }
    }

    /// The goods asked for, else the first of which labels are missing, else the first.
    fn chosen(&self, sku: Option<&str>) -> Result<Option<u32>, WebError> {
        let code = |ix: u32| self.book.offers[ix as usize].sku_code.as_str();
        if let Some(sku) = sku.filter(|sku| !sku.is_empty()) {
            let found = self.goods.iter().find(|(ix, _)| code(*ix) == sku);
            return found.map(|(ix, _)| Some(*ix)).ok_or_else(|| WebError::missing("称重商品", "weighed goods", sku));
        }
        let open = self.goods.iter().find(|(ix, _)| (self.label_count(*ix) as u64) < self.pieces(*ix));
        Ok(open.or(self.goods.first()).map(|(ix, _)| *ix))
    }

    fn labels_of(&self, offer_ix: u32) -> &[&'a Label] {
        self.labels.get(&(self.book.offers[offer_ix as usize].offer_no as i32)).map_or(&[], Vec::as_slice)
    }

    fn label_count(&self, offer_ix: u32) -> usize {
        self.labels_of(offer_ix).iter().filter(|label| !label.is_void).count()
    }

    fn pieces(&self, offer_ix: u32) -> u64 {
        self.lines.get(&offer_ix).into_iter().flatten().map(|(_, pieces, _)| u64::from(*pieces)).sum()
    }

    fn address(&self, work: &str) -> String {
        self.lang.to(&format!("/warehouse/{}/weighing{work}", segment(&self.book.cycle.cycle_code)))
    }

    fn rows(&self, chosen: Option<u32>) -> Vec<GoodsRow> {
        let row = |(ix, _): &(u32, Weighing)| {
            let offer = &self.book.offers[*ix as usize];
            GoodsRow {
                address: self.address(&format!("?sku={}", segment(&offer.sku_code))),
                name: offer.name.clone(),
                spec: offer.spec.clone(),
                sku_code: offer.sku_code.clone(),
                labels: self.label_count(*ix),
                pieces: self.pieces(*ix),
                is_here: chosen == Some(*ix),
            }
        };
        self.goods.iter().map(row).collect()
    }

    fn shown(&self, offer_ix: u32, was_settled: bool) -> Result<Shown, WebError> {
        let offer = &self.book.offers[offer_ix as usize];
        let weighing = self.goods.iter().find(|(ix, _)| *ix == offer_ix).map(|(_, goods)| *goods);
        let weighing = weighing.ok_or_else(|| WebError::missing("称重商品", "weighed goods", &offer.sku_code))?;
        let (least, most) = weighing.range_g();
        let lines = self.lines.get(&offer_ix).map_or(&[][..], Vec::as_slice);
        let unweighed: Vec<LineRow> = match was_settled {
            true => Vec::new(),
            false => {
                lines.iter().filter(|(_, pieces, labels)| labels < pieces).map(|line| self.line_row(*line)).collect()
            }
        };
        Ok(Shown {
            nominal: weight(u64::from(weighing.nominal_g), self.lang),
            range: format!("{least}–{most} g"),
            price: yuan(weighing.unit_price),
            rule: self.rule(&weighing),
            slots: self.slots(lines, &offer.unit),
            labels: self
                .labels_of(offer_ix)
                .iter()
                .take(LABELS_SHOWN)
                .map(|label| self.label_row(label, &weighing))
                .collect(),
            label_count: self.label_count(offer_ix),
            pieces: self.pieces(offer_ix),
            unweighed_count: unweighed.len(),
            unweighed: unweighed.into_iter().take(LINES_SHOWN).collect(),
            print: self.address(&format!("/labels?sku={}", segment(&offer.sku_code))),
            sku_code: offer.sku_code.clone(),
            name: offer.name.clone(),
            spec: offer.spec.clone(),
            unit: offer.unit.clone(),
        })
    }

    fn rule(&self, weighing: &Weighing) -> String {
        let policy = weighing.rule.policy;
        let mut words = self.lang.coded(policy.zh(), policy.code());
        if let (WeightPolicy::Both, Some(cap)) = (policy, weighing.rule.cap_bp) {
            words += &format!("，{} {}%", self.lang.say("最多补", "at most"), percent(cap));
        }
        let within = percent(weighing.rule.tolerance_bp);
        match self.lang {
            Lang::Zh => format!("{words}，差 {within}% 以内不动"),
            Lang::En => format!("{words}; nothing moves within {within}%"),
        }
    }

    /// The points that get some, in walking order.
    fn slots(&self, lines: &[(u32, u32, u32)], unit: &str) -> Vec<Slot> {
        let mut pieces: BTreeMap<u32, u32> = BTreeMap::new();
        for (line, qty, _) in lines {
            *pieces.entry(self.book.orders.point_ix[self.book.lines.order_ix[*line as usize] as usize]).or_default() +=
                qty;
        }
        let slot = |(point, qty): (u32, u32)| {
            let point = &self.book.points[point as usize];
            let words = format!("{} {} · {} · {qty} {unit}", self.lang.say("格口", "slot"), point.slot_no, point.name);
            Slot { point_code: point.point_code.clone(), words }
        };
        pieces.into_iter().map(slot).collect()
    }

    fn label_row(&self, label: &Label, weighing: &Weighing) -> LabelRow {
        let point = label.row.point_id.and_then(|id| self.book.points.iter().find(|point| point.id == id));
        let slot = |point: &crate::domain::facts::Point| format!("{} {}", point.slot_no, point.name);
        let no = &label.row.weigh_no;
        LabelRow {
            weigh_no: no.clone(),
            weight: weight(u64::from(label.grams()), self.lang),
            price: weighing.price_of(label.grams()).map(yuan).unwrap_or_default(),
            slot: point.map(slot).unwrap_or_default(),
            is_bound: label.order_id.is_some(),
            is_void: label.is_void,
            print: self.address(&format!("/labels?no={}", segment(no))),
        }
    }

    fn line_row(&self, (line, given, labels): (u32, u32, u32)) -> LineRow {
        let order = self.book.lines.order_ix[line as usize] as usize;
        let point = &self.book.points[self.book.orders.point_ix[order] as usize];
        let order_no = self.book.orders.order_no.get(order).to_owned();
        LineRow { slot_no: point.slot_no, point: point.name.clone(), order_no, given, labels }
    }

    fn settling(&self, was_settled: bool, can: bool) -> Settling {
        let all = || self.lines.values().flatten();
        let unweighed = all().filter(|(_, pieces, labels)| labels < pieces).count() as u64;
        let (lines, open) = (count(all().count() as u64), count(unweighed));
        let ask = match self.lang {
            Lang::Zh => {
                format!("{lines} 行称重商品里 {open} 行没有称齐，没称的按标重结算；之后绑定的称签可再结算。结算？")
            }
            Lang::En => format!(
                "{open} of {lines} lines lack labels and are settled at their nominal weight; labels bound later can be settled again. Settle?"
            ),
        };
        let address = format!("/api/v1/cycles/{}/weigh", segment(&self.book.cycle.cycle_code));
        Settling { address, ask, was_settled, can, lines, unweighed: open }
    }
}

/// Pieces that a line gets: what was shared out, before that what was ordered.
fn pieces(book: &Book, line: usize) -> u32 {
    if book.allocations.is_empty() { book.lines.ordered[line] } else { book.lines.allocated[line] }
}

/// Parts of ten thousand as per cent.
fn percent(basis_points: u32) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}").trim_end_matches('0').to_owned() }
}

/// Grams and 斤.
pub fn weight(grams: u64, lang: Lang) -> String {
    match lang {
        Lang::Zh => crate::domain::weighing::shown(grams),
        Lang::En => format!("{grams} g ({} jin)", crate::domain::weighing::jin(grams)),
    }
}
