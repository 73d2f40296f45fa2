//! Synthetic days of four sizes: the CSV files of a whole day up to an open cycle, the same bytes for the same seed.
//!
//! Group sizes are log-normal, demand is Zipf-like, names are awkward; orders come in the order of their arrival.
//! Nothing of the orders is kept but a few bytes each, so the largest day is written in a few MiB.

mod archetypes;
mod catalogue;
pub mod command;
mod dice;
mod orders;
mod people;
mod places;
mod restamp;
mod rows;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::str::FromStr;

use catalogue::Catalogue;
use places::Places;
pub use restamp::{Restamp, restamp_offers, restamp_orders};
use rows::Rows;

/// The day on which the orders of a synthetic cycle arrive, from 06:00 to 23:00.
const DATE: &str = "2026-11-22";
const PICKUP_DATE: &str = "2026-11-23";

/// How large a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A pilot.
    S,
    /// A city.
    M,
    /// A large city.
    L,
    /// More than a region should hold.
    Xl,
}

impl Size {
    pub fn name(self) -> &'static str {
        match self {
            Size::S => "S",
            Size::M => "M",
            Size::L => "L",
            Size::Xl => "XL",
        }
    }

    pub fn figures(self) -> Figures {
        let [leaders, points, orders, lines, skus, suppliers, centrals, grids, routes, short_skus, short_lines] =
            match self {
                Size::S => [40, 45, 2_400, 7_200, 120, 20, 1, 0, 2, 2, 100],
                Size::M => [670, 700, 40_000, 120_000, 600, 90, 1, 3, 34, 15, 3_000],
                Size::L => [2_400, 2_500, 240_000, 720_000, 1_200, 180, 1, 12, 120, 36, 21_000],
                Size::Xl => [10_000, 10_500, 1_000_000, 3_000_000, 2_000, 300, 3, 50, 500, 60, 90_000],
            };
        Figures { leaders, points, orders, lines, skus, suppliers, centrals, grids, routes, short_skus, short_lines }
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        let sizes = [Size::S, Size::M, Size::L, Size::Xl];
        let found = sizes.into_iter().find(|size| size.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("a size is S, M, L or XL, not {text:?}"))
    }
}

/// What a day of a size holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    pub leaders: u64,
    pub points: u64,
    pub orders: u64,
    pub lines: u64,
    pub skus: u64,
    pub suppliers: u64,
    pub centrals: u64,
    pub grids: u64,
    pub routes: u64,
    /// SKUs that are to arrive short, and the order lines which that touches, about.
    pub short_skus: u64,
    pub short_lines: u64,
}

/// A file of the day, in the order in which they are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Suppliers,
    Skus,
    Warehouses,
    Vehicles,
    Leaders,
    Cycles,
    Offers,
    Stock,
    Orders,
}

impl Table {
    #[rustfmt::skip]
    pub const ALL: &'static [Table] = &[
        Table::Suppliers, Table::Skus, Table::Warehouses, Table::Vehicles, Table::Leaders, Table::Cycles,
        Table::Offers, Table::Stock, Table::Orders,
    ];

    /// The import kind; with `.csv`, the file's name.
    pub fn name(self) -> &'static str {
        match self {
            Table::Suppliers => "suppliers",
            Table::Skus => "skus",
            Table::Warehouses => "warehouses",
            Table::Vehicles => "vehicles",
            Table::Leaders => "leaders",
            Table::Cycles => "cycles",
            Table::Offers => "offers",
            Table::Stock => "stock",
            Table::Orders => "orders",
        }
    }
}

/// A synthetic day.
#[derive(Debug)]
pub struct Day {
    pub figures: Figures,
    /// `GEN-L-1`: size and seed.
    pub cycle_code: String,
    /// What its order numbers begin with.
    order_prefix: String,
    seed: u64,
    catalogue: Catalogue,
    places: Places,
}

impl Day {
    /// The day of this size and seed.
    pub fn new(size: Size, seed: u64) -> Day {
        let figures = size.figures();
        Day {
            figures,
            cycle_code: format!("GEN-{}-{seed}", size.name()),
            order_prefix: format!("{}{seed}", size.name()),
            seed,
            catalogue: Catalogue::new(&figures, seed),
            places: Places::new(&figures, seed),
        }
    }

    /// Writes a table as CSV with keys as heads. `progress` hears of rows written so far, now and then, for orders only.
    ///
    /// # Errors
    /// Whatever `out` answers.
    pub fn write_csv(&self, table: Table, out: &mut impl Write, progress: &mut dyn FnMut(u64)) -> io::Result<()> {
        let mut rows = Rows::default();
        match table {
            Table::Suppliers => self.catalogue.write_suppliers(&mut rows),
            Table::Skus => self.catalogue.write_skus(&mut rows),
            Table::Warehouses => self.places.write_warehouses(&mut rows),
            Table::Vehicles => self.places.write_vehicles(&mut rows),
            Table::Leaders => self.places.write_leaders(&mut rows),
            Table::Cycles => self.write_cycle(&mut rows),
            Table::Offers => self.catalogue.write_offers(&self.cycle_code, &mut rows),
            Table::Stock => self.catalogue.write_stock(&self.places.central_codes(), &mut rows),
            Table::Orders => return orders::write(self, out, progress),
        }
        out.write_all(rows.bytes())
    }

    fn write_cycle(&self, rows: &mut Rows) {
        for head in
            ["cycle_code", "name", "opens_at", "cutoff_at", "pickup_date", "payment", "rounding", "shortage_rule"]
        {
            rows.text(head);
        }
        rows.end();
        rows.text(&self.cycle_code).text(&format!("演示团期 {}", self.cycle_code));
        rows.plain(format_args!("{DATE} 06:00")).plain(format_args!("{DATE} 23:00"));
        rows.text(PICKUP_DATE).text("online").text("up").text("first_paid").end();
    }

    /// SKU codes that are to arrive short, ascending: if about half of each arrives, the lines touched come near
    /// `figures.short_lines`.
    pub fn short_skus(&self) -> Vec<String> {
        let wanted = 2 * self.figures.short_lines / self.figures.short_skus;
        let mut near: Vec<usize> = (0..self.catalogue.goods.len()).collect();
        near.sort_by_key(|sku| self.catalogue.expected_lines(&self.catalogue.goods[*sku]).abs_diff(wanted));
        near.truncate(self.figures.short_skus as usize);
        near.sort_unstable();
        near.into_iter().map(catalogue::sku_code).collect()
    }
}
