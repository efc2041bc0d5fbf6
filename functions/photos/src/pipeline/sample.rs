//! Photos for tests, drawn and not found: a pothole in a road under the sky, so that a person sees which way is up.
#![allow(clippy::expect_used, reason = "for tests: an encoder that fails on a sample has to stop them")]

use image::metadata::Orientation;
use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

/// A JPEG as a phone would write it, with EXIF.
///
/// `width` and `height` are those of the picture as displayed, upright; the file stores it turned as `orientation`
/// (EXIF, 1 to 8; others are written as given and turn nothing) says. `longitude` and `latitude` are decimal degrees.
/// The same arguments give the same bytes.
pub fn jpeg_with_gps(width: u32, height: u32, longitude: f64, latitude: f64, orientation: u16) -> Vec<u8> {
    let exif = SampleExif { orientation, ..SampleExif::at(longitude, latitude) };
    jpeg_with_exif(width, height, &exif)
}

/// The same picture with any EXIF, however senseless.
pub fn jpeg_with_exif(width: u32, height: u32, exif: &SampleExif) -> Vec<u8> {
    let mut stored = DynamicImage::ImageRgb8(pothole(width, height));
    let displayed_by = u8::try_from(exif.orientation).ok().and_then(Orientation::from_exif);
    stored.apply_orientation(match displayed_by.unwrap_or(Orientation::NoTransforms) {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        // The others undo themselves.
        other => other,
    });
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 90);
    encoder.add_exif_metadata(&exif.to_bytes()).expect("a sample block is under 64 KB");
    let (width, height) = (side(stored.width()), side(stored.height()));
    encoder.encode(stored.as_bytes(), width, height, ColorType::Rgb).expect("as many pixels as width and height say");
    jpeg
}

/// A small file whose header, valid in itself, declares 20,000 × 20,000 pixels.
pub fn bomb() -> Vec<u8> {
    let mut jpeg = jpeg_with_gps(64, 48, 5.64, 43.64, 1);
    let frame = jpeg.windows(5).position(|at| at == [0xFF, 0xC0, 0x00, 0x11, 0x08]).expect("a baseline frame header");
    for at in [frame + 5, frame + 7] {
        jpeg[at..at + 2].copy_from_slice(&20_000_u16.to_be_bytes());
    }
    jpeg
}

/// The picture: sky above, grey road below with a white line on the left and a dark hole in the middle.
pub fn pothole(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |px, py| {
        let (x, y) = ((px as f32 + 0.5) / width as f32, (py as f32 + 0.5) / height as f32);
        let grain = (px.wrapping_mul(73_856_093) ^ py.wrapping_mul(19_349_663)) >> 7 & 15;
        let from_hole = ((x - 0.55) / 0.22).powi(2) + ((y - 0.72) / 0.12).powi(2);
        let on_line = (x - 0.12 - (y - 0.35) * 0.05).abs() < 0.025 && (y * 8.0) as u32 % 2 == 1;
        let color = match y {
            _ if y < 0.35 => [135, 190, 235],
            _ if from_hole < 1.0 => [35, 30, 28],
            _ if from_hole < 1.4 => [150, 140, 125],
            _ if on_line => [240, 240, 240],
            _ => [105, 105, 110],
        };
        Rgb(color.map(|channel: u8| channel.saturating_add(grain as u8)))
    })
}

/// An angle or hemisphere as EXIF stores it: degrees, minutes, seconds, each a fraction, and a letter.
pub type Angle = ([(u32, u32); 3], u8);

/// What a sample's EXIF block says; every field can be made nonsense.
#[derive(Debug, Clone)]
pub struct SampleExif {
    /// Tag 0x0112.
    pub orientation: u16,
    /// GPS tags 2 and 1.
    pub latitude: Angle,
    /// GPS tags 4 and 3.
    pub longitude: Angle,
    /// Tag 0x9003, 19 characters like "2026:03:14 09:26:53".
    pub taken_at: &'static str,
}

impl SampleExif {
    /// A place in decimal degrees, upright, on a day in March.
    pub fn at(longitude: f64, latitude: f64) -> Self {
        Self {
            orientation: 1,
            latitude: angle(latitude, b"NS"),
            longitude: angle(longitude, b"EW"),
            taken_at: "2026:03:14 09:26:53",
        }
    }

    /// The block: a little-endian TIFF with the main, Exif and GPS directories.
    pub fn to_bytes(&self) -> Vec<u8> {
        let letter = |letter: u8| Entry(ASCII, 2, vec![letter, 0]);
        let fractions = |parts: &[(u32, u32); 3]| {
            Entry(RATIONAL, 3, parts.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat()).collect())
        };
        let text = |text: &str| {
            let bytes = [text.as_bytes(), b"\0"].concat();
            Entry(ASCII, bytes.len() as u32, bytes)
        };
        let main = |exif_at: u32, gps_at: u32| {
            directory(
                8,
                &[
                    (0x010F, text("Parvis sample camera")),
                    (0x0112, Entry(SHORT, 1, self.orientation.to_le_bytes().to_vec())),
                    (0x8769, Entry(LONG, 1, exif_at.to_le_bytes().to_vec())),
                    (0x8825, Entry(LONG, 1, gps_at.to_le_bytes().to_vec())),
                ],
            )
        };
        let exif_at = 8 + main(0, 0).len() as u32;
        let exif = directory(exif_at, &[(0x9003, text(self.taken_at))]);
        let gps_at = exif_at + exif.len() as u32;
        let gps = directory(
            gps_at,
            &[
                (1, letter(self.latitude.1)),
                (2, fractions(&self.latitude.0)),
                (3, letter(self.longitude.1)),
                (4, fractions(&self.longitude.0)),
            ],
        );
        [b"II*\0\x08\0\0\0".to_vec(), main(exif_at, gps_at), exif, gps].concat()
    }
}

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// Type, count and bytes of one value.
struct Entry(u16, u32, Vec<u8>);

/// One TIFF directory that starts at byte `at`, followed by the values that do not fit into its entries.
fn directory(at: u32, entries: &[(u16, Entry)]) -> Vec<u8> {
    let mut head = (entries.len() as u16).to_le_bytes().to_vec();
    let mut values = Vec::new();
    let values_at = at + 2 + 12 * entries.len() as u32 + 4;
    for (tag, Entry(kind, count, bytes)) in entries {
        head.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        head.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            head.extend(bytes);
            head.resize(head.len() + 4 - bytes.len(), 0);
        } else {
            head.extend((values_at + values.len() as u32).to_le_bytes());
            values.extend(bytes);
        }
    }
    head.extend([0; 4]);
    [head, values].concat()
}

fn angle(decimal: f64, letters: &[u8; 2]) -> Angle {
    // In ten thousandths of a second, 3 mm on the ground.
    let total = (decimal.abs() * 36_000_000.0).round() as u64;
    let parts = [(total / 36_000_000, 1), (total / 600_000 % 60, 1), (total % 600_000, 10_000)];
    let parts = parts.map(|(numerator, denominator)| (numerator as u32, denominator));
    (parts, letters[usize::from(decimal < 0.0)])
}

fn side(length: u32) -> u16 {
    u16::try_from(length).expect("a JPEG is at most 65,535 pixels a side")
}
