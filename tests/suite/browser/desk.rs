//! The warehouse's desk and administration as people use them: a night by keyboard, a faulty file mended, a leader
//! invited and a cycle cloned, and what each page looks like.

mod admin;
mod board;
mod looks;
mod printing;
mod receiving;
mod routes;
mod weighing;

use super::chromium::Window;
use super::driver::Browser;
use crate::app::TestApp;
use crate::web::server::Server;

/// A server, and browsers on desks.
struct Place {
    app: TestApp,
    server: Server,
}

impl Place {
    fn at(stage: &str) -> Place {
        Place::with(TestApp::pilot_day(stage))
    }

    fn with(app: TestApp) -> Place {
        let server = Server::unpaced(&app);
        Place { app, server }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// A window in which someone of this role has signed in.
    fn desk_of(&self, role: &str, window: Window) -> Browser {
        let desk = Browser::desk(window);
        desk.goto(&self.url("/login"));
        let person = self.server.as_role(role);
        desk.put_cookie(person.lines().trim().trim_start_matches("Cookie: "));
        desk
    }

    /// Opens a page and waits until its script has set it up.
    fn open(&self, desk: &Browser, path: &str) {
        desk.goto(&self.url(path));
        ready(desk);
    }
}

/// Waits until the page's script has set it up.
fn ready(desk: &Browser) {
    desk.wait_for("body[data-ready]");
}

/// Waits for the word at the foot that tells what was done; it comes with a new page.
fn told(desk: &Browser, words: &str) {
    desk.wait_text(".toast.desk", words);
    ready(desk);
}
