//! 导入: files of the catalogue, dropped into the browser: all faults in a table, mended, tried again; all or nothing.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::imports::ImportKind;
use crate::web::answers::{Shared, page_answer};
use crate::web::api::imports::KINDS;
use crate::web::caller::{Caller, Visitor};
use crate::web::pages::admin::{frame, tabs};
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::Tab;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/admin/files.html")]
struct FilesPage {
    frame: Frame,
    tabs: Vec<Tab>,
    kinds: Vec<KindRow>,
}

struct KindRow {
    code: &'static str,
    name: String,
    required: String,
    optional: String,
    has_datum: bool,
}

/// `GET /admin/files`
pub async fn show(site: Shared, request: HttpRequest, (caller, visitor): (Caller, Visitor)) -> HttpResponse {
    let lang = Lang::of(&request);
    let frame = frame(&site, visitor, "/admin/files", lang);
    let kinds = KINDS.iter().map(|kind| row(*kind, lang)).collect();
    page_answer(lang, Ok(FilesPage { frame, tabs: tabs(&caller, "/admin/files", lang), kinds }))
}

fn row(kind: ImportKind, lang: Lang) -> KindRow {
    let named = |is_required: bool| {
        let columns = kind.columns().iter().filter(|column| column.is_required == is_required);
        let name = |column: &crate::imports::heads::ColumnSpec| lang.say(column.zh, column.key);
        columns.map(name).collect::<Vec<_>>().join(lang.say("、", ", "))
    };
    KindRow {
        code: kind.code(),
        name: lang.coded(kind.zh(), kind.code()),
        required: named(true),
        optional: named(false),
        has_datum: kind.has_datum(),
    }
}
