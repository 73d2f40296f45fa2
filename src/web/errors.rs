//! Why a request was not answered as asked: the status, a stable code, and words for the person.

use actix_web::http::StatusCode;
use serde::Serialize;

use crate::domain::errors::{RuleError, StateName};
use crate::flow::FlowError;
use crate::imports::{Fault, Faults};
use crate::sheets::SheetError;
use crate::store::backend::{AsStoreError, StoreError, Trouble};
use crate::web::turned::Turned;

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error(transparent)]
    Flow(#[from] FlowError),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// Nothing is at this address.
    #[error("no such address")]
    NoSuchPage,
    /// The address exists, but not for this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// A parameter is not understood, or is missing.
    #[error("{en}")]
    BadRequest { zh: String, en: String },
    /// The body is larger than such a body may be, in bytes.
    #[error("larger than {limit} bytes")]
    TooLarge { limit: usize },
    /// Turned away before or beside the work.
    #[error("{}", .0.en())]
    Turned(Turned),
    /// The request names a host that this server is not.
    #[error("unknown host")]
    UnknownHost,
    /// Nobody known asks, and the operation is not for everybody.
    #[error("sign in first")]
    SignInRequired,
    /// Whoever asks may not.
    #[error("not allowed")]
    Forbidden,
    /// The password was right, the code of the second factor is still to come.
    #[error("second factor due")]
    SecondFactorDue,
    /// The screen is locked: whoever is signed in must first prove to be there.
    #[error("screen locked")]
    ScreenLocked,
    /// A change that a page of ours did not ask for.
    #[error("cross-site request")]
    CrossSite,
    /// The request crossed the network for anyone to read.
    #[error("HTTPS only")]
    InTheClear,
    /// Too many work already.
    #[error("busy")]
    Busy,
    /// The same act, under the same key, is still under way.
    #[error("in flight")]
    InFlight,
    /// The caller's key for this act is missing or malformed.
    #[error("an Idempotency-Key is needed")]
    KeyNeeded,
    /// Fields of the body, each with what is wrong with it.
    #[error("{} faults", .0.len())]
    Fields(Vec<FieldFault>),
    /// The work broke off.
    #[error("{0}")]
    Broken(String),
}

/// What is wrong with a field of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// Where: `lines[0].qty`.
    pub field: String,
    /// Stable.
    pub code: String,
    pub zh: String,
    pub en: String,
}

impl From<&Fault> for FieldFault {
    fn from(fault: &Fault) -> FieldFault {
        let (field, code) = (fault.column.clone(), fault.kind.code().to_owned());
        let zh = format!("{}，{}", fault.cause_zh(), fault.remedy_zh());
        FieldFault { field, code, zh, en: format!("{}: {}", fault.cause_en(), fault.remedy_en()) }
    }
}

impl WebError {
    /// Nothing of that kind has this key.
    pub fn missing(zh: &'static str, en: &'static str, key: impl ToString) -> WebError {
        let thing = StateName { code: en, zh };
        FlowError::Rule(RuleError::NotFound { thing, key: key.to_string() }).into()
    }

    pub fn bad(zh: impl Into<String>, en: impl Into<String>) -> WebError {
        WebError::BadRequest { zh: zh.into(), en: en.into() }
    }

    /// What is wrong with a file or its rows, one by one.
    pub fn faults(&self) -> Option<&Faults> {
        match self {
            WebError::Flow(FlowError::Faults(faults)) => Some(faults),
            _ => None,
        }
    }

    /// Why the database could not, where that passes: the disk is full, or it cannot be reached.
    fn turned(&self) -> Option<Turned> {
        match self {
            WebError::Turned(turned) => Some(*turned),
            _ => self.as_store_error().and_then(StoreError::trouble).map(|trouble| match trouble {
                Trouble::Full => Turned::DiskFull,
                Trouble::Away => Turned::DatabaseAway,
            }),
        }
    }

    /// Whether the cause lies with the server, and so belongs into its log.
    pub fn is_ours(&self) -> bool {
        let has_failed = self.status() == StatusCode::INTERNAL_SERVER_ERROR;
        has_failed || self.as_store_error().and_then(StoreError::trouble).is_some()
    }

    /// After how many seconds it is worth coming again.
    pub fn retry_s(&self) -> Option<u64> {
        if let WebError::Flow(FlowError::Rule(RuleError::Wait { seconds, .. })) = self {
            return Some(u64::from(*seconds));
        }
        match self.turned() {
            Some(turned) => turned.retry_s(),
            None => {
                let passes = self.status() == StatusCode::SERVICE_UNAVAILABLE || matches!(self, WebError::InFlight);
                passes.then_some(2)
            }
        }
    }

    pub fn status(&self) -> StatusCode {
        if let Some(turned) = self.turned() {
            return turned.status();
        }
        match self {
            WebError::Flow(FlowError::Rule(rule)) => match rule.code() {
                "not_found" => StatusCode::NOT_FOUND,
                "cycle_closed" | "cycle_not_open" => StatusCode::LOCKED,
                "busy" => StatusCode::SERVICE_UNAVAILABLE,
                "too_many_tries" => StatusCode::TOO_MANY_REQUESTS,
                "wrong_password" => StatusCode::UNAUTHORIZED,
                "invitation_over" | "purchase_link_over" => StatusCode::NOT_FOUND,
                "wrong_secret" | "weak_pin" | "bad_wrong_goods" | "give_back_missing" | "cycle_missing" => {
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                "wrong_code" | "weak_password" | "bad_login_name" | "bad_name" | "roles_missing" | "leader_missing"
                | "scopes_missing" => StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused" | "reason_needed" | "leave_dates" | "other_stops" | "one_point_needed" => {
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                "bad_remark" | "bad_reason" | "bad_counts" | "bad_amount" | "too_many_totes" | "receiver_missing"
                | "reason_missing" | "place_missing" => StatusCode::UNPROCESSABLE_ENTITY,
                "paid_not_allowed" => StatusCode::FORBIDDEN,
                _ => StatusCode::CONFLICT,
            },
            WebError::Flow(FlowError::Faults(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            WebError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            WebError::NoSuchPage => StatusCode::NOT_FOUND,
            WebError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            WebError::BadRequest { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            WebError::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            WebError::SignInRequired => StatusCode::UNAUTHORIZED,
            WebError::Forbidden
            | WebError::SecondFactorDue
            | WebError::ScreenLocked
            | WebError::CrossSite
            | WebError::InTheClear => StatusCode::FORBIDDEN,
            WebError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            WebError::InFlight => StatusCode::CONFLICT,
            WebError::KeyNeeded => StatusCode::BAD_REQUEST,
            WebError::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Turned(_) | WebError::Broken(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The stable code for machines.
    pub fn code(&self) -> &'static str {
        if let Some(turned) = self.turned() {
            return turned.code();
        }
        match self {
            WebError::Flow(FlowError::Rule(rule)) => rule.code(),
            WebError::Flow(FlowError::Faults(_)) => "faulty_rows",
            WebError::TooLarge { .. } => "too_large",
            WebError::NoSuchPage => "not_found",
            WebError::MethodNotAllowed => "method_not_allowed",
            WebError::BadRequest { .. } => "bad_request",
            WebError::UnknownHost => "unknown_host",
            WebError::SignInRequired => "sign_in_required",
            WebError::Forbidden => "forbidden",
            WebError::SecondFactorDue => "second_factor_due",
            WebError::ScreenLocked => "screen_locked",
            WebError::CrossSite => "cross_site",
            WebError::InTheClear => "https_required",
            WebError::Busy => "busy",
            WebError::InFlight => "in_flight",
            WebError::KeyNeeded => "key_needed",
            WebError::Fields(_) => "bad_fields",
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Turned(_) | WebError::Broken(_) => "internal",
        }
    }

    /// The Chinese words. What broke inside is not among them.
    pub fn zh(&self) -> String {
        if let Some(turned) = self.turned() {
            return turned.zh().into();
        }
        match self {
            WebError::Flow(FlowError::Rule(rule)) => rule.zh(),
            WebError::Flow(FlowError::Faults(faults)) => format!("有 {} 处错误，什么都没有改", faults.count()),
            WebError::TooLarge { limit } => format!("内容太大，最多 {limit} 字节"),
            WebError::NoSuchPage => "没有这个地址".into(),
            WebError::MethodNotAllowed => "这个地址只能查看".into(),
            WebError::BadRequest { zh, .. } => zh.clone(),
            WebError::UnknownHost => "本服务器不用这个名字；请用 127.0.0.1，或用 --host 登记域名".into(),
            WebError::SignInRequired => "请先登录".into(),
            WebError::Forbidden => "你的账号没有这个权限".into(),
            WebError::SecondFactorDue => "请先输入动态码".into(),
            WebError::ScreenLocked => "屏幕已锁，请先解锁".into(),
            WebError::CrossSite => "这个请求不是从本站页面发出的，没有执行；请刷新页面再试".into(),
            WebError::InTheClear => "请用 https 打开；若前面有代理，让它带上 X-Forwarded-Proto".into(),
            WebError::Busy => "正忙，请稍后再试".into(),
            WebError::InFlight => "同一请求正在处理，请稍后再试".into(),
            WebError::KeyNeeded => "缺少 Idempotency-Key（1–64 个可见 ASCII 字符）".into(),
            WebError::Fields(faults) => format!("有 {} 处错误，什么都没有改", faults.len()),
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Turned(_) | WebError::Broken(_) => {
                "服务器出错，原因已写入运行记录".into()
            }
        }
    }

    /// The English words.
    pub fn en(&self) -> String {
        if let Some(turned) = self.turned() {
            return turned.en().into();
        }
        match self {
            WebError::Flow(FlowError::Rule(rule)) => rule.en(),
            WebError::Flow(FlowError::Faults(faults)) => format!("{} faults, nothing was changed", faults.count()),
            WebError::TooLarge { limit } => format!("the body is larger than {limit} bytes"),
            WebError::NoSuchPage => "there is nothing at this address".into(),
            WebError::MethodNotAllowed => "this address can only be read".into(),
            WebError::BadRequest { en, .. } => en.clone(),
            WebError::UnknownHost => {
                "this server has no such name; open it as 127.0.0.1 or name the host by --host".into()
            }
            WebError::SignInRequired => "sign in first".into(),
            WebError::Forbidden => "your account may not do this".into(),
            WebError::SecondFactorDue => "give the code of your second factor first".into(),
            WebError::ScreenLocked => "the screen is locked; unlock it first".into(),
            WebError::CrossSite => {
                "the request did not come from a page of ours and was not done; reload the page".into()
            }
            WebError::InTheClear => "open it by https; a proxy in front must send X-Forwarded-Proto".into(),
            WebError::Busy => "busy, try again shortly".into(),
            WebError::InFlight => "the same request is under way, try again shortly".into(),
            WebError::KeyNeeded => "an Idempotency-Key of 1 to 64 visible ASCII characters is needed".into(),
            WebError::Fields(faults) => format!("{} faults, nothing was changed", faults.len()),
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Turned(_) | WebError::Broken(_) => {
                "the server failed; the cause is in its log".into()
            }
        }
    }
}

impl From<RuleError> for WebError {
    fn from(rule: RuleError) -> WebError {
        WebError::Flow(FlowError::Rule(rule))
    }
}

impl From<Turned> for WebError {
    fn from(turned: Turned) -> WebError {
        WebError::Turned(turned)
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> WebError {
        WebError::Flow(FlowError::Store(error))
    }
}

impl AsStoreError for WebError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            WebError::Flow(error) => error.as_store_error(),
            _ => None,
        }
    }
}
