//! A purchase order as a picture to send in a chat: SVG, which the page turns into PNG.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::errors::Step;
use crate::flow::load_cycle::frozen_book;
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::supply::cycle_of_purchase;
use crate::web::answers::{Shared, ask};
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::buyer::section::{due_at, wanted};
use crate::web::site::Site;
use crate::web::words::Lang;

/// Pixels: the picture's width, of a line, above the lines, below them.
const WIDTH: u32 = 720;
const LINE: u32 = 64;
const HEAD: u32 = 152;
const FOOT: u32 = 72;
/// Halves of a wide character that fit a line beside the amount.
const NAME_MAX: usize = 56;

#[derive(Template)]
#[template(path = "pages/buyer/picture.svg", escape = "html")]
struct Picture {
    width: u32,
    height: u32,
    title: String,
    supplier: String,
    deliver: String,
    /// Place, name, quantity, amount.
    lines: Vec<(u32, String, String, String)>,
    total: String,
    foot: u32,
}

/// `GET /buyer/picture/{po_no}`
pub async fn show(site: Shared, request: HttpRequest, po_no: web::Path<String>) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let (book, at) = find(site, db, &po_no)?;
        let drawn = draw(&book, &book.purchase_orders[at], lang)?;
        drawn.render().map_err(|error| WebError::Broken(error.to_string()))
    });
    match done.await {
        Ok(drawn) => HttpResponse::Ok().content_type("image/svg+xml").body(drawn),
        Err(error) => pages::error::page(&error, lang),
    }
}

/// The book of a purchase order, and its place in it.
fn find(site: &Site, db: &mut Db, po_no: &str) -> Result<(Book, usize), WebError> {
    let missing = || WebError::missing("采购单", "purchase order", po_no);
    let cycle_code = cycle_of_purchase(db, po_no).map_err(crate::flow::FlowError::from)?.ok_or_else(missing)?;
    let book = frozen_book(db, &site.desk(), &cycle_code, None, Want::Supply, Step::Plan)?;
    let at = book.purchase_orders.iter().position(|po| po.po_no == po_no).ok_or_else(missing)?;
    Ok((book, at))
}

fn draw(book: &Book, po: &PurchaseOrder, lang: Lang) -> Result<Picture, WebError> {
    let wanted = wanted(book, po, lang)?;
    let lines: Vec<_> = wanted
        .lines
        .into_iter()
        .zip(0..)
        .map(|(line, at)| (HEAD + at * LINE, shortened(&line.name, NAME_MAX), line.quantity, line.cost))
        .collect();
    let foot = HEAD + lines.len() as u32 * LINE;
    let (warehouse, due) = (&book.warehouses[po.warehouse_ix as usize].name, due_at(book, po.supplier_ix));
    Ok(Picture {
        width: WIDTH,
        height: foot + FOOT,
        title: format!("{} {}", lang.say("采购单", "Purchase order"), po.po_no),
        supplier: shortened(&book.suppliers[po.supplier_ix as usize].name, NAME_MAX),
        deliver: shortened(&format!("{} {warehouse}　{due}", lang.say("送", "Deliver to")), NAME_MAX),
        lines,
        total: wanted.total,
        foot,
    })
}

/// A text that is at most so wide, in halves of a wide character.
fn shortened(text: &str, most: usize) -> String {
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    if text.chars().map(width).sum::<usize>() <= most {
        return text.to_owned();
    }
    let mut room = most - 2;
    let fits = |c: &char| {
        let fits = width(*c) <= room;
        room = room.saturating_sub(width(*c));
        fits
    };
    format!("{}…", text.chars().take_while(fits).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_where_it_would_run_over() {
        assert_eq!(shortened("上海青 500g", 11), "上海青 500g");
        assert_eq!(shortened("上海青 500g", 8), "上海青…");
        assert_eq!(shortened("abcdefgh", 6), "abcd…");
    }
}
