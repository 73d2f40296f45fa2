//! 粘贴接龙: a chat's numbered text read into draft orders. Nothing is placed here; whoever pasted it looks it over first.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::flow::load_cycle::card;
use crate::imports::jielong::{Entry, Sold, Unread, read};
use crate::store::master::{self, SkuRow};
use crate::store::offers;
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::handover::answer;
use crate::web::body::parsed;

/// A thread of a chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JielongBody {
    /// The cycle's code.
    cycle: String,
    /// The text as it was copied.
    text: String,
}

/// What a thread orders.
#[derive(Serialize, ToSchema)]
pub struct JielongAnswer {
    entries: Vec<JielongEntry>,
}

/// One household of a thread.
#[derive(Serialize, ToSchema)]
pub struct JielongEntry {
    /// Where it stands in the text, from 1.
    line: usize,
    text: String,
    chain_no: u32,
    nickname: String,
    phone: String,
    building: String,
    unit_no: String,
    room: String,
    lines: Vec<JielongLine>,
    /// What could not be read; an entry with any is not to be placed as it is.
    faults: Vec<JielongFault>,
}

#[derive(Serialize, ToSchema)]
pub struct JielongLine {
    sku_code: String,
    qty: u32,
}

#[derive(Serialize, ToSchema)]
pub struct JielongFault {
    zh: String,
    en: String,
}

/// Reads a chat's numbered text into draft orders for a cycle. Nothing is placed.
#[utoipa::path(
    post, path = "/api/v1/jielong", operation_id = "read_jielong", tag = "orders", request_body = JielongBody,
    responses((status = 200, description = "What the thread orders.", body = JielongAnswer)),
)]
pub async fn show(site: Shared, body: web::Bytes) -> HttpResponse {
    let JielongBody { cycle, text } = match parsed(&body) {
        Ok(body) => body,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |_, db| {
        let cycle = card(db, &cycle)?;
        let skus: HashMap<i64, SkuRow> = master::sku::all(db)?.into_iter().map(|sku| (sku.id, sku)).collect();
        let on_sale = offers::of_cycle(db, cycle.id)?;
        let sold: Vec<Sold<'_>> = on_sale.iter().filter_map(|offer| Some(sold(skus.get(&offer.sku_id)?))).collect();
        let entries = read(&text, &sold).into_iter().map(listed).collect();
        answer(&JielongAnswer { entries })
    });
    json_answer(done.await)
}

fn sold(sku: &SkuRow) -> Sold<'_> {
    Sold { sku_code: &sku.sku_code, name: &sku.name, spec: &sku.spec }
}

fn listed(entry: Entry) -> JielongEntry {
    let lines = entry.lines.into_iter().map(|(sku_code, qty)| JielongLine { sku_code, qty });
    JielongEntry {
        line: entry.line,
        text: entry.text,
        chain_no: entry.chain_no,
        nickname: entry.nickname,
        phone: entry.phone,
        building: entry.building,
        unit_no: entry.unit_no,
        room: entry.room,
        lines: lines.collect(),
        faults: entry.unread.iter().map(words).collect(),
    }
}

fn words(unread: &Unread) -> JielongFault {
    let (zh, en) = match unread {
        Unread::NoGoods(word) => (format!("没有商品“{word}”"), format!("no goods are called “{word}”")),
        Unread::SeveralGoods(word, names) => {
            let names = names.join("、");
            (format!("“{word}”有几种：{names}"), format!("“{word}” is several: {names}"))
        }
        Unread::BadQty(word) => (format!("数量不对：{word}"), format!("a strange quantity: {word}")),
        Unread::NoName => ("没有昵称、房号或手机".to_owned(), "no name, room or phone".to_owned()),
        Unread::NothingOrdered => ("没有写商品".to_owned(), "nothing is ordered".to_owned()),
    };
    JielongFault { zh, en }
}
