//! `tuan serve [--bind ADDR]`

use std::io::ErrorKind;
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::web::{self, Settings};

/// 启动网页服务，先升级数据库。The server; it migrates first.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 地址和端口 (address and port)
    #[arg(long, default_value = "127.0.0.1:8080")]
    bind: String,
    /// 前面有做 HTTPS 的反向代理 (a reverse proxy in front speaks HTTPS)
    #[arg(long)]
    behind_proxy: bool,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    serve(config, out, &args.bind, args.behind_proxy)?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until Ctrl-C or SIGTERM; says where as soon as it listens.
///
/// # Errors
/// An address that others reach without encryption, a port that is taken, a database that cannot be opened.
pub fn serve(config: &Config, out: &Output, bind: &str, is_encrypted: bool) -> Result<()> {
    let bind = address(bind)?;
    if !is_encrypted {
        refuse_in_the_clear(&bind)?;
    }
    drop(config.open()?);
    let own = config.clone();
    let settings = Settings {
        bind,
        is_encrypted,
        key: config.server_key()?,
        database: config.database.clone(),
        desk: Box::new(move || own.desk()),
        log: |words| eprintln!("{words}"),
    };
    let done = web::serve(settings, |address| {
        out.object(&json!({ "url": format!("http://{address}/") }));
        out.say(format!("网页 http://{address}/ （Ctrl-C 停止）"));
    });
    done.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let other = bind.port().saturating_add(1);
            anyhow!("端口 {} 已被占用，请换一个：--bind 127.0.0.1:{other}（the port is taken）", bind.port())
        }
        ErrorKind::PermissionDenied => anyhow!("不允许使用端口 {}（not permitted: {error}）", bind.port()),
        _ => anyhow!("网页服务停了：{error}"),
    })
}

fn address(bind: &str) -> Result<SocketAddr> {
    let unreadable = || format!("地址 {bind} 读不懂，请写成 127.0.0.1:8080（unreadable address）");
    bind.to_socket_addrs().with_context(unreadable)?.next().with_context(unreadable)
}

/// Without HTTPS, passwords and names would cross the network for anyone to read: then only this machine is served.
fn refuse_in_the_clear(bind: &SocketAddr) -> Result<()> {
    if !bind.ip().is_loopback() {
        bail!(
            "{bind} 别的机器也能访问，而没有 HTTPS，密码和姓名会被看到。请用 127.0.0.1；前面有做 HTTPS 的反向代理时加 \
             --behind-proxy（others could reach it without HTTPS: bind to this machine, or put a proxy in front and \
             say --behind-proxy）"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_served_without_encryption() {
        for bind in ["127.0.0.1:8080", "[::1]:8080", "localhost:0"] {
            let bind = address(bind).expect("an address");
            assert!(refuse_in_the_clear(&bind).is_ok(), "{bind}");
        }
        for bind in ["0.0.0.0:8080", "192.168.1.5:8080", "[::]:8080"] {
            let bind = address(bind).expect("an address");
            assert!(refuse_in_the_clear(&bind).is_err(), "{bind}");
        }
        for bind in ["8080", "127.0.0.1"] {
            assert!(address(bind).is_err(), "{bind}");
        }
    }
}
