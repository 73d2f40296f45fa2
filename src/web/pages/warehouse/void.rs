//! Void paper: copies that are out of a sheet of which there is a newer version.

use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::paper::Copies;
use crate::web::pages::rows::title;
use crate::web::words::Lang;

/// Void sheets that the board names one by one.
const NAMED_MAX: usize = 3;

/// Copies of a void version that nobody took back.
pub struct VoidPaper {
    pub kind: DocumentKind,
    pub key: String,
    pub doc_no: String,
    pub version: u32,
    /// The newest version.
    pub now: u32,
    pub copies: Copies,
}

impl VoidPaper {
    pub fn title(&self, lang: Lang) -> &'static str {
        title(self.kind, lang)
    }

    pub fn out(&self) -> u32 {
        self.copies.out()
    }
}

/// What of these copies is void and still out, by number.
pub fn void_out<'c>(
    book: &Book,
    copies: impl Iterator<Item = (&'c (DocumentKind, String, u32), Copies)>,
) -> Vec<VoidPaper> {
    let void = |((kind, key, version), copies): (&(DocumentKind, String, u32), Copies)| {
        let issue = book.documents.get(&(*kind, key.clone()))?;
        let is_out = issue.version > *version && copies.out() > 0;
        let (doc_no, now) = (issue.doc_no.clone(), issue.version);
        is_out.then(|| VoidPaper { kind: *kind, key: key.clone(), doc_no, version: *version, now, copies })
    };
    let mut found: Vec<VoidPaper> = copies.filter_map(void).collect();
    found.sort_by(|a, b| (&a.doc_no, a.version).cmp(&(&b.doc_no, b.version)));
    found
}

/// The notes of the board: the first few by number, then how many more.
pub fn notes(found: &[VoidPaper], lang: Lang) -> Vec<String> {
    let note = |void: &VoidPaper| {
        let (no, version, Copies { issued, collected, .. }) = (&void.doc_no, void.version, void.copies);
        let zh = format!("{no} 的 v{version} 已作废：已发 {issued} 份，收回 {collected}");
        let en = format!("{no} v{version} is void: {issued} handed out, {collected} back");
        lang.say(&zh, &en).to_owned()
    };
    let more = found.len().saturating_sub(NAMED_MAX);
    let (zh, en) = (format!("还有 {more} 份作废单据在外面"), format!("{more} more void sheets are out"));
    let rest = (more > 0).then(|| lang.say(&zh, &en).to_owned());
    found.iter().take(NAMED_MAX).map(note).chain(rest).collect()
}
