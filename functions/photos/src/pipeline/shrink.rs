//! Pixels out: smaller where they have to be, then a plain JPEG that holds nothing but the picture.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, Resizer};
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder};

use super::{Refusal, Rendition};

/// Looks right on a phone, at a tenth of what the camera wrote.
const QUALITY: u8 = 80;

/// Shrinks to a longest side of `side` pixels, keeping the proportions; a smaller picture stays as it is.
pub(super) fn to_fit(image: DynamicImage, side: u32) -> Result<DynamicImage, Refusal> {
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height);
    if longest <= side {
        return Ok(image);
    }
    let scaled = |length: u32| ((length * side + longest / 2) / longest).max(1);
    let (new_width, new_height) = (scaled(width), scaled(height));

    let pixel = if is_grey(&image) { PixelType::U8 } else { PixelType::U8x3 };
    let from = ImageRef::new(width, height, image.as_bytes(), pixel).map_err(Refusal::corrupt)?;
    let mut to = Image::new(new_width, new_height, pixel);
    Resizer::new().resize(&from, &mut to, None).map_err(Refusal::corrupt)?;
    let pixels = to.into_vec();
    let shrunk = if is_grey(&image) {
        GrayImage::from_raw(new_width, new_height, pixels).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(new_width, new_height, pixels).map(DynamicImage::ImageRgb8)
    };
    shrunk.ok_or_else(|| Refusal::corrupt("fewer pixels than asked for"))
}

/// Encodes as a baseline JPEG with the header every JPEG has and no other segment: that is how metadata is dropped.
pub(super) fn encode(image: &DynamicImage) -> Result<Rendition, Refusal> {
    let (width, height) = (image.width(), image.height());
    let side = |length: u32| u16::try_from(length).map_err(Refusal::corrupt);
    let color = if is_grey(image) { ColorType::Luma } else { ColorType::Rgb };
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(image.as_bytes(), side(width)?, side(height)?, color).map_err(Refusal::corrupt)?;
    Ok(Rendition { jpeg, width, height })
}

/// Decoders hand on grey or RGB with 8 bits, nothing else.
fn is_grey(image: &DynamicImage) -> bool {
    matches!(image, DynamicImage::ImageLuma8(_))
}
