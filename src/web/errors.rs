//! Why a request was not answered as asked: the status, a stable code, and words for the person.

use actix_web::http::StatusCode;

use crate::domain::errors::{RuleError, StateName};
use crate::flow::FlowError;
use crate::sheets::SheetError;
use crate::store::backend::{AsStoreError, StoreError};

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
    /// A change that a page of ours did not ask for.
    #[error("cross-site request")]
    CrossSite,
    /// Too many work already.
    #[error("busy")]
    Busy,
    /// The work broke off.
    #[error("{0}")]
    Broken(String),
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

    pub fn status(&self) -> StatusCode {
        match self {
            WebError::Flow(FlowError::Rule(rule)) => match rule.code() {
                "not_found" => StatusCode::NOT_FOUND,
                "cycle_closed" | "cycle_not_open" => StatusCode::LOCKED,
                "busy" => StatusCode::SERVICE_UNAVAILABLE,
                "too_many_tries" => StatusCode::TOO_MANY_REQUESTS,
                "wrong_password" => StatusCode::UNAUTHORIZED,
                "wrong_code" | "weak_password" | "bad_login_name" | "bad_name" | "roles_missing" | "leader_missing"
                | "scopes_missing" => StatusCode::UNPROCESSABLE_ENTITY,
                "invitation_over" => StatusCode::NOT_FOUND,
                _ => StatusCode::CONFLICT,
            },
            WebError::NoSuchPage => StatusCode::NOT_FOUND,
            WebError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            WebError::BadRequest { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            WebError::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            WebError::SignInRequired => StatusCode::UNAUTHORIZED,
            WebError::Forbidden | WebError::SecondFactorDue | WebError::CrossSite => StatusCode::FORBIDDEN,
            WebError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The seconds after which the answer may be another.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            WebError::Flow(FlowError::Rule(RuleError::Wait { seconds, .. })) => Some(*seconds),
            error => (error.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
        }
    }

    /// The stable code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            WebError::Flow(FlowError::Rule(rule)) => rule.code(),
            WebError::NoSuchPage => "not_found",
            WebError::MethodNotAllowed => "method_not_allowed",
            WebError::BadRequest { .. } => "bad_request",
            WebError::UnknownHost => "unknown_host",
            WebError::SignInRequired => "sign_in_required",
            WebError::Forbidden => "forbidden",
            WebError::SecondFactorDue => "second_factor_due",
            WebError::CrossSite => "cross_site",
            WebError::Busy => "busy",
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Broken(_) => "internal",
        }
    }

    /// The Chinese words. What broke inside is not among them.
    pub fn zh(&self) -> String {
        match self {
            WebError::Flow(FlowError::Rule(rule)) => rule.zh(),
            WebError::NoSuchPage => "没有这个地址".into(),
            WebError::MethodNotAllowed => "这个地址只能查看".into(),
            WebError::BadRequest { zh, .. } => zh.clone(),
            WebError::UnknownHost => "请用 127.0.0.1 或 localhost 打开".into(),
            WebError::SignInRequired => "请先登录".into(),
            WebError::Forbidden => "你的账号没有这个权限".into(),
            WebError::SecondFactorDue => "请先输入动态码".into(),
            WebError::CrossSite => "这个请求不是从本站页面发出的，没有执行；请刷新页面再试".into(),
            WebError::Busy => "正忙，请稍后再试".into(),
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Broken(_) => "服务器出错，原因已写入运行记录".into(),
        }
    }

    /// The English words.
    pub fn en(&self) -> String {
        match self {
            WebError::Flow(FlowError::Rule(rule)) => rule.en(),
            WebError::NoSuchPage => "there is nothing at this address".into(),
            WebError::MethodNotAllowed => "this address can only be read".into(),
            WebError::BadRequest { en, .. } => en.clone(),
            WebError::UnknownHost => "open it as 127.0.0.1 or localhost".into(),
            WebError::SignInRequired => "sign in first".into(),
            WebError::Forbidden => "your account may not do this".into(),
            WebError::SecondFactorDue => "give the code of your second factor first".into(),
            WebError::CrossSite => {
                "the request did not come from a page of ours and was not done; reload the page".into()
            }
            WebError::Busy => "busy, try again shortly".into(),
            WebError::Flow(_) | WebError::Sheet(_) | WebError::Broken(_) => {
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
