//! How the buyer's page words figures and standings.

use crate::domain::facts::{Offer, PriceUnit, Rounding};
use crate::domain::money::Fen;
use crate::domain::purchase_answers::OrderStanding;
use crate::web::words::{Lang, yuan};

/// Words with the class of their mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    pub class: &'static str,
    pub words: String,
}

pub fn marked(class: &'static str, words: impl Into<String>) -> Marked {
    Marked { class, words: words.into() }
}

/// Where an order stands with its supplier.
pub fn standing_words(standing: OrderStanding, lang: Lang) -> Marked {
    let (class, zh, en) = match standing {
        OrderStanding::Draft => ("soft", "草稿", "draft"),
        OrderStanding::Unread => ("void", "未读", "unread"),
        OrderStanding::Read => ("open", "已读", "read"),
        OrderStanding::Partly => ("void", "部分已回复", "partly answered"),
        OrderStanding::Confirmed => ("settled", "✓ 已确认", "✓ confirmed"),
        OrderStanding::Short => ("cancelled", "缺", "short"),
        OrderStanding::Received => ("settled", "✓ 已收货", "✓ received"),
    };
    marked(class, lang.say(zh, en))
}

/// A share in basis points as percent: `12.5%`.
pub fn percent(bp: i64) -> String {
    let sign = if bp < 0 { "-" } else { "" };
    let tenths = (bp.unsigned_abs() + 5) / 10;
    format!("{sign}{}.{}%", tenths / 10, tenths % 10)
}

/// `¥3.60/斤`
pub fn price(offer: &Offer, lang: Lang) -> Option<String> {
    let unit = match (offer.price_unit, lang) {
        (PriceUnit::Piece, Lang::Zh) => offer.unit.as_str(),
        (unit, Lang::Zh) => unit.zh(),
        (unit, Lang::En) => unit.code(),
    };
    offer.unit_price.map(|price| format!("¥{price}/{unit}"))
}

/// An amount, and `+` where some of it is unknown.
pub fn amount(known: Fen, has_unknown: bool) -> String {
    format!("{}{}", yuan(known), if has_unknown { "+" } else { "" })
}

pub fn rounding(rounding: Rounding, lang: Lang) -> &'static str {
    let en = match rounding {
        Rounding::Up => "up",
        Rounding::Fill => "fill cases",
        Rounding::Down => "down",
        Rounding::Nearest => "nearest",
    };
    lang.say(rounding.zh(), en)
}

/// The words of one language; a figure stands in them already.
pub fn either(lang: Lang, zh: String, en: String) -> String {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_tenths_of_a_percent() {
        assert_eq!([0, 1234, -56, 10_000, 5].map(percent), ["0.0%", "12.3%", "-0.6%", "100.0%", "0.1%"]);
    }
}
