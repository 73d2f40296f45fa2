//! The design system on one page: every component in every state, in the colours of whoever looks.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::web::answers::page_answer;
use crate::web::pages::frame::Frame;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/styleguide.html")]
struct Styleguide {
    frame: Frame,
    /// Name of a colour's class, and what it is for.
    colours: [(&'static str, &'static str, &'static str); 7],
    /// Sizes of type in pixels.
    sizes: [u32; 6],
}

const COLOURS: [(&str, &str, &str); 7] = [
    ("paper", "纸", "paper"),
    ("sheet", "底", "sheet"),
    ("ink", "字", "ink"),
    ("soft", "次要的字", "soft"),
    ("accent", "可点", "accent"),
    ("amber", "注意", "amber"),
    ("red", "损失、拒绝", "red"),
];

/// `GET /styleguide`
pub async fn show(request: HttpRequest) -> HttpResponse {
    let lang = Lang::of(&request);
    let frame = Frame::new(lang, "/styleguide".into());
    page_answer(lang, Ok(Styleguide { frame, colours: COLOURS, sizes: [12, 14, 16, 20, 28, 40] }))
}
