//! One supplier's part of the board: its order, its lines, and what brings the order to the supplier.

use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::cost::PriceTerms;
use crate::domain::money::Fen;
use crate::domain::plan_figures::OrderFigures;
use crate::domain::procurement::order_value;
use crate::domain::purchase_link;
use crate::domain::states::PurchaseOrderState;
use crate::domain::time::Moment;
use crate::web::errors::WebError;
use crate::web::pages::buyer::board::Desk;
use crate::web::pages::buyer::line::Line;
use crate::web::pages::buyer::words::{Marked, amount, standing_words};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment, yuan};

pub struct Section {
    pub supplier_code: String,
    pub supplier: String,
    pub warehouse_code: String,
    pub warehouse: String,
    /// Who to call.
    pub contact: String,
    pub due_at: String,
    pub lines: Vec<Line>,
    pub cases: String,
    pub cost: String,
    pub min_value: Option<String>,
    pub short_of_min: Option<String>,
    pub order: Option<OrderShown>,
}

/// The purchase order of a section.
pub struct OrderShown {
    pub po_no: String,
    pub is_draft: bool,
    /// When it left the house; goods may come without that.
    pub sent_at: Option<String>,
    pub standing: Marked,
    /// When the supplier read it.
    pub read_at: Option<String>,
    /// When the supplier last answered.
    pub answered_at: Option<String>,
    /// Ready for a chat.
    pub text: String,
    pub picture: String,
    pub sheet: String,
    /// The supplier's page, of an order that was sent and whose link was not taken back.
    pub link: Option<String>,
}

impl Section {
    /// # Errors
    /// What the books cannot hold.
    pub fn new(site: &Site, desk: &Desk<'_>, order: &OrderFigures) -> Result<Section, WebError> {
        let (book, lang) = (desk.book, desk.lang);
        let (supplier, warehouse) =
            (&book.suppliers[order.supplier_ix as usize], &book.warehouses[order.warehouse_ix as usize]);
        let po = desk.order(order);
        let mut lines: Vec<Line> = order.lines.iter().map(|line| Line::new(desk, po, line)).collect();
        lines.sort_by_key(|line| (!line.waits && line.missed == 0, line.cases == 0));
        let contact = [supplier.contact.as_deref(), supplier.phone.as_deref()];
        Ok(Section {
            supplier_code: supplier.supplier_code.clone(),
            supplier: supplier.name.clone(),
            warehouse_code: warehouse.warehouse_code.clone(),
            warehouse: warehouse.name.clone(),
            contact: contact.into_iter().flatten().collect::<Vec<_>>().join(" "),
            due_at: due_at(book, order.supplier_ix),
            lines,
            cases: count(order.cases),
            cost: amount(order.value.known, order.value.has_unknown),
            min_value: (supplier.min_order_value > Fen::ZERO).then(|| yuan(supplier.min_order_value)),
            short_of_min: (order.short_of_min > Fen::ZERO).then(|| yuan(order.short_of_min)),
            order: po.map(|po| shown(site, desk, po, lang)).transpose()?,
        })
    }
}

fn shown(site: &Site, desk: &Desk<'_>, po: &PurchaseOrder, lang: Lang) -> Result<OrderShown, WebError> {
    let link = desk.links.get(&po.id).copied().unwrap_or_default();
    let minute = |at: i64| desk.book.zone.minute(Moment(at)).get(11..).unwrap_or_default().to_owned();
    let token = |id: i64| format!("/s/{}", purchase_link::token(site.key(), id));
    let number = segment(&po.po_no);
    Ok(OrderShown {
        is_draft: po.state == PurchaseOrderState::Draft,
        standing: standing_words(desk.stands(po), lang),
        sent_at: link.sent_at.map(minute),
        read_at: link.read_at.map(minute),
        answered_at: desk.standings.answered_at(po.id).map(|at| minute(at.0)),
        text: text(desk.book, po, lang)?,
        picture: lang.to(&format!("/buyer/picture/{number}")),
        sheet: format!(
            "/api/v1/cycles/{}/sheets/purchase_order?key={number}&format=html",
            segment(&desk.book.cycle.cycle_code)
        ),
        link: link.live.map(token),
        po_no: po.po_no.clone(),
    })
}

/// Latest arrival: the supplier's time of day on the pickup date. Empty where none was agreed.
pub fn due_at(book: &Book, supplier_ix: u32) -> String {
    let supplier = &book.suppliers[supplier_ix as usize];
    supplier.due_at.as_ref().map_or_else(String::new, |time| format!("{} {time}", book.cycle.pickup_date))
}

/// A line of an order as a supplier reads it: name, how much, what it costs.
pub struct Wanted {
    pub name: String,
    pub quantity: String,
    pub cost: String,
}

/// An order as a supplier reads it, without what is not bought.
pub struct WantedOrder {
    pub lines: Vec<Wanted>,
    pub total: String,
}

/// # Errors
/// An amount past the range of the books.
pub fn wanted(book: &Book, po: &PurchaseOrder, lang: Lang) -> Result<WantedOrder, WebError> {
    let bought = || po.lines.iter().filter(|line| line.planned_qty > 0);
    let line = |line: &crate::domain::book::PurchaseOrderLine| {
        let offer = &book.offers[line.offer_ix as usize];
        let (cases, size, pieces, unit) = (line.cases, offer.case_size, line.planned_qty, &offer.unit);
        let goods = offer.supplier_sku.as_ref().map_or_else(String::new, |sku| format!(" ({sku})"));
        Wanted {
            name: format!("{} {}{goods}", offer.name, offer.spec),
            quantity: match lang {
                Lang::Zh => format!("{cases} 箱 × {size} {unit} = {pieces} {unit}"),
                Lang::En => format!("{cases} cases × {size} {unit} = {pieces} {unit}"),
            },
            cost: PriceTerms::of(offer)
                .cost_amount(line.planned_qty)
                .map_or_else(String::new, |cost| format!("¥{}", yuan(cost))),
        }
    };
    let value = order_value(&book.offers, bought().map(|line| (line.offer_ix, line.planned_qty)))?;
    let cases = count(bought().map(|line| line.cases).sum());
    let pieces = count(bought().map(|line| line.planned_qty).sum());
    let cost = amount(value.known, value.has_unknown);
    Ok(WantedOrder {
        lines: bought().map(line).collect(),
        total: match lang {
            Lang::Zh => format!("合计 {cases} 箱 {pieces} 件 ¥{cost}"),
            Lang::En => format!("{cases} cases, {pieces} pieces, ¥{cost}"),
        },
    })
}

/// The order as a text for a chat; whoever sends it puts the link behind it.
fn text(book: &Book, po: &PurchaseOrder, lang: Lang) -> Result<String, WebError> {
    let supplier = &book.suppliers[po.supplier_ix as usize].name;
    let warehouse = &book.warehouses[po.warehouse_ix as usize].name;
    let due = due_at(book, po.supplier_ix);
    let wanted = wanted(book, po, lang)?;
    let head = match lang {
        Lang::Zh => format!("【采购单】{}\n{supplier}\n送 {warehouse}", po.po_no),
        Lang::En => format!("Purchase order {}\n{supplier}\nDeliver to {warehouse}", po.po_no),
    };
    let until = match (due.as_str(), lang) {
        ("", _) => String::new(),
        (due, Lang::Zh) => format!("，{due} 前到"),
        (due, Lang::En) => format!(", by {due}"),
    };
    let row = |(line, no): (&Wanted, usize)| format!("{no}. {}\n   {} {}", line.name, line.quantity, line.cost);
    let rows: Vec<String> = wanted.lines.iter().zip(1..).map(row).map(|row| row.trim_end().to_owned()).collect();
    Ok(format!("{head}{until}\n{}\n{}", rows.join("\n"), wanted.total))
}
