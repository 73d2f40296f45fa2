//! The files that pages ask for, each joined from its parts: a page asks for one of each kind.

macro_rules! parts {
    ($($file:literal)+) => { &[$(include_str!($file)),+] };
}

/// A file by its name, and what it is made of.
pub type File = (&'static str, &'static [&'static str]);

#[rustfmt::skip]
pub const FILES: &[File] = &[
    // What all pages look like.
    ("tuan.css", parts![
        "css/base.css" "css/parts.css" "css/cycles.css" "css/leader.css" "css/buyer.css" "css/purchase.css"
    ]),
    ("icon.svg", parts!["icon.svg"]),
    // The leader's phone.
    ("leader.js", parts![
        "leader/page.js" "shared/el.js" "shared/id.js" "shared/words.js" "shared/keep.js" "leader/day.js"
        "leader/find.js" "leader/token.js" "shared/queue.js" "leader/acts.js" "leader/dom.js" "shared/toast.js"
        "leader/head.js" "leader/list.js"
        "leader/household.js" "leader/shop.js" "leader/order.js" "leader/scan.js" "leader/helpers.js" "leader/more.js"
        "leader/later.js" "leader/start.js"
    ]),
    // What the leader's phone needs once the list stands.
    ("leader-later.js", parts![
        "leader/later/begin.js" "shared/photo.js" "leader/later/receive.js" "leader/later/without.js" "leader/later/problem.js"
        "leader/later/households.js" "leader/later/weigh.js" "leader/later/jielong.js" "leader/later/leave.js"
    ]),
    // Reads QR codes from pictures where the browser cannot. See vendor/README.md.
    ("jsqr.js", parts!["vendor/jsQR.js"]),
    // The driver's phone, on top of the style of all.
    ("driver.css", parts!["css/driver.css"]),
    ("driver.js", parts![
        "driver/page.js" "shared/el.js" "shared/id.js" "shared/words.js" "shared/keep.js" "driver/day.js"
        "shared/queue.js" "shared/toast.js" "shared/photo.js" "driver/acts.js" "driver/views.js" "driver/forms.js"
        "driver/start.js"
    ]),
    // Residents' pages, on top of the style of all.
    ("resident.css", parts!["css/resident.css"]),
    ("resident.js", parts![
        "shared/el.js" "shared/id.js" "resident/dom.js" "resident/keep.js" "resident/send.js" "resident/goods.js"
        "resident/form.js" "resident/place.js" "resident/mine.js" "resident/start.js"
    ]),
    // The buyer's page.
    ("buyer.js", parts![
        "shared/el.js" "buyer/words.js" "buyer/parts.js" "buyer/keep.js" "buyer/page.js" "buyer/effect.js"
        "buyer/edit.js" "buyer/trial.js" "buyer/orders.js" "buyer/keys.js" "buyer/live.js" "buyer/start.js"
    ]),
    // A supplier's page.
    ("purchase.js", parts!["buyer/purchase.js"]),
    // Pages on desks, on top of the style of all.
    ("desk.css", parts!["css/desk.css"]),
    ("desk.js", parts![
        "shared/el.js" "desk/dom.js" "desk/ask.js" "desk/lock.js" "desk/acts.js" "desk/keys.js" "desk/upload.js"
        "desk/receiving.js" "desk/weighing.js" "desk/printing.js" "desk/stock.js" "desk/admin.js" "desk/start.js"
    ]),
];

/// The service worker of a phone's page, before it is told which page and which files belong to this version of it.
pub const WORKER: &str = include_str!("shared/worker.js");
