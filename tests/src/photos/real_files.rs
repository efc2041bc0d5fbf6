//! Real camera files, where the folder `../shared/data/photos` exists beside the project: each ends in a good picture or
//! a clear refusal.

use std::path::Path;

use parvis_testkit::{Town, run};

#[test]
fn every_real_photo_ends_in_a_picture_or_a_clear_refusal() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/photos");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: there is no ../shared/data/photos");
        return;
    };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let mut located = 0;
        for file in &files {
            let name = file.file_name().expect("a name").to_string_lossy();
            let (_, seen) = guest.upload_photo(std::fs::read(file).expect("the file")).await;
            match seen.text("status") {
                "ready" => assert!(seen.json["large"]["width"].as_u64().expect("a width") <= 1600, "{name}"),
                _ => assert!(!seen.text("refusal/detail").is_empty(), "{name}"),
            }
            if name.starts_with("DSCN") {
                assert!(
                    (seen.value::<f64>("position/latitude") - 43.467).abs() < 0.1,
                    "{name} was taken near Arezzo: {seen}"
                );
                located += 1;
            }
        }
        assert_eq!(located, files.iter().filter(|f| f.to_string_lossy().contains("DSCN")).count());
        town.settled().await;
    });
}
