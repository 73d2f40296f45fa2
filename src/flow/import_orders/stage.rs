//! The second pass over an order file: new orders are staged in chunks and made visible by one flip.

use std::fs::File;
use std::io::{BufWriter, Read, Seek};
use std::path::Path;

use chrono::Duration;

use crate::domain::errors::{RuleError, Step};
use crate::domain::facts::{Cycle, Payment};
use crate::domain::states::CycleState;
use crate::domain::window::imported_as;
use crate::flow::import_orders::Progress;
use crate::flow::import_orders::catalog::Catalog;
use crate::flow::import_orders::inspect::{Fate, Inspected};
use crate::flow::import_orders::owner::{is_alive, still_running, this_process};
use crate::flow::import_orders::people::People;
use crate::flow::load_cycle::{card, refused};
use crate::flow::{Desk, FlowError};
use crate::imports::orders::{OrderLineDraft, Orders};
use crate::imports::{Fault, Faults, FaultyRows, ReadError, Row, Settings};
use crate::store::backend::{AsStoreError, Db, StoreError};
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::orders::{self, NewImport, NewLine, NewOrder, NewResident};
use crate::store::stamps::{self, Stamp};
use crate::store::{counters, live_totals, payments};

/// Lines written in one transaction: a fiftieth of the file's, within bounds of a fifth and three fifths of a second of
/// lock. See docs/decisions on chunks.
fn chunk_rows(file_rows: u64) -> usize {
    (file_rows / 50).clamp(20_000, 60_000) as usize
}

/// Stages and flips; returns the number of lines imported.
#[expect(clippy::too_many_arguments, reason = "one caller, which has each of them at hand")]
pub fn stage(
    db: &mut Db,
    desk: &Desk,
    cycle: &Cycle,
    catalog: &Catalog,
    inspected: &Inspected,
    file: &mut (impl Read + Seek),
    settings: &Settings,
    faulty_to: Option<&Path>,
    progress: Progress<'_>,
) -> Result<u64, FlowError> {
    db.prepare_for_load()?;
    let staged = stage_all(db, desk, cycle, catalog, inspected, file, settings, faulty_to, progress);
    let settled = db.settle_after_load();
    let lines = staged?;
    settled?;
    Ok(lines)
}

#[expect(clippy::too_many_arguments, reason = "as above")]
fn stage_all(
    db: &mut Db,
    desk: &Desk,
    cycle: &Cycle,
    catalog: &Catalog,
    inspected: &Inspected,
    file: &mut (impl Read + Seek),
    settings: &Settings,
    faulty_to: Option<&Path>,
    progress: Progress<'_>,
) -> Result<u64, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    let import_id = ids.next_id();
    begin(db, desk, cycle, settings, import_id)?;
    let people = People::load(db)?;
    let mut staging = Staging {
        desk,
        cycle,
        catalog,
        inspected,
        import_id,
        ids,
        people,
        placed: vec![(0, 0); inspected.seen.len()],
        chunk: Chunk::default(),
        staged: 0,
        leftover: None,
    };
    let (mut rows, chunk_rows) = (0, chunk_rows(inspected.rows));
    let read = crate::imports::read::<Orders, FlowError>(file, settings, |row| {
        rows += 1;
        staging.row(row, settings, faulty_to)?;
        if staging.chunk.lines.len() >= chunk_rows {
            staging.flush(db)?;
            progress(inspected.rows, rows);
        }
        Ok(())
    });
    match read {
        Ok(_) => {}
        Err(ReadError::Sink(error)) => return Err(error),
        Err(ReadError::Faults(faults)) => return Err(changed_meanwhile(faults)),
    }
    staging.flush(db)?;
    if let Some(leftover) = staging.leftover.take() {
        let unwritable = |cause| FlowError::Unreadable { file: settings.file.to_string(), cause };
        leftover.finish().map_err(unwritable)?;
    }
    if staging.staged != inspected.new_lines() {
        return Err(overwritten(settings));
    }
    flip(db, cycle, import_id)?;
    staging.ids.release(db)?;
    Ok(staging.staged)
}

/// The file was sound a moment ago: somebody writes to it while it is read.
fn changed_meanwhile(wrong: Vec<Fault>) -> FlowError {
    let mut faults = Faults::default();
    faults.extend(wrong);
    FlowError::Faults(faults)
}

/// The second pass found other orders than the first. What it staged stays invisible.
fn overwritten(settings: &Settings) -> FlowError {
    RuleError::Refused {
        code: "file_changed",
        zh: format!("{} 在导入过程中被改动，什么都没有导入，请重新导入", settings.file),
        en: format!("{} was written to while it was read; nothing was imported, import it again", settings.file),
    }
    .into()
}

fn begin(db: &mut Db, desk: &Desk, cycle: &Cycle, settings: &Settings, import_id: i64) -> Result<(), FlowError> {
    let owner = this_process();
    let import = NewImport {
        id: import_id,
        kind: "orders",
        cycle_id: Some(cycle.id),
        file_name: &settings.file,
        state: "staging",
        owner: &owner,
        started_at: desk.now.0,
        touched_at: desk.now.0,
        row_count: 0,
    };
    db.write(|db| {
        must_be_open(db, cycle)?;
        must_be_alone(db, desk, cycle)?;
        Ok(orders::start_import(db, &import)?)
    })
}

/// Another import may have begun while this one was looking through its file.
fn must_be_alone(db: &mut Db, desk: &Desk, cycle: &Cycle) -> Result<(), FlowError> {
    for (_, owner, touched_at) in orders::staging(db, cycle.id)? {
        if is_alive(&owner, touched_at, desk.now) {
            return Err(still_running(&owner).into());
        }
    }
    Ok(())
}

fn must_be_open(db: &mut Db, cycle: &Cycle) -> Result<(), FlowError> {
    let now = card(db, &cycle.cycle_code)?;
    if now.state == CycleState::Open { Ok(()) } else { Err(refused(&now, Step::ImportOrders).into()) }
}

/// The flip: from one moment to the next all staged orders count. No order over the network is half in meanwhile, and
/// what servers have counted so far they count anew.
fn flip(db: &mut Db, cycle: &Cycle, import_id: i64) -> Result<(), FlowError> {
    db.write_locking(|db| {
        cycles::hold(db, &[cycle.id], Hold::Alone)?;
        must_be_open(db, cycle)?;
        if !orders::finish_import(db, import_id)? {
            return Err(discarded());
        }
        counters::forget(db, cycle.id, None)?;
        live_totals::forget(db, cycle.id)?;
        stamps::raise(db, Stamp::Orders)?;
        if cycle.payment == Payment::Online {
            payments::hold_imported(db, cycle.id, import_id, Duration::minutes(i64::from(cycle.pay_within_min)))?;
        }
        Ok(())
    })
}

fn discarded() -> FlowError {
    RuleError::Refused {
        code: "import_discarded",
        zh: "另一个导入接管了本团期，本次导入已作废，请重新导入".into(),
        en: "another import took this cycle over and discarded this one, import again".into(),
    }
    .into()
}

/// An order or resident that was new when the file was looked through is there by now.
fn overtaken(error: FlowError) -> FlowError {
    if !error.as_store_error().is_some_and(StoreError::is_taken_key) {
        return error;
    }
    RuleError::Refused {
        code: "import_overtaken",
        zh: "检查文件期间，另一个导入写入了相同的订单或住户，本次未导入，请重新导入".into(),
        en: "another import wrote the same orders or residents meanwhile; nothing was imported, import again".into(),
    }
    .into()
}

#[derive(Default)]
struct Chunk {
    residents: Vec<NewResident>,
    orders: Vec<NewOrder>,
    lines: Vec<NewLine>,
}

struct Staging<'a> {
    desk: &'a Desk,
    cycle: &'a Cycle,
    catalog: &'a Catalog,
    inspected: &'a Inspected,
    import_id: i64,
    ids: IdMaker,
    people: People,
    /// Id and line count so far of each order of the file; id 0 = not met yet.
    placed: Vec<(i64, i32)>,
    chunk: Chunk,
    staged: u64,
    leftover: Option<FaultyRows<BufWriter<File>>>,
}

impl Staging<'_> {
    fn row(&mut self, row: Row<'_, Orders>, settings: &Settings, faulty_to: Option<&Path>) -> Result<(), FlowError> {
        let place = row.key().and_then(|order_no| self.inspected.place(&order_no));
        let fate = place.map_or(Fate::Faulty, |place| self.inspected.seen[place].fate);
        match (fate, &row.draft, place) {
            (Fate::New, Ok(line), Some(place)) => {
                self.take(place, line);
                Ok(())
            }
            (Fate::Known, ..) => Ok(()),
            _ => self.leave(&row, settings, faulty_to),
        }
    }

    /// Writes a row of a faulty order to the file of such rows.
    fn leave(&mut self, row: &Row<'_, Orders>, settings: &Settings, to: Option<&Path>) -> Result<(), FlowError> {
        let Some(path) = to else { return Ok(()) };
        let unwritable = |cause| FlowError::Unreadable { file: settings.file.to_string(), cause };
        if self.leftover.is_none() {
            let file = BufWriter::new(File::create(path).map_err(unwritable)?);
            self.leftover = Some(FaultyRows::create(file, row.heads).map_err(unwritable)?);
        }
        let leftover = self.leftover.as_mut().expect("it was made a line above");
        leftover.write(row.record).map_err(unwritable)
    }

    fn take(&mut self, place: usize, line: &OrderLineDraft<'_>) {
        let Ok((leader, point, offer_no)) = self.catalog.resolve(line) else {
            return;
        };
        if self.placed[place].0 == 0 {
            let id = self.ids.next_id();
            self.placed[place].0 = id;
            let (resident_id, details_id) =
                self.people.of(leader.id, line, &point.compound, &mut self.ids, &mut self.chunk.residents);
            let (state, paid_at) = imported_as(self.cycle.payment, line.paid_at, self.desk.now);
            self.chunk.orders.push(NewOrder {
                cycle_id: self.cycle.id,
                id,
                order_no: line.order_no.to_string(),
                point_id: point.id,
                leader_id: leader.id,
                resident_id,
                details_id,
                chain_no: line.chain_no.map(|no| no as i32),
                state: state.code(),
                placed_at: paid_at.unwrap_or(self.desk.now).0,
                paid_at: paid_at.map(|at| at.0),
                remark: line.remark.as_deref().map(str::to_owned),
                content_hash: Some(self.inspected.seen[place].content),
                import_id: Some(self.import_id),
            });
        }
        let (order_id, lines) = &mut self.placed[place];
        *lines += 1;
        self.chunk.lines.push(NewLine {
            cycle_id: self.cycle.id,
            order_id: *order_id,
            offer_no,
            line_no: *lines,
            ordered_qty: line.ordered_qty.0 as i32,
            tolerance: line.tolerance.0 as i32,
        });
    }

    fn flush(&mut self, db: &mut Db) -> Result<(), FlowError> {
        let rows = self.chunk.lines.len() as u64;
        let (import_id, now, so_far) = (self.import_id, self.desk.now, (self.staged + rows) as i64);
        let chunk = &self.chunk;
        db.write(|db| {
            if !orders::touch_import(db, import_id, so_far, now)? {
                return Err(discarded());
            }
            Ok(orders::insert(db, &chunk.residents, &chunk.orders, &chunk.lines)?)
        })
        .map_err(overtaken)?;
        self.staged += rows;
        self.chunk = Chunk::default();
        Ok(())
    }
}
