//! JPEG in: limits from the header, then a decode that shrinks on the way (a 48 megapixel photo never exists whole).

use std::borrow::Cow;

use image::RgbImage;
use jpeg_decoder::{CodingProcess, Decoder, Error, PixelFormat, UnsupportedFeature};

use super::limits::{self, LARGE_SIDE, MAX_PIXELS, MAX_PROGRESSIVE_PIXELS};
use super::{Decoded, Refusal, scaled};

/// Most scans of one file. Encoders write 1 to about 20; each one walks the whole picture, however few bytes it holds,
/// so thousands of them are a decompression bomb (libjpeg-turbo's fuzzers and `djpeg -maxscans` set the same kind of limit).
const MAX_SCANS: usize = 100;

/// A file without its end is refused. One whose data stops early but is closed by a proper end marker shows grey where
/// pixels are missing, here as in every browser: only decoding tells, and the decoder does not say.
pub(super) fn decode(bytes: Cow<'_, [u8]>) -> Result<Decoded, Refusal> {
    let (mut decoder, size) = open(&bytes)?;
    if let Some(planes) = scaled::decode(&bytes, LARGE_SIDE) {
        let exif = decoder.exif_data().map(<[u8]>::to_vec);
        drop(bytes);
        return Ok(Decoded { picture: planes.fitted(LARGE_SIDE)?, exif });
    }
    let image = pixels(&bytes, &mut decoder, size, LARGE_SIDE)?;
    Decoded::from_rgb(image, decoder.exif_data().map(<[u8]>::to_vec))
}

/// A file whose header was read, with its width and height.
type Opened<'a> = (Decoder<&'a [u8]>, (u32, u32));

/// Reads the header, and refuses what its limits do not allow.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Refusal> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().map_err(refusal)?;
    let header = decoder.info().ok_or_else(no_header)?;
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    limits::check_pixels(width, height, MAX_PIXELS)?;
    match header.coding_process {
        CodingProcess::DctSequential => {}
        CodingProcess::DctProgressive if u64::from(width) * u64::from(height) > MAX_PROGRESSIVE_PIXELS => {
            return Err(Refusal::ProgressiveTooLarge { width, height });
        }
        CodingProcess::DctProgressive => {}
        // It would be decoded at full size, in 20 bytes a pixel.
        CodingProcess::Lossless => return Err(Refusal::TypeNotSupported { found: Some("JPEG lossless") }),
    }
    Ok((decoder, (width, height)))
}

/// Decodes to a longest side of at least `side` pixels, where the file has them.
pub(super) fn pixels(
    bytes: &[u8],
    decoder: &mut Decoder<&[u8]>,
    (width, height): (u32, u32),
    side: u32,
) -> Result<RgbImage, Refusal> {
    let scans = count_scans(bytes);
    if scans > MAX_SCANS {
        return Err(Refusal::corrupt(format!("{scans} scans; at most {MAX_SCANS}")));
    }

    // The decoder picks the smallest of 1/8, 1/4, 1/2 and 1 that reaches the wanted size on *either* axis; the longer
    // one is what counts here, so the other asks for more than there can be.
    let wanted = side as u16;
    let (width, height) = if width >= height { (wanted, u16::MAX) } else { (u16::MAX, wanted) };
    decoder.scale(width, height).map_err(refusal)?;
    let pixels = decoder.decode().map_err(refusal)?;
    let shrunk = decoder.info().ok_or_else(no_header)?;
    let (width, height) = (u32::from(shrunk.width), u32::from(shrunk.height));
    let pixels = match shrunk.pixel_format {
        PixelFormat::RGB24 => pixels,
        PixelFormat::L8 => pixels.into_iter().flat_map(|grey| [grey; 3]).collect(),
        PixelFormat::CMYK32 => cmyk_to_rgb(pixels),
        PixelFormat::L16 => return Err(Refusal::TypeNotSupported { found: Some("JPEG 16-bit") }),
    };
    RgbImage::from_raw(width, height, pixels).ok_or_else(|| Refusal::corrupt("fewer pixels than the header says"))
}

/// How many scans the decoder would meet: it, too, goes from marker to marker until the end of the image.
fn count_scans(bytes: &[u8]) -> usize {
    const END_OF_IMAGE: u8 = 0xD9;
    const START_OF_SCAN: u8 = 0xDA;
    let mut scans = 0;
    let mut at = 2;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.windows(2).position(is_marker)) {
        let marker = bytes[at + found + 1];
        at += found + 2;
        match marker {
            END_OF_IMAGE => break,
            // Restart markers and TEM stand alone; every other marker has a length, which counts itself.
            0x01 | 0xD0..=0xD7 => {}
            _ => {
                scans += usize::from(marker == START_OF_SCAN);
                let Some(length) = bytes.get(at..at + 2) else { break };
                at += usize::from(u16::from_be_bytes([length[0], length[1]]));
            }
        }
    }
    scans
}

/// FF 00 is a data byte FF, FF FF is a fill byte (ITU-T T.81, B.1.1.2 and B.1.1.5).
fn is_marker(pair: &[u8]) -> bool {
    pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF)
}

/// Without a colour profile, as browsers do it: each ink takes its share of the light. The decoder has already turned the
/// inverted values that Adobe writes into amounts of ink. In place, because four bytes become three.
fn cmyk_to_rgb(mut pixels: Vec<u8>) -> Vec<u8> {
    let count = pixels.len() / 4;
    for i in 0..count {
        let light = 255 - u32::from(pixels[i * 4 + 3]);
        for ink in 0..3 {
            pixels[i * 3 + ink] = ((255 - u32::from(pixels[i * 4 + ink])) * light / 255) as u8;
        }
    }
    pixels.truncate(count * 3);
    pixels
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Refusal::Truncated,
        Error::Unsupported(feature) => Refusal::TypeNotSupported {
            found: Some(match feature {
                UnsupportedFeature::Hierarchical => "JPEG hierarchical",
                UnsupportedFeature::ArithmeticEntropyCoding => "JPEG arithmetic",
                UnsupportedFeature::SamplePrecision(_) => "JPEG 12-bit",
                _ => "JPEG (variant)",
            }),
        },
        other => Refusal::corrupt(other),
    }
}

fn no_header() -> Refusal {
    Refusal::corrupt("no frame header")
}
