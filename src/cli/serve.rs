//! `tuan serve [--bind ADDR]`

use std::io::ErrorKind;
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::web::{self, Settings, is_local};

/// 启动网页服务，先升级数据库。The server; it migrates first.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 地址和端口 (address and port)；只能是本机地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    bind: String,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    serve(config, out, &args.bind)?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until Ctrl-C or SIGTERM; says where as soon as it listens.
///
/// # Errors
/// An address that is not of this machine alone, a port that is taken, a database that cannot be opened.
pub fn serve(config: &Config, out: &Output, bind: &str) -> Result<()> {
    let bind = local_address(bind)?;
    drop(config.open()?);
    let own = config.clone();
    let settings = Settings {
        bind,
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

/// The address, if nobody but this machine can reach it: without a sign-in, names and rooms stay off the network.
fn local_address(bind: &str) -> Result<SocketAddr> {
    let unreadable = || format!("地址 {bind} 读不懂，请写成 127.0.0.1:8080（unreadable address）");
    let address = bind.to_socket_addrs().with_context(unreadable)?.next().with_context(unreadable)?;
    if !is_local(&address) {
        bail!(
            "{bind} 别的机器也能访问，而网页还没有登录：姓名、房号会被看到。请用 127.0.0.1 或 localhost\
             （others could reach it and nobody signs in: bind to this machine only）"
        );
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_bound_to() {
        for bind in ["127.0.0.1:8080", "[::1]:8080", "localhost:0"] {
            assert!(local_address(bind).is_ok(), "{bind}");
        }
        for bind in ["0.0.0.0:8080", "192.168.1.5:8080", "[::]:8080", "8080", "127.0.0.1"] {
            assert!(local_address(bind).is_err(), "{bind}");
        }
    }
}
