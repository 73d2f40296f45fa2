//! The API's description and its page, as they are served.

use super::server::Server;
use crate::app::TestApp;

#[test]
fn the_description_is_served_and_its_page_needs_no_other_host() {
    let app = TestApp::new();
    let server = Server::start(&app);
    let document = server.json("/openapi.json");
    assert_eq!((&document["openapi"], &document["info"]["title"]), (&"3.1.0".into(), &"Tuan 团".into()));
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.contains_key("/api/v1/cycles/{code}/totals"));
    let page = server.get("/docs");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let text = page.text();
    for path in paths.keys() {
        assert!(text.contains(path.as_str()), "{path} is not on the page");
    }
    assert!(!text.contains("<script") && !text.contains(" style=") && !text.contains("//cdn"), "{text}");
    for link in text.split("href=\"").skip(1).chain(text.split("src=\"").skip(1)) {
        assert!(link.starts_with('/') || link.starts_with('#'), "{}", &link[..40]);
    }
}
