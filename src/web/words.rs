//! How pages speak: Chinese first, English on request; figures, money and times as people read them.

use actix_web::HttpRequest;
use chrono::NaiveDate;

use crate::domain::money::Fen;
use crate::domain::states::CycleState;

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// English where the address says `lang=en`.
    pub fn of(request: &HttpRequest) -> Lang {
        let asks = request.query_string().split('&').any(|pair| pair == "lang=en");
        if asks { Lang::En } else { Lang::Zh }
    }

    pub fn tag(&self) -> &'static str {
        self.say("zh-CN", "en")
    }

    /// The one of two wordings that is in this language.
    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// An address of ours that stays in this language.
    pub fn to(&self, address: &str) -> String {
        match self {
            Lang::Zh => address.to_owned(),
            Lang::En if address.contains('?') => format!("{address}&lang=en"),
            Lang::En => format!("{address}?lang=en"),
        }
    }

    /// A word that has a Chinese form and a code name: `purchase_order` reads “Purchase order”.
    pub fn coded(&self, zh: &str, code: &str) -> String {
        match self {
            Lang::Zh => zh.to_owned(),
            Lang::En => capital(&code.replace('_', " ")),
        }
    }

    /// Words that begin a sentence of their own.
    pub fn sentence(&self, zh: &str, en: &str) -> String {
        match self {
            Lang::Zh => zh.to_owned(),
            Lang::En => capital(en),
        }
    }

    pub fn state(&self, state: CycleState) -> String {
        self.coded(state.zh(), state.code())
    }
}

fn capital(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// A count with its thousands set apart: `1,284`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Yuan with two decimals and the thousands set apart: `98,765.40`.
pub fn yuan(amount: Fen) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let fen = amount.0.unsigned_abs();
    format!("{sign}{}.{:02}", count(fen / 100), fen % 100)
}

/// A count that is never negative, from the database's signed number.
pub fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A span of two printed minutes; the second day is left out where it is the first: `11-22 06:00 – 23:00`.
pub fn span(from: &str, to: &str) -> String {
    let (from_day, _) = from.split_once(' ').unwrap_or((from, ""));
    let (to_day, to_time) = to.split_once(' ').unwrap_or((to, ""));
    let short = |text: &str| text.get(5..).unwrap_or(text).to_owned();
    if from_day == to_day {
        format!("{} – {to_time}", short(from))
    } else {
        format!("{} – {}", short(from), short(to))
    }
}

/// A date with its day of the week: `2026-11-23 周一`.
pub fn day(date: NaiveDate, lang: Lang) -> String {
    use chrono::Datelike;
    const ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let at = date.weekday().num_days_from_monday() as usize;
    format!("{date} {}", lang.say(ZH[at], EN[at]))
}

/// A code as one segment of an address.
pub fn segment(code: &str) -> String {
    let mut out = String::new();
    for byte in code.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_set_as_people_read_them() {
        assert_eq!([0, 12, 999, 1000, 1_234_567].map(count), ["0", "12", "999", "1,000", "1,234,567"]);
        assert_eq!([Fen(5), Fen(12_345_678), Fen(-100_000)].map(yuan), ["0.05", "123,456.78", "-1,000.00"]);
        assert_eq!(span("2026-11-22 06:00", "2026-11-22 23:00"), "11-22 06:00 – 23:00");
        assert_eq!(span("2026-11-21 20:00", "2026-11-22 23:00"), "11-21 20:00 – 11-22 23:00");
    }

    #[test]
    fn an_address_keeps_its_language() {
        assert_eq!(Lang::En.to("/"), "/?lang=en");
        assert_eq!(Lang::En.to("/cycles/1?version=2"), "/cycles/1?version=2&lang=en");
        assert_eq!(Lang::Zh.to("/"), "/");
        assert_eq!(segment("幸福-1"), "%E5%B9%B8%E7%A6%8F-1");
        assert_eq!(Lang::En.coded("已截单", "frozen"), "Frozen");
    }
}
