//! How letters leave the house: through which mail server or into which folder, from whom, in which language.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, TlsParameters};

use crate::domain::access::Role;

/// What is said on the command line or in the environment.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct MailFlags {
    /// 邮件服务器：smtps://用户@主机:465 或 smtp://用户@主机:587（STARTTLS）
    #[arg(long, env = "TUAN_SMTP_URL", value_name = "URL")]
    pub smtp_url: Option<String>,
    /// 邮件密码文件；或用环境变量 TUAN_SMTP_PASSWORD (the password's file)
    #[arg(long, env = "TUAN_SMTP_PASSWORD_FILE", value_name = "FILE")]
    pub smtp_password_file: Option<PathBuf>,
    /// 邮件服务器的自签根证书 (a root certificate of your own, PEM)
    #[arg(long, env = "TUAN_SMTP_CA_FILE", value_name = "FILE")]
    pub smtp_ca_file: Option<PathBuf>,
    /// 发件人，例：云州团购 <orders@example.cn>
    #[arg(long, env = "TUAN_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// 试用：不发信，写成 .eml 文件放进此文件夹 (letters become files)
    #[arg(long, env = "TUAN_MAIL_TO_FOLDER", value_name = "DIR")]
    pub mail_to_folder: Option<PathBuf>,
    /// 采购的邮箱，逗号分隔 (buyers)
    #[arg(long, env = "TUAN_MAIL_BUYERS", value_delimiter = ',', value_name = "ADDRESS")]
    pub mail_buyers: Vec<String>,
    /// 仓库的邮箱，逗号分隔 (warehouse)
    #[arg(long, env = "TUAN_MAIL_WAREHOUSE", value_delimiter = ',', value_name = "ADDRESS")]
    pub mail_warehouse: Vec<String>,
    /// 邮件语言 (language of the letters)
    #[arg(long, env = "TUAN_MAIL_LANG", value_enum, default_value_t = MailLang::Zh)]
    pub mail_lang: MailLang,
    /// 邮件里链接的开头，例：`https://tuan.example.cn` (how links begin)
    #[arg(long, env = "TUAN_MAIL_LINK_BASE", value_name = "URL")]
    pub mail_link_base: Option<String>,
}

/// The language of the letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum MailLang {
    #[default]
    Zh,
    En,
}

impl MailLang {
    /// The one of two wordings that is in this language.
    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            MailLang::Zh => zh,
            MailLang::En => en,
        }
    }
}

/// Checked settings.
#[derive(Clone, Debug)]
pub struct MailSettings {
    pub(super) route: Route,
    pub(super) from: Mailbox,
    pub(super) buyers: Vec<Mailbox>,
    pub(super) warehouse: Vec<Mailbox>,
    pub(super) lang: MailLang,
    /// Without a slash at its end; None: letters have no links.
    pub(super) link_base: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Route {
    Folder(PathBuf),
    Smtp(Box<SmtpRoute>),
}

#[derive(Clone, Debug)]
pub(super) struct SmtpRoute {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub login: Option<(String, Password)>,
    /// For each answer of the server.
    pub timeout: Duration,
}

#[derive(Clone)]
pub(super) enum Security {
    Implicit(Box<TlsParameters>),
    StartTls(Box<TlsParameters>),
    /// To this machine alone.
    Plain,
}

impl std::fmt::Debug for Security {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Security::Implicit(_) => "Implicit",
            Security::StartTls(_) => "StartTls",
            Security::Plain => "Plain",
        })
    }
}

/// A password, which shows itself to nobody by accident.
#[derive(Clone)]
pub(super) struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Password(hidden)")
    }
}

impl MailFlags {
    /// Checks what was given; None where letters stay in the outbox.
    ///
    /// # Errors
    /// What is wrong with it, in words for the person.
    pub fn check(&self) -> Result<Option<MailSettings>, String> {
        let route = match (&self.smtp_url, &self.mail_to_folder) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err("--smtp-url 与 --mail-to-folder 只能用一个（use one of them）".into()),
            (None, Some(folder)) => Route::Folder(folder.clone()),
            (Some(url), None) => Route::Smtp(Box::new(self.smtp(url)?)),
        };
        let from = match (&self.mail_from, &route) {
            (Some(from), _) => mailbox(from)?,
            (None, Route::Folder(_)) => mailbox("tuan@localhost.localdomain")?,
            (None, Route::Smtp(_)) => return Err("发信需要 --mail-from 发件人地址（name the sender）".into()),
        };
        let all = |texts: &[String]| {
            texts.iter().filter(|text| !text.trim().is_empty()).map(|text| mailbox(text)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Some(MailSettings {
            route,
            from,
            buyers: all(&self.mail_buyers)?,
            warehouse: all(&self.mail_warehouse)?,
            lang: self.mail_lang,
            link_base: self.mail_link_base.as_deref().map(link_base).transpose()?,
        }))
    }

    fn smtp(&self, url: &str) -> Result<SmtpRoute, String> {
        let unreadable = || {
            "邮件服务器地址读不懂，请写成 smtps://用户@主机:465 或 smtp://用户@主机:587（unreadable --smtp-url）"
                .to_owned()
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(unreadable)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (user, server) = rest.trim_end_matches('/').rsplit_once('@').map_or((None, rest), |(u, s)| (Some(u), s));
        if user.is_some_and(|user| user.contains(':')) {
            return Err("密码请用 --smtp-password-file，不要写在地址里（no password in --smtp-url）".into());
        }
        let server = server.trim_end_matches('/');
        let implicit = match scheme {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(unreadable()),
        };
        let default_port = if implicit { 465 } else { 587 };
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| unreadable())?),
            None => (server, default_port),
        };
        if host.is_empty() {
            return Err(unreadable());
        }
        let (mut timeout, mut is_plain) = (Duration::from_secs(20), false);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("timeout", seconds)) => {
                    let seconds: u64 = seconds.parse().map_err(|_| unreadable())?;
                    timeout = Duration::from_secs(seconds.clamp(1, 120));
                }
                Some(("tls", "none")) if !implicit => is_plain = true,
                _ => return Err(unreadable()),
            }
        }
        let security = if is_plain {
            let is_own = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
            if !is_own {
                return Err("不加密的邮件只能交给本机（tls=none is for this machine alone）".into());
            }
            Security::Plain
        } else {
            let tls = Box::new(self.tls(host)?);
            if implicit { Security::Implicit(tls) } else { Security::StartTls(tls) }
        };
        let login = user.map(|user| Ok::<_, String>((user.to_owned(), Password(self.password()?)))).transpose()?;
        Ok(SmtpRoute { host: host.to_owned(), port, security, login, timeout })
    }

    fn tls(&self, host: &str) -> Result<TlsParameters, String> {
        let mut builder = TlsParameters::builder(host.to_owned());
        if let Some(file) = &self.smtp_ca_file {
            let pem = read(file)?;
            let certificate =
                Certificate::from_pem(pem.as_bytes()).map_err(|_| format!("{} 不是 PEM 证书", file.display()))?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build_rustls().map_err(|error| format!("邮件服务器的加密设置不对：{error}"))
    }

    fn password(&self) -> Result<String, String> {
        let text = match &self.smtp_password_file {
            Some(file) => read(file)?,
            None => std::env::var("TUAN_SMTP_PASSWORD").unwrap_or_default(),
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err("邮件账号需要密码：--smtp-password-file 文件（the mail account needs its password）".into());
        }
        Ok(text.to_owned())
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("读不了 {}：{error}", file.display()))
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    let refused = || format!("邮箱 {text:?} 不对（no mail address）");
    if text.chars().any(char::is_control) {
        return Err(refused());
    }
    let mailbox: Mailbox = text.trim().parse().map_err(|_| refused())?;
    let address: &Address = &mailbox.email;
    let is_ascii = address.to_string().is_ascii();
    is_ascii.then_some(mailbox).ok_or_else(refused)
}

fn link_base(text: &str) -> Result<String, String> {
    let is_url = (text.starts_with("https://") || text.starts_with("http://"))
        && text.chars().all(|c| c.is_ascii_graphic() && !"\"<>?#".contains(c));
    is_url
        .then(|| text.trim_end_matches('/').to_owned())
        .ok_or_else(|| format!("链接的开头 {text:?} 不对，请写成 https://主机（--mail-link-base wants https://host）"))
}

impl MailSettings {
    /// The addresses that the settings name for a role.
    pub(super) fn of_role(&self, role: Role) -> &[Mailbox] {
        match role {
            Role::Buyer => &self.buyers,
            Role::Warehouse => &self.warehouse,
            _ => &[],
        }
    }

    /// Where letters go, in words without secrets.
    pub fn shown(&self) -> String {
        match &self.route {
            Route::Folder(folder) => format!("文件夹 {}", folder.display()),
            Route::Smtp(route) => format!("{}:{}", route.host, route.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(url: &str) -> MailFlags {
        MailFlags {
            smtp_url: Some(url.to_owned()),
            mail_from: Some("云州团购 <orders@yunzhou.example>".to_owned()),
            ..MailFlags::default()
        }
    }

    fn refused(url: &str, want: &str) {
        let words = flags(url).check().expect_err(url);
        assert!(words.contains(want), "{url}: {words}");
    }

    #[test]
    fn a_mail_server_is_reached_encrypted_or_on_this_machine() {
        for url in ["smtps://mail.example", "smtp://mail.example:2587?timeout=5", "smtp://127.0.0.1:25?tls=none"] {
            assert!(flags(url).check().is_ok(), "{url}");
        }
        refused("smtp://mail.example?tls=none", "本机");
        refused("smtps://mail.example?tls=none", "smtps://");
        refused("http://mail.example", "smtps://");
        refused("smtps://:465", "smtps://");
        refused("smtps://mail.example:x", "smtps://");
    }

    #[test]
    fn a_password_stands_in_a_file_and_never_in_the_address() {
        refused("smtps://me:secret@mail.example", "--smtp-password-file");
        let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        fs::write(file.path(), "geheim\n").expect("it can be written");
        let with_file = |url| MailFlags { smtp_password_file: Some(file.path().to_owned()), ..flags(url) };
        let settings = with_file("smtps://me@yunzhou.example@mail.example").check().expect("sound").expect("settings");
        let Route::Smtp(route) = &settings.route else { panic!("a server") };
        let (user, password) = route.login.as_ref().expect("a login");
        assert_eq!((user.as_str(), password.0.as_str()), ("me@yunzhou.example", "geheim"));
        assert!(!format!("{settings:?}").contains("geheim"));
    }

    #[test]
    fn a_sender_that_could_break_a_header_is_refused() {
        for from in ["x", "a@b\r\nBcc: c@d", "团购 <a@b>\n", "名@b.example"] {
            let flags = MailFlags { mail_from: Some(from.to_owned()), ..flags("smtps://mail.example") };
            assert!(flags.check().is_err(), "{from:?}");
        }
        assert!(MailFlags { mail_from: None, ..flags("smtps://mail.example") }.check().is_err());
        assert!(MailFlags::default().check().expect("nothing is wrong with nothing").is_none());
    }
}
