//! The outlines of 119 real communes (IGN Admin Express), where the file is at hand.

use std::path::Path;

use parvis_domain::*;
use serde_json::Value;

fn communes() -> Option<Vec<(String, Boundary, Value)>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/communes-13.geojson");
    let Ok(file) = std::fs::read(&path) else {
        println!("skipped: there is no shared/data/communes-13.geojson beside this repository");
        return None;
    };
    let collection: Value = serde_json::from_slice(&file).unwrap();
    let features = collection["features"].as_array().unwrap();
    Some(
        features
            .iter()
            .map(|f| {
                let code = f["properties"]["code"].as_str().unwrap().to_owned();
                let boundary = serde_json::from_value(f["geometry"].clone()).unwrap_or_else(|e| panic!("{code}: {e}"));
                (code, boundary, f["geometry"].clone())
            })
            .collect(),
    )
}

#[test]
fn every_real_outline_is_read_valid_and_written_back_the_same() {
    let Some(communes) = communes() else { return };
    assert!(communes.len() >= 119, "{}", communes.len());
    for (code, boundary, geometry) in &communes {
        assert!(InseeCode::parse(code).is_ok());
        assert_eq!(boundary.check(), Ok(()), "{code}");
        let again: Boundary = serde_json::from_value(boundary.to_geojson()).unwrap();
        assert_eq!(again, *boundary);
        assert_eq!(boundary.to_geojson()["type"], geometry["type"], "{code}");
    }
}

#[test]
fn a_place_in_the_village_of_jouques_is_in_jouques_alone() {
    let Some(communes) = communes() else { return };
    let village = Position::new(5.6396, 43.6378).unwrap();
    let holding: Vec<_> =
        communes.iter().filter(|(_, b, _)| b.contains(&village)).map(|(c, _, _)| c.as_str()).collect();
    assert_eq!(holding, ["13048"]);
    let (_, jouques, _) = communes.iter().find(|(code, _, _)| code == "13048").unwrap();
    let swapped = Position::new(village.latitude, village.longitude).unwrap();
    assert_eq!(swapped.swapped_hint(jouques), Some(village));
}
