//! What a leader's screen shows of a point: the pickup list's households, order by order, masked as the paper is.

use std::borrow::Cow;

use crate::domain::facts::TempZone;
use crate::domain::money::Fen;
use crate::domain::weighing::Weighing;
use crate::sheets::households::lasting_key;
use crate::sheets::masks::{hide, phone_tail};
use crate::sheets::pickup_list::list_lines;
use crate::sheets::press::Press;
use crate::sheets::shortage_notice::name_resident;

/// An order as the pickup list has it.
#[derive(Clone, Debug)]
pub struct OrderCard<'a> {
    pub order_id: i64,
    pub order_no: &'a str,
    /// Joins the household's orders over several cycles. It may hold a phone, and is shown to nobody.
    pub lasting_key: Option<(&'a str, &'a str, &'a str)>,
    /// 0: none.
    pub chain_no: u32,
    pub building: &'a str,
    pub unit_no: &'a str,
    pub room: &'a str,
    /// Masked.
    pub resident: String,
    pub nickname: Cow<'a, str>,
    pub phone_tail4: &'a str,
    pub remark: Cow<'a, str>,
    pub is_paid: bool,
    pub lines: Vec<LineCard<'a>>,
}

/// A line of an order as the pickup list has it.
#[derive(Clone, Copy, Debug)]
pub struct LineCard<'a> {
    pub offer_no: u32,
    pub sku_code: &'a str,
    pub sku_name: &'a str,
    pub spec: &'a str,
    pub unit: &'a str,
    pub ordered_qty: u32,
    /// Pieces to be handed out: what was ordered before goods were shared out.
    pub allocated_qty: u32,
    /// Still to be collected.
    pub due: Fen,
    /// Of a piece.
    pub sale_price: Fen,
    /// What the line costs more by its weight as it was settled, of goods that are weighed.
    pub weight: Fen,
    /// How a piece is weighed.
    pub weighing: Option<Weighing>,
    /// What a piece holds.
    pub sub_units: Option<u32>,
    pub temp_zone: TempZone,
}

/// The households of a point in the order of its pickup list, each with its orders.
pub fn household_cards<'a>(press: &Press<'a>, point_ix: u32) -> Vec<Vec<OrderCard<'a>>> {
    let households = press.households(point_ix);
    let mut lines = Vec::new();
    households.iter().map(|orders| orders.iter().map(|&order| card(press, order, &mut lines)).collect()).collect()
}

fn card<'a>(press: &Press<'a>, order: u32, lines: &mut Vec<usize>) -> OrderCard<'a> {
    let (book, at, person) = (press.book, order as usize, press.person(order));
    let mut resident = String::new();
    name_resident(&mut resident, press, order);
    list_lines(press, order, lines);
    OrderCard {
        order_id: book.orders.id[at],
        order_no: book.orders.order_no.get(at),
        lasting_key: lasting_key(&person),
        chain_no: book.orders.chain_no[at],
        building: person.building,
        unit_no: person.unit_no,
        room: person.room,
        resident,
        nickname: hide(person.nickname, person.name),
        phone_tail4: phone_tail(person.phone),
        remark: hide(person.remark, person.name),
        is_paid: book.orders.is_paid[at],
        lines: lines.iter().map(|&line| line_card(press, line)).collect(),
    }
}

fn line_card<'a>(press: &Press<'a>, line: usize) -> LineCard<'a> {
    let offer = press.offer(press.book.lines.offer_ix[line]);
    LineCard {
        offer_no: offer.offer_no,
        sku_code: &offer.sku_code,
        sku_name: &offer.name,
        spec: &offer.spec,
        unit: &offer.unit,
        ordered_qty: press.book.lines.ordered[line],
        allocated_qty: press.due(line),
        due: press.to_collect(line),
        sale_price: offer.sale_price,
        weight: press.book.weight_adjustment(line),
        weighing: Weighing::of(offer),
        sub_units: offer.sub_units,
        temp_zone: offer.temp_zone,
    }
}
