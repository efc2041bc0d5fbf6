//! What is refused, with which code and which words.

use super::sample::{bomb, jpeg_with_gps, pothole};
use super::*;

#[track_caller]
fn refused(bytes: &[u8], declared: MediaType) -> Refusal {
    match process(bytes, declared) {
        Err(refusal) => refusal,
        Ok(photo) => panic!("accepted as {} × {}", photo.large.width, photo.large.height),
    }
}

fn photo() -> Vec<u8> {
    jpeg_with_gps(640, 480, 5.64, 43.64, 1)
}

/// The photo with another size in its frame header, and another kind of frame where `marker` says so.
fn jpeg_declaring(width: u16, height: u16, marker: u8) -> Vec<u8> {
    let mut bytes = photo();
    let frame = bytes.windows(5).position(|at| at == [0xFF, 0xC0, 0x00, 0x11, 0x08]).unwrap();
    bytes[frame + 1] = marker;
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn a_file_over_15_mb_is_too_large_whatever_it_holds() {
    let mut bytes = photo();
    bytes.resize(MAX_BYTES + 1, 0);
    let refusal = refused(&bytes, MediaType::Jpeg);
    assert_eq!(refusal.code(), "too_large");
    assert_eq!(refusal.detail(), "La photo pèse 15,1 Mo ; la limite est de 15 Mo.");
    assert_eq!(refusal.detail_en(), "The photo is 15.1 MB; at most 15 MB.");
    bytes.truncate(MAX_BYTES);
    assert!(process(&bytes, MediaType::Jpeg).is_ok(), "bytes behind the picture do no harm");
}

#[test]
fn other_formats_are_refused_by_their_own_name() {
    let cases: [(&[u8], &str); 13] = [
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1Cftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1Cftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", "AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "MP4"),
        (b"GIF89a\x01\0\x01\0", "GIF"),
        (b"%PDF-1.7\n", "PDF"),
        (b"BM\x36\0\0\0", "BMP"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"\xFF\x0A\xFA\x1F", "JPEG XL"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"<svg xmlns=", "SVG"),
    ];
    for (bytes, name) in cases {
        for declared in [MediaType::Jpeg, MediaType::Png, MediaType::Webp] {
            assert_eq!(refused(bytes, declared), Refusal::TypeNotSupported { found: Some(name) });
        }
    }
    assert_eq!(
        refused(cases[0].0, MediaType::Jpeg).detail(),
        "Ce fichier est au format HEIC ; seules les photos JPEG, PNG et WebP sont acceptées."
    );
    let unknown = refused(b"Bonjour, voici ma photo.", MediaType::Jpeg);
    assert_eq!(unknown, Refusal::TypeNotSupported { found: None });
    assert_eq!(
        unknown.detail(),
        "Ce fichier n'est pas une photo reconnue ; seules les photos JPEG, PNG et WebP sont acceptées."
    );
}

#[test]
fn a_file_that_lies_about_its_type_is_refused() {
    let picture = DynamicImage::ImageRgb8(pothole(64, 48));
    let files =
        [(photo(), MediaType::Jpeg), (png(&picture, None), MediaType::Png), (webp(&picture, None), MediaType::Webp)];
    for (bytes, found) in &files {
        for (_, declared) in files.iter().filter(|(_, declared)| declared != found) {
            assert_eq!(refused(bytes, *declared), Refusal::TypeMismatch { declared: *declared, found: *found });
        }
    }
    assert_eq!(
        refused(&files[1].0, MediaType::Jpeg).detail(),
        "Ce fichier a été annoncé comme JPEG, mais son contenu est au format PNG."
    );
}

#[test]
fn the_20_000_pixel_bomb_is_refused_by_its_header() {
    let refusal = refused(&bomb(), MediaType::Jpeg);
    assert_eq!(refusal.code(), "too_wide");
    assert_eq!(refusal.detail(), "La photo mesure 20 000 × 20 000 pixels ; la limite est de 12 000 pixels par côté.");
    assert_eq!(refusal.detail_en(), "The photo is 20,000 × 20,000 pixels; at most 12,000 pixels a side.");
}

#[test]
fn more_than_12_000_pixels_a_side_are_refused_in_every_format() {
    let picture = DynamicImage::ImageRgb8(pothole(64, 48));
    let wide = Refusal::TooWide { width: 12_001, height: 10 };
    assert_eq!(refused(&jpeg_declaring(12_001, 10, 0xC0), MediaType::Jpeg), wide);
    assert_eq!(refused(&png_declaring(png(&picture, None), 12_001, 10), MediaType::Png), wide);
    let mut lossless = webp(&picture, None);
    lossless[21..25].copy_from_slice(&(12_000_u32 | 9 << 14).to_le_bytes());
    assert_eq!(refused(&lossless, MediaType::Webp), wide);
}

#[test]
fn more_than_50_million_pixels_are_refused_in_every_format() {
    let picture = DynamicImage::ImageRgb8(pothole(64, 48));
    let refusal = refused(&jpeg_declaring(8000, 6251, 0xC0), MediaType::Jpeg);
    assert_eq!(refusal.code(), "too_many_pixels");
    assert_eq!(
        refusal.detail(),
        "La photo compte 50,1 millions de pixels (8000 × 6251) ; la limite est de 50 millions."
    );
    let refusal = refused(&png_declaring(png(&picture, None), 8000, 6251), MediaType::Png);
    assert_eq!(refusal.code(), "too_many_pixels");
    let mut lossless = webp(&picture, None);
    lossless[21..25].copy_from_slice(&(7_999_u32 | 6_250 << 14).to_le_bytes());
    assert_eq!(refused(&lossless, MediaType::Webp).code(), "too_many_pixels");
}

#[test]
fn deep_colour_lowers_the_limit_because_it_doubles_the_memory() {
    let deep = DynamicImage::ImageRgb8(pothole(8, 8)).into_rgba16();
    let bytes = png_declaring(png(&DynamicImage::ImageRgba16(deep), None), 5001, 5000);
    let refusal = refused(&bytes, MediaType::Png);
    assert_eq!(refusal, Refusal::TooManyPixels { width: 5001, height: 5000, max_pixels: 25_000_000 });
}

#[test]
fn a_progressive_jpeg_may_have_25_million_pixels_and_a_baseline_one_50() {
    let refusal = refused(&jpeg_declaring(6000, 4167, 0xC2), MediaType::Jpeg);
    assert_eq!(refusal.code(), "progressive_too_large");
    assert_eq!(
        refusal.detail(),
        "Cette photo JPEG progressive compte 25,1 millions de pixels (6000 × 4167) ; \
         la limite est de 25 millions pour ce format."
    );
    // The same size as baseline is within the limits (and the decoder shows missing pixels as grey, like a browser).
    assert!(process(jpeg_declaring(6000, 4167, 0xC0), MediaType::Jpeg).is_ok());
}

#[test]
fn thousands_of_scans_are_refused_before_they_are_decoded() {
    let bytes = jpeg(&pothole(640, 480), |encoder| encoder.set_progressive(true));
    let last = bytes.windows(2).rposition(|at| at == [0xFF, 0xDA]).unwrap();
    let end = bytes.len() - 2;
    let scans = [&bytes[..end], &bytes[last..end].repeat(5_000), &bytes[end..]].concat();
    assert!(scans.len() < MAX_BYTES);
    match refused(&scans, MediaType::Jpeg) {
        Refusal::Corrupt { reason } => assert!(reason.ends_with("scans; at most 100"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn jpeg_variants_nobody_can_show_are_refused_by_name() {
    for (marker, name) in [(0xC3, "JPEG lossless"), (0xC9, "JPEG arithmetic")] {
        let mut bytes = jpeg_declaring(640, 480, marker);
        // Lossless frames use no quantisation table.
        let frame = bytes.windows(2).position(|at| at == [0xFF, marker]).unwrap();
        (0..3).for_each(|component| bytes[frame + 12 + 3 * component] = 0);
        assert_eq!(refused(&bytes, MediaType::Jpeg), Refusal::TypeNotSupported { found: Some(name) });
    }
}

#[test]
fn a_file_that_ends_too_early_is_truncated() {
    let picture = DynamicImage::ImageRgb8(pothole(640, 480));
    let files = [
        (photo(), MediaType::Jpeg),
        (jpeg(&pothole(640, 480), |encoder| encoder.set_progressive(true)), MediaType::Jpeg),
        (png(&picture, None), MediaType::Png),
        (webp(&picture, None), MediaType::Webp),
        (LOSSY_WEBP.to_vec(), MediaType::Webp),
    ];
    for (bytes, declared) in files {
        for length in (0..8).map(|eighth| bytes.len() * eighth / 8).chain([1, 2, 5, 11, bytes.len() - 20]) {
            assert_eq!(refused(&bytes[..length], declared), Refusal::Truncated, "{declared:?} cut to {length} bytes");
        }
    }
    assert_eq!(
        Refusal::Truncated.detail(),
        "La photo est incomplète : le fichier s'arrête avant la fin de l'image. Envoyez-la de nouveau."
    );
}

#[test]
fn damaged_pixels_are_corrupt_and_the_log_says_why() {
    let mut damaged = jpeg(&pothole(640, 480), |encoder| encoder.set_restart_interval(10));
    let restart = damaged.windows(2).position(|at| at == [0xFF, 0xD3]).unwrap();
    damaged[restart + 1] = 0xD5;
    let refusal = refused(&damaged, MediaType::Jpeg);
    assert_eq!(refusal.code(), "corrupt");
    assert_eq!(refusal.detail(), "La photo est endommagée et ne peut pas être lue. Envoyez-en une autre.");
    assert!(refusal.to_string().contains("found RST5 where RST3 was expected"), "{refusal}");

    let mut damaged = png(&DynamicImage::ImageRgb8(pothole(640, 480)), None);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    assert_eq!(refused(&damaged, MediaType::Png).code(), "corrupt");
}

#[test]
fn a_webp_frame_larger_than_its_canvas_is_refused_before_it_is_decoded() {
    let mut bytes = ALPHA_WEBP.to_vec();
    let frame = bytes.windows(3).position(|at| at == [0x9D, 0x01, 0x2A]).unwrap();
    bytes[frame + 3..frame + 7].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    assert_eq!(refused(&bytes, MediaType::Webp), Refusal::corrupt("frame and canvas differ in size"));
}

#[test]
fn an_animated_webp_is_refused_by_name() {
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x0F\0\0\x0F\0\0ANIM\x06\0\0\0\0\0\0\0\0\0ANMF".to_vec();
    let frame = &LOSSY_WEBP[12..];
    bytes.extend((16 + frame.len() as u32).to_le_bytes());
    bytes.extend([0, 0, 0, 0, 0, 0, 15, 0, 0, 15, 0, 0, 100, 0, 0, 0]);
    bytes.extend(frame);
    let size = bytes.len() as u32 - 8;
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    assert_eq!(refused(&bytes, MediaType::Webp), Refusal::TypeNotSupported { found: Some("WebP animation") });
}
