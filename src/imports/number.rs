//! Cells that hold numbers: counts, money, shares, weights, yes or no.

use std::borrow::Cow;

use super::cell::{Problem, damage, forbidden, half_width};
use super::fault_kind::FaultKind;
use crate::domain::money::Fen;

/// The most money one cell may hold: ten million yuan.
const MONEY_MAX: Fen = Fen(1_000_000_000);

/// A whole number from `min` to `max`; `12`, `1,250`, `12.00`, full-width digits.
pub fn whole(min: u32, max: u32) -> impl Fn(&str) -> Result<u32, Problem> {
    move |raw| {
        let value = match plain(raw) {
            Some(value) => i64::from(value),
            None => scaled(raw, 0, max.into())?,
        };
        match u32::try_from(value) {
            Ok(count) if count < min => Err(Problem(FaultKind::TooSmall, min.to_string())),
            Ok(count) if count <= max => Ok(count),
            _ => Err(Problem(FaultKind::TooLarge, max.to_string())),
        }
    }
}

/// The usual case, a few plain digits.
fn plain(raw: &str) -> Option<u32> {
    let few = (1..=9).contains(&raw.len());
    (few && raw.bytes().all(|byte| byte.is_ascii_digit())).then(|| raw.parse().ok()).flatten()
}

/// An amount of yuan with at most two decimals, not negative: `12.5`, `￥12.50`, `¥1,250.00`, `12.5元`.
pub fn money(raw: &str) -> Result<Fen, Problem> {
    let text = half_width(raw);
    let amount = text.trim_start_matches(['¥', '\'', ' ']);
    let amount = amount.strip_suffix('元').unwrap_or(amount).trim();
    if amount.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 2 && is_digits(decimals)) {
        return Err(Problem(FaultKind::TooManyDecimals, "2".to_owned()));
    }
    match scaled(amount, 2, MONEY_MAX.0) {
        Ok(fen) if fen <= MONEY_MAX.0 => Ok(Fen(fen)),
        Ok(_) => Err(Problem(FaultKind::TooLarge, MONEY_MAX.yuan())),
        Err(Problem(FaultKind::NotANumber, _)) => Err(FaultKind::NotMoney.into()),
        Err(Problem(FaultKind::TooLarge, _)) => Err(Problem(FaultKind::TooLarge, MONEY_MAX.yuan())),
        Err(problem) => Err(problem),
    }
}

/// A share in per cent with at most two decimals, up to `max_pct`, as basis points: `7.5` and `7.5%` are 750.
pub fn basis_points(max_pct: u32) -> impl Fn(&str) -> Result<u32, Problem> {
    move |raw| {
        let text = half_width(raw);
        let number = text.strip_suffix('%').unwrap_or(&text).trim();
        let points = scaled(number, 2, i64::from(max_pct) * 100)?;
        match u32::try_from(points) {
            Ok(points) if points <= max_pct * 100 => Ok(points),
            _ => Err(Problem(FaultKind::TooLarge, max_pct.to_string())),
        }
    }
}

/// A measure with at most three decimals in thousandths, from 1 to `max`: kilograms to grams, litres to millilitres.
pub fn thousandths(max: u64) -> impl Fn(&str) -> Result<u64, Problem> {
    move |raw| {
        let value = scaled(raw, 3, i64::try_from(max).unwrap_or(i64::MAX))?;
        match u64::try_from(value) {
            Ok(0) => Err(Problem(FaultKind::TooSmall, "0.001".to_owned())),
            Ok(value) if value <= max => Ok(value),
            _ => Err(Problem(FaultKind::TooLarge, (max / 1000).to_string())),
        }
    }
}

/// A weight up to `max` grams as people write it: `486`, `486g`, `0.486kg`, `0.97斤`.
pub fn grams(max: u32) -> impl Fn(&str) -> Result<u32, Problem> {
    const UNITS: [(&str, i64); 8] =
        [("kg", 1000), ("公斤", 1000), ("千克", 1000), ("市斤", 500), ("斤", 500), ("克", 1), ("g", 1), ("", 1)];
    move |raw| {
        let text = half_width(raw).to_ascii_lowercase();
        let (number, unit_g) = UNITS
            .iter()
            .find_map(|(unit, grams)| text.strip_suffix(unit).map(|number| (number.trim(), *grams)))
            .expect("the empty suffix is always there");
        if unit_g == 1 {
            return whole(0, max)(number);
        }
        match scaled(number, 3, i64::from(max))?.checked_mul(unit_g) {
            Some(milligrams) if milligrams % 1000 != 0 => Err(FaultKind::NotWhole.into()),
            Some(milligrams) if milligrams / 1000 <= i64::from(max) => Ok((milligrams / 1000) as u32),
            _ => Err(Problem(FaultKind::TooLarge, max.to_string())),
        }
    }
}

/// `1` or `0`; also 是 / 否, true / false, yes / no and a tick.
pub fn boolean(raw: &str) -> Result<bool, Problem> {
    match half_width(raw).to_ascii_lowercase().as_str() {
        "1" | "是" | "true" | "yes" | "y" | "√" | "✓" | "✔" | "☑" => Ok(true),
        "0" | "否" | "false" | "no" | "n" | "☐" => Ok(false),
        _ => Err(Problem(FaultKind::NotAChoice, "1, 0".to_owned())),
    }
}

/// The number × 10^`decimals`, which must then be whole and not negative. Past `max` by far it is cut off there.
fn scaled(raw: &str, decimals: usize, max: i64) -> Result<i64, Problem> {
    let text = half_width(raw);
    let text = text.strip_prefix('\'').unwrap_or(&text);
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let Some(whole) = ungrouped(whole).filter(|_| is_digits(fraction)) else {
        return Err(not_a_number(text));
    };
    let significant = fraction.trim_end_matches('0');
    if significant.len() > decimals {
        let problem = if decimals == 0 { FaultKind::NotWhole } else { FaultKind::TooManyDecimals };
        return Err(Problem(problem, decimals.to_string()));
    }
    // Missing decimals are zeros: 12.5 at two decimals is the digits 12, 5, 0.
    let padding = std::iter::repeat_n(b'0', decimals - significant.len());
    let value = whole
        .bytes()
        .chain(significant.bytes())
        .chain(padding)
        .try_fold(0_i64, |value, digit| value.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
    match value {
        Some(value) if value == 0 || !is_negative => Ok(value),
        None if !is_negative => Ok(max.saturating_add(1)),
        _ => Err(FaultKind::Negative.into()),
    }
}

fn not_a_number(text: &str) -> Problem {
    let exponent = text.split_once(['E', 'e']).is_some_and(|(mantissa, exponent)| {
        let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
        number(mantissa) && number(exponent)
    });
    match (forbidden(text), damage(text)) {
        (Some(problem), _) => problem,
        (None, Some(kind)) => kind.into(),
        (None, None) if exponent => FaultKind::ScientificNotation.into(),
        (None, None) => FaultKind::NotANumber.into(),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits without their thousands separators; None where a separator stands in a wrong place.
fn ungrouped(text: &str) -> Option<Cow<'_, str>> {
    if is_digits(text) {
        return Some(Cow::Borrowed(text));
    }
    let mut groups = text.split(',');
    let first = groups.next().filter(|first| is_digits(first) && first.len() <= 3)?;
    let mut digits = first.to_owned();
    for group in groups {
        digits.push_str(Some(group).filter(|group| is_digits(group) && group.len() == 3)?);
    }
    Some(Cow::Owned(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind<T>(result: Result<T, Problem>) -> Result<T, FaultKind> {
        result.map_err(|problem| problem.0)
    }

    #[test]
    fn money_is_read_as_people_write_it() {
        use FaultKind::*;
        let rows = [
            ("12.5", Ok(Fen(1250))),
            ("12.50", Ok(Fen(1250))),
            ("￥12.50", Ok(Fen(1250))),
            ("¥1,250.00", Ok(Fen(125_000))),
            ("12.5元", Ok(Fen(1250))),
            ("１２．５", Ok(Fen(1250))),
            ("￥ 3", Ok(Fen(300))),
            ("0", Ok(Fen(0))),
            ("0.05", Ok(Fen(5))),
            ("10000000", Ok(Fen(1_000_000_000))),
            ("10000000.01", Err(TooLarge)),
            ("99999999999999999999", Err(TooLarge)),
            ("12.505", Err(TooManyDecimals)),
            ("12.500", Err(TooManyDecimals)),
            ("-1", Err(Negative)),
            ("1,25.00", Err(NotMoney)),
            ("1.250,00", Err(NotMoney)),
            ("12.", Err(NotMoney)),
            ("abc", Err(NotMoney)),
            ("1.38E+10", Err(ScientificNotation)),
            ("1e5", Err(ScientificNotation)),
            ("####", Err(HashMarks)),
            ("#REF!", Err(SpreadsheetError)),
        ];
        for (raw, want) in rows {
            assert_eq!(kind(money(raw)), want, "{raw}");
        }
    }

    #[test]
    fn a_count_is_whole_and_bounded() {
        use FaultKind::*;
        let rows = [
            ("1", Ok(1)),
            ("9999", Ok(9999)),
            ("１２", Ok(12)),
            ("1,250", Ok(1250)),
            ("12.00", Ok(12)),
            ("12.0", Ok(12)),
            ("0", Err(TooSmall)),
            ("10000", Err(TooLarge)),
            ("99999999999999999999999", Err(TooLarge)),
            ("-3", Err(Negative)),
            ("－３", Err(Negative)),
            ("-99999999999999999999999", Err(Negative)),
            ("1.5", Err(NotWhole)),
            ("两", Err(NotANumber)),
            ("5件", Err(NotANumber)),
            ("1.38E+10", Err(ScientificNotation)),
            ("1\u{0}", Err(Nul)),
        ];
        for (raw, want) in rows {
            assert_eq!(kind(whole(1, 9999)(raw)), want, "{raw:?}");
        }
    }

    #[test]
    fn shares_and_measures_are_exact() {
        use FaultKind::*;
        for (raw, want) in [
            ("7.5", Ok(750)),
            ("7.5％", Ok(750)),
            ("100", Ok(10_000)),
            ("100.01", Err(TooLarge)),
            ("7.555", Err(TooManyDecimals)),
        ] {
            assert_eq!(kind(basis_points(100)(raw)), want, "{raw}");
        }
        for (raw, want) in
            [("1500", Ok(1_500_000)), ("1.5", Ok(1500)), ("0", Err(TooSmall)), ("1.0005", Err(TooManyDecimals))]
        {
            assert_eq!(kind(thousandths(100_000_000)(raw)), want, "{raw}");
        }
        for (raw, want) in [
            ("486", Ok(486)),
            ("486g", Ok(486)),
            ("0.486kg", Ok(486)),
            ("0.97斤", Ok(485)),
            ("1.5 公斤", Ok(1500)),
            ("0.001斤", Err(NotWhole)),
            ("100001", Err(TooLarge)),
            ("999kg", Err(TooLarge)),
        ] {
            assert_eq!(kind(grams(100_000)(raw)), want, "{raw}");
        }
    }

    #[test]
    fn yes_and_no_have_several_spellings() {
        for (raw, want) in [
            ("1", Ok(true)),
            ("０", Ok(false)),
            ("是", Ok(true)),
            ("TRUE", Ok(true)),
            ("√", Ok(true)),
            ("2", Err(FaultKind::NotAChoice)),
        ] {
            assert_eq!(kind(boolean(raw)), want, "{raw}");
        }
    }
}
