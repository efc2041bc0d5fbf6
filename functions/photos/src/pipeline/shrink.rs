//! Pixels out: smaller where they have to be, then a plain JPEG that holds nothing but the picture.

use fast_image_resize::Resizer;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use image::RgbImage;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder};

use super::{Refusal, Rendition};

/// Looks right on a phone, at a tenth of what the camera wrote.
const QUALITY: u8 = 80;

/// Shrinks to a longest side of `side` pixels, keeping the proportions; a smaller picture stays as it is.
pub(super) fn to_fit(image: RgbImage, side: u32) -> Result<RgbImage, Refusal> {
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height);
    if longest <= side {
        return Ok(image);
    }
    let scaled = |length: u32| ((length * side + longest / 2) / longest).max(1);
    let (new_width, new_height) = (scaled(width), scaled(height));

    // Typed, because the untyped call compiles the resizer for all 13 of its pixel types: minutes instead of seconds.
    let from = TypedImageRef::<U8x3>::from_buffer(width, height, &image).map_err(Refusal::corrupt)?;
    let mut shrunk = RgbImage::new(new_width, new_height);
    let mut to = TypedImage::<U8x3>::from_buffer(new_width, new_height, &mut shrunk).map_err(Refusal::corrupt)?;
    Resizer::new().resize_typed(&from, &mut to, None).map_err(Refusal::corrupt)?;
    Ok(shrunk)
}

/// Encodes as a baseline JPEG with the header every JPEG has and no other segment: that is how metadata is dropped.
pub(super) fn encode(image: &RgbImage) -> Result<Rendition, Refusal> {
    let (width, height) = (image.width(), image.height());
    let side = |length: u32| u16::try_from(length).map_err(Refusal::corrupt);
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(image, side(width)?, side(height)?, ColorType::Rgb).map_err(Refusal::corrupt)?;
    Ok(Rendition { jpeg, width, height })
}
