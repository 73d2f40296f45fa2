//! QR codes as the path of an SVG drawing, a square of one unit for each dark module.

use qrcode::{Color, QrCode};

/// Light modules around the code, as the standard asks for.
const MARGIN: usize = 4;

/// A code to be drawn: `<svg viewBox="0 0 width width"><path d="path"/></svg>`.
#[derive(Clone, Debug)]
pub struct Qr {
    pub width: usize,
    pub path: String,
}

impl Qr {
    /// The code of a text; None if it is too long for one.
    pub fn of(text: &str) -> Option<Qr> {
        let code = QrCode::new(text).ok()?;
        let side = code.width();
        let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
        let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % side + MARGIN, at / side + MARGIN)).collect();
        Some(Qr { width: side + 2 * MARGIN, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_corner() {
        let qr = Qr::of("otpauth://totp/Tuan:a?secret=AAAA").expect("a short text");
        assert!(qr.path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"), "{}", qr.path);
        assert!(Qr::of(&"x".repeat(5_000)).is_none());
    }
}
