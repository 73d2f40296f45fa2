//! The first pass over an order file: every fault of it, and the fate of every order.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{Read, Seek};

use crate::domain::checksum::mix;
use crate::domain::facts::Cycle;
use crate::flow::FlowError;
use crate::flow::import_orders::Progress;
use crate::flow::import_orders::catalog::Catalog;
use crate::flow::import_orders::keys::{Keys, key128};
use crate::imports::fault::{Fault, FaultKind, Faults};
use crate::imports::orders::{OrderLineDraft, Orders};
use crate::imports::{ReadError, Row, Settings};
use crate::store::backend::Db;
use crate::store::orders::{self, KnownOrder};

/// What becomes of an order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    New,
    /// It is in the database already, the same.
    Known,
    Faulty,
}

/// An order as the first pass saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub fate: Fate,
    pub lines: u16,
    first_row: u32,
    head: u64,
    /// Hash of the head and of all lines, whatever their order.
    pub content: i64,
}

/// What the first pass found.
#[derive(Default)]
pub struct Inspected {
    pub rows: u64,
    pub faults: Faults,
    /// Whether the file as a whole is wrong, so that no order of it can be trusted.
    pub is_beyond_skipping: bool,
    /// Places of the orders in `seen`, by order number.
    places: Keys,
    pub seen: Vec<Seen>,
    /// (place of the order << 32 | offer_no, row) of each sound line, to find repeated ones.
    lines: Vec<(u64, u32)>,
    /// Whether there are orders already, so that numbers must be looked up.
    is_asking: bool,
    /// Numbers still to be looked up.
    unasked: Vec<String>,
}

impl Inspected {
    /// The place of an order in `seen`.
    pub fn place(&self, order_no: &str) -> Option<usize> {
        self.places.find(key128(&order_no))
    }

    pub fn count(&self, fate: Fate) -> u64 {
        self.seen.iter().filter(|seen| seen.fate == fate).count() as u64
    }

    pub fn new_lines(&self) -> u64 {
        self.seen.iter().filter(|seen| seen.fate == Fate::New).map(|seen| u64::from(seen.lines)).sum()
    }

    fn fault(&mut self, place: u32, fault: Fault) {
        self.seen[place as usize].fate = Fate::Faulty;
        self.faults.push(fault);
    }
}

/// Reads the whole file without writing anything.
pub fn inspect(
    db: &mut Db,
    cycle: &Cycle,
    catalog: &Catalog,
    file: &mut (impl Read + Seek),
    settings: &Settings,
    progress: Progress<'_>,
) -> Result<Inspected, FlowError> {
    let staging: Vec<i64> = orders::staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
    let mut found = Inspected { is_asking: orders::any(db)?, ..Inspected::default() };
    let mut known: HashMap<u32, KnownOrder> = HashMap::new();
    let read = crate::imports::read::<Orders, FlowError>(file, settings, |row| {
        found.rows += 1;
        if found.rows.is_multiple_of(10_000) {
            progress(found.rows, 0);
        }
        look(&mut found, catalog, settings, row);
        if found.unasked.len() >= 1_000 {
            ask(db, &mut found, &mut known, &staging)?;
        }
        Ok(())
    });
    match read {
        Ok(_) => {}
        Err(ReadError::Sink(error)) => return Err(error),
        Err(ReadError::Faults(faults)) => {
            found.is_beyond_skipping = true;
            found.faults.extend(faults);
        }
    }
    ask(db, &mut found, &mut known, &staging)?;
    repeated_lines(&mut found, settings);
    compare_known(&mut found, cycle, settings, &known);
    Ok(found)
}

fn look(found: &mut Inspected, catalog: &Catalog, settings: &Settings, row: Row<'_, Orders>) {
    let number = u32::try_from(row.row).unwrap_or(u32::MAX);
    let key = if row.draft.is_err() { row.key() } else { None };
    let line = match row.draft {
        Ok(line) => line,
        Err(faults) => {
            match key {
                Some(order_no) => {
                    let place = enter(found, &order_no, number, None);
                    found.seen[place as usize].fate = Fate::Faulty;
                }
                // A row of nobody knows which order: skipping it could import half an order.
                None => found.is_beyond_skipping = true,
            }
            faults.into_iter().for_each(|fault| found.faults.push(fault));
            return;
        }
    };
    let head = head_hash(&line);
    let place = enter(found, &line.order_no, number, Some(head));
    let resolved = catalog.resolve(&line);
    for (column, kind, detail) in resolved.as_ref().err().into_iter().flatten() {
        let value = match *column {
            "sku_code" => &line.sku_code,
            "leader_code" => &line.leader_code,
            _ => line.point_code.as_ref().unwrap_or(&line.leader_code),
        };
        let fault = Fault::new(&settings.file, row.row, *kind).cell(column, value).detail(detail);
        found.fault(place, fault);
    }
    let seen = &mut found.seen[place as usize];
    if seen.head == 0 {
        seen.head = head;
    } else if seen.head != head {
        let first = seen.first_row.to_string();
        let fault = Fault::new(&settings.file, row.row, FaultKind::ConflictingRow)
            .cell("order_no", &line.order_no)
            .detail(first);
        found.fault(place, fault);
        return;
    }
    if let Ok((_, _, offer_no)) = resolved {
        let seen = &mut found.seen[place as usize];
        seen.lines = seen.lines.saturating_add(1);
        let (qty, tolerance) = (u64::from(line.ordered_qty.0), u64::from(line.tolerance.0));
        let hash = mix(hash64(&line.sku_code) ^ mix(qty << 32 | tolerance));
        seen.content = seen.content.wrapping_add(hash as i64);
        found.lines.push((u64::from(place) << 32 | offer_no as u64, number));
    }
}

/// The place of an order, made if it is new to the file.
fn enter(found: &mut Inspected, order_no: &str, row: u32, head: Option<u64>) -> u32 {
    let key = key128(&order_no);
    if let Some(place) = found.places.find(key) {
        return place as u32;
    }
    found.seen.push(Seen { fate: Fate::New, lines: 0, first_row: row, head: head.unwrap_or(0), content: 0 });
    if found.is_asking {
        found.unasked.push(order_no.to_owned());
    }
    found.places.enter(key) as u32
}

/// 64 bits that stand for a value among a few others.
pub fn hash64(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Everything that a row says of its order rather than of its line; never 0.
fn head_hash(line: &OrderLineDraft<'_>) -> u64 {
    let who = (&line.resident, &line.nickname, &line.phone, &line.building, &line.unit_no, &line.room);
    let order = (&line.leader_code, &line.point_code, line.chain_no, line.paid_at, &line.remark, &line.leader_note);
    hash64(&(who, order)).max(1)
}

/// Looks the collected order numbers up.
fn ask(
    db: &mut Db,
    found: &mut Inspected,
    known: &mut HashMap<u32, KnownOrder>,
    staging: &[i64],
) -> Result<(), FlowError> {
    let asked = std::mem::take(&mut found.unasked);
    let numbers: Vec<&str> = asked.iter().map(String::as_str).collect();
    for order in orders::known(db, &numbers)? {
        let is_staged = order.import_id.is_some_and(|id| staging.contains(&id));
        if let (Some(place), false) = (found.place(&order.order_no), is_staged) {
            known.insert(place as u32, order);
        }
    }
    Ok(())
}

/// One line per (order, SKU): a second one is a fault.
fn repeated_lines(found: &mut Inspected, settings: &Settings) {
    let mut lines = std::mem::take(&mut found.lines);
    lines.sort_unstable();
    for pair in lines.windows(2) {
        let ((key, first), (next_key, row)) = (pair[0], pair[1]);
        if key == next_key {
            let fault = Fault::new(&settings.file, row.into(), FaultKind::DuplicateRow)
                .cell("sku_code", "")
                .detail(first.to_string());
            found.fault((key >> 32) as u32, fault);
        }
    }
}

/// An order that is there already must be the same; it is then left as it is.
fn compare_known(found: &mut Inspected, cycle: &Cycle, settings: &Settings, known: &HashMap<u32, KnownOrder>) {
    for seen in &mut found.seen {
        seen.content = (mix(seen.head) as i64).wrapping_add(seen.content);
    }
    for (&place, order) in known {
        let seen = &mut found.seen[place as usize];
        if seen.fate == Fate::Faulty {
            continue;
        }
        if order.cycle_id == cycle.id && order.content_hash == Some(seen.content) {
            seen.fate = Fate::Known;
        } else {
            let row = u64::from(seen.first_row);
            let fault = Fault::new(&settings.file, row, FaultKind::OrderDiffers).cell("order_no", &order.order_no);
            found.fault(place, fault);
        }
    }
}
