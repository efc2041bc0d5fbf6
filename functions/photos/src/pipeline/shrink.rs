//! Smaller, where it has to be.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{PixelTrait, Resizer};
use image::RgbImage;

use super::Refusal;

/// Shrinks to a longest side of `side` pixels, keeping the proportions; a smaller picture stays as it is.
pub(super) fn to_fit(image: RgbImage, side: u32) -> Result<RgbImage, Refusal> {
    let from = image.dimensions();
    let to = fitted(from, side);
    if from == to {
        return Ok(image);
    }
    let pixels = resized::<U8x3>(&image, from, to)?;
    RgbImage::from_raw(to.0, to.1, pixels).ok_or_else(|| Refusal::corrupt("a resized picture of another size"))
}

/// Width and height that fit into a square of `side` pixels.
pub(super) fn fitted((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scaled = |length: u32| ((length * side + longest / 2) / longest).max(1);
    (scaled(width), scaled(height))
}

/// Resizes pixels, row by row, from and to a width and height (Lanczos).
pub(super) fn resized<P: PixelTrait>(pixels: &[u8], from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>, Refusal> {
    // Typed, because the untyped call compiles the resizer for all 13 of its pixel types: minutes instead of seconds.
    let source = TypedImageRef::<P>::from_buffer(from.0, from.1, pixels).map_err(Refusal::corrupt)?;
    let mut resized = vec![0; to.0 as usize * to.1 as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(to.0, to.1, &mut resized).map_err(Refusal::corrupt)?;
    Resizer::new().resize_typed(&source, &mut target, None).map_err(Refusal::corrupt)?;
    Ok(resized)
}
