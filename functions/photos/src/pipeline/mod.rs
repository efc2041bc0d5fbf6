//! The photo pipeline: the bytes a resident uploaded go in, two clean JPEGs or a refusal come out; pure and sync.
//!
//! The order of the steps is what keeps hostile files cheap: size, magic bytes and the limits of the header come before
//! any pixel is decoded; JPEGs are decoded already shrunk; everything later works on at most [`LARGE_SIDE`] pixels.
//! No step panics on input, so nothing is caught: release builds abort on panic and could not catch one anyway.

mod jpeg;
mod limits;
mod logo;
mod metadata;
mod picture;
mod png_webp;
mod refusal;
pub mod sample;
mod scaled;
mod shrink;
mod sniff;
#[cfg(test)]
mod tests;

pub use limits::{LARGE_SIDE, MAX_BYTES, MAX_PIXELS, MAX_PROGRESSIVE_PIXELS, MAX_SIDE, SMALL_SIDE};
pub use logo::{LOGO_SIDE, Logo, MAX_LOGO_BYTES, MAX_LOGO_SIDE, NoLogo, logo};
pub use refusal::Refusal;

use std::borrow::Cow;

use image::RgbImage;
use picture::Picture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Checks an uploaded photo and makes the two pictures that are kept of it.
///
/// `declared` is the type the client signed its upload with. Bytes that are given away are freed once they are decoded, not
/// held while the pictures are made. The outputs are upright (EXIF orientation applied), opaque
/// (transparency is flattened on white), never larger than the input, and carry no metadata at all.
///
/// # Errors
/// The [`Refusal`] that says why this file is not taken. Broken EXIF is never a reason.
pub fn process<'a>(bytes: impl Into<Cow<'a, [u8]>>, declared: MediaType) -> Result<Processed, Refusal> {
    let bytes = bytes.into();
    limits::check_bytes(bytes.len())?;
    sniff::check(&bytes, declared)?;
    let Decoded { picture, exif } = match declared {
        MediaType::Jpeg => jpeg::decode(bytes)?,
        MediaType::Png => png_webp::decode_png(&bytes)?,
        MediaType::Webp => png_webp::decode_webp(&bytes)?,
    };
    let facts = exif.as_deref().map(metadata::read).unwrap_or_default();

    // After shrinking: turning 2 megapixels costs a fraction of turning 48.
    let large = picture.oriented(facts.orientation());
    let small = large.to_fit(SMALL_SIDE)?;
    Ok(Processed { large: large.encode()?, small: small.encode()?, position: facts.position, taken_at: facts.taken_at })
}

/// What became of an accepted photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// Longest side at most [`LARGE_SIDE`] pixels: what a report shows.
    pub large: Rendition,
    /// Longest side at most [`SMALL_SIDE`] pixels: what a list shows.
    pub small: Rendition,
    /// Where the camera says it was; only ever shown to the uploader.
    pub position: Option<GpsPosition>,
    /// When the camera says it was, on its own clock (EXIF knows no zone).
    pub taken_at: Option<jiff::civil::DateTime>,
}

/// One picture made from a photo: a baseline JPEG of quality 80, without metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    /// The file.
    pub jpeg: Vec<u8>,
    /// Width in pixels, as displayed.
    pub width: u32,
    /// Height in pixels, as displayed.
    pub height: u32,
}

/// A place read from EXIF: WGS 84, decimal degrees, finite and in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GpsPosition {
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Degrees north, -90 to 90.
    pub latitude: f64,
}

/// The types of photo that are accepted; on the wire they are MIME types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MediaType {
    /// What phones take (iOS converts HEIC when the page asks for JPEG).
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// Mostly screenshots.
    #[serde(rename = "image/png")]
    Png,
    /// What some browsers make when they shrink a photo.
    #[serde(rename = "image/webp")]
    Webp,
}

impl MediaType {
    /// The MIME type, as it is signed into the upload.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
        }
    }
}

/// What every decoder hands on: the photo with a longest side of at most [`LARGE_SIDE`], and the raw EXIF block if there is one.
struct Decoded {
    picture: Picture,
    exif: Option<Vec<u8>>,
}

impl Decoded {
    fn from_rgb(image: RgbImage, exif: Option<Vec<u8>>) -> Result<Self, Refusal> {
        Ok(Self { picture: Picture::from_rgb(&shrink::to_fit(image, LARGE_SIDE)?), exif })
    }
}
