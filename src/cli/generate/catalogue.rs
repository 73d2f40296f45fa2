//! Suppliers, SKUs and offers of a synthetic day.

use super::archetypes::{ARCHETYPES, Archetype, Traits, VARIETIES};
use super::dice::{Dice, Purpose, zipf_weight};
use super::{Figures, Rows};

const CASE_SIZES: &[u64] = &[6, 8, 10, 12, 15, 20, 24, 30];

/// A SKU on sale.
#[derive(Debug)]
pub struct Good {
    pub supplier: u64,
    pub case_size: u64,
    /// What the supplier charges per price unit, in fen.
    unit_price_fen: u64,
    sale_price_fen: u64,
    /// Its share in demand, against the sum over all goods.
    pub weight: u64,
    /// 1 is what sells best.
    pub rank: u64,
}

/// The goods in SKU code order.
#[derive(Debug)]
pub struct Catalogue {
    pub goods: Vec<Good>,
    pub suppliers: u64,
    /// Order lines of the day, to know what demand to expect.
    lines: u64,
    total_weight: u64,
}

fn archetype(sku: usize) -> &'static Archetype {
    &ARCHETYPES[sku % ARCHETYPES.len()]
}

fn variety(sku: usize) -> usize {
    sku / ARCHETYPES.len()
}

impl Catalogue {
    pub fn new(figures: &Figures, seed: u64) -> Catalogue {
        let count = figures.skus as usize;
        let mut ranks: Vec<u64> = (1..=figures.skus).collect();
        Dice::of(seed, Purpose::Goods, 0, 0).shuffle(&mut ranks);
        let goods: Vec<Good> = (0..count)
            .map(|sku| {
                let mut dice = Dice::of(seed, Purpose::Goods, 1, sku as u64);
                Good::new(sku, ranks[sku], supplier_of(sku, figures.suppliers), &mut dice)
            })
            .collect();
        let total_weight = goods.iter().map(|good| good.weight).sum();
        Catalogue { goods, suppliers: figures.suppliers, lines: figures.lines, total_weight }
    }

    /// Lines a good will be on, about; what is drawn twice for one order counts once.
    pub fn expected_lines(&self, good: &Good) -> u64 {
        (u128::from(self.lines) * u128::from(good.weight) / u128::from(self.total_weight)) as u64
    }

    /// How many lines in a thousand must be offered with tolerance on `fill` goods, so that 5 % of all lines are.
    pub fn tolerance_permille(&self) -> u64 {
        let fill: u64 =
            self.goods.iter().enumerate().filter(|(sku, _)| is_fill(*sku)).map(|(_, good)| good.weight).sum();
        (50 * u128::from(self.total_weight) / u128::from(fill.max(1))).min(1000) as u64
    }

    pub fn write_suppliers(&self, rows: &mut Rows) {
        rows.text("supplier_code").text("name").text("phone").text("min_order_value").text("due_at").end();
        for supplier in 0..self.suppliers {
            let kind = &ARCHETYPES[(supplier * ARCHETYPES.len() as u64 / self.suppliers) as usize];
            let name = format!("{}{}商行", VARIETIES[supplier as usize % 30], kind.category);
            rows.plain(format_args!("{}", supplier_code(supplier))).text(&name);
            rows.plain(format_args!("1880000{supplier:04}"));
            rows.number_or_empty(if supplier % 3 == 0 { 500 } else { 0 });
            rows.text(["01:30", "02:00", "02:30", "03:00"][supplier as usize % 4]).end();
        }
    }

    #[rustfmt::skip]
    pub fn write_skus(&self, rows: &mut Rows) {
        for head in ["sku_code", "name", "spec", "supplier_code", "case_size", "unit", "category", "temp_zone",
            "price_unit", "unit_price", "nominal_weight_g", "is_variable_weight", "volume_ml", "zone", "keeps_stock",
            "moq", "order_multiple"] {
            rows.text(head);
        }
        rows.end();
        for (sku, good) in self.goods.iter().enumerate() {
            let kind = archetype(sku);
            let aisle = kind.temp_zone.as_bytes()[0].to_ascii_uppercase() as char;
            rows.text(&sku_code(sku)).text(&format!("{}{}", VARIETIES[variety(sku)], kind.name)).text(kind.spec);
            rows.text(&supplier_code(good.supplier)).number(good.case_size).text(kind.unit).text(kind.category);
            rows.text(kind.temp_zone).text(kind.price_unit).yuan(good.unit_price_fen).number(kind.grams);
            rows.number(u64::from(kind.traits == Traits::Weighed)).number(kind.grams * 13 / 10);
            rows.plain(format_args!("{aisle}-{:02}-{:02}", sku / 20 + 1, sku % 20 + 1));
            rows.number(u64::from(keeps_stock(sku)));
            rows.number_or_empty(if good.rank % 25 == 3 { good.case_size * 3 } else { 0 });
            rows.number_or_empty(if good.rank % 60 == 7 { good.case_size * 2 } else { 0 }).end();
        }
    }

    pub fn write_offers(&self, cycle_code: &str, rows: &mut Rows) {
        for head in ["cycle_code", "sku_code", "sale_price", "threshold_qty", "rounding", "below_moq", "shortage_rule"]
        {
            rows.text(head);
        }
        rows.end();
        for (sku, good) in self.goods.iter().enumerate() {
            // Some goods need a number of buyers to go ahead: half of them will find it.
            let threshold = match good.rank % 40 {
                11 => self.expected_lines(good) / 2,
                31 => self.expected_lines(good) * 2,
                _ => 0,
            };
            rows.text(cycle_code).text(&sku_code(sku)).yuan(good.sale_price_fen).number_or_empty(threshold);
            rows.text(if is_fill(sku) { "fill" } else { "" });
            rows.text(if good.rank % 50 == 3 { "cancel" } else { "" });
            rows.text(match good.rank % 10 {
                1 => "proportional",
                4 => "leader_balanced",
                6 => "most_households",
                8 => "equal_share",
                _ => "",
            });
            rows.end();
        }
    }

    /// Stock of what keeps, at each central warehouse: enough to matter, rarely enough for the day.
    pub fn write_stock(&self, centrals: &[String], rows: &mut Rows) {
        rows.text("warehouse_code").text("sku_code").text("qty").text("lot").text("best_before").end();
        for central in centrals {
            for (sku, good) in self.goods.iter().enumerate().filter(|(sku, _)| keeps_stock(*sku)) {
                let qty = good.case_size + self.expected_lines(good) / 10;
                rows.text(central).text(&sku_code(sku)).number(qty).text("Y2610").text("2027-06-30").end();
            }
        }
    }
}

impl Good {
    fn new(sku: usize, rank: u64, supplier: u64, dice: &mut Dice) -> Good {
        let kind = archetype(sku);
        let case_size = if kind.traits == Traits::Bulky { 1 } else { CASE_SIZES[dice.below(8) as usize] };
        let cost_fen = kind.cost_fen * (85 + dice.below(31)) / 100;
        let unit_price_fen = match kind.price_unit {
            "case" => cost_fen * case_size,
            "kg" => cost_fen * 1000 / kind.grams,
            "jin" => cost_fen * 500 / kind.grams,
            _ => cost_fen,
        };
        let sale_price_fen = cost_fen * (122 + dice.below(20)) / 1000 * 10 + 9;
        Good { supplier, case_size, unit_price_fen, sale_price_fen, weight: zipf_weight(rank), rank }
    }
}

/// Varieties of a kind are spread over the suppliers of that kind, so that each supplier has something to sell.
fn supplier_of(sku: usize, suppliers: u64) -> u64 {
    let (kind, kinds) = ((sku % ARCHETYPES.len()) as u64, ARCHETYPES.len() as u64);
    let (first, next) = (kind * suppliers / kinds, (kind + 1) * suppliers / kinds);
    first + variety(sku) as u64 % (next - first).max(1)
}

pub fn is_fill(sku: usize) -> bool {
    matches!(archetype(sku).traits, Traits::Fresh | Traits::Weighed)
}

fn keeps_stock(sku: usize) -> bool {
    archetype(sku).traits == Traits::Stocked
}

pub fn sku_code(sku: usize) -> String {
    format!("K{:04}", sku + 1)
}

fn supplier_code(supplier: u64) -> String {
    format!("S{:03}", supplier + 1)
}
