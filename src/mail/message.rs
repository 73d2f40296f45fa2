//! From words to a message: headers, text and HTML side by side, attachments whose Chinese names arrive.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::Message;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::domain::time::Moment;

/// A letter in words, before it has an address.
#[derive(Clone, Debug, Default)]
pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attached>,
}

#[derive(Clone, Debug)]
pub struct Attached {
    /// As the reader sees it, Chinese and with its ending; at most [`NAME_MAX`] bytes.
    pub name: String,
    /// Such as `text/csv; charset=utf-8`.
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Longest name of an attachment in bytes: one encoded word holds it.
pub const NAME_MAX: usize = 45;

/// Why a letter could not be put into a message.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A name, subject or address holds a line break or NUL, which would begin a header of its own.
    #[error("unsafe_text")]
    UnsafeText,
    #[error("unfit_message")]
    Message,
}

/// Says that a machine wrote it, so that no out-of-office answer comes back.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Puts a letter into a message. Nothing that could break a header gets as far as the library that writes it.
///
/// # Errors
/// `UnsafeText`; `Message` for what the library refuses.
pub fn compose(
    from: &Mailbox,
    to: &Mailbox,
    written: Written,
    message_id: &str,
    now: Moment,
) -> Result<Message, Unfit> {
    let names = [from.name.as_deref(), to.name.as_deref(), Some(message_id), Some(&written.subject)];
    let addresses = [from.email.to_string(), to.email.to_string()];
    let texts = names.into_iter().flatten().chain(addresses.iter().map(String::as_str));
    let file_names = written.attachments.iter().map(|attached| attached.name.as_str());
    if texts.chain(file_names).any(|text| !is_safe(text)) {
        return Err(Unfit::UnsafeText);
    }
    let date = SystemTime::UNIX_EPOCH + Duration::from_micros(now.0.unsigned_abs());
    let head = Message::builder()
        .from(from.clone())
        .to(to.clone())
        .subject(written.subject)
        .date(date)
        .message_id(Some(message_id.to_owned()))
        .header(AutoSubmitted);
    let body = MultiPart::alternative_plain_html(written.text, written.html);
    let message = if written.attachments.is_empty() {
        head.multipart(body)
    } else {
        let mut parts = MultiPart::mixed().multipart(body);
        for attached in written.attachments {
            parts = parts.singlepart(attachment(attached)?);
        }
        head.multipart(parts)
    };
    message.map_err(|_| Unfit::Message)
}

/// Whether a text stays within the header it is put into.
fn is_safe(text: &str) -> bool {
    !text.contains(['\r', '\n', '\0'])
}

/// The name stands twice: as RFC 2231 wants it, and as an encoded word for clients that know only that.
fn attachment(attached: Attached) -> Result<SinglePart, Unfit> {
    let shown = if attached.name.is_ascii() {
        attached.name.clone()
    } else {
        format!("=?UTF-8?B?{}?=", BASE64.encode(&attached.name))
    };
    let content_type =
        ContentType::parse(&format!("{}; name=\"{shown}\"", attached.content_type)).map_err(|_| Unfit::Message)?;
    Ok(SinglePart::builder()
        .header(content_type)
        .header(ContentDisposition::attachment(&attached.name))
        .header(ContentTransferEncoding::Base64)
        .body(attached.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(subject: &str, file: &str) -> Written {
        let bytes = "编码".as_bytes().to_vec();
        let attached = Attached { name: file.to_owned(), content_type: "text/csv; charset=utf-8", bytes };
        Written {
            subject: subject.to_owned(),
            text: "您好".to_owned(),
            html: "<p>您好</p>".to_owned(),
            attachments: vec![attached],
        }
    }

    fn mailbox(name: Option<&str>) -> Mailbox {
        Mailbox::new(name.map(str::to_owned), "a@b.example".parse().expect("an address"))
    }

    #[test]
    fn a_line_break_in_a_name_or_subject_never_reaches_a_header() {
        let (from, id) = (mailbox(None), "<1@b.example>");
        let send = |to: &Mailbox, written, id| compose(&from, to, written, id, Moment(0)).map(|_| ());
        let plain = mailbox(Some("绿野"));
        assert_eq!(send(&plain, written("采购单", "单.csv"), id), Ok(()));
        for bad in ["x\r\nBcc: c@d.example", "x\ny", "x\ry", "x\0"] {
            assert_eq!(send(&mailbox(Some(bad)), written("采购单", "单.csv"), id), Err(Unfit::UnsafeText), "{bad:?}");
            assert_eq!(send(&plain, written(bad, "单.csv"), id), Err(Unfit::UnsafeText), "{bad:?}");
            assert_eq!(send(&plain, written("采购单", bad), id), Err(Unfit::UnsafeText), "{bad:?}");
            assert_eq!(send(&plain, written("采购单", "单.csv"), bad), Err(Unfit::UnsafeText), "{bad:?}");
        }
    }

    #[test]
    fn a_chinese_file_name_stands_in_both_forms() {
        let message = compose(
            &mailbox(None),
            &mailbox(Some("绿野")),
            written("采购单 PO-261122-007", "采购单_PO-261122-007.csv"),
            "<1@b.example>",
            Moment(1_795_359_600_000_000),
        );
        let text = String::from_utf8(message.expect("a message").formatted()).expect("a message is ASCII");
        assert!(text.contains("filename*0*=utf-8''%E9%87%87"), "{text}");
        assert!(text.contains("name=\"=?UTF-8?B?6YeH6LSt5Y2V"), "{text}");
        assert!(text.contains("Message-ID: <1@b.example>\r\n") && text.contains("Auto-Submitted: auto-generated"));
        assert!(text.contains("Date: Sun, 22 Nov 2026 15:00:00 +0000"), "{text}");
        assert!(text.is_ascii() && text.lines().all(|line| line.len() < 998));
    }
}
