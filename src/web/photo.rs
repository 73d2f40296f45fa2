//! Photos that people send, encoded anew: what is kept is a small JPEG of nothing but the picture. Where and with what it
//! was taken stays out, and so does whatever else a file may hold.

use std::io::Cursor;
use std::time::Duration;

use actix_web::web;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::web::errors::{FieldFault, WebError};

/// Bytes of a photo that is sent.
pub const SENT_MAX: u64 = 2 * 1024 * 1024;
/// Bytes of a photo that is kept.
const KEPT_MAX: usize = 300 * 1024;
/// Pixels of a photo's longer side: a label on a crate can be read.
const SIDE_MAX: u32 = 1600;
/// Pixels of a side of what is sent, and bytes of it once unpacked: no file may unpack to more.
const SENT_SIDE_MAX: u32 = 12_000;
const UNPACKED_MAX: u64 = 96 * 1024 * 1024;
/// Unpacked at the same time.
static PLACES: Semaphore = Semaphore::const_new(1);
const WAIT: Duration = Duration::from_secs(8);
/// Tried in turn until the photo is small enough: the longer side, and JPEG's quality.
const TRIES: [(u32, u8); 5] = [(SIDE_MAX, 82), (SIDE_MAX, 70), (1280, 70), (1024, 65), (800, 50)];

/// Encodes a photo anew.
///
/// # Errors
/// `not_a_photo` for what is no JPEG, PNG or WebP, is damaged or has too many pixels; `busy` where too many
/// wait.
pub async fn encoded_anew(sent: web::Bytes) -> Result<Vec<u8>, WebError> {
    let place = tokio::time::timeout(WAIT, PLACES.acquire()).await.map_err(|_| WebError::Busy)?;
    let done = web::block(move || encode(&sent)).await;
    drop(place);
    done.unwrap_or_else(|_| Err(WebError::Broken("encoding a photo broke off".into())))
}

fn encode(sent: &[u8]) -> Result<Vec<u8>, WebError> {
    let picture = unpacked(sent).map_err(|error| no_photo(&error))?;
    let mut kept = Vec::new();
    for (side, quality) in TRIES {
        kept.clear();
        let is_small = picture.width().max(picture.height()) <= side;
        let fitting = if is_small { None } else { Some(picture.resize(side, side, FilterType::Triangle)) };
        let plain = fitting.as_ref().unwrap_or(&picture).to_rgb8();
        let written = JpegEncoder::new_with_quality(&mut kept, quality).encode_image(&plain);
        written.map_err(|error| WebError::Broken(format!("a photo could not be encoded: {error}")))?;
        if kept.len() <= KEPT_MAX {
            return Ok(kept);
        }
    }
    Err(WebError::Broken("a photo of 800 pixels came to more than 300 KiB".into()))
}

/// The picture, the right way up.
fn unpacked(sent: &[u8]) -> Result<DynamicImage, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SENT_SIDE_MAX);
    limits.max_image_height = Some(SENT_SIDE_MAX);
    limits.max_alloc = Some(UNPACKED_MAX);
    let mut reader = ImageReader::new(Cursor::new(sent)).with_guessed_format()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn no_photo(error: &ImageError) -> WebError {
    let zh = "不是能读的 JPEG、PNG 或 WebP 照片，或者太大；请重拍一张".into();
    let en = format!("not a JPEG, PNG or WebP photo that can be read, or one of too many pixels: {error}");
    WebError::Fields(vec![FieldFault { field: "photo".into(), code: "not_a_photo".into(), zh, en }])
}

#[cfg(test)]
mod tests {
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

    use super::*;

    /// A picture that packs badly.
    fn noise(width: u32, height: u32) -> RgbImage {
        let mut state = 1_u32;
        RgbImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
        })
    }

    fn jpeg(picture: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 60);
        if let Some(exif) = exif {
            encoder.set_exif_metadata(exif).expect("a JPEG holds EXIF");
        }
        encoder.encode_image(picture).expect("a picture can be encoded");
        bytes
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let read = image::load_from_memory(bytes).expect("what is kept can be read");
        (read.width(), read.height())
    }

    /// EXIF with an orientation (6: a quarter turn to the right) and a maker's name.
    fn exif() -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x02\0".to_vec();
        bytes.extend(b"\x0f\x01\x02\0\x08\0\0\0\x26\0\0\0");
        bytes.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
        bytes.extend(b"\0\0\0\0");
        bytes.extend(b"SECRETS\0");
        bytes
    }

    #[test]
    fn a_photo_keeps_its_picture_and_nothing_else() {
        let sent = jpeg(&noise(64, 32), Some(exif()));
        assert!(sent.windows(7).any(|part| part == b"SECRETS"));
        let kept = encode(&sent).expect("a photo");
        assert!(!kept.windows(7).any(|part| part == b"SECRETS"));
        assert!(!kept.windows(4).any(|part| part == b"Exif"));
        assert_eq!(size(&kept), (32, 64), "turned as it was held");
    }

    #[test]
    fn whatever_is_sent_what_is_kept_is_small() {
        let mut png = Vec::new();
        let picture = noise(2_400, 1_800);
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(&picture, 2_400, 1_800, ExtendedColorType::Rgb8).expect("a picture can be encoded");
        let kept = encode(&png).expect("a photo");
        assert!(kept.len() <= KEPT_MAX, "{}", kept.len());
        let (width, height) = size(&kept);
        assert!(width <= SIDE_MAX && (width * 3).abs_diff(height * 4) <= 4, "{width} × {height}");
    }

    #[test]
    fn what_is_no_photo_is_named_so() {
        let whole = jpeg(&noise(64, 64), None);
        let mut bomb = Vec::new();
        let encoder = PngEncoder::new(&mut bomb);
        encoder.write_image(&vec![0; 12_001], 12_001, 1, ExtendedColorType::L8).expect("a picture can be encoded");
        for sent in [&b""[..], b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", &whole[..20], &bomb] {
            let Err(WebError::Fields(faults)) = encode(sent) else { panic!("{} bytes were taken", sent.len()) };
            assert_eq!(faults[0].code, "not_a_photo");
        }
    }
}
