//! The scale at the desk: readings by keyboard, one that asks, one that is void, the labels on paper, and the settlement.

use super::{Place, told};
use crate::app::books::lines;
use crate::browser::chromium::DESK;
use crate::browser::driver::keys::ENTER;

#[test]
fn the_scale_writes_a_label_with_each_enter() {
    let mut place = Place::at("dispatched");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/weighing?sku=K025");
    desk.wait_text("#weighing-title", "五花肉");
    assert_eq!(desk.text_of("return document.activeElement.id"), "scale");
    desk.press(&format!("486{ENTER}"));
    desk.wait_text("#readout", "1001 · 486 g（0.97 斤） · ¥");
    desk.run(
        "const slot = document.getElementById('slot'); slot.selectedIndex = 1; slot.dispatchEvent(new Event('change'))",
    );
    // Two readings in one breath are two labels in their order.
    desk.press(&format!("0.5kg{ENTER}1.02斤{ENTER}"));
    desk.wait_text("#readout", "1003 · 510 g");
    assert_eq!(desk.text_of("return document.getElementById('label-count').textContent"), "3");
    assert_eq!(desk.complaints(), Vec::<String>::new());
    desk.screenshot("desk-weighing");
    // What is far off is asked about; no answer, no label.
    desk.press(&format!("5000{ENTER}"));
    desk.wait_text(".asked", "5000 g（10.00 斤）");
    desk.screenshot("desk-weighing-asks");
    desk.click(".asked [data-act=no]");
    desk.wait_until("return document.activeElement.id === 'scale' && !document.querySelector('.asked')");
    desk.press(&format!("5000{ENTER}"));
    desk.click(".asked [data-act=yes]");
    desk.wait_text("#readout", "1004 · 5000 g");
    desk.click("tr[data-weigh-no='1004'] [data-act=void-label]");
    desk.click(".asked [data-act=yes]");
    desk.wait_text("tr[data-weigh-no='1004']", "已作废");
    place.open(&desk, "/warehouse/261122/weighing?sku=K025");
    desk.wait_text("tr[data-weigh-no='1004']", "已作废");
    assert_eq!(desk.text_of("return document.getElementById('label-count').textContent"), "3");
    assert_ne!(desk.text_of("return document.getElementById('slot').value"), "", "the slot stays chosen");
    desk.wait_text(".unweighed summary", "行还没有称签");
    place.open(&desk, "/warehouse/261122/weighing/labels?sku=K025");
    assert_eq!(desk.count(".weigh-label"), 3);
    desk.wait_text(".weigh-label", "1001");
    desk.screenshot("desk-weigh-labels");
    place.open(&desk, "/warehouse/261122/weighing?sku=K025");
    desk.click("[data-act=settle-weights]");
    desk.wait_text(".asked", "没称的按标重结算");
    desk.click(".asked [data-act=yes]");
    told(&desk, "结算称重");
    desk.wait_text(".settling", "已结算");
    assert_eq!(desk.count(".unweighed"), 0, "what had no label is settled");
    let noted = "SELECT weigh_no || ' ' || CAST(actual_weight_g AS TEXT) AS line FROM weighed_labels ORDER BY weigh_no";
    assert_eq!(lines(&mut place.app.db, noted), ["1001 486", "1002 500", "1003 510", "1004 5000"]);
    assert_eq!(place.app.audit(), "");
}
