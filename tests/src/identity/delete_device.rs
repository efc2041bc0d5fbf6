//! `DELETE /v1/{commune}/me/devices/{device}`.

use parvis_testkit::{FaultAction, NewFault, Service, Town, fault, platform, run};
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

#[test]
fn a_removal_that_was_cut_off_leaves_the_device_to_be_removed_and_no_endpoint_that_nothing_names() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        claire.add_device().await;
        let device = town.commune().await.devices(claire.account_id()).await.unwrap().remove(0);
        let path = format!("me/devices/{}", device.id);
        let contains = Some(device.endpoint.rsplit('/').next().expect("an ARN").to_owned());
        let rule = NewFault { contains, ..NewFault::new(Service::Sns, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("DeleteEndpoint".to_owned()), ..rule }).await;
        claire.delete(&path).await.problem("unavailable");
        assert!(failing.hits() > 0);
        drop(failing);
        claire.delete(&path).await.expect(204);
        let sns = platform().await.cx().store.clients().sns().clone();
        let asked = sns.get_endpoint_attributes().endpoint_arn(&device.endpoint).send().await;
        assert!(asked.is_err(), "the endpoint is still there: {asked:?}");
    });
}
