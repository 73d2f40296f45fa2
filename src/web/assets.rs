//! Files that pages need, from the binary itself. Their addresses hold a hash of the content, so they are kept for ever.
//!
//! Of our own files, what is said to readers of the source stays here.

mod files;

use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

use crate::domain::secret::hex;
use crate::web::answers::refusal;
use crate::web::assets::files::{FILES, File, WORKER};
use crate::web::errors::WebError;
use crate::web::words::Lang;

/// A file and its address.
struct Asset {
    name: &'static str,
    address: String,
    media_type: &'static str,
    content: String,
}

/// What is said to readers of the source stays here: lines of comment, and the blanks that lines begin with.
fn tightened(content: &str) -> String {
    let lines = content.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Whether it is ours; others' files go out as they came.
fn is_ours(name: &str) -> bool {
    !matches!(name, "icon.svg" | "jsqr.js")
}

fn assets() -> &'static [Asset] {
    static ASSETS: OnceLock<Vec<Asset>> = OnceLock::new();
    ASSETS.get_or_init(|| {
        let asset = |&(name, parts): &File| {
            let (stem, ending) = name.split_once('.').expect("every name has an ending");
            let media_type = match ending {
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                _ => "image/svg+xml",
            };
            let content = match ending {
                "js" if is_ours(name) => format!("(() => {{\n'use strict';\n{}}})();\n", tightened(&parts.concat())),
                _ if is_ours(name) => tightened(&parts.concat()),
                _ => parts.concat(),
            };
            let hash = &hex(&Sha256::digest(&content))[..12];
            Asset { name, address: format!("/assets/{stem}-{hash}.{ending}"), media_type, content }
        };
        FILES.iter().map(asset).collect()
    })
}

/// The address of a file.
fn address(name: &str) -> &'static str {
    let asset = assets().iter().find(|asset| asset.name == name);
    asset.map(|asset| asset.address.as_str()).expect("FILES holds every name that is asked for")
}

/// The address of the style sheet.
pub fn style() -> &'static str {
    address("tuan.css")
}

/// The address of the icon.
pub fn icon() -> &'static str {
    address("icon.svg")
}

/// The address of the script of the leader's page.
pub fn leader_script() -> &'static str {
    address("leader.js")
}

/// The address of the style that residents' pages add.
pub fn resident_style() -> &'static str {
    address("resident.css")
}

/// The address of the script of residents' pages.
pub fn resident_script() -> &'static str {
    address("resident.js")
}

/// The address of the script of the buyer's page.
pub fn buyer_script() -> &'static str {
    address("buyer.js")
}

/// The address of the script of a supplier's page.
pub fn purchase_script() -> &'static str {
    address("purchase.js")
}

/// The address of the style that pages on desks add.
pub fn desk_style() -> &'static str {
    address("desk.css")
}

/// The address of the script of pages on desks.
pub fn desk_script() -> &'static str {
    address("desk.js")
}

/// The address of what the leader's page asks for once its list stands.
pub fn leader_later() -> &'static str {
    address("leader-later.js")
}

/// The address of what reads QR codes from pictures.
pub fn decoder() -> &'static str {
    address("jsqr.js")
}

/// The address of the style that the driver's page adds.
pub fn driver_style() -> &'static str {
    address("driver.css")
}

/// The address of the script of the driver's page.
pub fn driver_script() -> &'static str {
    address("driver.js")
}

/// What a phone needs to know to put a page on its home screen.
fn home_screen(name: &str, page: &str) -> String {
    serde_json::json!({
        "name": format!("团 · {name}"), "short_name": name, "lang": "zh-CN", "start_url": page, "scope": page,
        "display": "standalone", "background_color": "#ffffff", "theme_color": "#14538f",
        "icons": [{ "src": icon(), "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    })
    .to_string()
}

/// What a phone needs to know to put the leader's page on its home screen.
pub fn leader_manifest() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| home_screen("团长", "/leader"))
}

/// The same of the driver's page.
pub fn driver_manifest() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| home_screen("司机", "/driver"))
}

/// A service worker, told which files belong to this version of its page, and which are asked for later.
fn worker(page: &str, files: &[&str], later: &[&str]) -> String {
    let listed = |addresses: &[&str]| {
        let quoted: Vec<String> = addresses.iter().map(|address| format!("'{address}'")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let told = WORKER.replace("/* page */", page).replace("[/* files */]", &listed(files));
    told.replace("[/* later */]", &listed(later))
}

/// The leader's service worker.
pub fn leader_worker() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| worker("/leader", &[style(), icon(), leader_script()], &[leader_later(), decoder()]))
}

/// The driver's service worker.
pub fn driver_worker() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| worker("/driver", &[style(), driver_style(), icon(), driver_script()], &[]))
}

/// `GET /assets/{file}`
pub async fn show(file: web::Path<String>) -> HttpResponse {
    let address = format!("/assets/{file}");
    match assets().iter().find(|asset| asset.address == address) {
        Some(asset) => HttpResponse::Ok()
            .content_type(asset.media_type)
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.content.as_str()),
        None => refusal(&address, Lang::Zh, &WebError::NoSuchPage),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The colours of a rule's body: name and red, green, blue.
    fn colours(body: &str) -> HashMap<&str, [f64; 3]> {
        let declared = body.split(';').filter_map(|part| part.trim().strip_prefix("--")?.split_once(": #"));
        declared.map(|(name, digits)| (name, rgb(digits))).collect()
    }

    fn rgb(digits: &str) -> [f64; 3] {
        let step = digits.len() / 3;
        [0, 1, 2].map(|at| {
            let pair = digits[at * step..(at + 1) * step].repeat(if step == 1 { 2 } else { 1 });
            f64::from(u8::from_str_radix(&pair, 16).expect("a colour")) / 255.0
        })
    }

    /// Contrast as WCAG defines it.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let light = |rgb: [f64; 3]| {
            let part = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
            0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2])
        };
        let (a, b) = (light(one) + 0.05, light(other) + 0.05);
        a.max(b) / a.min(b)
    }

    /// The bodies of a selector's rules, the light one first.
    fn bodies<'a>(text: &'a str, selector: &str) -> Vec<&'a str> {
        let begins = format!("{selector} {{");
        let after = text.split(begins.as_str()).skip(1);
        after.filter_map(|rest| rest.split('}').next()).filter(|body| body.contains("--")).collect()
    }

    #[test]
    fn what_is_written_can_be_read_in_both_schemes() {
        let style = &assets()[0].content;
        let (every, leader) = (bodies(style, ":root"), bodies(style, ".phone"));
        assert_eq!((every.len(), leader.len()), (2, 2), "light and dark of each");
        for scheme in [0, 1] {
            let mut known = colours(every[scheme]);
            for (own, least) in [("", 4.5), (leader[scheme], 7.0)] {
                known.extend(colours(own));
                for ink in ["ink", "soft", "accent", "done", "amber", "red"] {
                    for paper in ["paper", "sheet"] {
                        let found = contrast(known[ink], known[paper]);
                        assert!(found >= least, "{ink} on {paper}, scheme {scheme}: {found:.2}, at least {least}");
                    }
                }
                let found = contrast(known["amber"], known["amber-sheet"]);
                assert!(found >= least.min(6.0), "amber on its sheet, scheme {scheme}: {found:.2}");
            }
        }
    }
}
