//! What a letter says: rendered from the books at the moment it is sent, so that no copy of it lies anywhere.

mod pack;
mod purchases;
mod reminder;
mod summary;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use lettre::message::Mailbox;

use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::letters::Template;
use crate::domain::time::Zone;
use crate::mail::message::{Attached, NAME_MAX, Unfit, Written};
use crate::mail::office::{Secret, Secrets};
use crate::mail::settings::MailLang;
use crate::sheets::{CsvOptions, Document, Press, SheetError, print_csv};
use crate::store::backend::{Db, StoreError};
use crate::store::book::{self, Want};
use crate::store::cycles;
use crate::store::outbox::Letter;
use crate::store::purchase_answers::live_link;
use crate::store::reminders::Standing;

/// Why a letter was not written.
#[derive(Debug)]
pub enum Unwritable {
    /// The database could not: it will be tried again.
    Store(StoreError),
    /// There is something about the letter itself.
    Because(String),
}

impl Unwritable {
    fn because(why: &str) -> Unwritable {
        Unwritable::Because(why.to_owned())
    }
}

impl From<StoreError> for Unwritable {
    fn from(error: StoreError) -> Unwritable {
        Unwritable::Store(error)
    }
}

impl From<Unfit> for Unwritable {
    fn from(unfit: Unfit) -> Unwritable {
        Unwritable::Because(unfit.to_string())
    }
}

impl From<SheetError> for Unwritable {
    fn from(_: SheetError) -> Unwritable {
        Unwritable::because("sheet_not_in_book")
    }
}

impl From<askama::Error> for Unwritable {
    fn from(_: askama::Error) -> Unwritable {
        Unwritable::because("template")
    }
}

/// Books kept while letters about them are written.
const BOOKS_MAX: usize = 2;

/// Cycle id, version, and how much of it.
type BookKey = (i64, u32, Want);

/// Writes letters, and keeps for a round what many of them are about.
pub struct Writer {
    secrets: Secrets,
    lang: MailLang,
    link_base: Option<String>,
    books: VecDeque<(BookKey, Arc<Book>)>,
    standing: Option<(i64, Arc<BTreeMap<i64, Standing>>)>,
}

impl Writer {
    pub fn new(secrets: Secrets, lang: MailLang, link_base: Option<String>) -> Writer {
        Writer { secrets, lang, link_base, books: VecDeque::new(), standing: None }
    }

    /// Puts away what was kept.
    pub fn forget(&mut self) {
        self.books.clear();
        self.standing = None;
    }

    /// The words and attachments of a letter.
    ///
    /// # Errors
    /// What the database says; why this letter cannot be written.
    pub fn write(&mut self, db: &mut Db, letter: &Letter, to: &Mailbox, zone: Zone) -> Result<Written, Unwritable> {
        match letter.template() {
            Template::PurchaseOrder => {
                let link = self.purchase_link(db, letter)?;
                purchases::order(&*self.book(db, letter, Want::Supply, zone)?, letter, self.lang, link)
            }
            Template::PurchaseChange => {
                let link = self.purchase_link(db, letter)?;
                purchases::change(&*self.book(db, letter, Want::Supply, zone)?, letter, self.lang, link)
            }
            Template::ProcurementSummary => {
                let link = self.link("/cycles/");
                summary::summary(&*self.book(db, letter, Want::Everything, zone)?, self.lang, link)
            }
            Template::NightPack => pack::pack(&*self.book(db, letter, Want::Everything, zone)?, self.lang),
            Template::CutoffReminder => self.reminder(db, letter, zone),
            Template::Invite => {
                let sealed = letter.user_id.zip(letter.sealed.as_deref());
                let token = sealed.and_then(|(user_id, sealed)| (self.secrets)(Secret::Sealed { user_id, sealed }));
                let (Some(token), Some(link)) = (token, self.link("/i/")) else {
                    return Err(Unwritable::because("no_link"));
                };
                reminder::invite(self.lang, to.name.as_deref(), format!("{link}{token}"))
            }
        }
    }

    fn link(&self, path: &str) -> Option<String> {
        self.link_base.as_ref().map(|base| format!("{base}{path}"))
    }

    /// Where the supplier answers; None where pages cannot be linked to, or the order has no link.
    fn purchase_link(&self, db: &mut Db, letter: &Letter) -> Result<Option<String>, Unwritable> {
        let (Some(base), Some(po_id)) = (self.link("/s/"), letter.po_id) else { return Ok(None) };
        let token = live_link(db, po_id)?.and_then(|id| (self.secrets)(Secret::PurchaseLink(id)));
        Ok(token.map(|token| format!("{base}{token}")))
    }

    fn reminder(&mut self, db: &mut Db, letter: &Letter, zone: Zone) -> Result<Written, Unwritable> {
        let cycle_id = letter.cycle_id.ok_or_else(|| Unwritable::because("no_cycle"))?;
        let row = cycles::by_id(db, cycle_id)?.ok_or_else(|| Unwritable::because("no_cycle"))?;
        let standing = match &self.standing {
            Some((id, kept)) if *id == cycle_id => kept.clone(),
            _ => {
                let read = db.read(|db| crate::store::reminders::standing_by_leader(db, cycle_id))?;
                self.standing.insert((cycle_id, Arc::new(read))).1.clone()
            }
        };
        let own = letter.leader_id.and_then(|id| standing.get(&id)).cloned().unwrap_or_default();
        reminder::reminder(self.lang, &row.card(), zone, &own, self.link("/leader"))
    }

    /// The book a letter is about, as it stood at the letter's version.
    fn book(&mut self, db: &mut Db, letter: &Letter, want: Want, zone: Zone) -> Result<Arc<Book>, Unwritable> {
        let (Some(cycle_id), Some(version)) = (letter.cycle_id, letter.version) else {
            return Err(Unwritable::because("no_cycle"));
        };
        let key = (cycle_id, version.unsigned_abs(), want);
        if let Some((_, book)) = self.books.iter().find(|(known, _)| *known == key) {
            return Ok(book.clone());
        }
        let read = db.read(|db| -> Result<Option<Book>, StoreError> {
            let Some(row) = cycles::by_id(db, cycle_id)? else { return Ok(None) };
            book::load(db, &row.card(), Some(key.1), want, zone).map(Some)
        })?;
        let book = Arc::new(read.ok_or_else(|| Unwritable::because("no_cycle"))?);
        if self.books.len() == BOOKS_MAX {
            self.books.pop_front();
        }
        self.books.push_back((key, book.clone()));
        Ok(book)
    }
}

/// The text and the page of a letter.
fn both(subject: String, text: &impl askama::Template, html: &impl askama::Template) -> Result<Written, Unwritable> {
    Ok(Written { subject, text: text.render()?, html: html.render()?, attachments: Vec::new() })
}

/// A sheet as an attachment: `采购单_PO-261122-007.csv`.
fn csv_of(press: &Press<'_>, kind: DocumentKind, key: &str) -> Result<Attached, Unwritable> {
    let document = Document::find(press.book, kind, key).ok_or_else(|| Unwritable::because("sheet_not_in_book"))?;
    let mut bytes = Vec::new();
    print_csv(press, &document, CsvOptions::default(), &mut bytes)?;
    let name = format!("{}_{}.csv", kind.zh(), document.issue.doc_no);
    let name = if name.len() > NAME_MAX { format!("{}.csv", document.issue.doc_no) } else { name };
    Ok(Attached { name, content_type: "text/csv; charset=utf-8", bytes })
}
