//! Files of real cameras, where the folder that holds them exists (they are not ours to ship).

use std::path::Path;

use super::*;

/// What must come out of a file: upright width and height of the large picture and whether it tells a place, or a code.
enum Verdict {
    Picture(u32, u32, Option<(f64, f64)>),
    Refused(&'static str),
}
use Verdict::{Picture, Refused};

const VERDICTS: &[(&str, Verdict)] = &[
    ("36-memory_error.jpg", Picture(1600, 1200, None)),
    ("DSCN0010.jpg", Picture(640, 480, Some((11.885_127, 43.467_448)))),
    ("DSCN0021.jpg", Picture(640, 480, Some((11.884_538, 43.467_082)))),
    ("DSCN0042.jpg", Picture(640, 480, Some((11.881_478, 43.464_455)))),
    // Its GPS fractions are of the signed type.
    ("HMD_Nokia_8.3_5G.jpg", Picture(1600, 686, Some((24.906_772, 60.146_706)))),
    // Its restart markers are damaged: tolerant decoders show it with the end of the picture shifted.
    ("corrupted.jpg", Refused("corrupt")),
    ("image00971.jpg", Picture(636, 227, None)),
    ("jolla.jpg", Picture(1600, 1200, None)),
    ("landscape_3.jpg", Picture(600, 450, None)),
    ("portrait_6.jpg", Picture(450, 600, None)),
    ("portrait_8.jpg", Picture(450, 600, None)),
];

#[test]
fn every_camera_file_ends_in_a_good_picture_or_a_clear_refusal() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/photos");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not here", folder.display());
        return;
    };
    let mut seen = 0;
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (_, verdict) = VERDICTS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} is new"));
        seen += 1;
        match (process(std::fs::read(&path).unwrap(), MediaType::Jpeg), verdict) {
            (Ok(photo), Picture(width, height, place)) => {
                assert_eq!((photo.large.width, photo.large.height), (*width, *height), "{name}");
                displayed(&photo.large);
                displayed(&photo.small);
                let found = photo.position.map(|p| (p.longitude, p.latitude));
                assert_eq!(found.is_some(), place.is_some(), "{name}: {found:?}");
                if let (Some((lon, lat)), Some((longitude, latitude))) = (found, place) {
                    assert!((lon - longitude).abs() < 1e-5 && (lat - latitude).abs() < 1e-5, "{name}: {lon}, {lat}");
                }
            }
            (Err(refusal), Refused(code)) => assert_eq!(refusal.code(), *code, "{name}"),
            (Ok(_), Refused(code)) => panic!("{name} is accepted, wanted {code}"),
            (Err(refusal), Picture(..)) => panic!("{name}: {refusal}"),
        }
    }
    assert_eq!(seen, VERDICTS.len(), "every file that has a verdict is here");
}
