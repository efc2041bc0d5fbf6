//! PNG and WebP in: header and limits, then a whole decode, flattened to opaque 8-bit pixels in the same buffer.

use std::io::{Cursor, ErrorKind};

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::ImageError;
use image::{ImageDecoder, Limits, RgbImage};

use super::limits::{self, MAX_DECODED_BYTES, MAX_PIXELS};
use super::{Decoded, Refusal};

pub(super) fn decode_png(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let (decoder, exif) = open_png(bytes)?;
    Decoded::from_rgb(opaque(decoder)?, exif)
}

pub(super) fn decode_webp(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let (decoder, exif) = open_webp(bytes)?;
    Decoded::from_rgb(opaque(decoder)?, exif)
}

/// Reads the header of a PNG, and its EXIF block.
pub(super) fn open_png(bytes: &[u8]) -> Result<(impl ImageDecoder, Option<Vec<u8>>), Refusal> {
    let mut limits = Limits::no_limits();
    // For what the decoder keeps beside the picture: text, colour profile, two rows. Sides and pixels are checked here,
    // where the refusal can name them.
    limits.max_alloc = Some(32_000_000);
    let mut decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(refusal)?;
    let exif = decoder.exif_metadata().ok().flatten();
    Ok((decoder, exif))
}

/// Reads the header of a WebP, and its EXIF block.
pub(super) fn open_webp(bytes: &[u8]) -> Result<(impl ImageDecoder, Option<Vec<u8>>), Refusal> {
    let chunks = Chunks::read(bytes)?;
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refusal)?;
    if decoder.has_animation() {
        return Err(Refusal::TypeNotSupported { found: Some("WebP animation") });
    }
    // The lossy decoder allocates what the frame says before it compares that with the canvas whose limits are checked.
    if let Some((width, height)) = chunks.lossy_frame
        && (width, height) != decoder.dimensions()
    {
        return Err(Refusal::corrupt("frame and canvas differ in size"));
    }
    Ok((decoder, chunks.exif.map(<[u8]>::to_vec)))
}

/// Decodes and flattens on white. 16-bit samples keep their high byte.
fn opaque(decoder: impl ImageDecoder) -> Result<RgbImage, Refusal> {
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let max_pixels = MAX_PIXELS.min(MAX_DECODED_BYTES / u64::from(color.bytes_per_pixel()));
    limits::check_pixels(width, height, max_pixels)?;

    let bytes = usize::try_from(decoder.total_bytes()).map_err(Refusal::corrupt)?;
    let mut pixels = vec![0; bytes];
    decoder.read_image(&mut pixels).map_err(refusal)?;
    let channels = usize::from(color.channel_count());
    if usize::from(color.bytes_per_pixel()) == 2 * channels {
        keep_high_bytes(&mut pixels);
    }
    if color.has_alpha() {
        flatten_on_white(&mut pixels, channels);
    }
    if !color.has_color() {
        pixels = pixels.into_iter().flat_map(|grey| [grey; 3]).collect();
    }
    RgbImage::from_raw(width, height, pixels).ok_or_else(|| Refusal::corrupt("fewer pixels than the header says"))
}

fn keep_high_bytes(samples: &mut Vec<u8>) {
    let count = samples.len() / 2;
    for i in 0..count {
        samples[i] = (u16::from_ne_bytes([samples[2 * i], samples[2 * i + 1]]) >> 8) as u8;
    }
    samples.truncate(count);
}

fn flatten_on_white(pixels: &mut Vec<u8>, channels: usize) {
    let (count, colors) = (pixels.len() / channels, channels - 1);
    for i in 0..count {
        let alpha = u32::from(pixels[i * channels + colors]);
        for c in 0..colors {
            let color = u32::from(pixels[i * channels + c]);
            pixels[i * colors + c] = ((color * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
    }
    pixels.truncate(count * colors);
}

/// What has to be known of a WebP file before its decoder is trusted with it (RFC 9649, section 2).
struct Chunks<'a> {
    lossy_frame: Option<(u32, u32)>,
    exif: Option<&'a [u8]>,
}

impl<'a> Chunks<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let mut found = Self { lossy_frame: None, exif: None };
        let declared = bytes.get(4..8).map(little_endian).ok_or(Refusal::Truncated)?;
        if declared > bytes.len() - 8 {
            return Err(Refusal::Truncated);
        }
        let mut rest = &bytes[12..];
        while let Some((header, body)) = rest.split_at_checked(8) {
            let size = little_endian(&header[4..8]);
            // Files with junk behind the last chunk exist; whether the picture is whole is for the decoder to say.
            let Some(payload) = body.get(..size) else { break };
            match &header[..4] {
                // A frame header of 10 bytes: 3 of tag, 3 of start code, 14 bits each of width and height (RFC 6386, 9.1).
                b"VP8 " if found.lossy_frame.is_none() && size >= 10 => {
                    let side = |at: usize| u32::from(u16::from_le_bytes([payload[at], payload[at + 1]]) & 0x3FFF);
                    found.lossy_frame = Some((side(6), side(8)));
                }
                b"EXIF" if found.exif.is_none() => found.exif = Some(payload),
                _ => {}
            }
            // Chunks are padded to an even size.
            rest = body.get(size + size % 2..).unwrap_or_default();
        }
        Ok(found)
    }
}

fn little_endian(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

pub(super) fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::IoError(e) if e.kind() == ErrorKind::UnexpectedEof => Refusal::Truncated,
        other => Refusal::corrupt(other),
    }
}
