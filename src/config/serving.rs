//! How the server is told to serve: flags and environment first, then the file, then the defaults.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use crate::config::file::ServerTable;
use crate::web::TlsFiles;
use crate::web::client::Doorplate;

/// Where the server listens if nobody says.
pub const BIND: &str = "127.0.0.1:8080";

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One object a line, for machines.
    Json,
    /// Lines for people.
    Text,
}

/// Checked settings of the server.
#[derive(Clone, Debug)]
pub struct Serving {
    pub bind: SocketAddr,
    pub tls: Option<TlsFiles>,
    pub plate: Doorplate,
    /// None: text on a terminal, JSON elsewhere.
    pub log_format: Option<LogFormat>,
    /// `error`, `warn`, `info` or `debug`.
    pub log_level: String,
}

/// 服务器的参数；也可写在环境变量或配置文件里。How the server can be reached.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServeFlags {
    /// 地址和端口 (address and port)，默认 127.0.0.1:8080
    #[arg(long, env = "TUAN_BIND")]
    pub bind: Option<String>,
    /// HTTPS 证书，PEM，含证书链 (certificate with its chain)
    #[arg(long, env = "TUAN_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// HTTPS 私钥，PEM (private key)
    #[arg(long, env = "TUAN_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// 服务器的域名，可重复 (a name of this server, repeatable)；本机名总是可用
    #[arg(long = "host", env = "TUAN_HOSTS", value_delimiter = ',')]
    pub hosts: Option<Vec<String>>,
    /// 可信的反向代理，如 127.0.0.1 或 10.0.0.0/8，可重复 (a proxy whose X-Forwarded-* is believed)
    #[arg(long = "trusted-proxy", env = "TUAN_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Option<Vec<String>>,
    /// 日志格式 json 或 text；默认终端上 text，其余 json
    #[arg(long, env = "TUAN_LOG_FORMAT")]
    pub log_format: Option<String>,
    /// 日志级别 error、warn、info 或 debug，默认 info
    #[arg(long, env = "TUAN_LOG_LEVEL")]
    pub log_level: Option<String>,
}

impl ServeFlags {
    /// Puts flags before the file and checks the outcome.
    ///
    /// # Errors
    /// What cannot be understood, by name, in words.
    pub fn over(self, file: &ServerTable) -> Result<Serving, String> {
        let bind = address(self.bind.as_ref().or(file.bind.as_ref()).map_or(BIND, String::as_str))?;
        let (cert, key) = (self.tls_cert.or(file.tls_cert.clone()), self.tls_key.or(file.tls_key.clone()));
        let tls = match (cert, key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
            (None, None) => None,
            _ => return Err("tls_cert 和 tls_key 要一起给（both or neither）".to_owned()),
        };
        let hosts = self.hosts.or(file.hosts.clone()).unwrap_or_default();
        let proxies = self.trusted_proxies.or(file.trusted_proxies.clone()).unwrap_or_default();
        let unknown = |text: &String| format!("trusted_proxy {text} 不是地址或网段（not an address or network）");
        let plate = Doorplate {
            hosts: hosts.iter().map(|host| host_name(host)).collect::<Result<_, _>>()?,
            trusted_proxies: proxies
                .iter()
                .map(|text| text.parse().map_err(|()| unknown(text)))
                .collect::<Result<_, _>>()?,
            is_tls: tls.is_some(),
            own_address: Some(bind.ip()).filter(|address: &IpAddr| !address.is_unspecified()),
        };
        let log_format = self.log_format.or(file.log_format.clone()).as_deref().map(log_format).transpose()?;
        let log_level = self.log_level.or(file.log_level.clone()).unwrap_or_else(|| "info".to_owned());
        if !["error", "warn", "info", "debug"].contains(&log_level.as_str()) {
            return Err(format!("log_level {log_level}：请用 error、warn、info 或 debug（unknown level）"));
        }
        Ok(Serving { bind, tls, plate, log_format, log_level })
    }
}

/// An address with its port.
fn address(text: &str) -> Result<SocketAddr, String> {
    let unreadable = || format!("地址 {text} 读不懂，请写成 127.0.0.1:8080（unreadable address）");
    text.to_socket_addrs().map_err(|_| unreadable())?.next().ok_or_else(unreadable)
}

/// A name as it stands in a Host header, without its port.
fn host_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_address = text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    if is_address || !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!("host {text}：请只写域名，例：tuan.example.com（a name without scheme and port）"))
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err(format!("log_format {text}：请用 json 或 text（unknown format）")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(flags: ServeFlags) -> String {
        flags.over(&ServerTable::default()).expect_err("it cannot be understood")
    }

    #[test]
    fn flags_stand_before_the_file_and_the_file_before_the_defaults() {
        let flags = ServeFlags { bind: Some("127.0.0.1:1".into()), ..ServeFlags::default() };
        let hosts = Some(vec!["Tuan.Example".into()]);
        let file = ServerTable { bind: Some("127.0.0.1:2".into()), hosts, ..ServerTable::default() };
        let serving = flags.over(&file).expect("sound settings");
        assert_eq!((serving.bind.port(), serving.plate.hosts), (1, vec!["tuan.example".to_owned()]));
        let serving = ServeFlags::default().over(&file).expect("sound settings");
        assert_eq!((serving.bind.port(), serving.log_level.as_str()), (2, "info"));
        let plain = ServeFlags::default().over(&ServerTable::default()).expect("the defaults");
        assert_eq!(plain.bind.to_string(), BIND);
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        let flags = ServeFlags::default;
        assert!(refused(ServeFlags { bind: Some("8080".into()), ..flags() }).contains("8080"));
        assert!(refused(ServeFlags { tls_cert: Some("c.pem".into()), ..flags() }).contains("tls_key"));
        assert!(refused(ServeFlags { hosts: Some(vec!["https://a".into()]), ..flags() }).contains("https://a"));
        assert!(refused(ServeFlags { trusted_proxies: Some(vec!["proxy".into()]), ..flags() }).contains("proxy"));
        assert!(refused(ServeFlags { log_format: Some("xml".into()), ..flags() }).contains("xml"));
        assert!(refused(ServeFlags { log_level: Some("loud".into()), ..flags() }).contains("loud"));
    }
}
