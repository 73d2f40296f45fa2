//! Photos over the network: each stands once beside the case or the count it shows, small, for those whose point it is.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, ImageFormat, RgbImage};
use serde_json::json;

use super::client::Client;
use super::handover::{a_line, is_refused, line_of, send};
use super::server::{Answer, Server};
use crate::app::TestApp;
use crate::intake::number;

/// A photo with the place where it was taken.
pub fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(b"II*\0\x08\0\0\0\0\0GPS 39.9".to_vec()).expect("a JPEG holds EXIF");
    encoder.encode_image(&RgbImage::new(2_000, 1_000)).expect("a picture can be encoded");
    bytes
}

pub fn put(client: &Client, about: &str, key: &str, bytes: &[u8]) -> Answer {
    let headers = [("Content-Type", "image/jpeg"), ("Idempotency-Key", key)];
    let path = format!("/api/v1/photos?{about}&device_time=2026-11-23T09:00:00%2B08:00");
    client.send("POST", &path, &headers, bytes)
}

#[test]
fn a_photo_stands_once_beside_what_it_shows() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 09:00".to_owned();
    let server = Server::start(&app);
    let (leader, other) = (server.as_role_of("leader", "L01"), server.as_role_of("leader", "L02"));
    let (order_no, sku, _) = a_line(&server, 2);
    let goods = format!("order_no={order_no}&sku={sku}");
    is_refused(&put(&leader, &goods, "p0", &picture()), 409, "nothing_told");
    let case = json!({ "order_no": order_no, "sku": sku, "problem": "broken", "measure": "pieces", "part": 1, "device_time": "2026-11-23T09:00:00+08:00", "by": "周桂兰" });
    assert_eq!(send(&leader, "/api/v1/after-sales", "c1", &case).status, 200);
    let first = put(&leader, &goods, "p1", &picture());
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(put(&leader, &goods, "p1", &picture()).json(), first.json(), "the same is the same");
    is_refused(&put(&leader, &goods, "p1", b"other"), 422, "bad_fields");
    assert_eq!(put(&other, &goods, "p2", &picture()).status, 404);
    let link = first.json()["link"].as_str().expect("a link").to_owned();
    assert_eq!(line_of(&server, &order_no, &sku)["cases"][0]["photos"], json!([link]));
    let kept = leader.get(&link);
    assert_eq!((kept.status, kept.header("content-type")), (200, "image/jpeg"));
    assert!(!kept.body.windows(3).any(|part| part == b"GPS"), "nothing but the picture");
    let read = image::load(Cursor::new(&kept.body), ImageFormat::Jpeg).expect("a JPEG");
    assert_eq!((read.width(), read.height()), (1_600, 800));
    assert_eq!(other.get(&link).status, 404);
    assert_eq!(server.as_role_of("helper", "L01").get(&link).status, 200);
    let count = json!({ "cycle": "261122", "point": "P01", "is_unsigned": true, "device_time": "2026-11-23T09:00:00+08:00", "by": "周桂兰" });
    assert_eq!(send(&leader, "/api/v1/receipts/leader", "r1", &count).status, 200);
    let arrival = put(&leader, "cycle=261122&point=P01", "p3", &picture());
    assert_eq!(arrival.status, 200, "{}", arrival.text());
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    assert_eq!(day["arrivals"][0]["receipt"]["photos"][0], arrival.json()["link"]);
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM photos"), 2);
    let error = app.db.execute_batch("DELETE FROM photos").expect_err("photos stay").to_string();
    assert!(error.contains("append-only"), "{error}");
    assert_eq!(app.audit(), "");
}

#[test]
fn what_is_no_photo_or_too_much_is_refused() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 09:00".to_owned();
    let server = Server::start(&app);
    let leader = server.as_role_of("leader", "L01");
    let (order_no, sku, _) = a_line(&server, 2);
    let case = json!({ "order_no": order_no, "sku": sku, "problem": "broken", "measure": "pieces", "part": 1, "device_time": "2026-11-23T09:00:00+08:00", "by": "周桂兰" });
    assert_eq!(send(&leader, "/api/v1/after-sales", "c1", &case).status, 200);
    let goods = format!("order_no={order_no}&sku={sku}");
    is_refused(&put(&leader, &goods, "p1", b"<svg onload='x()'/>"), 422, "bad_fields");
    assert_eq!(put(&leader, &goods, "p2", &vec![0; 2 * 1024 * 1024 + 1]).status, 413);
    assert_eq!(put(&leader, "order_no=1", "p3", &picture()).status, 422);
    let mut small = Vec::new();
    JpegEncoder::new(&mut small).write_image(&[7; 300], 10, 10, image::ExtendedColorType::Rgb8).expect("a picture");
    for at in 0..6 {
        assert_eq!(put(&leader, &goods, &format!("q{at}"), &small).status, 200);
    }
    is_refused(&put(&leader, &goods, "q6", &small), 409, "too_many_photos");
}
