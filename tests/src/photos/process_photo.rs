//! The worker that makes two clean pictures of an upload.

use futures::future::join_all;
use parvis_domain::Month;
use parvis_photos::pipeline::sample;
use parvis_store::photos::PhotoState;
use parvis_testkit::{Answer, FaultAction, FaultGuard, NewFault, Service, Town, fault, platform, run, wait_until};
use reqwest::Method;
use serde_json::{Value, json};

use super::{path_of, photo_id, pothole};
use crate::faults::replays::arrived;
use crate::notices::invoke;

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

async fn held(slow: &FaultGuard, calls: u64) {
    wait_until("so many are held up", || async { (slow.hits() >= calls).then_some(()) }).await;
}

#[test]
fn an_arrival_told_again_while_it_is_worked_on_makes_one_photo_and_counts_its_bytes_once() {
    // All deliveries read the original before one of them is done; or one asks for it when another is done with it.
    for times in [None, Some(1)] {
        run(async {
            let (town, cx) = (Town::new().await, platform().await.cx());
            let (claire, commune) = (town.resident().await, town.commune().await);
            let slow = fault(NewFault {
                operation: Some("GetObject".to_owned()),
                contains: Some(format!("incoming/{}/", town.id)),
                ms: Some(60_000),
                times,
                ..NewFault::new(Service::S3, FaultAction::Slow)
            })
            .await;
            let upload = claire.send_photo(pothole(6.0, 44.0), "image/jpeg").await;
            let id = photo_id(&upload);
            held(&slow, 1).await;
            let pending = commune.photo(id).await.expect("a read").expect("the photo");
            assert_eq!(pending.state, PhotoState::Pending);
            // Beside the delivery that the upload itself caused.
            let again = || invoke(cx, "process_photo", json!({ "Records": [arrived(&town, &upload.photo)] }));
            let again = async {
                let failed = join_all([again(), again()]).await;
                assert_eq!(failed, [Vec::<Value>::new(), Vec::new()]);
            };
            match times {
                None => {
                    let all = async {
                        held(&slow, 3).await;
                        slow.end();
                    };
                    futures::join!(again, all);
                }
                Some(_) => {
                    again.await;
                    slow.end();
                }
            }
            town.settled().await;

            let ready = commune.photo(id).await.expect("a read").expect("the photo");
            assert!(matches!(ready.state, PhotoState::Ready { .. }), "{ready:?}");
            assert_eq!(ready.version, pending.version + 1, "one of them wrote it");
            let seen = claire.get(&format!("photos/{}", upload.photo)).await.expect(200);
            let mut bytes = 0;
            for size in ["large/url", "small/url"] {
                bytes += claire.call(Method::GET, &path_of(&seen, size)).await.expect(200).body.len() as u64;
            }
            let used = commune.usage(Month::of(cx.now())).await.expect("a read");
            assert_eq!((used.photo_bytes_added, used.photo_bytes_stored), (bytes, bytes));
            assert!(!commune.original_arrived(id).await.expect("an answer"), "the original is gone");
        });
    }
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
