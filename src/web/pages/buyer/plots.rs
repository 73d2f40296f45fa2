//! Four plots beside the board: when orders came, what is left over, who brings too little, where it goes.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::plan_figures::{LineFigures, OrderFigures, bought, plan_figures, plan_sums};
use crate::domain::time::{Moment, Zone};
use crate::flow::load_cycle::{card, frozen_book};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::master;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::errors::WebError;
use crate::web::pages::buyer::BuyerQuery;
use crate::web::pages::buyer::bars::Bars;
use crate::web::pages::buyer::words::either;
use crate::web::pages::frame::Frame;
use crate::web::pages::hours;
use crate::web::site::Site;
use crate::web::words::{Lang, count, yuan};

/// Bars drawn of a plot whose rows have no order of their own; the table has all.
const BARS_MAX: usize = 10;
/// Hours of a long day.
const HOURS_MAX: usize = 24;

#[derive(Template)]
#[template(path = "pages/buyer/plots.html")]
struct PlotsPage {
    frame: Frame,
    plots: Vec<Bars>,
}

/// `GET /buyer/plots`
pub async fn show(site: Shared, request: HttpRequest, query: web::Query<BuyerQuery>) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| {
        let cycle = card(db, query.cycle.as_deref().unwrap_or_default())?;
        Ok(PlotsPage { plots: plots(site, db, &cycle, lang)?, frame: Frame::new(lang, "/buyer/plots".into()) })
    });
    page_answer(lang, done.await)
}

fn plots(site: &Site, db: &mut Db, cycle: &Cycle, lang: Lang) -> Result<Vec<Bars>, WebError> {
    let (desk, hours) = (site.desk(), hours::of_cycle(site, db, cycle)?);
    let mut plots = Vec::new();
    plots.extend(by_hour(&hours.pieces, desk.zone, lang));
    if cycle.state.is_frozen() {
        let book = frozen_book(db, &desk, &cycle.cycle_code, None, Want::Supply, Step::Plan)?;
        let figures = plan_figures(&book.offers, &book.suppliers, &book.procurement, &bought(&book))?;
        plots.extend(surplus(&book, &figures, lang));
        plots.extend(shortage(&book, &figures, lang));
        plots.extend(places(of_compounds(&*site.book(db, cycle, None)?), lang));
    } else {
        plots.extend(places(of_points(db, &hours.by_point)?, lang));
    }
    Ok(plots)
}

fn by_hour(hours: &[(i64, u64)], zone: Zone, lang: Lang) -> Option<Bars> {
    let clock = |at: i64| zone.minute(Moment(at)).get(5..).unwrap_or_default().to_owned();
    let (at, most) = hours.iter().copied().max_by_key(|(at, pieces)| (*pieces, -at))?;
    let (hour, pieces) = (clock(at), count(most));
    let title = either(
        lang,
        format!("最忙的一小时从 {hour} 起：{pieces} 件"),
        format!("The busiest hour began {hour}: {pieces} pieces"),
    );
    let rows = hours.iter().map(|(at, pieces)| (clock(*at), *pieces, count(*pieces))).collect();
    let axis = lang.say("每小时订购件数", "Pieces ordered by hour").to_owned();
    Some(Bars::new(("hours", title, axis), [lang.say("从", "From"), lang.say("件", "Pieces")], rows, HOURS_MAX))
}

fn main_lines(figures: &[OrderFigures]) -> impl Iterator<Item = &LineFigures> {
    figures.iter().flat_map(|order| &order.lines).filter(|line| line.is_main)
}

fn surplus(book: &Book, figures: &[OrderFigures], lang: Lang) -> Option<Bars> {
    let sums = plan_sums(figures);
    let mut lines: Vec<&LineFigures> = main_lines(figures).filter(|line| line.surplus_qty > 0).collect();
    lines.sort_by_key(|line| (-line.surplus_cost.unwrap_or(Fen::ZERO).0, -(line.surplus_qty as i64), line.offer_ix));
    let first = &book.offers[lines.first()?.offer_ix as usize].name;
    let (pieces, cost) = (count(sums.surplus_qty), yuan(sums.surplus_cost));
    let title = either(
        lang,
        format!("富余共 {pieces} 件 ¥{cost}，最多的是{first}"),
        format!("{pieces} pieces left over, ¥{cost}, most of it {first}"),
    );
    let row = |line: &&LineFigures| {
        let offer = &book.offers[line.offer_ix as usize];
        let cost = line.surplus_cost.unwrap_or(Fen::ZERO);
        let text = format!("¥{} · {} {}", yuan(cost), count(line.surplus_qty), offer.unit);
        (format!("{} {}", offer.name, offer.spec), cost.0.unsigned_abs(), text)
    };
    let axis = lang.say("按现在的计划，金额按成本", "As planned now, at cost").to_owned();
    let heads = [lang.say("商品", "Goods"), lang.say("富余", "Left over")];
    Some(Bars::new(("surplus", title, axis), heads, lines.iter().map(row).collect(), BARS_MAX))
}

fn shortage(book: &Book, figures: &[OrderFigures], lang: Lang) -> Option<Bars> {
    let mut short: BTreeMap<u32, (u64, Fen)> = BTreeMap::new();
    for line in main_lines(figures).filter(|line| line.short_qty > 0) {
        let sum = short.entry(line.supplier_ix).or_default();
        *sum = (sum.0 + line.short_qty, sum.1 + line.refund);
    }
    let mut rows: Vec<(u32, (u64, Fen))> = short.into_iter().collect();
    rows.sort_by_key(|(supplier_ix, (pieces, _))| (-(*pieces as i64), *supplier_ix));
    let (first, (most, _)) = *rows.first()?;
    let all = count(rows.iter().map(|(_, (pieces, _))| pieces).sum());
    let (first, most) = (&book.suppliers[first as usize].name, count(most));
    let title = either(
        lang,
        format!("缺 {all} 件，其中{first} {most} 件"),
        format!("{all} pieces short, {most} of them from {first}"),
    );
    let row = |(supplier_ix, (pieces, refund)): &(u32, (u64, Fen))| {
        let text = either(
            lang,
            format!("{} 件 · 退 ¥{}", count(*pieces), yuan(*refund)),
            format!("{} · ¥{} back", count(*pieces), yuan(*refund)),
        );
        (book.suppliers[*supplier_ix as usize].name.clone(), *pieces, text)
    };
    let axis = lang
        .say("订了而没有货的件数，未成团的也算", "Ordered pieces without goods, those below a threshold too")
        .to_owned();
    let heads = [lang.say("供应商", "Supplier"), lang.say("缺", "Short")];
    Some(Bars::new(("shortage", title, axis), heads, rows.iter().map(row).collect(), BARS_MAX))
}

/// Pieces by compound; points without one stand under their own name.
fn of_compounds(book: &Book) -> BTreeMap<String, u64> {
    let mut of_point = vec![0u64; book.points.len()];
    for (line, ordered) in book.lines.ordered.iter().enumerate() {
        let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
        of_point[point as usize] += u64::from(*ordered);
    }
    let mut sums = BTreeMap::new();
    for (point, pieces) in book.points.iter().zip(of_point) {
        let name = point.compound.clone().unwrap_or_else(|| point.name.clone());
        *sums.entry(name).or_default() += pieces;
    }
    sums
}

/// The same of a cycle that takes orders.
fn of_points(db: &mut Db, sums: &BTreeMap<i64, u64>) -> Result<BTreeMap<String, u64>, WebError> {
    let mut by_place = BTreeMap::new();
    for point in master::point::all(db)? {
        if let Some(pieces) = sums.get(&point.id) {
            *by_place.entry(point.compound.unwrap_or(point.name)).or_default() += pieces;
        }
    }
    Ok(by_place)
}

fn places(sums: BTreeMap<String, u64>, lang: Lang) -> Option<Bars> {
    let all: u64 = sums.values().sum();
    let mut rows: Vec<(String, u64)> = sums.into_iter().filter(|(_, pieces)| *pieces > 0).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (first, most) = rows.first()?;
    let (share, most) = (most * 100 / all.max(1), count(*most));
    let title = either(
        lang,
        format!("订得最多的是{first}：{most} 件，占 {share}%"),
        format!("{first} orders most: {most} pieces, {share}%"),
    );
    let axis = lang.say("各小区订购件数", "Pieces ordered by compound").to_owned();
    let heads = [lang.say("小区", "Compound"), lang.say("件", "Pieces")];
    let rows = rows.into_iter().map(|(name, pieces)| (name, pieces, count(pieces))).collect();
    Some(Bars::new(("places", title, axis), heads, rows, BARS_MAX))
}
