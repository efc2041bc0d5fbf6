//! A commune's logo: a small picture in, a PNG of at most 512 pixels a side out, transparency kept and metadata gone.

use fast_image_resize::pixels::U8x4;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder as _, RgbaImage};

use super::{MediaType, Refusal, jpeg, metadata, png_webp, shrink, sniff};

/// Largest file in bytes: 200 kB. Logos are drawn, not photographed.
pub const MAX_LOGO_BYTES: usize = 200_000;
/// Longest side of the file in pixels. Checked before any pixel is decoded: 200 kB of PNG can be 200 MB of pixels.
pub const MAX_LOGO_SIDE: u32 = 2_000;
/// Longest side of what is kept, in pixels.
pub const LOGO_SIDE: u32 = 512;

/// A finished logo.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// The file.
    pub png: Vec<u8>,
    /// Width and height in pixels, upright.
    pub size: (u32, u32),
}

/// A picture that is not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoLogo {
    /// The file is larger than [`MAX_LOGO_BYTES`].
    TooLarge {
        /// Size of the file.
        bytes: usize,
    },
    /// A side is longer than [`MAX_LOGO_SIDE`].
    TooWide {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// What would refuse a photo too.
    Refused(Refusal),
}

impl NoLogo {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooWide { .. } => "too_wide",
            Self::Refused(refusal) => refusal.code(),
        }
    }

    /// Why, in English, with limit and value.
    pub fn detail(&self) -> String {
        match self {
            Self::TooLarge { bytes } => format!("the logo is {bytes} bytes; at most {MAX_LOGO_BYTES}"),
            Self::TooWide { width, height } => {
                format!("the logo is {width} × {height} pixels; at most {MAX_LOGO_SIDE} a side")
            }
            Self::Refused(refusal) => refusal.detail_en(),
        }
    }
}

/// What is too large for a photo is far too large for a logo: it is told the logo's limit.
impl From<Refusal> for NoLogo {
    fn from(refusal: Refusal) -> NoLogo {
        match refusal {
            Refusal::TooWide { width, height }
            | Refusal::TooManyPixels { width, height, .. }
            | Refusal::ProgressiveTooLarge { width, height } => NoLogo::TooWide { width, height },
            other => NoLogo::Refused(other),
        }
    }
}

/// Checks a picture and makes the logo that is kept of it: upright, not larger than it came, with no metadata at all.
///
/// # Errors
/// Why this file is not taken.
pub fn logo(bytes: &[u8]) -> Result<Logo, NoLogo> {
    if bytes.len() > MAX_LOGO_BYTES {
        return Err(NoLogo::TooLarge { bytes: bytes.len() });
    }
    let (picture, exif) = match sniff::recognise(bytes)? {
        MediaType::Jpeg => {
            let (mut decoder, size) = jpeg::open(bytes)?;
            check_sides(size)?;
            let picture = jpeg::pixels(bytes, &mut decoder, size, LOGO_SIDE)?;
            (DynamicImage::ImageRgb8(picture).into_rgba8(), decoder.exif_data().map(<[u8]>::to_vec))
        }
        MediaType::Png => {
            let (decoder, exif) = png_webp::open_png(bytes)?;
            (decoded(decoder)?, exif)
        }
        MediaType::Webp => {
            let (decoder, exif) = png_webp::open_webp(bytes)?;
            (decoded(decoder)?, exif)
        }
    };
    let facts = exif.as_deref().map(metadata::read).unwrap_or_default();
    let mut picture = DynamicImage::ImageRgba8(fitted(picture)?);
    picture.apply_orientation(facts.orientation());
    let picture = picture.into_rgba8();
    let (size, mut png) = (picture.dimensions(), Vec::new());
    // Nothing but the header, the pixels and the end: that is how metadata is dropped.
    PngEncoder::new(&mut png)
        .write_image(&picture, size.0, size.1, ExtendedColorType::Rgba8)
        .map_err(Refusal::corrupt)?;
    Ok(Logo { png, size })
}

fn check_sides((width, height): (u32, u32)) -> Result<(), NoLogo> {
    if width.max(height) > MAX_LOGO_SIDE { Err(NoLogo::TooWide { width, height }) } else { Ok(()) }
}

fn decoded(decoder: impl ImageDecoder) -> Result<RgbaImage, NoLogo> {
    check_sides(decoder.dimensions())?;
    Ok(DynamicImage::from_decoder(decoder).map_err(png_webp::refusal)?.into_rgba8())
}

/// Pixels that cannot be seen have a colour too: the resizer weighs each with how much of it is seen.
fn fitted(picture: RgbaImage) -> Result<RgbaImage, Refusal> {
    let (from, to) = (picture.dimensions(), shrink::fitted(picture.dimensions(), LOGO_SIDE));
    if from == to {
        return Ok(picture);
    }
    let pixels = shrink::resized::<U8x4>(&picture, from, to)?;
    RgbaImage::from_raw(to.0, to.1, pixels).ok_or_else(|| Refusal::corrupt("a resized logo of another size"))
}
