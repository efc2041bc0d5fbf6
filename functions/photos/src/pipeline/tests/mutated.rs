//! Files damaged at random: every one ends in two pictures or in a refusal, none in a panic.

use proptest::prelude::*;

use super::sample::{jpeg_with_gps, pothole};
use super::*;

/// One of each kind, small so that many cases run; two are large enough for the decoder's own threads.
fn originals() -> Vec<(Vec<u8>, MediaType)> {
    let picture = DynamicImage::ImageRgb8(pothole(48, 36));
    let exif = sample::SampleExif::at(5.64, 43.64).to_bytes();
    let progressive = |picture: &RgbImage| jpeg(picture, |encoder| encoder.set_progressive(true));
    let restarting = jpeg(&pothole(48, 36), |encoder| {
        encoder.set_restart_interval(3);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    });
    let mut cmyk = Vec::new();
    jpeg_encoder::Encoder::new(&mut cmyk, 80)
        .encode(&DynamicImage::ImageRgba8(picture.to_rgba8()).into_bytes(), 48, 36, jpeg_encoder::ColorType::Cmyk)
        .unwrap();
    vec![
        (jpeg_with_gps(48, 36, 5.64, 43.64, 6), MediaType::Jpeg),
        (jpeg_with_gps(200, 150, 5.64, 43.64, 5), MediaType::Jpeg),
        (progressive(&pothole(48, 36)), MediaType::Jpeg),
        (progressive(&pothole(200, 150)), MediaType::Jpeg),
        (restarting, MediaType::Jpeg),
        (cmyk, MediaType::Jpeg),
        (png(&picture, Some(exif.clone())), MediaType::Png),
        (png(&DynamicImage::ImageRgba16(picture.to_rgba16()), None), MediaType::Png),
        (webp(&picture, Some(exif)), MediaType::Webp),
        (webp(&DynamicImage::ImageRgba8(picture.to_rgba8()), None), MediaType::Webp),
        (LOSSY_WEBP.to_vec(), MediaType::Webp),
        (ALPHA_WEBP.to_vec(), MediaType::Webp),
    ]
}

/// What happens to files on their way: bytes flipped, overwritten, lost, doubled, or the end missing.
#[derive(Debug, Clone)]
enum Damage {
    Set(u8),
    Flip(u8),
    Remove(usize),
    Repeat(usize),
    Truncate,
}

impl Damage {
    /// Headers are few bytes and decide most, so half of all damage lands in the first tenth.
    fn apply(&self, bytes: &mut Vec<u8>, at: f64) {
        let at = if at < 0.5 { at * 0.2 } else { (at - 0.5) * 2.0 };
        let at = (at * bytes.len() as f64) as usize;
        match self {
            _ if at >= bytes.len() => {}
            Self::Set(value) => bytes[at] = *value,
            Self::Flip(bit) => bytes[at] ^= 1 << bit,
            Self::Remove(length) => drop(bytes.drain(at..(at + length).min(bytes.len()))),
            Self::Repeat(length) => {
                let again = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
            Self::Truncate => bytes.truncate(at),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => prop_oneof![any::<u8>(), Just(0), Just(0xFF)].prop_map(Damage::Set),
        4 => (0_u8..8).prop_map(Damage::Flip),
        1 => (1_usize..40).prop_map(Damage::Remove),
        1 => (1_usize..200).prop_map(Damage::Repeat),
        1 => Just(Damage::Truncate),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_ends_in_two_pictures_or_a_refusal(
        damages in prop::collection::vec((damage(), 0.0_f64..1.0), 1..6),
    ) {
        for (mut bytes, declared) in originals() {
            damages.iter().for_each(|(damage, at)| damage.apply(&mut bytes, *at));
            match process(&bytes, declared) {
                Ok(photo) => {
                    for (rendition, side) in [(&photo.large, LARGE_SIDE), (&photo.small, SMALL_SIDE)] {
                        prop_assert!(rendition.width.max(rendition.height) <= side);
                        displayed(rendition);
                    }
                }
                Err(refusal) => prop_assert!(!refusal.code().is_empty() && !refusal.detail().is_empty()),
            }
        }
    }
}

/// Twelve files per case. `PROPTEST_CASES=20000` looks longer.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150)
}
