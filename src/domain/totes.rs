//! Totes (周转筐): how many a point's goods take, by weight, volume and temperature zone.
//!
//! Goods of different zones never share one. Ambient goods in a full case travel in their carton; loose pieces, and all
//! that is cold, go into totes: 周转筐 for ambient, 保温箱 for chilled and frozen, with 冰板 in each. A zone takes as many
//! as its weight or its volume asks for, whichever is more, and at least one; what is unknown counts as nothing.
//!
//! | goods of a zone | totes |
//! |---|---|
//! | ambient, 20 loose pieces of 500 g and 800 ml | 1 |
//! | ambient, 40 loose pieces of 500 g and 800 ml | 2 (20 kg) |
//! | ambient, 24 pieces in cases of 12 | 0: two cartons |
//! | chilled, 24 pieces of 500 g in cases of 12 | 1 |
//! | frozen, 1 piece of unknown weight | 1 |

use crate::domain::facts::{Offer, TempZone, coded};

coded! {
    /// What goes out with goods and comes back empty.
    ToteKind {
        Tote = "tote", "周转筐";
        /// For what is chilled or frozen.
        Box = "box", "保温箱";
        Ice = "ice", "冰板";
    }
}

/// What a tote takes: grams and millilitres.
const TOTE_MAX: (u64, u64) = (15_000, 40_000);
const BOX_MAX: (u64, u64) = (12_000, 30_000);
/// Ice packs in each box.
const ICE_CHILLED: u64 = 2;
const ICE_FROZEN: u64 = 4;

/// Pieces of one SKU that go to a point.
#[derive(Clone, Copy, Debug)]
pub struct Goods {
    pub temp_zone: TempZone,
    pub qty: u64,
    /// Pieces in a case; 1 where it comes in none.
    pub case_size: u32,
    pub weight_g: Option<u32>,
    pub volume_ml: Option<u32>,
}

impl Goods {
    pub fn of(offer: &Offer, qty: u64) -> Goods {
        let (weight_g, volume_ml) = (offer.nominal_weight_g, offer.volume_ml);
        Goods { temp_zone: offer.temp_zone, qty, case_size: offer.case_size, weight_g, volume_ml }
    }

    /// Pieces that need room in a tote.
    fn loose(&self) -> u64 {
        match self.temp_zone {
            TempZone::Ambient if self.case_size > 1 => self.qty % u64::from(self.case_size),
            _ => self.qty,
        }
    }
}

/// The totes of a point, by the zone of what is in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totes {
    pub ambient: u64,
    pub chilled: u64,
    pub frozen: u64,
}

impl Totes {
    /// The totes that these goods take together.
    pub fn of(goods: impl IntoIterator<Item = Goods>) -> Totes {
        let mut loads = [Load::default(); 3];
        for one in goods {
            loads[one.temp_zone as usize].add(&one);
        }
        let zone = |zone: TempZone, most: (u64, u64)| loads[zone as usize].totes(most);
        Totes {
            ambient: zone(TempZone::Ambient, TOTE_MAX),
            chilled: zone(TempZone::Chilled, BOX_MAX),
            frozen: zone(TempZone::Frozen, BOX_MAX),
        }
    }

    /// Totes and boxes, each of which bears a label.
    pub fn total(&self) -> u64 {
        self.ambient + self.chilled + self.frozen
    }

    pub fn of_zone(&self, zone: TempZone) -> u64 {
        match zone {
            TempZone::Ambient => self.ambient,
            TempZone::Chilled => self.chilled,
            TempZone::Frozen => self.frozen,
        }
    }

    /// What is in each, from the first label to the last.
    pub fn zones(self) -> impl Iterator<Item = TempZone> {
        TempZone::ALL.iter().flat_map(move |&zone| (0..self.of_zone(zone)).map(move |_| zone))
    }

    /// What leaves the warehouse with them and is to come back.
    pub fn counts(&self) -> ToteCounts {
        ToteCounts {
            tote: self.ambient as i64,
            boxes: (self.chilled + self.frozen) as i64,
            ice: (self.chilled * ICE_CHILLED + self.frozen * ICE_FROZEN) as i64,
        }
    }
}

/// A number of each kind; below zero where more came back than was known to be out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ToteCounts {
    pub tote: i64,
    pub boxes: i64,
    pub ice: i64,
}

impl ToteCounts {
    pub fn of(&self, kind: ToteKind) -> i64 {
        match kind {
            ToteKind::Tote => self.tote,
            ToteKind::Box => self.boxes,
            ToteKind::Ice => self.ice,
        }
    }

    /// The place of a kind's number.
    pub fn of_mut(&mut self, kind: ToteKind) -> &mut i64 {
        match kind {
            ToteKind::Tote => &mut self.tote,
            ToteKind::Box => &mut self.boxes,
            ToteKind::Ice => &mut self.ice,
        }
    }

    pub fn is_zero(&self) -> bool {
        *self == ToteCounts::default()
    }
}

/// Weight and volume of what needs room in totes.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    pieces: u64,
    weight_g: u64,
    volume_ml: u64,
}

impl Load {
    fn add(&mut self, goods: &Goods) {
        let pieces = goods.loose();
        self.pieces += pieces;
        self.weight_g += u64::from(goods.weight_g.unwrap_or(0)) * pieces;
        self.volume_ml += u64::from(goods.volume_ml.unwrap_or(0)) * pieces;
    }

    fn totes(&self, (weight_max_g, volume_max_ml): (u64, u64)) -> u64 {
        let least = u64::from(self.pieces > 0);
        self.weight_g.div_ceil(weight_max_g).max(self.volume_ml.div_ceil(volume_max_ml)).max(least)
    }
}

#[cfg(test)]
mod tests {
    use super::TempZone::{Ambient, Chilled, Frozen};
    use super::*;

    fn goods(temp_zone: TempZone, qty: u64, case_size: u32, weight_g: Option<u32>, volume_ml: Option<u32>) -> Goods {
        Goods { temp_zone, qty, case_size, weight_g, volume_ml }
    }

    #[test]
    fn a_zone_takes_what_its_weight_or_its_volume_asks_for() {
        let check = |goods: &[Goods], want: (u64, u64, u64)| {
            let totes = Totes::of(goods.iter().copied());
            assert_eq!((totes.ambient, totes.chilled, totes.frozen), want, "{goods:?}");
        };
        let half = |zone, qty, case_size| goods(zone, qty, case_size, Some(500), Some(800));
        check(&[], (0, 0, 0));
        check(&[half(Ambient, 20, 1)], (1, 0, 0));
        check(&[half(Ambient, 30, 1)], (1, 0, 0));
        check(&[half(Ambient, 31, 1)], (2, 0, 0));
        check(&[half(Ambient, 40, 1)], (2, 0, 0));
        check(&[goods(Ambient, 11, 1, Some(10), Some(4_000))], (2, 0, 0));
        check(&[half(Ambient, 24, 12)], (0, 0, 0));
        check(&[half(Ambient, 25, 12)], (1, 0, 0));
        check(&[half(Chilled, 24, 12)], (0, 1, 0));
        check(&[half(Chilled, 25, 12)], (0, 2, 0));
        check(&[goods(Frozen, 1, 8, None, None)], (0, 0, 1));
        check(&[half(Ambient, 1, 1), half(Chilled, 1, 1), half(Frozen, 1, 1)], (1, 1, 1));
        check(&[half(Ambient, 15, 1), half(Ambient, 16, 1), half(Chilled, 0, 1)], (2, 0, 0));
    }

    #[test]
    fn every_tote_has_its_label_and_every_box_its_ice() {
        let totes = Totes { ambient: 2, chilled: 1, frozen: 3 };
        assert_eq!(totes.total(), 6);
        assert_eq!(totes.zones().collect::<Vec<_>>(), [Ambient, Ambient, Chilled, Frozen, Frozen, Frozen]);
        assert_eq!(totes.counts(), ToteCounts { tote: 2, boxes: 4, ice: 14 });
    }
}
