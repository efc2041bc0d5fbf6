//! The pipeline as its caller sees it: one file per question, helpers here.

mod camera_files;
mod exif;
mod mutated;
mod pictures;
mod refusals;

use ::image::codecs::png::PngEncoder;
use ::image::codecs::webp::WebPEncoder;
use ::image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};

use super::*;

/// Where to look in the sample picture (as parts of width and height), and what is there.
const SKY: (f32, f32) = (0.5, 0.15);
const HOLE: (f32, f32) = (0.55, 0.72);
const ROAD: (f32, f32) = (0.9, 0.5);

/// 16 × 16 pixels, blue above grey: lossy WebP, as browsers write it.
const LOSSY_WEBP: &[u8] = b"RIFF0\0\0\0WEBPVP8 $\0\0\0p\x01\0\x9D\x01*\x10\0\x10\0\x03\x80Z%\x98\x02t\x01@\
    \0\0\xFE\xC2'\xFF\xFA\xC3\xE3\xA9[\x8B\xF5\xEB\x8F\0\0";
/// The same, with an alpha plane that hides the lower half.
const ALPHA_WEBP: &[u8] =
    b"RIFFX\0\0\0WEBPVP8X\x0A\0\0\0\x10\0\0\0\x0F\0\0\x0F\0\0ALPH\x0D\0\0\0\x01\x10\x0B&\xF9KG\xB0\
    \x3F\x22r>\x1E\0VP8 $\0\0\0p\x01\0\x9D\x01*\x10\0\x10\0\x03\x80Z%\x98\x02t\x01@\
    \0\0\xFE\xC2'\xFF\xFA\xC3\xE3\xA9[\x8B\xF5\xEB\x8F\0\0";

fn displayed(rendition: &Rendition) -> RgbImage {
    let mut decoder = jpeg_decoder::Decoder::new(rendition.jpeg.as_slice());
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    assert_eq!((u32::from(info.width), u32::from(info.height)), (rendition.width, rendition.height));
    let pixels = match info.pixel_format {
        jpeg_decoder::PixelFormat::L8 => pixels.into_iter().flat_map(|grey| [grey; 3]).collect(),
        _ => pixels,
    };
    RgbImage::from_raw(rendition.width, rendition.height, pixels).unwrap()
}

/// The mean colour around a place, so that grain and compression do not matter.
fn color_at(image: &RgbImage, (x, y): (f32, f32)) -> [u8; 3] {
    let (x, y) = ((x * image.width() as f32) as u32, (y * image.height() as f32) as u32);
    let mut sum = [0_u32; 3];
    for dy in 0..3 {
        for dx in 0..3 {
            let pixel = image.get_pixel((x + dx).min(image.width()) - 1, (y + dy).min(image.height()) - 1);
            (0..3).for_each(|c| sum[c] += u32::from(pixel.0[c]));
        }
    }
    sum.map(|c| (c / 9) as u8)
}

#[track_caller]
fn assert_near(found: [u8; 3], wanted: [u8; 3]) {
    let near = found.iter().zip(wanted).all(|(found, wanted)| found.abs_diff(wanted) <= 18);
    assert!(near, "found {found:?}, wanted about {wanted:?}");
}

/// Sky on top, the hole in the middle of the road below: only the upright sample looks like this.
#[track_caller]
fn assert_upright_pothole(image: &RgbImage) {
    assert_near(color_at(image, SKY), [142, 197, 242]);
    assert_near(color_at(image, HOLE), [42, 37, 35]);
    assert_near(color_at(image, ROAD), [112, 112, 117]);
    assert_near(color_at(image, (1.0 - HOLE.0 - 0.25, HOLE.1)), [112, 112, 117]);
}

fn png(image: &DynamicImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    exif.into_iter().for_each(|exif| encoder.set_exif_metadata(exif).unwrap());
    encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into()).unwrap();
    bytes
}

fn webp(image: &DynamicImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    exif.into_iter().for_each(|exif| encoder.set_exif_metadata(exif).unwrap());
    let color: ExtendedColorType = image.color().into();
    encoder.write_image(image.as_bytes(), image.width(), image.height(), color).unwrap();
    bytes
}

/// A PNG whose header, checksum included, declares another size than its pixels have.
fn png_declaring(mut png: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = !png[12..29].iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    });
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    png
}

fn jpeg(image: &RgbImage, configure: impl FnOnce(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    configure(&mut encoder);
    encoder.encode(image, image.width() as u16, image.height() as u16, jpeg_encoder::ColorType::Rgb).unwrap();
    bytes
}

/// The marker of every segment before the first scan.
fn markers(jpeg: &[u8]) -> Vec<u8> {
    let mut markers = Vec::new();
    let mut at = 2;
    while let [0xFF, marker, high, low, ..] = jpeg[at..] {
        markers.push(marker);
        if marker == 0xDA {
            break;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    markers
}
