//! Administration: people, sign-ins, machines, cycles, goods, files, what happened, letters. Each page shows; changes go through the API.

pub mod cycles;
pub mod files;
pub mod goods;
pub mod log;
pub mod mail;
pub mod people;
pub mod sessions;
pub mod tokens;

use crate::domain::access::Operation;
use crate::web::caller::{Caller, Visitor};
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::{Tab, may};
use crate::web::site::Site;
use crate::web::words::Lang;

/// The pages: address, names, and the operation that opens it.
const PAGES: [(&str, &str, &str, Operation); 8] = [
    ("/admin", "人员", "People", Operation::ShowAdmin),
    ("/admin/sessions", "登录", "Sign-ins", Operation::ShowAdmin),
    ("/admin/cycles", "团期", "Cycles", Operation::ShowCatalogue),
    ("/admin/goods", "商品", "Goods", Operation::ShowCatalogue),
    ("/admin/files", "导入", "Files", Operation::ShowCatalogue),
    ("/admin/tokens", "令牌", "Tokens", Operation::ListTokens),
    ("/admin/mail", "邮件", "Mail", Operation::ListMail),
    ("/admin/log", "日志", "Log", Operation::ShowSecurityLog),
];

/// The pages that someone may open.
fn tabs(caller: &Caller, here: &str, lang: Lang) -> Vec<Tab> {
    let own = PAGES.iter().filter(|(_, _, _, operation)| may(caller, *operation));
    let tab = |&(address, zh, en, _): &(&str, &'static str, &'static str, Operation)| Tab {
        address: lang.to(address),
        name: lang.say(zh, en).to_owned(),
        is_here: address == here,
    };
    own.map(tab).collect()
}

fn frame(site: &Site, visitor: Visitor, here: &str, lang: Lang) -> Frame {
    Frame::new(lang, here.to_owned()).seen_by(visitor, site.desk().zone)
}
