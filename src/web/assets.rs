//! Files that pages need, from the binary itself. Their addresses hold a hash of the content, so they are kept for ever.

use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

use crate::web::answers::refusal;
use crate::web::errors::WebError;
use crate::web::words::Lang;

const STYLE: &str = include_str!("assets/tuan.css");
const ICON: &str = include_str!("assets/icon.svg");

/// A file and its address.
struct Asset {
    address: String,
    media_type: &'static str,
    content: &'static str,
}

fn assets() -> &'static [Asset; 2] {
    static ASSETS: OnceLock<[Asset; 2]> = OnceLock::new();
    ASSETS.get_or_init(|| {
        let asset = |name: &str, ending: &str, media_type, content: &'static str| {
            let hash: String = Sha256::digest(content)[..6].iter().map(|byte| format!("{byte:02x}")).collect();
            Asset { address: format!("/assets/{name}-{hash}.{ending}"), media_type, content }
        };
        [asset("tuan", "css", "text/css; charset=utf-8", STYLE), asset("icon", "svg", "image/svg+xml", ICON)]
    })
}

/// The address of the style sheet.
pub fn style() -> &'static str {
    &assets()[0].address
}

/// The address of the icon.
pub fn icon() -> &'static str {
    &assets()[1].address
}

/// `GET /assets/{file}`
pub async fn show(file: web::Path<String>) -> HttpResponse {
    let address = format!("/assets/{file}");
    match assets().iter().find(|asset| asset.address == address) {
        Some(asset) => HttpResponse::Ok()
            .content_type(asset.media_type)
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.content),
        None => refusal(&address, Lang::Zh, &WebError::NoSuchPage),
    }
}
