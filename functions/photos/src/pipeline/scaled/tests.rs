//! What is decoded here against what `jpeg-decoder` makes of the same file.

use image::RgbImage;
use jpeg_decoder::{ColorTransform, Decoder};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

use super::*;
use crate::pipeline::sample::pothole;
use crate::pipeline::{Decoded, LARGE_SIDE};

/// The sample under grain, so that blocks have coefficients of every length.
fn grainy(width: u32, height: u32, grain: u32) -> RgbImage {
    let mut picture = pothole(width, height);
    let mut state = 1_u32;
    for sample in picture.iter_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = sample.saturating_add((state >> 16).checked_rem(grain).unwrap_or(0) as u8);
    }
    picture
}

fn jpeg(picture: &RgbImage, quality: u8, configure: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    configure(&mut encoder);
    encoder.encode(picture, picture.width() as u16, picture.height() as u16, ColorType::Rgb).unwrap();
    bytes
}

/// The three colours as `jpeg-decoder` has them at the same size, those that are stored smaller enlarged; none if it refuses.
fn reference(bytes: &[u8], width: usize) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().ok()?;
    // To three colours as they are.
    decoder.set_color_transform(ColorTransform::RGB);
    decoder.scale(width as u16, u16::MAX).ok()?;
    let pixels = decoder.decode().ok()?;
    assert_eq!(usize::from(decoder.info()?.width), width);
    Some(pixels)
}

/// Every sample, where the colour is stored at full size.
#[track_caller]
fn assert_same_as_reference(bytes: &[u8], planes: &Planes) {
    let [luma, ..] = &planes.colors;
    let reference = reference(bytes, luma.width).expect("what is taken here is good");
    assert_eq!(reference.len(), luma.samples.len() * 3);
    for (color, plane) in planes.colors.iter().enumerate() {
        if plane.samples.len() == luma.samples.len() {
            let differs = reference.iter().skip(color).step_by(3).ne(&plane.samples);
            assert!(!differs, "colour {color} differs");
        }
    }
}

#[test]
fn every_sample_is_what_jpeg_decoder_makes_of_it() {
    for (width, height, grain) in [(3_200, 96, 90), (3_301, 57, 20), (6_400, 40, 90), (8_191, 33, 0), (51, 3_277, 60)] {
        let picture = grainy(width, height, grain);
        for sampling in
            [SamplingFactor::R_4_4_4, SamplingFactor::R_4_4_0, SamplingFactor::R_4_2_2, SamplingFactor::R_4_2_0]
        {
            for (quality, restart) in [(90, 0), (100, 7), (25, 1)] {
                let bytes = jpeg(&picture, quality, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_restart_interval(restart);
                });
                let planes = decode(&bytes, LARGE_SIDE).expect("cameras write such files");
                assert_same_as_reference(&bytes, &planes);
            }
        }
    }
}

#[test]
fn the_picture_is_the_one_that_goes_the_other_way() {
    let picture = grainy(3_400, 700, 40);
    for sampling in [SamplingFactor::R_4_4_4, SamplingFactor::R_4_2_0] {
        let bytes = jpeg(&picture, 90, |encoder| encoder.set_sampling_factor(sampling));
        let here = decode(&bytes, LARGE_SIDE).unwrap().fitted(LARGE_SIDE).unwrap();
        let mut decoder = Decoder::new(&*bytes);
        decoder.scale(LARGE_SIDE as u16, u16::MAX).unwrap();
        let there = RgbImage::from_raw(1_700, 350, decoder.decode().unwrap()).unwrap();
        let there = Decoded::from_rgb(there, None).unwrap().picture;
        let [here, there] = [here, there].map(|picture| {
            let jpeg = picture.encode().unwrap().jpeg;
            Decoder::new(&*jpeg).decode().unwrap()
        });
        assert_eq!(here.len(), there.len());
        let differences = here.iter().zip(&there).map(|(here, there)| f64::from(here.abs_diff(*there)).powi(2));
        let error = differences.sum::<f64>() / here.len() as f64;
        // Colours are enlarged by another filter. 5 is 41 dB: nobody can tell the two apart.
        assert!(error < 5.0, "mean square error {error} at {sampling:?}");
    }
}

#[test]
fn what_is_not_in_order_is_left_to_the_other_decoder() {
    let picture = pothole(3_200, 64);
    let good = jpeg(&picture, 90, |encoder| encoder.set_restart_interval(5));
    assert!(decode(&good, LARGE_SIDE).is_some());
    let scan = good.windows(2).position(|at| at == [0xFF, 0xDA]).unwrap();
    let restart = good.windows(2).position(|at| at == [0xFF, 0xD0]).unwrap();
    let with = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        bytes
    };
    let cases = [
        ("a scan for each colour", jpeg(&picture, 90, |encoder| encoder.set_optimized_huffman_tables(true))),
        ("small", jpeg(&pothole(1_599, 64), 90, |_| {})),
        ("progressive", jpeg(&picture, 90, |encoder| encoder.set_progressive(true))),
        ("sampled at a quarter", jpeg(&picture, 90, |encoder| encoder.set_sampling_factor(SamplingFactor::R_4_1_1))),
        ("without its end", good[..good.len() - 2].to_vec()),
        ("cut off", [&good[..good.len() / 2], &[0xFF, 0xD9]].concat()),
        ("more data than blocks", [&good[..good.len() - 2], &[0x55; 9], &[0xFF, 0xD9]].concat()),
        ("restart marker of another number", with(restart + 1, 0xD1)),
        ("restart marker overwritten", with(restart, 0)),
        ("scan of other components", with(scan + 5, 9)),
        ("table that is not there", with(scan + 6, 0x33)),
        ("empty", Vec::new()),
    ];
    for (what, bytes) in cases {
        assert!(decode(&bytes, LARGE_SIDE).is_none(), "{what}");
    }
    for end in 0..scan + 200 {
        assert!(decode(&good[..end], LARGE_SIDE).is_none(), "cut off after {end} bytes");
    }
}

#[test]
fn photos_of_phones_are_decoded_here() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/photos");
    // Large and whole; those that are not ours to ship may not be here.
    for name in ["HMD_Nokia_8.3_5G.jpg", "jolla.jpg"] {
        match std::fs::read(folder.join(name)) {
            Ok(bytes) => assert_same_as_reference(&bytes, &decode(&bytes, LARGE_SIDE).expect(name)),
            Err(error) => println!("skipped: {name}: {error}"),
        }
    }
}

#[test]
fn bytes_behind_the_end_of_the_image_do_not_matter() {
    let bytes = jpeg(&pothole(3_200, 64), 90, |_| {});
    // Some phones append a second picture there.
    let two = [bytes.clone(), bytes].concat();
    assert_same_as_reference(&two, &decode(&two, LARGE_SIDE).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Few damaged files are still in order; those that are must come out the same.
    #[test]
    fn a_damaged_file_is_left_to_the_other_decoder_or_decoded_the_same(
        damages in prop::collection::vec((0.0_f64..1.0, any::<u8>()), 1..4),
        is_in_header in any::<bool>(),
        restart in 0_u16..9,
    ) {
        let mut bytes = jpeg(&grainy(3_200, 16, 40), 80, |encoder| encoder.set_restart_interval(restart));
        let length = if is_in_header { 640 } else { bytes.len() };
        for (at, value) in damages {
            bytes[(at * length as f64) as usize] = value;
        }
        if let Some(planes) = decode(&bytes, LARGE_SIDE) {
            assert_same_as_reference(&bytes, &planes);
        }
    }
}
