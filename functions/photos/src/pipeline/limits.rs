//! What a photo may be at most: checked on the file's size and header, before any pixel is decoded.

use super::Refusal;

/// Largest upload in bytes: 15 MB. A 48 megapixel photo of a phone is 8 to 12 MB.
pub const MAX_BYTES: usize = 15_000_000;
/// Longest side in pixels; the panoramas of phones stay under it.
pub const MAX_SIDE: u32 = 12_000;
/// Most pixels of any photo: 50 million.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Most pixels of a progressive JPEG: 25 million, because all its coefficients are in memory at once (up to 6 bytes a pixel).
pub const MAX_PROGRESSIVE_PIXELS: u64 = 25_000_000;
/// Longest side of the large picture in pixels.
pub const LARGE_SIDE: u32 = 1_600;
/// Longest side of the small picture in pixels.
pub const SMALL_SIDE: u32 = 400;

/// Most bytes of pixels that PNG and WebP may decode to: they cannot be decoded shrunk, so deep colour lowers [`MAX_PIXELS`].
pub(super) const MAX_DECODED_BYTES: u64 = 4 * MAX_PIXELS;

pub(super) fn check_bytes(bytes: usize) -> Result<(), Refusal> {
    if bytes > MAX_BYTES { Err(Refusal::TooLarge { bytes }) } else { Ok(()) }
}

/// The sides first: they say most simply what is wrong with a panorama, and a product of checked sides cannot overflow.
pub(super) fn check_pixels(width: u32, height: u32, max_pixels: u64) -> Result<(), Refusal> {
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(Refusal::TooWide { width, height });
    }
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(Refusal::TooManyPixels { width, height, max_pixels });
    }
    Ok(())
}
