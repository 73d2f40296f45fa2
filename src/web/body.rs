//! Bodies of requests: small JSON objects, and rows for the steps that read files.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::PathBuf;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::web::answers::refusal;
use crate::web::errors::WebError;
use crate::web::object::Object;
use crate::web::turned::Turned;
use crate::web::words::Lang;

/// The most bytes of a JSON object.
pub const JSON_MAX: usize = 64 * 1024;
/// The most bytes of a file that staff send.
pub const FILE_MAX: usize = 64 * 1024 * 1024;

/// Reads an object that may be left out altogether.
///
/// # Errors
/// `bad_request` for what is no such object; `too_large`.
pub fn object<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, WebError> {
    if body.is_empty() {
        return Ok(T::default());
    }
    parsed(body)
}

/// Reads an object that must be there.
///
/// # Errors
/// `bad_request` for what is no such object; `too_large`.
pub fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebError> {
    if body.len() > JSON_MAX {
        return Err(WebError::TooLarge { limit: JSON_MAX });
    }
    parse(body)
}

/// A body that is an object: what a handler is given instead of bytes.
pub struct Given<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Given<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Given<T>, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, bytes) = (request.clone(), web::Bytes::from_request(request, payload));
        Box::pin(async move {
            let refused = |error: WebError| {
                let answer = refusal(request.path(), Lang::of(&request), &error);
                actix_web::Error::from(InternalError::from_response("no such object", answer))
            };
            parsed(&bytes.await?).map(Given).map_err(refused)
        })
    }
}

/// The sender's own name for an act.
///
/// # Errors
/// `bad_request` where it is empty, too long or holds anything but visible ASCII.
pub fn event_name(event_id: String) -> Result<String, WebError> {
    let is_sound = (1..=64).contains(&event_id.len()) && event_id.bytes().all(|byte| byte.is_ascii_graphic());
    let bad = || WebError::bad("event_id 要 1–64 个可见 ASCII 字符", "event_id is 1 to 64 visible ASCII characters");
    is_sound.then_some(event_id).ok_or_else(bad)
}

/// Reads an object of any size.
///
/// # Errors
/// `bad_request` for what is no such object.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebError> {
    let read = serde_json::from_slice::<Object<T>>(body).map(|object| object.0);
    read.map_err(|error| {
        WebError::bad(format!("JSON 内容不对：{error}"), format!("the JSON is not as it should be: {error}"))
    })
}

/// A file of a request in a folder of its own; both go when it is dropped.
pub struct Upload {
    folder: TempDir,
    name: &'static str,
}

impl Upload {
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }
}

/// Writes a body to a file while it arrives, so that its size costs no memory.
///
/// # Errors
/// `too_large`; what the network or the disk says.
pub async fn to_file(mut payload: web::Payload, name: &'static str) -> Result<Upload, WebError> {
    let broken = |error: std::io::Error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Turned::DiskFull.into(),
        _ => WebError::Broken(format!("an upload could not be kept: {error}")),
    };
    let upload = Upload { folder: tempfile::tempdir().map_err(broken)?, name };
    let mut file = BufWriter::new(std::fs::File::create(upload.path()).map_err(broken)?);
    let mut size = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| WebError::bad("内容没有传完", format!("the body broke off: {error}")))?;
        size += chunk.len();
        if size > FILE_MAX {
            return Err(WebError::TooLarge { limit: FILE_MAX });
        }
        file.write_all(&chunk).map_err(broken)?;
    }
    file.flush().map_err(broken)?;
    Ok(upload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Eq, serde::Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Sample {
        dry_run: bool,
    }

    #[test]
    fn only_an_object_is_an_object() {
        for (body, want) in [("", Some(false)), (" {}", Some(false)), ("{\"dry_run\":true}", Some(true))] {
            assert_eq!(object::<Sample>(body.as_bytes()).ok().map(|sample| sample.dry_run), want, "{body}");
        }
        for body in ["[]", "[true]", "null", "1", "{\"x\":1}", "{\"dry_run\":1}", "{} {}", "\"{}\""] {
            assert!(object::<Sample>(body.as_bytes()).is_err(), "{body}");
        }
    }
}
