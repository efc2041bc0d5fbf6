//! The photo that `photos` measures with: drawn, the same every time, and as dear to decode as one that a camera took.
//!
//! What decides that is how many bits its blocks take: a camera's picture has gradients, edges, texture at every scale, and
//! the grain of its sensor.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use parvis_photos::pipeline::sample::SampleExif;

/// Strength of the grain: of 255, for either side. It makes 2 to 2.3 bits a pixel at quality 90.
const GRAIN: f32 = 12.0;
/// Strength of the largest texture.
const TEXTURE: f32 = 25.0;
/// By how much each texture is weaker than the one of twice its size.
const FADING: f32 = 1.2;

/// A JPEG as phones write it: quality 90, chroma sampled at half the size, EXIF with a place.
pub(crate) fn jpeg(width: u16, height: u16) -> Result<Vec<u8>, String> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 90);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.add_exif_metadata(&SampleExif::at(5.64, 43.64).to_bytes()).map_err(|e| e.to_string())?;
    encoder.encode(&pixels(width, height), width, height, ColorType::Rgb).map_err(|e| e.to_string())?;
    Ok(jpeg)
}

/// A road with a hole in it before a wall and the sky, as RGB.
fn pixels(width: u16, height: u16) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for py in 0..height {
        for px in 0..width {
            let (x, y) = (f32::from(px) / f32::from(width), f32::from(py) / f32::from(height));
            let (color, roughness) = surface(x, y);
            let texture = roughness * texture(px.into(), py.into(), f32::from(width));
            for (salt, base) in (100..).zip(color) {
                let grain = GRAIN * noise(px.into(), py.into(), salt);
                pixels.push((base + texture + grain).clamp(0.0, 255.0) as u8);
            }
        }
    }
    pixels
}

/// Colour of a place (as parts of width and height), and how much of the texture it shows.
fn surface(x: f32, y: f32) -> ([f32; 3], f32) {
    let (across, down) = ((x - 0.55) / 0.22, (y - 0.72) / 0.12);
    let from_hole = across * across + down * down;
    let is_line = (x - 0.12 - (y - 0.35) * 0.05).abs() < 0.025 && (y * 8.0) as u32 % 2 == 1;
    match y {
        _ if y < 0.35 - 0.1 * (x * 3.0 % 1.0) => ([110.0 + 90.0 * y, 150.0 + 90.0 * y, 225.0], 0.15),
        _ if y < 0.35 => ([150.0, 120.0, 95.0], 1.0),
        _ if from_hole < 1.0 => ([45.0, 40.0, 38.0], 0.5),
        _ if from_hole < 1.4 => ([150.0, 140.0, 125.0], 1.0),
        _ if is_line => ([230.0, 230.0, 230.0], 0.3),
        _ => ([105.0, 105.0, 110.0], 0.8),
    }
}

/// From a quarter of the picture down to two pixels.
fn texture(x: f32, y: f32, width: f32) -> f32 {
    let (mut sum, mut size, mut strength, mut salt) = (0.0, width / 4.0, TEXTURE, 0);
    while size > 2.0 {
        sum += strength * smooth(x / size, y / size, salt);
        (size, strength, salt) = (size / 2.0, strength / FADING, salt + 1);
    }
    sum
}

/// Noise that changes evenly from one whole number to the next.
fn smooth(x: f32, y: f32, salt: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let at = |right: u32, down: u32| noise(left as u32 + right, top as u32 + down, salt);
    let (across, down) = (ease(x - left), ease(y - top));
    mix(mix(at(0, 0), at(1, 0), across), mix(at(0, 1), at(1, 1), across), down)
}

/// -1 to 1, without any order, but the same for the same numbers.
fn noise(x: u32, y: u32, salt: u32) -> f32 {
    let mut mixed = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77) ^ salt.wrapping_mul(0xC2B2_AE3D);
    mixed = (mixed ^ mixed >> 15).wrapping_mul(0x2C1B_3C6D);
    mixed = (mixed ^ mixed >> 12).wrapping_mul(0x297A_2D39);
    (mixed ^ mixed >> 15) as f32 / 2_147_483_648.0 - 1.0
}
