//! What is read from EXIF, and that nothing in it can spoil a picture.

use super::sample::{SampleExif, jpeg_with_exif, jpeg_with_gps};
use super::*;

fn process_with(exif: &SampleExif) -> Processed {
    let photo = process(jpeg_with_exif(64, 48, exif), MediaType::Jpeg).unwrap();
    assert_upright_pothole(&displayed(&photo.large));
    photo
}

/// A JPEG with this EXIF block, whatever it is.
fn process_raw(block: &[u8]) -> Processed {
    let bytes = jpeg(&sample::pothole(64, 48), |encoder| encoder.add_exif_metadata(block).unwrap());
    process(&bytes, MediaType::Jpeg).unwrap()
}

#[test]
fn the_place_is_read_in_every_hemisphere() {
    for (longitude, latitude) in
        [(5.6413, 43.6366), (-61.0742, 14.6415), (55.4504, -20.8789), (-149.56, -17.53), (180.0, 90.0)]
    {
        let photo = process(jpeg_with_gps(64, 48, longitude, latitude, 1), MediaType::Jpeg).unwrap();
        let found = photo.position.unwrap();
        assert!((found.longitude - longitude).abs() < 1e-7, "{found:?}");
        assert!((found.latitude - latitude).abs() < 1e-7, "{found:?}");
    }
}

#[test]
fn a_place_that_makes_no_sense_is_no_place() {
    let good = SampleExif::at(5.64, 43.64);
    let latitude = |parts, letter| SampleExif { latitude: (parts, letter), ..good.clone() };
    for exif in [
        latitude([(0, 0), (0, 0), (0, 0)], b'N'),
        latitude([(43, 1), (38, 1), (24, 0)], b'N'),
        latitude([(91, 1), (0, 1), (0, 1)], b'N'),
        latitude([(90, 1), (0, 1), (1, 1)], b'S'),
        latitude([(43, 1), (60, 1), (0, 1)], b'N'),
        latitude([(43, 1), (38, 1), (61, 1)], b'N'),
        latitude([(43, 1), (38, 1), (24, 1)], b'E'),
        latitude([(43, 1), (38, 1), (24, 1)], 0),
        latitude([(u32::MAX, 1), (38, 1), (24, 1)], b'N'),
        SampleExif { longitude: ([(180, 1), (0, 1), (1, 1)], b'E'), ..good.clone() },
        SampleExif { longitude: ([(5, 0), (0, 1), (1, 1)], b'W'), ..good.clone() },
        SampleExif::at(0.0, 0.0),
    ] {
        assert_eq!(process_with(&exif).position, None, "{exif:?}");
    }
}

#[test]
fn signed_fractions_are_read_where_a_phone_writes_them() {
    let mut block = SampleExif::at(5.64, 43.64).to_bytes();
    let fraction = |block: &[u8], tag: u8| block.windows(8).position(|at| at == [tag, 0, 5, 0, 3, 0, 0, 0]).unwrap();
    for tag in [2, 4] {
        let at = fraction(&block, tag);
        block[at + 2] = 10;
    }
    assert!(process_raw(&block).position.is_some());
    // Degrees of -1: the hemisphere is the letter's to say.
    let values = block.windows(4).position(|at| at == 43_u32.to_le_bytes()).unwrap();
    block[values..values + 4].copy_from_slice(&(-1_i32).to_le_bytes());
    assert_eq!(process_raw(&block).position, None);
}

#[test]
fn the_time_is_the_cameras_own() {
    let taken_at = |text| process_with(&SampleExif { taken_at: text, ..SampleExif::at(5.64, 43.64) }).taken_at;
    assert_eq!(taken_at("2026:03:14 09:26:53"), Some(jiff::civil::date(2026, 3, 14).at(9, 26, 53, 0)));
    for nonsense in
        ["0000:00:00 00:00:00", "    :  :     :  :  ", "2026:13:01 00:00:00", "2026:02:30 00:00:00", "", "hier"]
    {
        assert_eq!(taken_at(nonsense), None, "{nonsense:?}");
    }
}

#[test]
fn a_photo_without_exif_has_no_place_and_no_time() {
    let photo = process(jpeg(&sample::pothole(64, 48), |_| {}), MediaType::Jpeg).unwrap();
    assert_eq!((photo.position, photo.taken_at), (None, None));
}

#[test]
fn a_block_cut_off_anywhere_never_refuses_the_picture() {
    let block = SampleExif::at(5.64, 43.64).to_bytes();
    for length in 0..block.len() {
        process_raw(&block[..length]);
    }
}

#[test]
fn a_block_with_any_byte_changed_never_refuses_the_picture() {
    let block = SampleExif::at(5.64, 43.64).to_bytes();
    for at in 0..block.len() {
        for change in [0xFF, 0x01, 0x80] {
            let mut block = block.clone();
            block[at] ^= change;
            process_raw(&block);
        }
    }
}

#[test]
fn a_block_of_pointers_to_overlapping_directories_is_ignored() {
    // 2,000 pointers to directories that each claim to run to the end of 64 KB: followed, they would be millions of entries.
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.extend(2_001_u16.to_le_bytes());
    block.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    for pointer in 0..2_000_u32 {
        block.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0]);
        block.extend((30_000 + pointer * 12).to_le_bytes());
    }
    block.resize(65_000, 0);
    for at in (30_000..54_000).step_by(12) {
        block[at..at + 2].copy_from_slice(&800_u16.to_le_bytes());
    }
    assert_eq!(crate::pipeline::metadata::read(&block), Default::default());
    // The rest of the file is a photo like any other; its EXIF turns nothing.
    assert_upright_pothole(&displayed(&process_raw(&block).large));
}
