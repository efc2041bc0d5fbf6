//! `GET /v1/{commune}/photos/{photo}`.

use parvis_testkit::{Town, run};

use super::pothole;

#[test]
fn a_guest_sees_the_photo_by_its_claim_and_nobody_sees_it_without() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let (upload, seen) = guest.upload_photo(pothole(6.002, 44.001)).await;
        assert_eq!(seen.text("status"), "ready", "{seen}");
        let place: (f64, f64) = (seen.value("position/longitude"), seen.value("position/latitude"));
        assert!((place.0 - 6.002).abs() < 1e-5 && (place.1 - 44.001).abs() < 1e-5, "{seen}");
        let path = format!("photos/{}", upload.photo);
        let (claire, agent) = (town.resident().await, town.agent().await);
        for stranger in [&guest, &claire, &agent] {
            stranger.get(&path).await.problem("not_found");
        }
        let (other, _) = guest.upload_photo(pothole(6.0, 44.0)).await;
        guest.get(&path).header("photo-claim", &other.claim).await.problem("not_found");
        guest.get(&path).header("photo-claim", "made-up").await.problem("not_found");
    });
}

#[test]
fn a_resident_sees_the_own_photo_without_a_claim_and_another_commune_never() {
    run(async {
        let (town, elsewhere) = (Town::new().await, Town::new().await);
        let claire = town.resident().await;
        let (upload, _) = claire.upload_photo(pothole(6.0, 44.0)).await;
        let path = format!("photos/{}", upload.photo);
        assert_eq!(claire.get(&path).await.expect(200).text("status"), "ready");
        let stranger = elsewhere.resident().await;
        stranger.get(&path).await.problem("not_found");
        stranger.get(&path).header("photo-claim", &upload.claim).await.problem("not_found");
        claire.in_commune(&stranger.commune).get(&path).await.problem("forbidden");
        claire.get("photos/not-a-photo").await.problem("not_found");
    });
}
