//! `tuan serve [--bind ADDR]`

use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use crate::cli::logs;
use crate::cli::output::Output;
use crate::config::Config;
use crate::config::serving::{ServeFlags, Serving};
use crate::domain::purchase_link;
use crate::domain::sealed;
use crate::domain::server_key::ServerKey;
use crate::flow::queue_letters::IN_LETTERS;
use crate::mail::{MailFlags, MailSettings, Secret, Secrets};
use crate::store::backend::Db;
use crate::store::master;
use crate::web::meters::{Meters, Page};
use crate::web::{self, ServeError, Settings};
use crate::work::{self, Gauges, Team};

/// 启动网页服务，先升级数据库。The server; it migrates first.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    serve: ServeFlags,
    #[command(flatten)]
    mail: MailFlags,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    serve(config, out, args.serve, &args.mail, &[])?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until Ctrl-C or SIGTERM; says where as soon as it listens, and what else there is to open: (what, path).
///
/// # Errors
/// Settings that cannot be understood, an address that others reach without encryption, a port that is taken, a database
/// that cannot be opened or has a server already.
pub fn serve(
    config: &Config,
    out: &Output,
    flags: ServeFlags,
    mail: &MailFlags,
    pages: &[(&str, String)],
) -> Result<()> {
    let serving = flags.over(&config.server).map_err(|reason| anyhow!(reason))?;
    let mail = mail.check().map_err(|reason| anyhow!(reason))?;
    refuse_in_the_clear(&serving)?;
    let begun = std::time::Instant::now();
    let logs = logs::start(serving.log_format, &serving.log_level);
    let shop = first_shop(&mut config.open()?)?;
    let (bind, scheme) = (serving.bind, if serving.tls.is_some() { "https" } else { "http" });
    let meters = Meters::default();
    let dropped = logs.dropped();
    meters.add(move |page| {
        let rows = [(String::new(), dropped.get())];
        page.counter("tuan_log_lines_dropped_total", "Lines of the log that nobody took in time.", &rows);
    });
    match &mail {
        Some(mail) => out.say(format!("邮件 → {}", mail.shown())),
        None => out.say("邮件不发送，留在待发箱（letters stay in the outbox: --smtp-url or --mail-to-folder）"),
    }
    let (gauges, told) = shared(Gauges::default());
    meters.add(move |page| tell(&told, page));
    let (own, key) = (config.clone(), config.server_key()?);
    let (prepare, prepared) = channel();
    let work = work_settings(config, mail, &key, prepare, gauges);
    let settings = Settings {
        bind,
        database: config.database.clone(),
        desk: Box::new(move || own.desk()),
        routes: config.asked(config.routing_engine().as_ref()),
        log: |words| tracing::error!(cause = words, "a request failed"),
        limits: config.limits,
        plate: serving.plate,
        tls: serving.tls,
        meters,
        key,
        is_rehearsal: config.fixed_now.is_some(),
        batch_max: None,
        prepared: Some(prepared),
    };
    let mut team = None;
    let done = web::serve(settings, |address| {
        team = Some(Team::start(work));
        tell_where(out, &format!("{scheme}://{address}"), shop.iter().chain(pages));
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(address = %address, database = %config.shown_database(), took_ms, "the server listens");
    });
    if let Some(team) = team.transpose().context("后台工作启动不了（the background work cannot be started）")?
    {
        team.stop();
    }
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

fn shared<T>(thing: T) -> (Arc<T>, Arc<T>) {
    let one = Arc::new(thing);
    (one.clone(), one)
}

/// Says where it listens, and what there is to open.
fn tell_where<'p>(out: &Output, base: &str, pages: impl Iterator<Item = &'p (&'p str, String)>) {
    out.object(&json!({ "url": format!("{base}/") }));
    out.say(format!("网页 {base}/ （Ctrl-C 停止）"));
    pages.for_each(|(what, path)| out.say(format!("{what} {base}{path}")));
}

/// The page that residents of the first leader order from, so that whoever tries it out finds one.
fn first_shop(db: &mut Db) -> Result<Option<(&'static str, String)>> {
    let first = master::leader::all(db)?.into_iter().next();
    Ok(first.map(|leader| ("居民下单页（每个团长一个）", format!("/g/{}", leader.leader_code))))
}

/// The work that nobody asks for: the cutoff clock and the mail.
fn work_settings(
    config: &Config,
    mail: Option<MailSettings>,
    key: &ServerKey,
    prepare: Sender<String>,
    gauges: Arc<Gauges>,
) -> work::Settings {
    let (own, key) = (config.clone(), key.clone());
    let secrets: Secrets = Box::new(move |wanted| match wanted {
        Secret::Sealed { user_id, sealed } => String::from_utf8(sealed::open(&key, IN_LETTERS, user_id, sealed)?).ok(),
        Secret::PurchaseLink(id) => Some(purchase_link::token(&key, id)),
    });
    work::Settings {
        database: config.database.clone(),
        desk: Arc::new(move |db| own.desk_of(db)),
        mail: mail.map(|mail| (mail, secrets)),
        // A server that does not listen any more needs no sheets.
        on_prepared: Box::new(move |code| drop(prepare.send(code.to_owned()))),
        gauges,
    }
}

/// The figures of the background work, for `/metrics`.
fn tell(gauges: &Gauges, page: &mut Page) {
    for (name, help, value) in gauges.read() {
        if name.ends_with("_total") {
            page.counter(name, help, &[(String::new(), value.unsigned_abs())]);
        } else {
            page.gauge(name, help, value as f64);
        }
    }
}

/// Without HTTPS, passwords and names would cross the network for anyone to read: then only this machine is served.
fn refuse_in_the_clear(serving: &Serving) -> Result<()> {
    let is_encrypted = serving.tls.is_some() || !serving.plate.trusted_proxies.is_empty();
    if !serving.bind.ip().is_loopback() && !is_encrypted {
        bail!(
            "{} 别的机器也能访问，而没有 HTTPS，密码和姓名会被看到。请给出证书 --tls-cert --tls-key，或用 --trusted-proxy \
             指明做 HTTPS 的反向代理，或只用 127.0.0.1（others could reach it without HTTPS: give a certificate, name \
             the proxy in front, or bind to this machine only）",
            serving.bind
        );
    }
    Ok(())
}
