//! The steps of a night as the board shows them.

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::facts::Cycle;
use crate::domain::states::{CycleState, PurchaseOrderState};
use crate::domain::weighing::Weighing;
use crate::flow::note_copies::copies_of;
use crate::store::backend::Db;
use crate::store::{freeze, weights, wrong_goods};
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::pages::warehouse::may;
use crate::web::pages::warehouse::void::{self, void_out};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment, unsigned};

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Done,
    /// It can be done, and is to be done next.
    Next,
    /// Something else comes first.
    Later,
}

impl Stand {
    pub fn class(self) -> &'static str {
        match self {
            Stand::Done => "is-done",
            Stand::Next => "is-next",
            Stand::Later => "is-later",
        }
    }

    pub fn mark(self) -> &'static str {
        match self {
            Stand::Done => "settled",
            Stand::Next => "open",
            Stand::Later => "later",
        }
    }
}

/// A row of the board.
pub struct StepRow {
    pub name: &'static str,
    pub stand: Stand,
    pub state: String,
    /// The count, and what it is to come to; empty where there is nothing to count.
    pub done: String,
    pub target: String,
    pub unit: &'static str,
    pub blocks: Option<String>,
    pub notes: Vec<String>,
    pub acts: Vec<Act>,
}

/// Something to be done: a page to go to, or a step to be run.
pub struct Act {
    pub words: String,
    pub address: String,
    pub is_link: bool,
    pub is_main: bool,
    /// What to ask before, with the consequence in figures; empty where it can be done again.
    pub ask: String,
    /// What to say afterwards.
    pub done: &'static str,
}

/// What the rows are made of.
struct Night<'n> {
    cycle: &'n Cycle,
    book: Option<&'n Book>,
    caller: &'n Caller,
    lang: Lang,
    /// Taking part: orders, pieces.
    orders: (u64, u64),
    cutoff_at: String,
    /// Sheets of the great pick and sowing, and of dispatch: printed, in all.
    sorting: (u64, u64),
    dispatching: (u64, u64),
    /// Labels of goods that are weighed, and the pieces that were given out; none where nothing is weighed.
    weighing: Option<(u64, u64)>,
    /// Wrong goods that wait for the buyer's word.
    wrong: usize,
    /// Notes of void paper that is out.
    void: Vec<String>,
}

/// The rows of the board, in the order of the night.
///
/// # Errors
/// What the database says.
pub fn steps(
    site: &Site,
    db: &mut Db,
    cycle: &Cycle,
    book: Option<&Book>,
    caller: &Caller,
    lang: Lang,
) -> Result<Vec<StepRow>, WebError> {
    let orders = match freeze::closing(db, cycle.id)? {
        Some(closing) => (unsigned(closing.order_count), unsigned(closing.pieces)),
        None if cycle.state == CycleState::Open => {
            let totals = site.intake.live.read(db, &cycle.cycle_code)?;
            (totals.orders, totals.ordered_qty)
        }
        None => (0, 0),
    };
    let printed = copies_of(db, cycle.id)?;
    let sheets = |kinds: &[DocumentKind]| {
        let own = book.iter().flat_map(|book| &book.documents).filter(|((kind, _), _)| kinds.contains(kind));
        let is_printed = |((kind, key), issue): &(&(DocumentKind, String), &crate::domain::documents::Issue)| {
            printed.get(&(*kind, key.clone(), issue.version)).is_some_and(|copies| copies.printed > 0)
        };
        (own.clone().filter(is_printed).count() as u64, own.count() as u64)
    };
    let out = || printed.iter().map(|(sheet, copies)| (sheet, *copies));
    let void = book.map_or_else(Vec::new, |book| void_out(book, out()));
    let found = wrong_goods::of_cycle(db, cycle.id)?;
    let words = wrong_goods::words(db, &found.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let night = Night {
        wrong: found.iter().filter(|row| !words.contains_key(&row.id)).count(),
        weighing: weighing(db, book)?,
        void: void::notes(&void, lang),
        cycle,
        book,
        caller,
        lang,
        orders,
        cutoff_at: site.desk().zone.minute(cycle.cutoff_at).get(5..).unwrap_or_default().to_owned(),
        sorting: sheets(&[DocumentKind::PickList, DocumentKind::PickListRoute, DocumentKind::SowingSort]),
        dispatching: sheets(&[DocumentKind::DispatchSheet, DocumentKind::HandoverSlip, DocumentKind::PickupList]),
    };
    Ok(vec![night.cutoff(), night.purchase(), night.receive(), night.allocate(), night.sort(), night.dispatch()])
}

fn weighing(db: &mut Db, book: Option<&Book>) -> Result<Option<(u64, u64)>, WebError> {
    let Some(book) = book else { return Ok(None) };
    let is_weighed = |offer: u32| Weighing::of(&book.offers[offer as usize]).is_some();
    let own = book.allocations.iter().filter(|((offer, _), _)| is_weighed(*offer));
    let pieces: u64 = own.map(|(_, share)| share.allocated_qty).sum();
    let [labels, voids, _] = weights::counts(db, book.cycle.id)?;
    Ok((pieces > 0).then_some((unsigned(labels - voids), pieces)))
}

impl Night<'_> {
    fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.say(zh, en)
    }

    fn row(&self, zh: &'static str, en: &'static str, stand: Stand) -> StepRow {
        let state = match stand {
            Stand::Done => self.say("✓ 已完成", "✓ Done"),
            Stand::Next => self.say("待办", "To do"),
            Stand::Later => self.say("等待", "Waiting"),
        };
        StepRow {
            name: self.lang.say(zh, en),
            stand,
            state: state.to_owned(),
            done: String::new(),
            target: String::new(),
            unit: "",
            blocks: None,
            notes: Vec::new(),
            acts: Vec::new(),
        }
    }

    fn waits_for(&self, row: &mut StepRow, zh: &str, en: &str) {
        row.blocks = Some(self.say(zh, en).to_owned());
    }

    /// A step to be run, or who else runs it.
    fn run(&self, row: &mut StepRow, operation: Operation, path: &str, words: String, ask: String) {
        if may(self.caller, operation) {
            let address = format!("/api/v1/cycles/{}/{path}", segment(&self.cycle.cycle_code));
            let (is_main, done) = (row.stand == Stand::Next, self.lang.say("已完成", "Done"));
            row.acts.push(Act { words, address, is_link: false, is_main, ask, done });
        } else if row.stand == Stand::Next {
            row.notes.push(self.say("由采购操作", "The buyer does this").to_owned());
        }
    }

    fn go(&self, row: &mut StepRow, work: &str, words: String) {
        let address = self.lang.to(&format!("/warehouse/{}{work}", segment(&self.cycle.cycle_code)));
        let is_main = row.stand == Stand::Next && row.acts.is_empty();
        row.acts.push(Act { words, address, is_link: true, is_main, ask: String::new(), done: "" });
    }

    fn cutoff(&self) -> StepRow {
        let (orders, pieces) = (count(self.orders.0), count(self.orders.1));
        let is_done = self.cycle.state.is_frozen();
        let mut row = self.row("截单", "Cutoff", if is_done { Stand::Done } else { Stand::Next });
        row.unit = self.lang.say("单", "orders");
        match self.cycle.state {
            CycleState::Draft => {
                row.state = self.lang.state(self.cycle.state);
                let words = self.say("现在开团", "Open now").to_owned();
                self.run(&mut row, Operation::OpenCycle, "open", words, String::new());
            }
            CycleState::Open => {
                row.done = orders.clone();
                row.state = self.lang.state(self.cycle.state);
                let zh = format!("到 {} 自动截单", self.cutoff_at);
                let en = format!("Closes by itself at {}", self.cutoff_at);
                row.notes.push(self.say(&zh, &en).to_owned());
                let zh = format!("截单后 {orders} 单（{pieces} 件）不可再改，确认现在截单？");
                let en = format!("After the cutoff {orders} orders ({pieces} pieces) cannot be changed. Cut off now?");
                let ask = self.say(&zh, &en).to_owned();
                self.run(&mut row, Operation::Cutoff, "cutoff", self.say("现在截单", "Cut off now").to_owned(), ask);
            }
            CycleState::Cancelled => {
                row.stand = Stand::Later;
                row.state = self.lang.state(self.cycle.state);
            }
            _ => {
                row.done = orders;
                let zh = format!("{pieces} 件");
                let en = format!("{pieces} pieces");
                row.notes.push(self.say(&zh, &en).to_owned());
            }
        }
        row
    }

    fn purchase(&self) -> StepRow {
        let Some(book) = self.book else {
            let mut row = self.row("采购", "Purchase", Stand::Later);
            self.waits_for(&mut row, "等截单", "Waits for the cutoff");
            return row;
        };
        if self.cycle.state == CycleState::Frozen {
            let mut row = self.row("采购", "Purchase", Stand::Next);
            let words = self.say("采购汇总", "Add up and plan").to_owned();
            self.run(&mut row, Operation::Procure, "procure", words, String::new());
            return row;
        }
        let all = book.purchase_orders.len() as u64;
        let drafts = book.purchase_orders.iter().filter(|po| po.state == PurchaseOrderState::Draft).count() as u64;
        let mut row = self.row("采购", "Purchase", if drafts == 0 { Stand::Done } else { Stand::Next });
        (row.done, row.target, row.unit) = (count(all - drafts), count(all), self.lang.say("份已发", "sent"));
        if drafts > 0 {
            let (zh, en) = (format!("发送 {drafts} 份采购单"), format!("Send {drafts} purchase orders"));
            let words = self.say(&zh, &en).to_owned();
            let zh = format!("{drafts} 份采购单发给供应商，发出后收不回。确认发送？");
            let en = format!("{drafts} purchase orders go to their suppliers and cannot be called back. Send?");
            self.run(&mut row, Operation::SendPurchases, "send", words, self.say(&zh, &en).to_owned());
        }
        row
    }

    fn receive(&self) -> StepRow {
        let lines = || self.book.iter().flat_map(|book| &book.purchase_orders).flat_map(|po| &po.lines);
        let all = lines().count() as u64;
        let open = lines().filter(|line| line.expected_qty() > 0).count() as u64;
        let planned: u64 = lines().map(|line| line.planned_qty).sum();
        let came: u64 = lines().map(|line| line.arrived_qty + line.rejected_qty).sum();
        let short: u64 = lines()
            .filter(|line| line.is_closed)
            .map(|line| line.planned_qty.saturating_sub(line.arrived_qty + line.rejected_qty))
            .sum();
        let can = self.cycle.state.after_receiving().is_ok();
        let stand = if !can {
            Stand::Later
        } else if open == 0 {
            Stand::Done
        } else {
            Stand::Next
        };
        let mut row = self.row("收货", "Receiving", stand);
        if !can {
            if self.cycle.state == CycleState::Settled {
                row.stand = Stand::Done;
            } else {
                self.waits_for(&mut row, "等采购汇总", "Waits for the plan");
            }
            return row;
        }
        (row.done, row.target, row.unit) = (count(all - open), count(all), self.lang.say("行到齐", "lines complete"));
        let (zh, en) = (
            format!("应到 {} 件，已清点 {} 件", count(planned), count(came)),
            format!("{} pieces expected, {} counted", count(planned), count(came)),
        );
        row.notes.push(self.say(&zh, &en).to_owned());
        if short > 0 {
            let (zh, en) = (format!("少货 {} 件", count(short)), format!("{} pieces short", count(short)));
            row.blocks = Some(self.say(&zh, &en).to_owned());
        }
        if self.wrong > 0 {
            let wrong = self.wrong;
            let (zh, en) = (format!("错货 {wrong} 笔等采购定"), format!("{wrong} wrong goods wait for the buyer"));
            row.notes.push(self.say(&zh, &en).to_owned());
        }
        let words = if open > 0 { self.say("去收货", "Receive") } else { self.say("看收货", "See receiving") };
        self.go(&mut row, "/receiving", words.to_owned());
        if self.wrong > 0 {
            self.go(&mut row, "/wrong-goods", self.say("看错货", "See wrong goods").to_owned());
        }
        row
    }

    fn allocate(&self) -> StepRow {
        let Some(book) = self.book.filter(|_| self.cycle.state.after_allocation().is_ok()) else {
            let is_over = self.cycle.state == CycleState::Settled;
            let mut row = self.row("分配", "Allocation", if is_over { Stand::Done } else { Stand::Later });
            if !is_over {
                self.waits_for(&mut row, "等第一批到货", "Waits for the first delivery");
            }
            return row;
        };
        let is_done = matches!(self.cycle.state, CycleState::Allocated | CycleState::Dispatched);
        let mut row = self.row("分配", "Allocation", if is_done { Stand::Done } else { Stand::Next });
        let short = book.allocations.values().filter(|share| share.allocated_qty < share.ordered_qty);
        let (skus, pieces) = short
            .fold((0u64, 0u64), |(skus, pieces), share| (skus + 1, pieces + share.ordered_qty - share.allocated_qty));
        if !book.allocations.is_empty() {
            let given: u64 = book.allocations.values().map(|share| share.allocated_qty).sum();
            let ordered: u64 = book.allocations.values().map(|share| share.ordered_qty).sum();
            (row.done, row.target, row.unit) = (count(given), count(ordered), self.lang.say("件", "pcs"));
        }
        if skus > 0 {
            let (zh, en) = (format!("缺 {skus} 种 {pieces} 件"), format!("{skus} goods short, {pieces} pieces"));
            row.blocks = Some(self.say(&zh, &en).to_owned());
        }
        let open = book.purchase_orders.iter().flat_map(|po| &po.lines).filter(|line| line.expected_qty() > 0).count();
        if open > 0 {
            let zh = format!("{open} 行还没到齐，先按预计到货分");
            let en = format!("{open} lines are still expected and shared out as if they came");
            row.notes.push(self.say(&zh, &en).to_owned());
        }
        let words = if is_done { self.say("重新分配", "Share out again") } else { self.say("分配", "Share out") };
        self.run(&mut row, Operation::AllocateGoods, "allocate", words.to_owned(), String::new());
        row
    }

    fn sort(&self) -> StepRow {
        let is_ready = matches!(self.cycle.state, CycleState::Allocated | CycleState::Dispatched);
        let (printed, all) = self.sorting;
        let stand = match is_ready {
            true if all > 0 && printed == all => Stand::Done,
            true => Stand::Next,
            false => Stand::Later,
        };
        let mut row = self.row("分拣", "Sorting", stand);
        if !is_ready {
            self.waits_for(&mut row, "等分配", "Waits for the allocation");
            return row;
        }
        (row.done, row.target, row.unit) = (count(printed), count(all), self.lang.say("份已打印", "printed"));
        self.go(&mut row, "/sheets", self.say("打印总拣、播种单", "Print pick and sowing sheets").to_owned());
        if let Some((labels, pieces)) = self.weighing {
            let (zh, en) = (
                format!("称重：{labels} 张称签，应提 {pieces} 件"),
                format!("{labels} labels for {pieces} pieces sold by weight"),
            );
            row.notes.push(self.say(&zh, &en).to_owned());
            self.go(&mut row, "/weighing", self.say("称重", "Weigh").to_owned());
        }
        row
    }

    fn dispatch(&self) -> StepRow {
        let Some(book) = self.book.filter(|_| {
            matches!(self.cycle.state, CycleState::Allocated | CycleState::Dispatched | CycleState::Settled)
        }) else {
            let mut row = self.row("配送", "Delivery", Stand::Later);
            self.waits_for(&mut row, "等分配", "Waits for the allocation");
            return row;
        };
        let is_done = self.cycle.state != CycleState::Allocated;
        let mut row = self.row("配送", "Delivery", if is_done { Stand::Done } else { Stand::Next });
        let (printed, all) = self.dispatching;
        row.notes.extend(self.void.iter().cloned());
        if is_done {
            (row.done, row.unit) = (count(book.trips.len() as u64), self.lang.say("车次", "trips"));
            let (zh, en) = (format!("派车、提货单已打印 {printed}/{all}"), format!("{printed}/{all} sheets printed"));
            row.notes.push(self.say(&zh, &en).to_owned());
            let without = book.trips.iter().filter(|trip| trip.vehicle.is_none()).count();
            if without > 0 {
                let (zh, en) = (format!("{without} 车次没有车"), format!("{without} trips have no vehicle"));
                row.blocks = Some(self.say(&zh, &en).to_owned());
            }
        }
        if self.cycle.state == CycleState::Settled {
            return row;
        }
        let words = if is_done { self.say("重新派车", "Plan again") } else { self.say("派车", "Make the trips") };
        self.run(&mut row, Operation::DispatchTrips, "dispatch", words.to_owned(), String::new());
        row
    }
}
