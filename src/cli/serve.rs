//! `tuan serve [--bind ADDR]`

use std::io::ErrorKind;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use serde_json::json;

use crate::cli::logs;
use crate::cli::output::Output;
use crate::config::Config;
use crate::config::serving::{ServeFlags, Serving};
use crate::web::meters::Meters;
use crate::web::{self, ServeError, Settings, is_local};

/// 启动网页服务，先升级数据库。The server; it migrates first.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    serve: ServeFlags,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    serve(config, out, args.serve)?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until Ctrl-C or SIGTERM; says where as soon as it listens.
///
/// # Errors
/// Settings that cannot be understood, an address that is not of this machine alone, a port that is taken, a database
/// that cannot be opened or has a server already.
pub fn serve(config: &Config, out: &Output, flags: ServeFlags) -> Result<()> {
    let serving = flags.over(&config.server).map_err(|reason| anyhow!(reason))?;
    refuse_others(&serving)?;
    let begun = std::time::Instant::now();
    let logs = logs::start(serving.log_format, &serving.log_level);
    drop(config.open()?);
    let (bind, scheme) = (serving.bind, if serving.tls.is_some() { "https" } else { "http" });
    let meters = Meters::default();
    let dropped = logs.dropped();
    meters.add(move |page| {
        let rows = [(String::new(), dropped.get())];
        page.counter("tuan_log_lines_dropped_total", "Lines of the log that nobody took in time.", &rows);
    });
    let (own, key) = (config.clone(), config.server_key()?);
    let settings = Settings {
        bind,
        database: config.database.clone(),
        desk: Box::new(move || own.desk()),
        log: |words| tracing::error!(cause = words, "a request failed"),
        limits: config.limits,
        plate: serving.plate,
        tls: serving.tls,
        meters,
        key,
        is_rehearsal: config.fixed_now.is_some(),
        batch_max: None,
    };
    let done = web::serve(settings, |address| {
        out.object(&json!({ "url": format!("{scheme}://{address}/") }));
        out.say(format!("网页 {scheme}://{address}/ （Ctrl-C 停止）"));
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(address = %address, database = %config.shown_database(), took_ms, "the server listens");
    });
    tracing::info!("the server has stopped");
    drop(logs);
    done.map_err(|error| match error {
        ServeError::System(error) if error.kind() == ErrorKind::AddrInUse => {
            let other = bind.port().saturating_add(1);
            anyhow!("端口 {} 已被占用，请换一个：--bind 127.0.0.1:{other}（the port is taken）", bind.port())
        }
        ServeError::System(error) if error.kind() == ErrorKind::PermissionDenied => {
            anyhow!("不允许使用端口 {}（not permitted: {error}）", bind.port())
        }
        ServeError::Tls(error) => anyhow!("证书或私钥不能用：{error}（certificate or key cannot be used）"),
        ServeError::Store(error) => error.into(),
        ServeError::System(error) => anyhow!("网页服务停了：{error}"),
    })
}

/// Nobody but this machine may reach it: without a sign-in, names and rooms stay off the network.
fn refuse_others(serving: &Serving) -> Result<()> {
    if !is_local(&serving.bind) {
        bail!(
            "{} 别的机器也能访问，而网页还没有登录：姓名、房号会被看到。请用 127.0.0.1 或 localhost\
             （others could reach it and nobody signs in: bind to this machine only）",
            serving.bind
        );
    }
    Ok(())
}
