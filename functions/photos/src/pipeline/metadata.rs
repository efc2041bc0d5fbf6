//! What EXIF tells: which way is up, where, and when. Whatever is broken in it is simply not told.

use exif::{Exif, In, Reader, Tag, Value};
use image::metadata::Orientation;
use jiff::civil::DateTime;

use super::GpsPosition;

/// An EXIF segment of a JPEG holds less than this; PNG and WebP get no more.
const MAX_EXIF_BYTES: usize = 65_536;
/// Directories one block may point to. Cameras write at most 3, but the reader follows each pointer it meets and copies
/// what it finds there, so thousands of them, to overlapping directories, would fill gigabytes from 64 KB.
const MAX_DIRECTORIES: usize = 16;

/// What a photo says of itself.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Facts {
    orientation: Option<Orientation>,
    pub(super) position: Option<GpsPosition>,
    pub(super) taken_at: Option<DateTime>,
}

impl Facts {
    pub(super) fn orientation(&self) -> Orientation {
        self.orientation.unwrap_or(Orientation::NoTransforms)
    }
}

/// Reads a raw EXIF block: a TIFF header, with or without the `Exif\0\0` that some WebP encoders leave before it.
pub(super) fn read(raw: &[u8]) -> Facts {
    let raw = raw.strip_prefix(b"Exif\0\0").unwrap_or(raw);
    if raw.len() > MAX_EXIF_BYTES || count_directories(raw) > MAX_DIRECTORIES {
        return Facts::default();
    }
    let exif = Reader::new()
        .continue_on_error(true)
        .read_raw(raw.to_vec())
        .or_else(|error| error.distill_partial_result(|_| ()));
    let Ok(exif) = exif else { return Facts::default() };
    Facts { orientation: orientation(&exif), position: position(&exif), taken_at: taken_at(&exif) }
}

/// Everything that can be read as a pointer entry: tag of the Exif, GPS or interoperability directory, integer type.
fn count_directories(raw: &[u8]) -> usize {
    let is_pointer = |word: &[u8]| {
        let [a, b, c, d] = *word else { return false };
        let (tag, kind) = if raw.starts_with(b"II") {
            (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))
        } else {
            (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
        };
        matches!(tag, 0x8769 | 0x8825 | 0xA005) && matches!(kind, 1 | 3 | 4)
    };
    raw.windows(4).filter(|word| is_pointer(word)).count()
}

fn orientation(exif: &Exif) -> Option<Orientation> {
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

fn position(exif: &Exif) -> Option<GpsPosition> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, (b'N', b'S'), 90.0)?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, (b'E', b'W'), 180.0)?;
    // Exactly 0, 0 is what cameras without a fix write; nobody's commune lies in the Gulf of Guinea.
    (latitude != 0.0 || longitude != 0.0).then_some(GpsPosition { longitude, latitude })
}

/// Degrees, minutes, seconds and a hemisphere (EXIF 2.32, 4.6.6) as signed degrees; none if any of them makes no sense.
fn degrees(exif: &Exif, value: Tag, reference: Tag, (plus, minus): (u8, u8), limit: f64) -> Option<f64> {
    let [degrees, minutes, seconds] = fractions(&exif.get_field(value, In::PRIMARY)?.value)?;
    // 60 seconds are what rounding makes of 59.9999.
    if degrees < 0.0 || !(0.0..60.0).contains(&minutes) || !(0.0..=60.0).contains(&seconds) {
        return None;
    }
    let angle = degrees + minutes / 60.0 + seconds / 3600.0;
    if angle > limit {
        return None;
    }
    let Value::Ascii(texts) = &exif.get_field(reference, In::PRIMARY)?.value else { return None };
    match texts.first()?.first()? {
        letter if *letter == plus => Some(angle),
        letter if *letter == minus => Some(-angle),
        _ => None,
    }
}

/// Three fractions, none of them over zero. EXIF wants them unsigned; phones of HMD (Nokia) write signed ones.
fn fractions(value: &Value) -> Option<[f64; 3]> {
    let finite = |fraction: f64| fraction.is_finite().then_some(fraction);
    let read: Option<Vec<f64>> = match value {
        Value::Rational(parts) => parts.iter().map(|part| finite(part.to_f64())).collect(),
        Value::SRational(parts) => parts.iter().map(|part| finite(part.to_f64())).collect(),
        _ => None,
    };
    read?.try_into().ok()
}

fn taken_at(exif: &Exif) -> Option<DateTime> {
    let Value::Ascii(texts) = &exif.get_field(Tag::DateTimeOriginal, In::PRIMARY)?.value else { return None };
    let read = exif::DateTime::from_ascii(texts.first()?).ok()?;
    let small = |value: u8| i8::try_from(value).ok();
    DateTime::new(
        i16::try_from(read.year).ok()?,
        small(read.month)?,
        small(read.day)?,
        small(read.hour)?,
        small(read.minute)?,
        small(read.second)?,
        0,
    )
    .ok()
}
