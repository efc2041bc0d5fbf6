//! `POST /v1/{commune}/photos`.

use jiff::SignedDuration;
use parvis_store::photos::PhotoState;
use parvis_testkit::{Actor, Answer, Town, at, run, run_alone};
use serde_json::json;

use super::pothole;

#[test]
fn an_upload_address_takes_what_was_announced_and_nothing_else() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let bytes = pothole(6.0, 44.0);
        let announced = announce(&claire, bytes.len()).await;
        let url = announced.text("upload/url");
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(put(url, "image/jpeg", longer).await, 403, "another length");
        assert_eq!(put(url, "image/png", bytes.clone()).await, 403, "another type");
        let other = announced.text("photo").replace('7', "8");
        assert_eq!(
            put(&url.replace(announced.text("photo"), &other), "image/jpeg", bytes.clone()).await,
            403,
            "another key"
        );
        assert_eq!(put(url, "image/jpeg", bytes).await, 200);
        assert_eq!(announced.text("upload/method"), "PUT");
        assert_eq!(announced.json["upload"]["expires_in"], 900);
        town.settled().await;
    });
}

#[test]
fn size_and_type_have_limits_that_the_answer_names() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let ask = |size: i64, media_type: &str| guest.post("photos", json!({ "size": size, "media_type": media_type }));
        let refused = ask(0, "image/jpeg").await.refused_field("size");
        assert_eq!(refused.rule("size"), "too_small");
        let refused = ask(15_000_001, "image/jpeg").await.refused_field("size");
        assert_eq!(refused.rule("size"), "too_large");
        assert!(
            refused.text("detail").contains("15000001") && refused.text("detail").contains("15000000"),
            "{refused}"
        );
        let refused = ask(1_000, "image/heic").await.refused_field("media_type");
        assert_eq!(refused.rule("media_type"), "type_not_supported");
        assert!(refused.text("detail").contains("image/heic"), "{refused}");
        ask(-1, "image/jpeg").await.refused_field("size");
        guest.post("photos", json!({ "size": 10 })).await.refused_field("media_type");
        guest.post("photos", json!({ "size": 10, "media_type": "image/png", "name": "x" })).await.refused_field("name");
    });
}

#[test]
fn beyond_what_the_plan_has_room_for_no_photo_is_taken_until_some_are_gone() {
    run_alone(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let claire = town.resident().await;
        let usage = async || operator.get(&format!("communes/{}/usage", town.id)).await.expect(200).json;
        let (upload, _) = claire.upload_photo(pothole(6.0, 44.0)).await;
        let stored = usage().await["photo_bytes_stored"].as_u64().expect("bytes");
        let commune = town.commune().await;
        let photo = commune.photo(upload.photo.parse().expect("an id")).await.expect("a read").expect("the photo");
        let PhotoState::Ready { bytes, .. } = photo.state else { panic!("{photo:?}") };
        assert!(bytes > 1_000 && stored == bytes, "{stored} bytes, not {bytes}");
        assert_eq!(usage().await["photo_bytes_added"], bytes);
        // Another delivery of its arrival counts nothing.
        commune.queue_photo(photo.id).await.expect("it is queued");
        town.settled().await;
        assert_eq!(usage().await["photo_bytes_stored"], bytes);

        let plan = json!({ "name": "essai", "staff_seats": 5, "sms_a_month": 100, "photo_bytes": bytes });
        operator.put(&format!("communes/{}/plan", town.id), plan).await.expect(200);
        let announced = json!({ "size": 100, "media_type": "image/jpeg" });
        let refused = claire.post("photos", announced.clone()).await.problem("photos_full");
        assert!(refused.text("detail").contains(&bytes.to_string()), "{refused}");
        town.report(&claire).await;

        // Nobody used the first one for a week.
        let later = at(SignedDuration::from_hours(8 * 24)).await;
        later.run_schedule("sweep_photos").await.expect("a run");
        assert_eq!(usage().await["photo_bytes_stored"], 0);
        assert_eq!(usage().await["photo_bytes_added"], bytes, "the month made it");
        claire.post("photos", announced).await.expect(201);
        town.settled().await;
    });
}

async fn announce(actor: &parvis_testkit::Actor, size: usize) -> Answer {
    actor.post("photos", json!({ "size": size, "media_type": "image/jpeg" })).await.expect(201)
}

async fn put(url: &str, media_type: &str, bytes: Vec<u8>) -> u16 {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let sent = client.put(url).header("content-type", media_type).body(bytes).send().await;
    sent.expect("an answer").status().as_u16()
}
