//! The checksum of a frozen cycle: the same for the same orders, whatever the order they came in.
//!
//! The wrapping sum over all lines of
//! `mix(fnv(order_no) ^ mix(fnv(sku_code) ^ mix(ordered_qty << 32 | tolerance)))`, with 64-bit FNV-1a and the
//! finaliser of splitmix64. It guards against lost or altered rows, not against an adversary.

/// 64-bit FNV-1a.
pub fn fnv1a64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of splitmix64: every bit of the input moves every bit of the output.
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The sums that a cycle closes with.
#[derive(Clone, Debug, Default)]
pub struct ClosingSum {
    pub lines: u64,
    /// Pieces ordered, without tolerance.
    pub pieces: u64,
    /// sale price × (ordered + tolerance), in fen.
    pub amount_fen: i64,
    hash: u64,
}

impl ClosingSum {
    /// Adds a line, given the hashes of its order's number and its SKU's code.
    pub fn add(&mut self, order_hash: u64, sku_hash: u64, ordered: u32, tolerance: u32, price_fen: i64) {
        self.lines += 1;
        self.pieces += u64::from(ordered);
        self.amount_fen += price_fen * i64::from(ordered + tolerance);
        let qty = u64::from(ordered) << 32 | u64::from(tolerance);
        self.hash = self.hash.wrapping_add(mix(order_hash ^ mix(sku_hash ^ mix(qty))));
    }

    /// Sixteen hexadecimal digits.
    pub fn checksum(&self) -> String {
        format!("{:016x}", self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_does_not_depend_on_the_order_of_lines() {
        let lines = [(1u64, 7u64, 2u32, 0u32), (1, 8, 1, 1), (2, 7, 3, 0)];
        let sum_of = |lines: &mut dyn Iterator<Item = &(u64, u64, u32, u32)>| {
            let mut sum = ClosingSum::default();
            lines.for_each(|&(order, sku, ordered, tolerance)| sum.add(order, sku, ordered, tolerance, 100));
            sum
        };
        let (there, back) = (sum_of(&mut lines.iter()), sum_of(&mut lines.iter().rev()));
        assert_eq!(there.checksum(), back.checksum());
        assert_eq!((there.lines, there.pieces, there.amount_fen), (3, 6, 700));
    }

    #[test]
    fn fnv_is_the_published_one() {
        assert_eq!(fnv1a64(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a64(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
