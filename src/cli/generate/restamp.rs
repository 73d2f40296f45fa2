//! A day's files made over for another cycle: the same people buy again, at other times and under other numbers.

use crate::cli::generate::dice::{Dice, Purpose};
use crate::domain::time::{Moment, Zone};

/// How orders move to another cycle.
#[derive(Clone, Copy, Debug)]
pub struct Restamp<'a> {
    /// Replaces what stands before the first `-` of an order number; unlike any other cycle's.
    pub prefix: &'a str,
    /// The order window of the file.
    pub from: (Moment, Moment),
    /// The order window to stretch it to.
    pub to: (Moment, Moment),
    /// How many orders in a thousand come along, chosen by `seed`.
    pub take_permille: u64,
    pub seed: u64,
    pub zone: Zone,
}

/// An orders file for another cycle: whole orders are taken or left, times keep their place in the window.
///
/// # Errors
/// What is no CSV or lacks `order_no` or `paid_at`.
pub fn restamp_orders(orders_csv: &str, stamp: &Restamp<'_>) -> Result<String, csv::Error> {
    rewrite(orders_csv, &["order_no", "paid_at"], |fields| {
        let (order_no, paid_at) = (fields[0].clone(), fields[1].clone());
        let serial = order_no.split_once('-').map_or(order_no.as_str(), |(_, serial)| serial);
        fields[0] = format!("{}-{serial}", stamp.prefix);
        if let Some(at) = stamp.zone.parse(&paid_at) {
            fields[1] = stamp.zone.second(stamp.moved(at));
        }
        stamp.takes(&order_no)
    })
}

/// An offers file for another cycle.
///
/// # Errors
/// What is no CSV or lacks `cycle_code`.
pub fn restamp_offers(offers_csv: &str, cycle_code: &str) -> Result<String, csv::Error> {
    rewrite(offers_csv, &["cycle_code"], |fields| {
        fields[0] = cycle_code.to_string();
        true
    })
}

impl Restamp<'_> {
    fn takes(&self, order_no: &str) -> bool {
        let key = order_no.bytes().fold(0_u64, |key, byte| key.wrapping_mul(257).wrapping_add(byte.into()));
        Dice::of(self.seed, Purpose::Sequence, key, 1).chance(self.take_permille)
    }

    fn moved(&self, at: Moment) -> Moment {
        let (from, to) = (self.from.1.0 - self.from.0.0, self.to.1.0 - self.to.0.0);
        let offset = i128::from(at.0 - self.from.0.0) * i128::from(to) / i128::from(from.max(1));
        Moment(self.to.0.0 + i64::try_from(offset).expect("both windows lie within a day's reach"))
    }
}

/// Copies a CSV file, letting `change` rewrite the named columns of each row and say whether the row stays.
fn rewrite(
    content: &str,
    columns: &[&str],
    mut change: impl FnMut(&mut Vec<String>) -> bool,
) -> Result<String, csv::Error> {
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    let heads = reader.headers()?.clone();
    let find = |name: &&str| heads.iter().position(|head| head == *name).ok_or_else(|| missing(name));
    let places = columns.iter().map(find).collect::<Result<Vec<usize>, csv::Error>>()?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&heads)?;
    for row in reader.records() {
        let row = row?;
        let mut fields: Vec<String> = places.iter().map(|place| row[*place].to_string()).collect();
        if change(&mut fields) {
            let changed = |place: usize| places.iter().position(|p| *p == place).map(|i| fields[i].as_str());
            writer.write_record(row.iter().enumerate().map(|(place, old)| changed(place).unwrap_or(old)))?;
        }
    }
    let bytes = writer.into_inner().expect("memory takes what is written");
    Ok(String::from_utf8(bytes).expect("what was text stays text"))
}

fn missing(column: &str) -> csv::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, format!("the file has no column {column}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &str = "order_no,sku_code,paid_at,remark\n\
        261122-0001,K1,2026-11-22 06:00:00,\"a,\nb\"\n261122-0001,K2,2026-11-22 06:00:00,\n\
        261122-0002,K1,,\n261122-0003,K1,2026-11-22 14:30:00,\n";

    fn stamp(take_permille: u64) -> Restamp<'static> {
        let zone = Zone::default();
        let window = |from, to| (zone.parse(from).expect("a time"), zone.parse(to).expect("a time"));
        let from = window("2026-11-22 06:00", "2026-11-22 23:00");
        let to = window("2026-12-01 10:00", "2026-12-01 12:00");
        Restamp { prefix: "LIVE", from, to, take_permille, seed: 1, zone }
    }

    #[test]
    fn numbers_and_times_move_and_the_rest_stays() {
        let want = "order_no,sku_code,paid_at,remark\n\
            LIVE-0001,K1,2026-12-01 10:00:00,\"a,\nb\"\nLIVE-0001,K2,2026-12-01 10:00:00,\n\
            LIVE-0002,K1,,\nLIVE-0003,K1,2026-12-01 11:00:00,\n";
        assert_eq!(restamp_orders(ORDERS, &stamp(1000)).expect("sound CSV"), want);
    }

    #[test]
    fn whole_orders_are_taken_or_left() {
        let many: String = (0..900).map(|i| format!("X-{i},K1,,\nX-{i},K2,,\n")).collect();
        let taken =
            restamp_orders(&format!("order_no,sku_code,paid_at,remark\n{many}"), &stamp(333)).expect("sound CSV");
        let orders = |sku: &str| taken.lines().filter(|line| line.contains(sku)).count();
        assert_eq!(orders("K1"), orders("K2"));
        assert!((250..350).contains(&orders("K1")), "{}", orders("K1"));
    }

    #[test]
    fn offers_change_their_cycle_only() {
        let offers = restamp_offers("cycle_code,sku_code\n261122,K1\n", "LIVE").expect("sound CSV");
        assert_eq!(offers, "cycle_code,sku_code\nLIVE,K1\n");
        assert!(restamp_offers("a,b\n1,2\n", "LIVE").is_err());
    }
}
