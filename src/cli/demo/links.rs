//! What `demo` adds when it serves: where the buyer's desk is, and the page that a supplier sees of an order.

use anyhow::{Result, anyhow};
use serde_json::json;

use crate::cli::demo::fixtures::CYCLE;
use crate::cli::output::Output;
use crate::config::Config;
use crate::config::serving::ServeFlags;
use crate::domain::purchase_link::token;
use crate::store::backend::Db;
use crate::store::cycles;
use crate::store::purchase_answers::links_of;

/// Shows the buyer's page and one supplier's.
pub fn tell_links(config: &Config, out: &Output, db: &mut Db, serve: &ServeFlags) -> Result<()> {
    let serving = serve.clone().over(&config.server).map_err(|reason| anyhow!(reason))?;
    let scheme = if serving.tls.is_some() { "https" } else { "http" };
    let base = format!("{scheme}://{}", serving.bind);
    out.say(format!("采购台 {base}/buyer （用 buyer 登录：看实时合计，截单，改箱数、试算，发采购单）"));
    let Some(cycle) = cycles::find(db, CYCLE)? else { return Ok(()) };
    let Some(link) = links_of(db, cycle.id)?.into_iter().next() else { return Ok(()) };
    let address = format!("{base}/s/{}", token(&config.server_key()?, link.id));
    out.object(&json!({ "buyer": format!("{base}/buyer"), "supplier": address }));
    out.say(format!("供应商看到的采购单 {address} （不用登录）"));
    Ok(())
}
