//! What is shown of residents, noted in the security log: pickup codes told to machines, and sheets with names and rooms.

use std::time::Instant;

use crate::flow::people::note;
use crate::store::backend::Db;
use crate::store::security_log::Entry;
use crate::web::caller::Caller;
use crate::web::requests::RequestId;
use crate::web::site::Site;

/// Something of residents that was shown.
#[derive(Clone, Copy, Debug)]
pub struct Reveal<'a> {
    /// `code_shown`, `sheet_taken`.
    pub act: &'a str,
    /// `order:261122-0007`, `document:PK-261122-003`.
    pub subject: &'a str,
    pub detail: &'a str,
    pub request_id: &'a RequestId,
}

/// Notes a reveal; the same to the same caller once a minute. A log that cannot be written keeps nobody from reading in
/// the night: then the server's own log says so.
pub fn note_reveal(site: &Site, db: &mut Db, caller: &Caller, reveal: Reveal<'_>) {
    let Reveal { act, subject, detail, request_id } = reveal;
    let actor = caller.actor();
    if site.shown().is_known(format!("{act} {actor} {subject} {detail}"), Instant::now()) {
        return;
    }
    let entry = Entry { act, actor: &actor, subject, detail, request_id: &request_id.0 };
    if let Err(error) = note(db, &site.desk(), entry) {
        site.log(&format!("a reveal could not be noted ({act} by {actor}, {subject}): {error:#}"));
    }
}
