//! The press: a book with the indexes that its sheets share, each made once and only when a sheet asks for it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::domain::book::{self, Book, Trip};
use crate::domain::documents::{Change, DocumentKind};
use crate::domain::facts::Offer;
use crate::domain::grouped::Grouped;
use crate::domain::money::Fen;
use crate::domain::people::Person;
use crate::domain::refunds;
use crate::domain::totes::{self, Totes};
use crate::sheets::demand::{self, Demand};
use crate::sheets::goods::Goods;
use crate::sheets::households::Households;

/// A route of a warehouse: what one trip serves.
#[derive(Clone, Debug)]
pub struct Route {
    pub trip_no: String,
    pub warehouse_ix: u32,
    pub route_code: String,
    /// Its points, in stop order.
    pub points: Range<usize>,
}

/// A book ready to print. The book must carry its people.
pub struct Press<'a> {
    pub book: &'a Book,
    /// Offers in the order a picker walks: bay, temperature zone, SKU code.
    pub pick_order: Vec<u32>,
    /// Place of each offer in `pick_order`.
    pick_rank: Vec<u32>,
    /// In the order of the points; their trip numbers count them through.
    pub routes: Vec<Route>,
    point_ix: HashMap<&'a str, u32>,
    demand: OnceLock<Vec<Demand>>,
    goods: OnceLock<Goods>,
    reduced: OnceLock<Grouped>,
    short_names: OnceLock<Vec<String>>,
    households: Vec<OnceLock<Households>>,
}

impl<'a> Press<'a> {
    /// Makes a book ready; cheap until a sheet asks for its index.
    pub fn new(book: &'a Book) -> Press<'a> {
        let mut pick_order: Vec<u32> = (0..book.offers.len() as u32).collect();
        pick_order.sort_by_key(|&ix| {
            let offer = &book.offers[ix as usize];
            (offer.zone.as_deref().unwrap_or(""), offer.temp_zone, offer.sku_code.as_str())
        });
        let mut pick_rank = vec![0; pick_order.len()];
        for (rank, &offer) in pick_order.iter().enumerate() {
            pick_rank[offer as usize] = rank as u32;
        }
        Press {
            book,
            pick_order,
            pick_rank,
            routes: routes(book),
            point_ix: book.points.iter().zip(0..).map(|(point, ix)| (point.point_code.as_str(), ix)).collect(),
            demand: OnceLock::new(),
            goods: OnceLock::new(),
            reduced: OnceLock::new(),
            short_names: OnceLock::new(),
            households: book.points.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The rows of a difference sheet.
    pub fn changes_of(&self, key: &str) -> &'a [Change] {
        self.book.changes.get(key).map_or(&[], Vec::as_slice)
    }

    pub fn offer(&self, offer_ix: u32) -> &'a Offer {
        &self.book.offers[offer_ix as usize]
    }

    pub fn offer_at_rank(&self, rank: u32) -> &'a Offer {
        self.offer(self.pick_order[rank as usize])
    }

    pub fn pick_rank(&self, offer_ix: u32) -> u32 {
        self.pick_rank[offer_ix as usize]
    }

    pub fn find_point(&self, point_code: &str) -> Option<u32> {
        self.point_ix.get(point_code).copied()
    }

    pub fn find_warehouse(&self, warehouse_code: &str) -> Option<u32> {
        self.book.warehouses.iter().position(|warehouse| warehouse.warehouse_code == warehouse_code).map(|ix| ix as u32)
    }

    pub fn find_offer(&self, sku_code: &str) -> Option<u32> {
        self.book.offers.iter().position(|offer| offer.sku_code == sku_code).map(|ix| ix as u32)
    }

    pub fn find_route(&self, trip_no: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.trip_no == trip_no)
    }

    /// The trip of a route, once `dispatch` made it.
    pub fn trip_of(&self, route: &Route) -> Option<&'a Trip> {
        self.book.trips.iter().find(|trip| trip.trip_no == route.trip_no)
    }

    /// The place of a point's route among `routes`.
    pub fn route_of(&self, point_ix: u32) -> usize {
        self.routes.partition_point(|route| route.points.end <= point_ix as usize)
    }

    /// The points whose own warehouse it is, in slot order.
    pub fn points_of_warehouse(&self, warehouse_ix: u32) -> Range<usize> {
        let points = &self.book.points;
        points.partition_point(|p| p.warehouse_ix < warehouse_ix)
            ..points.partition_point(|p| p.warehouse_ix <= warehouse_ix)
    }

    /// Who an order is for.
    pub fn person(&self, order: u32) -> Person<'a> {
        self.book.orders.people.of_order(order)
    }

    /// Orders of a point, in the order they came.
    pub fn orders_of_point(&self, point_ix: u32) -> &[u32] {
        self.book.orders_of_point(point_ix)
    }

    /// The households of a point, in the order they print.
    pub fn households(&self, point_ix: u32) -> &Households {
        self.households[point_ix as usize].get_or_init(|| Households::of_point(self, point_ix))
    }

    /// Live demand per (receiving warehouse, offer), in that order.
    pub fn demand(&self) -> &[Demand] {
        self.demand.get_or_init(|| demand::count(self.book))
    }

    /// Pieces due per point and SKU.
    pub fn goods(&self) -> &Goods {
        self.goods.get_or_init(|| Goods::count(self))
    }

    /// The totes in which a point's goods travel.
    pub fn totes_of(&self, point_ix: usize) -> Totes {
        let portions = self.goods().of_point(point_ix).iter();
        Totes::of(portions.map(|portion| totes::Goods::of(self.offer_at_rank(portion.rank), portion.qty)))
    }

    /// What goods are called where there is little room: by their name, and by their spec too where several share it.
    pub fn short_name(&self, offer_ix: u32) -> &str {
        let names = self.short_names.get_or_init(|| {
            let mut bearers: HashMap<&str, usize> = HashMap::new();
            for offer in &self.book.offers {
                *bearers.entry(&offer.name).or_default() += 1;
            }
            let name = |offer: &Offer| match bearers[offer.name.as_str()] {
                1 => offer.name.clone(),
                _ => format!("{} {}", offer.name, offer.spec),
            };
            self.book.offers.iter().map(name).collect()
        });
        &names[offer_ix as usize]
    }

    /// Makes what sheets of these kinds share, two things at a time: else the first of them would make it, and those
    /// printed beside it would wait.
    pub fn make_indexes(&self, kinds: &[DocumentKind]) {
        use DocumentKind as Kind;
        std::thread::scope(|scope| {
            if kinds.iter().any(|kind| matches!(kind, Kind::ProcurementSummary | Kind::ShortageNotice)) {
                scope.spawn(|| self.demand());
            }
            let counts_goods = |kind: &Kind| {
                matches!(
                    kind,
                    Kind::PickList | Kind::SowingSort | Kind::DispatchSheet | Kind::HandoverSlip | Kind::Label
                )
            };
            if kinds.iter().any(counts_goods) {
                self.goods();
            }
        });
    }

    /// Lines of an offer that go short.
    pub fn reduced_lines(&self, offer_ix: u32) -> &[u32] {
        let reduced = self.reduced.get_or_init(|| {
            let lines: Vec<u32> =
                (0..self.book.lines.offer_ix.len() as u32).filter(|&line| self.is_reduced(line as usize)).collect();
            let offers = &self.book.lines.offer_ix;
            Grouped::new(self.book.offers.len(), lines.iter().map(|&line| (offers[line as usize] as usize, line)))
        });
        reduced.of(offer_ix as usize)
    }

    /// Pieces the line is to get: what was allocated, or all that was ordered before the first allocation.
    pub fn due(&self, line: usize) -> u32 {
        let lines = &self.book.lines;
        if self.book.allocations.is_empty() { lines.ordered[line] } else { lines.allocated[line] }
    }

    /// Pieces that a line goes without; what waits for the next allocation is not among them.
    pub fn short(&self, line: usize) -> u32 {
        if self.book.allocations.is_empty() { 0 } else { self.book.short(line) }
    }

    /// Whether a line goes short.
    pub fn is_reduced(&self, line: usize) -> bool {
        self.short(line) > 0
    }

    /// What goes back for a line altogether: nothing where nothing was paid yet.
    pub fn refund(&self, line: usize) -> Fen {
        if !self.book.orders.is_paid[self.book.lines.order_ix[line] as usize] {
            return Fen::ZERO;
        }
        let price = self.offer(self.book.lines.offer_ix[line]).sale_price;
        refunds::refund_target(price, self.book.charged(line) - self.book.waiting(line), self.due(line))
            .expect("prices × pieces were checked at intake")
    }

    /// What is still to be collected for a line at pickup: its price by weight, or of a paid line what it costs more.
    pub fn to_collect(&self, line: usize) -> Fen {
        let price = self.offer(self.book.lines.offer_ix[line]).sale_price;
        let weight = self.book.weight_adjustment(line);
        let is_paid = self.book.orders.is_paid[self.book.lines.order_ix[line] as usize];
        if is_paid && weight <= Fen::ZERO {
            return Fen::ZERO;
        }
        let amount = if is_paid {
            refunds::top_up(price, self.book.charged(line) - self.book.waiting(line), self.due(line), weight)
        } else {
            refunds::weighed_due(price, self.due(line), weight)
        };
        amount.expect("prices × pieces were checked at intake")
    }
}

/// The routes of a book, each with its run of points.
fn routes(book: &Book) -> Vec<Route> {
    let (routes, route_of_point) = book.routes();
    let first = |route: u32| route_of_point.partition_point(|&other| other < route);
    let with_points = |(route, ix): (book::Route, u32)| Route {
        trip_no: route.trip_no,
        warehouse_ix: route.warehouse_ix,
        route_code: route.route_code,
        points: first(ix)..first(ix + 1),
    };
    routes.into_iter().zip(0..).map(with_points).collect()
}
