//! The worker that makes two clean pictures of an upload.

use parvis_photos::pipeline::sample;
use parvis_testkit::{Answer, Town, run, wait_until};
use reqwest::Method;

use super::{path_of, photo_id, pothole};

#[test]
fn two_upright_pictures_without_metadata_remain_and_the_original_goes() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let bytes = sample::jpeg_with_gps(2000, 1500, 6.0, 44.0, 6);
        assert!(has_exif(&bytes), "the upload carries EXIF");
        let (upload, seen) = guest.upload_photo(bytes).await;
        assert_eq!(
            (seen.json["large"]["width"].as_u64(), seen.json["large"]["height"].as_u64()),
            (Some(1600), Some(1200))
        );
        assert_eq!(
            (seen.json["small"]["width"].as_u64(), seen.json["small"]["height"].as_u64()),
            (Some(400), Some(300))
        );
        for size in ["large/url", "small/url"] {
            let picture = guest.call(Method::GET, &path_of(&seen, size)).await.expect(200);
            assert_eq!(picture.header("content-type"), "image/jpeg");
            assert!(picture.body.starts_with(&[0xFF, 0xD8, 0xFF]) && !has_exif(&picture.body), "{size} is clean");
        }
        let commune = town.commune().await;
        let id = photo_id(&upload);
        wait_until("the original is gone", || async {
            (!commune.original_arrived(id).await.expect("an answer")).then_some(())
        })
        .await;
        town.settled().await;
    });
}

#[test]
fn an_arrival_told_twice_changes_nothing() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (upload, _) = claire.upload_photo(pothole(6.0, 44.0)).await;
        town.settled().await;
        let commune = town.commune().await;
        let once = commune.photo(photo_id(&upload)).await.expect("a read").expect("the photo");
        for _ in 0..2 {
            commune.queue_photo(once.id).await.expect("it is queued");
        }
        town.settled().await;
        assert_eq!(commune.photo(once.id).await.expect("a read").expect("the photo"), once);
    });
}

#[test]
fn a_file_that_cannot_be_taken_is_refused_with_its_reason_in_two_languages() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let whole = pothole(6.0, 44.0);
        let png = {
            let mut lie = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
            lie.extend_from_slice(&[0; 64]);
            lie
        };
        let heic = [&[0, 0, 0, 24][..], b"ftypheic", &[0; 64]].concat();
        let cases = [
            ("type_mismatch", png),
            ("type_not_supported", heic),
            ("truncated", whole[..whole.len() / 2].to_vec()),
            ("too_wide", sample::bomb()),
            ("type_not_supported", b"%PDF-1.7 not a photo".to_vec()),
        ];
        for (code, bytes) in cases {
            let (upload, seen) = guest.upload_photo(bytes).await;
            assert_eq!((seen.text("status"), seen.text("refusal/code")), ("refused", code), "{seen}");
            let english = guest.get(&format!("photos/{}", upload.photo)).header("photo-claim", &upload.claim);
            let english = english.language("en").await.expect(200);
            assert_ne!(english.text("refusal/detail"), seen.text("refusal/detail"));
            assert!(is_french(&seen), "{seen}");
        }
        town.settled().await;
    });
}

fn is_french(seen: &Answer) -> bool {
    ["photo", "fichier"].iter().any(|word| seen.text("refusal/detail").contains(word))
        && [" la ", " est ", " le "].iter().any(|word| seen.text("refusal/detail").to_lowercase().contains(word))
}

fn has_exif(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|window| window == b"Exif\0\0")
}
