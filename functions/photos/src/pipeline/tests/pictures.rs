//! What comes out of good photos.

use ::image::{GrayAlphaImage, GrayImage, ImageBuffer, Luma, LumaA, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::sample::{jpeg_with_gps, pothole};
use super::*;

fn process_jpeg(bytes: &[u8]) -> Processed {
    process(bytes, MediaType::Jpeg).unwrap()
}

#[test]
fn a_photo_becomes_a_large_and_a_small_picture() {
    let photo = process_jpeg(&jpeg_with_gps(2400, 1800, 5.64, 43.64, 1));
    assert_eq!((photo.large.width, photo.large.height), (1600, 1200));
    assert_eq!((photo.small.width, photo.small.height), (400, 300));
    assert_upright_pothole(&displayed(&photo.large));
    assert_upright_pothole(&displayed(&photo.small));
    assert!(photo.small.jpeg.len() < photo.large.jpeg.len());
}

#[test]
fn a_photo_larger_than_any_scale_of_the_decoder_comes_out_exact() {
    // Decoded at 1/2 (1,602 × 1,001), 1/4 would be too small; both sides are odd, the short one is halved upwards.
    let photo = process_jpeg(&jpeg_with_gps(3203, 2001, 5.64, 43.64, 6));
    assert_eq!((photo.large.width, photo.large.height), (1600, 1000));
    assert_upright_pothole(&displayed(&photo.large));
}

#[test]
fn a_small_photo_is_never_enlarged() {
    let photo = process_jpeg(&jpeg_with_gps(320, 240, 5.64, 43.64, 1));
    assert_eq!((photo.large.width, photo.large.height), (320, 240));
    assert_eq!((photo.small.width, photo.small.height), (320, 240));
}

#[test]
fn every_orientation_ends_upright() {
    for orientation in 1..=8 {
        let photo = process_jpeg(&jpeg_with_gps(640, 480, 5.64, 43.64, orientation));
        for rendition in [&photo.large, &photo.small] {
            assert_eq!(rendition.width * 3, rendition.height * 4, "orientation {orientation}");
            assert_upright_pothole(&displayed(rendition));
        }
    }
}

#[test]
fn an_orientation_that_does_not_exist_turns_nothing() {
    for orientation in [0, 9, 65_535] {
        let photo = process_jpeg(&jpeg_with_gps(320, 240, 5.64, 43.64, orientation));
        assert_upright_pothole(&displayed(&photo.large));
    }
}

#[test]
fn pictures_carry_no_metadata() {
    let original = jpeg_with_gps(640, 480, 5.64, 43.64, 6);
    assert!(markers(&original).contains(&0xE1), "the sample has EXIF to lose");
    let photo = process_jpeg(&original);
    for rendition in [&photo.large, &photo.small] {
        // JFIF, quantisation, frame, Huffman tables, scan: nothing else.
        let others: Vec<u8> =
            markers(&rendition.jpeg).into_iter().filter(|m| ![0xE0, 0xDB, 0xC0, 0xC4, 0xDA].contains(m)).collect();
        assert_eq!(others, Vec::<u8>::new());
        assert!(!rendition.jpeg.windows(6).any(|at| at == b"Parvis"));
    }
}

#[test]
fn progressive_interleaved_and_restarting_jpegs_work_at_every_subsampling() {
    // Decoded at 1/2.
    let picture = pothole(3300, 180);
    let small = pothole(101, 77);
    for sampling in [
        SamplingFactor::R_4_4_4,
        SamplingFactor::R_4_4_0,
        SamplingFactor::R_4_2_2,
        SamplingFactor::R_4_2_0,
        SamplingFactor::R_4_1_1,
    ] {
        for (progressive, restart) in [(false, 0), (true, 0), (false, 7), (true, 5)] {
            for picture in [&picture, &small] {
                let bytes = jpeg(picture, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(progressive);
                    encoder.set_restart_interval(restart);
                });
                assert_upright_pothole(&displayed(&process_jpeg(&bytes).large));
            }
        }
    }
}

#[test]
fn a_grey_jpeg_stays_grey() {
    let grey: GrayImage = DynamicImage::ImageRgb8(pothole(1700, 1000)).into_luma8();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 90).encode(&grey, 1700, 1000, ColorType::Luma).unwrap();
    let photo = process_jpeg(&bytes);
    assert_eq!((photo.large.width, photo.large.height), (1600, 941));
    let [r, g, b] = color_at(&displayed(&photo.large), SKY);
    assert!(r == g && g == b);
    assert_near([r, g, b], [190, 190, 190]);
}

#[test]
fn cmyk_and_ycck_jpegs_keep_their_colours() {
    let inks: Vec<u8> = pothole(1800, 1200)
        .pixels()
        .flat_map(|pixel| {
            let key = 255 - pixel.0.into_iter().max().unwrap_or(0);
            let light = f32::from(255 - key).max(1.0);
            let ink = |color: u8| 255 - (f32::from(color) * 255.0 / light).round().min(255.0) as u8;
            [ink(pixel.0[0]), ink(pixel.0[1]), ink(pixel.0[2]), key]
        })
        .collect();
    for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 95).encode(&inks, 1800, 1200, color).unwrap();
        assert_upright_pothole(&displayed(&process_jpeg(&bytes).large));
    }
}

#[test]
fn png_and_webp_work_with_orientation_and_place_from_exif() {
    // Stored turned: the displayed picture is what orientation 6 makes of it.
    let stored = DynamicImage::ImageRgb8(pothole(1800, 1200)).rotate270();
    let exif = sample::SampleExif { orientation: 6, ..sample::SampleExif::at(5.64, 43.64) }.to_bytes();
    let prefixed = [b"Exif\0\0".to_vec(), exif.clone()].concat();
    for (bytes, declared) in [
        (png(&stored, Some(exif.clone())), MediaType::Png),
        (webp(&stored, Some(exif)), MediaType::Webp),
        (webp(&stored, Some(prefixed)), MediaType::Webp),
    ] {
        let photo = process(&bytes, declared).unwrap();
        assert_eq!((photo.large.width, photo.large.height), (1600, 1067));
        assert_upright_pothole(&displayed(&photo.large));
        assert!(photo.position.is_some(), "{declared:?}");
        assert!(photo.taken_at.is_some(), "{declared:?}");
    }
}

#[test]
fn transparency_is_flattened_on_white() {
    let red = RgbaImage::from_fn(60, 30, |x, _| Rgba([200, 0, 0, [0, 128, 255][x as usize / 20]]));
    let red16: ImageBuffer<Rgba<u16>, _> =
        ImageBuffer::from_fn(60, 30, |x, _| Rgba([200 * 257, 0, 0, [0, 32_896, 65_535][x as usize / 20]]));
    let grey = GrayAlphaImage::from_fn(60, 30, |x, _| LumaA([100, [0, 128, 255][x as usize / 20]]));
    let red = DynamicImage::ImageRgba8(red);
    let cases = [
        (png(&red, None), MediaType::Png, [[255, 255, 255], [227, 127, 127], [200, 0, 0]]),
        (webp(&red, None), MediaType::Webp, [[255, 255, 255], [227, 127, 127], [200, 0, 0]]),
        (png(&DynamicImage::ImageRgba16(red16), None), MediaType::Png, [[255, 255, 255], [227, 127, 127], [200, 0, 0]]),
        (png(&DynamicImage::ImageLumaA8(grey), None), MediaType::Png, [[255; 3], [177; 3], [100; 3]]),
    ];
    for (bytes, declared, wanted) in cases {
        let image = displayed(&process(&bytes, declared).unwrap().large);
        for (at, wanted) in [0.16, 0.5, 0.84].into_iter().zip(wanted) {
            assert_near(color_at(&image, (at, 0.5)), wanted);
        }
    }
}

#[test]
fn lossy_webp_works_with_and_without_alpha() {
    let image = displayed(&process(LOSSY_WEBP, MediaType::Webp).unwrap().large);
    assert_near(color_at(&image, (0.5, 0.2)), [135, 190, 235]);
    assert_near(color_at(&image, (0.5, 0.8)), [105, 105, 110]);
    let image = displayed(&process(ALPHA_WEBP, MediaType::Webp).unwrap().large);
    assert_near(color_at(&image, (0.5, 0.2)), [135, 190, 235]);
    assert_near(color_at(&image, (0.5, 0.8)), [255, 255, 255]);
}

#[test]
fn sixteen_bit_grey_keeps_its_high_byte() {
    let grey: ImageBuffer<Luma<u16>, _> = ImageBuffer::from_pixel(40, 40, Luma([0xA0FF]));
    let photo = process(png(&DynamicImage::ImageLuma16(grey), None), MediaType::Png).unwrap();
    assert_near(color_at(&displayed(&photo.large), (0.5, 0.5)), [0xA0; 3]);
}

#[test]
fn a_picture_one_pixel_high_stays_one_pixel_high() {
    for (width, height) in [(9000, 1), (12_000, 3), (1, 9000), (1, 1)] {
        let photo = process_jpeg(&jpeg(&pothole(width, height), |_| {}));
        let longest = |length: u32, limit: u32| length.min(limit);
        assert_eq!(photo.large.width.max(photo.large.height), longest(width.max(height), LARGE_SIDE));
        assert_eq!(photo.large.width.min(photo.large.height), 1);
        assert_eq!(photo.small.width.max(photo.small.height), longest(width.max(height), SMALL_SIDE));
        displayed(&photo.small);
    }
}

#[test]
fn the_sample_is_the_same_every_time() {
    assert_eq!(jpeg_with_gps(64, 48, 5.64, 43.64, 3), jpeg_with_gps(64, 48, 5.64, 43.64, 3));
}
