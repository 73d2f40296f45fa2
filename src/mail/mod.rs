//! SENDS: letters from the outbox to their addressees, by SMTP or into a folder.
//!
//! A letter is rendered from the books when it is sent (`write`), put into a message (`message`) and carried
//! (`carrier`) by the one [`Office`] that is at work. Its row says `sending` before the first byte goes out, and its
//! Message-ID never changes: whatever breaks off, the letter is tried again as the same letter.

mod carrier;
mod message;
mod office;
mod recipients;
mod relay;
pub mod settings;
mod write;

pub use office::{Office, Round, Secret, Secrets};
pub use settings::{MailFlags, MailSettings};
