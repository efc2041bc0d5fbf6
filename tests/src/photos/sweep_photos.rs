//! The schedule that looks after photos.

use jiff::SignedDuration;
use parvis_testkit::{FaultAction, NewFault, Service, Town, at, fault, run_alone, wait_until};
use reqwest::Method;
use serde_json::json;

use super::{path_of, photo_id, pothole};

async fn sweep_after(minutes: i64) {
    at(SignedDuration::from_mins(minutes)).await.run_schedule("sweep_photos").await.expect("a run");
}

#[test]
fn a_photo_whose_arrival_led_to_nothing_is_queued_again() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        // The worker cannot read the upload: its message waits for its next delivery, a long time.
        let rule = NewFault {
            operation: Some("GetObject".to_owned()),
            contains: Some(claire.commune.to_string()),
            ..NewFault::new(Service::S3, FaultAction::Fail)
        };
        let broken = fault(rule).await;
        let upload = claire.send_photo(pothole(6.0, 44.0), "image/jpeg").await;
        wait_until("the worker has failed", || async { (broken.hits() > 0).then_some(()) }).await;
        // Nor from the next one, so that it is the sweeper who queues it.
        sweep_after(6).await;
        drop(broken);
        wait_until("the photo is ready", || async {
            let seen = claire.get(&format!("photos/{}", upload.photo)).await.expect(200);
            (seen.text("status") == "ready").then_some(())
        })
        .await;
    });
}

#[test]
fn an_upload_that_never_arrived_is_forgotten_after_a_day_and_not_before() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let announced = claire.post("photos", json!({ "size": 10, "media_type": "image/png" })).await.expect(201);
        let path = format!("photos/{}", announced.text("photo"));
        sweep_after(23 * 60).await;
        claire.get(&path).await.expect(200);
        sweep_after(25 * 60).await;
        claire.get(&path).await.problem("not_found");
    });
}

#[test]
fn a_picture_nobody_used_goes_after_a_week_and_one_of_a_report_stays() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (unused, seen) = claire.upload_photo(pothole(6.0, 44.0)).await;
        let (used, kept) = claire.upload_photo(pothole(6.0, 44.0)).await;
        let mut report = town.problem();
        report["photos"] = json!([{ "id": used.photo }]);
        claire.post("reports", report).await.expect(201);
        sweep_after(7 * 24 * 60 - 10).await;
        claire.get(&format!("photos/{}", unused.photo)).await.expect(200);
        sweep_after(7 * 24 * 60 + 40).await;
        claire.get(&format!("photos/{}", unused.photo)).await.problem("not_found");
        assert_eq!(claire.call(Method::GET, &path_of(&seen, "large/url")).await.status, 404);
        claire.call(Method::GET, &path_of(&kept, "large/url")).await.expect(200);
        let commune = town.commune().await;
        assert!(commune.photo(photo_id(&used)).await.expect("a read").is_some());
        town.settled().await;
    });
}
