//! `DELETE /v1/{commune}/me/devices/{device}`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn a_device_of_ones_own_is_forgotten_and_may_come_back() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let body = json!({"platform": "fcm", "token": format!("device-{}", uuid::Uuid::new_v4().simple())});
        let device = claire.put("me/devices", body.clone()).await.expect(200);
        let path = format!("me/devices/{}", device.text("id"));
        claire.delete(&path).await.expect(204);
        assert_eq!(claire.get("me").await.expect(200).json["devices"], json!([]));
        claire.delete(&path).await.problem("not_found");
        claire.put("me/devices", body).await.expect(200);
    });
}

#[test]
fn a_device_of_somebody_else_is_not_there() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        let body = json!({"platform": "fcm", "token": format!("device-{}", uuid::Uuid::new_v4().simple())});
        let device = claire.put("me/devices", body).await.expect(200);
        let path = format!("me/devices/{}", device.text("id"));
        paul.delete(&path).await.problem("not_found");
        claire.signed_out().delete(&path).await.problem("unauthenticated");
        paul.delete("me/devices/not-an-id").await.problem("not_found");
        paul.delete("me/devices/%23").await.problem("not_found");
        claire.delete(&path).await.expect(204);
    });
}
