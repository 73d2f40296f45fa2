//! The night's board: a row for each step, where it stands, what blocks it, and its one next act.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::store::backend::Db;
use crate::store::cycles;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::steps::{StepRow, steps};
use crate::web::pages::warehouse::{Head, frame, head, supply, tonight as night_of};
use crate::web::site::Site;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/warehouse/board.html")]
struct BoardPage {
    frame: Frame,
    /// None: there is no cycle at all.
    night: Option<(Head, Vec<StepRow>)>,
}

/// `GET /warehouse`: the night that is worked on.
pub async fn tonight(site: Shared, request: HttpRequest, (caller, visitor): (Caller, Visitor)) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let code = night_of(&cycles::all(db)?, site.desk().now).map(|row| row.cycle_code.clone());
        match code {
            Some(code) => page(site, db, &code, &caller, visitor, lang),
            None => {
                let frame = Frame::new(lang, "/warehouse".into()).seen_by(visitor, site.desk().zone);
                Ok(BoardPage { frame, night: None })
            }
        }
    });
    page_answer(lang, done.await)
}

/// `GET /warehouse/{code}`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, &caller, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<BoardPage, WebError> {
    let (head, row) = head(site, db, code, "", lang)?;
    let book = supply(site, db, &row)?;
    let rows = steps(site, db, &row.card(), book.as_ref(), caller, lang)?;
    Ok(BoardPage { frame: frame(site, visitor, code, "", lang), night: Some((head, rows)) })
}
