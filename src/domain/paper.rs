//! Paper at the desk: how many copies of a sheet are out, and what becomes of goods that nobody ordered.

use crate::domain::facts::coded;

coded! {
    /// What is done with copies of a sheet.
    CopyAct {
        Printed = "printed", "打印";
        /// Handed to those who work with it.
        Issued = "issued", "发出";
        /// Taken back, because a newer version took its place.
        Collected = "collected", "收回";
    }
}

coded! {
    /// The buyer's word on goods that nobody ordered.
    WrongWord {
        /// Not taken; the supplier fetches them.
        Reject = "reject", "拒收退供";
        /// Sent out instead of what was ordered; the difference in price goes back.
        Substitute = "substitute", "替代发货";
        /// Kept aside until later.
        Hold = "hold", "暂存";
    }
}

/// Copies of one version of a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    pub printed: u32,
    pub issued: u32,
    pub collected: u32,
}

impl Copies {
    /// These and so many more.
    pub fn add(&mut self, act: CopyAct, copies: u32) {
        match act {
            CopyAct::Printed => self.printed += copies,
            CopyAct::Issued => self.issued += copies,
            CopyAct::Collected => self.collected += copies,
        }
    }

    /// How many are with those who work.
    pub fn out(self) -> u32 {
        self.issued.saturating_sub(self.collected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_out_and_not_taken_back_is_out() {
        let check = |acts: &[(CopyAct, u32)], want: (u32, u32)| {
            let mut copies = Copies::default();
            acts.iter().for_each(|(act, count)| copies.add(*act, *count));
            assert_eq!((copies.issued, copies.out()), want, "{acts:?}");
        };
        check(&[], (0, 0));
        check(&[(CopyAct::Printed, 6)], (0, 0));
        check(&[(CopyAct::Printed, 6), (CopyAct::Issued, 6), (CopyAct::Collected, 4)], (6, 2));
        check(&[(CopyAct::Issued, 1), (CopyAct::Issued, 2), (CopyAct::Collected, 3)], (3, 0));
    }
}
