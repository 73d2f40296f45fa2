//! Requests that are turned away before or beside the work: too slow, too many, of a form that is not taken.

use actix_web::http::StatusCode;

/// Why a request was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The work did not end in time. It may still be done.
    WorkTooSlow,
    /// JSON nested deeper than any of ours.
    TooDeep,
    /// A body that is compressed, or otherwise encoded.
    Encoded,
    /// More requests than one caller may make; it may come again after so many seconds.
    TooMany { retry_s: u64 },
    /// The disk, or what the server may write to it, is full.
    DiskFull,
    /// The database cannot be reached or written to at present.
    DatabaseAway,
}

impl Turned {
    pub fn status(self) -> StatusCode {
        match self {
            Turned::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Turned::WorkTooSlow | Turned::DatabaseAway => StatusCode::SERVICE_UNAVAILABLE,
            Turned::TooDeep => StatusCode::UNPROCESSABLE_ENTITY,
            Turned::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Turned::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Turned::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    /// The stable code for machines.
    pub fn code(self) -> &'static str {
        match self {
            Turned::BodyTooSlow => "body_too_slow",
            Turned::WorkTooSlow => "timed_out",
            Turned::TooDeep => "too_deep",
            Turned::Encoded => "encoded_body",
            Turned::TooMany { .. } => "too_many_requests",
            Turned::DiskFull => "disk_full",
            Turned::DatabaseAway => "database_unavailable",
        }
    }

    /// After how many seconds it is worth coming again; None: never with the same request.
    pub fn retry_s(self) -> Option<u64> {
        match self {
            Turned::WorkTooSlow | Turned::DatabaseAway => Some(2),
            Turned::TooMany { retry_s } => Some(retry_s),
            Turned::DiskFull => Some(30),
            Turned::BodyTooSlow | Turned::TooDeep | Turned::Encoded => None,
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Turned::BodyTooSlow => "内容传得太慢，请检查网络后重试",
            Turned::WorkTooSlow => "处理超时，可能仍在进行；请稍后查看或重试",
            Turned::TooDeep => "JSON 嵌套太深，最多 64 层",
            Turned::Encoded => "请不要压缩请求内容（Content-Encoding）",
            Turned::TooMany { .. } => "请求太频繁，请稍后再试",
            Turned::DiskFull => "服务器磁盘已满，没有保存；腾出空间后即可恢复",
            Turned::DatabaseAway => "数据库暂时连不上，没有保存；请稍后重试",
        }
    }

    pub fn en(self) -> &'static str {
        match self {
            Turned::BodyTooSlow => "the body arrived too slowly",
            Turned::WorkTooSlow => "the work took too long and may still be done; look again or retry shortly",
            Turned::TooDeep => "the JSON is nested deeper than 64",
            Turned::Encoded => "a body with a Content-Encoding is not taken",
            Turned::TooMany { .. } => "too many requests, try again later",
            Turned::DiskFull => "the server's disk is full, nothing was saved",
            Turned::DatabaseAway => "the database cannot be reached at present, nothing was saved",
        }
    }
}
