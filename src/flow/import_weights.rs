//! 称重: labels from a scale's file, with the households that they are for where the file says so.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::weighing::{Weighing, number_of};
use crate::flow::find::Finder;
use crate::flow::import_file::{Imported, Reading, read_file};
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::weigh_goods::is_weighed_in;
use crate::flow::{Desk, FlowError, until_saved};
use crate::imports::fault::FaultKind;
use crate::imports::weights::{WeightDraft, Weights};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles::{self, Hold};
use crate::store::weights::{self, BindingRow, Label, LabelRow};

/// Who notes what a file says.
const BY: &str = "import";

/// Takes labels from a file; those that are known already change nothing.
///
/// # Errors
/// `wrong_state` before the freeze and once settled; all faults of the file. Nothing was then noted.
pub fn import_weights(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_confirmed: bool,
    is_dry_run: bool,
) -> Result<Imported, FlowError> {
    until_saved(|| {
        let book = frozen_book(db, desk, cycle_code, None, Want::Queue, Step::Weigh)?;
        let cycle = &book.cycle;
        if !is_weighed_in(cycle.state) {
            return Err(refused(cycle, Step::Weigh).into());
        }
        let seen = weights::counts(db, cycle.id)?;
        let mut reading = read_file::<Weights, _>(desk, path, None)?;
        let drafts = std::mem::take(&mut reading.drafts);
        let keys: Vec<_> = drafts.iter().map(|draft| (draft.row, draft.weigh_no.clone())).collect();
        reading.refuse_repeats("weigh_no", &keys);
        let mut intake = Intake::new(desk, &book, weights::of_cycle(db, cycle.id)?, &drafts, is_confirmed);
        drafts.into_iter().for_each(|draft| intake.take(&mut reading, draft));
        reading.sound()?;
        let Intake { labels, bindings, imported, .. } = intake;
        if is_dry_run || (labels.is_empty() && bindings.is_empty()) {
            return Ok(Some(imported));
        }
        let saved = db.write_locking(|db| -> Result<bool, FlowError> {
            cycles::hold(db, &[cycle.id], Hold::Alone)?;
            let now = cycles::by_id(db, cycle.id)?.is_some_and(|row| row.card().version == cycle.version);
            if !now || weights::counts(db, cycle.id)? != seen {
                return Ok(false);
            }
            weights::add_labels(db, &labels)?;
            weights::add_bindings(db, &bindings)?;
            Ok(true)
        })?;
        Ok(saved.then_some(imported))
    })
}

/// The rows of a file on their way to labels and bindings.
struct Intake<'a> {
    desk: &'a Desk,
    book: &'a Book,
    finder: Finder,
    points: HashMap<&'a str, u32>,
    known: BTreeMap<String, Label>,
    /// Labels that count for a line, with those of the file.
    on_line: HashMap<(i64, i32), u32>,
    is_confirmed: bool,
    labels: Vec<LabelRow>,
    bindings: Vec<BindingRow>,
    imported: Imported,
}

/// A row whose codes are known.
struct Named {
    offer_ix: u32,
    point_ix: Option<u32>,
    order_ix: Option<u32>,
}

impl<'a> Intake<'a> {
    fn new(
        desk: &'a Desk,
        book: &'a Book,
        known: BTreeMap<String, Label>,
        drafts: &[WeightDraft],
        is_confirmed: bool,
    ) -> Intake<'a> {
        let mut on_line: HashMap<(i64, i32), u32> = HashMap::new();
        for label in known.values().filter(|label| !label.is_void) {
            if let Some(order_id) = label.order_id {
                *on_line.entry((order_id, label.row.offer_no)).or_default() += 1;
            }
        }
        Intake {
            desk,
            book,
            finder: Finder::of(book, drafts.iter().filter_map(|draft| draft.order_no.as_deref())),
            points: book.points.iter().zip(0..).map(|(point, ix)| (point.point_code.as_str(), ix)).collect(),
            known,
            on_line,
            is_confirmed,
            labels: Vec::new(),
            bindings: Vec::new(),
            imported: Imported { rows: drafts.len() as u64, ..Imported::default() },
        }
    }

    fn take(&mut self, reading: &mut Reading<WeightDraft>, draft: WeightDraft) {
        let Some(named) = self.named(reading, &draft) else { return };
        let known = self.known.get(&draft.weigh_no).cloned();
        if let Some(label) = &known
            && !self.is_same(reading, &draft, &named, label)
        {
            return;
        }
        let offer_no = self.book.offers[named.offer_ix as usize].offer_no as i32;
        let order_id = named.order_ix.map(|order| self.book.orders.id[order as usize]);
        let is_bound = known.as_ref().is_some_and(|label| label.order_id == order_id);
        let is_new_here = order_id.is_some() && !is_bound;
        if is_new_here && !self.has_room(reading, &draft, &named) {
            return;
        }
        match (&known, is_new_here) {
            (None, _) => self.imported.new += 1,
            (Some(_), true) => self.imported.changed += 1,
            (Some(_), false) => self.imported.same += 1,
        }
        if known.is_none() {
            self.labels.push(self.label(&draft, &named, offer_no));
        }
        if let Some(order_id) = order_id.filter(|_| is_new_here) {
            *self.on_line.entry((order_id, offer_no)).or_default() += 1;
            let bind_no = known.map_or(0, |label| label.bind_no) + 1;
            self.bindings.push(self.binding(draft.weigh_no, bind_no, order_id));
        }
    }

    /// The goods, point and order of a row, if there is nothing wrong with them.
    fn named(&self, reading: &mut Reading<WeightDraft>, draft: &WeightDraft) -> Option<Named> {
        let (book, row) = (self.book, draft.row);
        let offer_ix = self.finder.offer(&draft.sku_code);
        if offer_ix.is_none() {
            reading.fault(row, FaultKind::UnknownCode, "sku_code", &draft.sku_code, "");
        }
        let weighing = offer_ix.and_then(|ix| Weighing::of(&book.offers[ix as usize]));
        if offer_ix.is_some() && weighing.is_none() {
            reading.fault(row, FaultKind::NotWeighed, "sku_code", &draft.sku_code, "");
        }
        let is_known = self.known.contains_key(&draft.weigh_no);
        if let Some(weighing) =
            weighing.filter(|goods| !self.is_confirmed && !is_known && !goods.is_usual(draft.actual_weight_g))
        {
            let (least, most) = weighing.range_g();
            let grams = draft.actual_weight_g.to_string();
            reading.fault(row, FaultKind::WeightUnusual, "actual_weight_g", &grams, &format!("{least}–{most} g"));
        }
        let point_ix = draft.point_code.as_ref().map(|code| (code, self.points.get(code.as_str()).copied()));
        if let Some((code, None)) = point_ix {
            reading.fault(row, FaultKind::UnknownCode, "point_code", code, "");
        }
        let order_ix = draft.order_no.as_ref().map(|no| (no, self.finder.order(no)));
        if let Some((no, None)) = order_ix {
            reading.fault(row, FaultKind::UnknownCode, "order_no", no, "");
        }
        let (point_ix, order_ix) = (point_ix.and_then(|(_, ix)| ix), order_ix.and_then(|(_, ix)| ix));
        if let (Some(point), Some(order), Some(no)) = (point_ix, order_ix, &draft.order_no)
            && book.orders.point_ix[order as usize] != point
        {
            let own = &book.points[book.orders.point_ix[order as usize] as usize].point_code;
            reading.fault(row, FaultKind::OrderAtOtherPoint, "order_no", no, own);
            return None;
        }
        let is_whole =
            point_ix.is_some() == draft.point_code.is_some() && order_ix.is_some() == draft.order_no.is_some();
        let offer_ix = offer_ix.filter(|_| weighing.is_some() && is_whole)?;
        Some(Named { offer_ix, point_ix, order_ix })
    }

    /// Whether a known label is the one that the row tells of.
    fn is_same(&self, reading: &mut Reading<WeightDraft>, draft: &WeightDraft, named: &Named, label: &Label) -> bool {
        let row = &label.row;
        let offer_no = self.book.offers[named.offer_ix as usize].offer_no as i32;
        let point_id = named.point_ix.map(|point| self.book.points[point as usize].id);
        let mut fault = |kind, column: &str, value: &str, detail: &str| {
            reading.fault(draft.row, kind, column, value, detail);
            false
        };
        if label.is_void {
            return fault(FaultKind::LabelVoid, "weigh_no", &draft.weigh_no, "");
        }
        if (row.offer_no, row.actual_weight_g) != (offer_no, draft.actual_weight_g as i32) {
            let goods = self.book.offers.iter().find(|offer| offer.offer_no as i32 == row.offer_no);
            let detail = format!("{} {} g", goods.map_or("", |offer| offer.sku_code.as_str()), row.actual_weight_g);
            return fault(FaultKind::LabelDiffers, "weigh_no", &draft.weigh_no, &detail);
        }
        if let (Some(said), Some(point)) = (point_id, named.point_ix)
            && row.point_id != Some(said)
        {
            let code = &self.book.points[point as usize].point_code;
            return fault(FaultKind::LabelDiffers, "point_code", code, "");
        }
        let order_id = named.order_ix.map(|order| self.book.orders.id[order as usize]);
        if let (Some(said), Some(other), Some(no)) = (order_id, label.order_id, &draft.order_no)
            && said != other
        {
            let at = self.book.orders.id.binary_search(&other).ok();
            let other = at.map_or("", |at| self.book.orders.order_no.get(at));
            return fault(FaultKind::LabelTaken, "order_no", no, other);
        }
        true
    }

    /// Whether the order's line gets one more piece than it has labels for.
    fn has_room(&self, reading: &mut Reading<WeightDraft>, draft: &WeightDraft, named: &Named) -> bool {
        let (Some(order), Some(no)) = (named.order_ix, &draft.order_no) else { return true };
        let line = Finder::line(self.book, order, named.offer_ix).map(|line| line as usize);
        let Some(line) = line else {
            reading.fault(draft.row, FaultKind::UnknownCode, "sku_code", &draft.sku_code, "");
            return false;
        };
        let given = if self.book.is_allocated(line) { self.book.lines.allocated[line] } else { 0 };
        let key = (self.book.orders.id[order as usize], self.book.offers[named.offer_ix as usize].offer_no as i32);
        if self.on_line.get(&key).copied().unwrap_or(0) < given {
            return true;
        }
        reading.fault(draft.row, FaultKind::LabelsEnough, "order_no", no, &given.to_string());
        false
    }

    fn label(&self, draft: &WeightDraft, named: &Named, offer_no: i32) -> LabelRow {
        let of_order = named.order_ix.map(|order| self.book.orders.point_ix[order as usize]);
        let point_ix = named.point_ix.or(of_order);
        LabelRow {
            cycle_id: self.book.cycle.id,
            weigh_no: draft.weigh_no.clone(),
            number: number_of(&draft.weigh_no),
            offer_no,
            point_id: point_ix.map(|point| self.book.points[point as usize].id),
            actual_weight_g: draft.actual_weight_g as i32,
            is_confirmed: self.is_confirmed,
            version: self.book.cycle.version as i32,
            weighed_by: BY.to_owned(),
            weighed_at: self.desk.now.0,
        }
    }

    fn binding(&self, weigh_no: String, bind_no: i32, order_id: i64) -> BindingRow {
        BindingRow {
            cycle_id: self.book.cycle.id,
            weigh_no,
            bind_no,
            order_id: Some(order_id),
            version: self.book.cycle.version as i32,
            bound_by: BY.to_owned(),
            recorded_by: BY.to_owned(),
            device_at: self.desk.now.0,
            recorded_at: self.desk.now.0,
        }
    }
}
