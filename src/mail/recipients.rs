//! Whose address a letter gets: looked up when it is sent, so that a mended address counts at once.

use lettre::message::Mailbox;
use sha2::{Digest, Sha256};

use crate::domain::access::Role;
use crate::domain::letters::{Addressee, address_fault};
use crate::mail::settings::MailSettings;
use crate::store::backend::{Db, StoreError};
use crate::store::outbox::{Letter, NewLetter};
use crate::store::recipients;

/// The fingerprint by which a row names an address of the settings.
pub fn fingerprint(address: &str) -> String {
    let hash = Sha256::digest(address.to_lowercase().as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The letters that replace one to a role: a row for each of its people and of its addresses in the settings, named by
/// what is no personal data.
///
/// # Errors
/// What the database says.
pub fn people_of(
    db: &mut Db,
    settings: &MailSettings,
    letter: &Letter,
    role: Role,
    mut next_id: impl FnMut() -> i64,
) -> Result<Vec<NewLetter>, StoreError> {
    let mut addressees: Vec<(String, Addressee)> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for (user_id, email) in recipients::of_role(db, role)? {
        let email = email.to_lowercase();
        if !seen.contains(&email) {
            seen.push(email);
            addressees.push((format!("user-{user_id}"), Addressee::User(user_id)));
        }
    }
    for mailbox in settings.of_role(role) {
        let email = mailbox.email.to_string().to_lowercase();
        if !seen.contains(&email) {
            let hash = fingerprint(&email);
            seen.push(email);
            addressees.push((hash.clone(), Addressee::Address(hash)));
        }
    }
    let copy = |(key, to): (String, Addressee)| NewLetter {
        id: next_id(),
        business_key: format!("{}/{key}", letter.business_key),
        template: letter.template(),
        to,
        cycle_id: letter.cycle_id,
        po_id: letter.po_id,
        version: letter.version.map(|version| version as u32),
        sealed: None,
        fault: None,
    };
    Ok(addressees.into_iter().map(copy).collect())
}

/// The address of a letter, or why it has none: `no_address`, `bad_address`.
///
/// # Errors
/// What the database says.
pub fn address_of(
    db: &mut Db,
    settings: &MailSettings,
    to: &Addressee,
) -> Result<Result<Mailbox, &'static str>, StoreError> {
    let (name, email) = match to {
        Addressee::Address(hash) => {
            let known = settings.buyers.iter().chain(&settings.warehouse);
            let found = known.into_iter().find(|mailbox| fingerprint(mailbox.email.as_ref()) == *hash);
            return Ok(found.cloned().ok_or("no_address"));
        }
        Addressee::Role(_) => return Ok(Err("no_address")),
        Addressee::Supplier(id) => recipients::supplier(db, *id)?,
        Addressee::Leader(id) => recipients::leader(db, *id)?,
        Addressee::User(id) => recipients::user(db, *id)?,
    }
    .unwrap_or_default();
    if let Some(fault) = address_fault(email.as_deref()) {
        return Ok(Err(fault));
    }
    let Ok(address) = email.unwrap_or_default().trim().parse() else { return Ok(Err("bad_address")) };
    Ok(Ok(Mailbox::new(name, address)))
}
