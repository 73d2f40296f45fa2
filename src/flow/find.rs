//! Finding things of a book by the codes that files use.

use std::collections::HashMap;

use crate::domain::book::Book;

/// Offers and orders of a book by code.
pub struct Finder {
    offers: HashMap<String, u32>,
    orders: HashMap<String, u32>,
}

impl Finder {
    /// A finder for the offers of a book, and for those of its orders that `wanted` names.
    pub fn of<'a>(book: &Book, wanted: impl Iterator<Item = &'a str>) -> Finder {
        let offers = book.offers.iter().zip(0..).map(|(offer, ix)| (offer.sku_code.clone(), ix)).collect();
        let mut orders: HashMap<String, u32> = wanted.map(|order_no| (order_no.to_owned(), u32::MAX)).collect();
        if !orders.is_empty() {
            for ix in 0..book.orders.id.len() {
                if let Some(place) = orders.get_mut(book.orders.order_no.get(ix)) {
                    *place = ix as u32;
                }
            }
        }
        orders.retain(|_, ix| *ix != u32::MAX);
        Finder { offers, orders }
    }

    pub fn offer(&self, sku_code: &str) -> Option<u32> {
        self.offers.get(sku_code).copied()
    }

    pub fn order(&self, order_no: &str) -> Option<u32> {
        self.orders.get(order_no).copied()
    }

    /// The line of an order for an offer.
    pub fn line(book: &Book, order_ix: u32, offer_ix: u32) -> Option<u32> {
        book.lines_of(order_ix).find(|&line| book.lines.offer_ix[line] == offer_ix).map(|line| line as u32)
    }
}
