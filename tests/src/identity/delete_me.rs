//! `DELETE /v1/{commune}/me`.

use parvis_testkit::{Actor, Answer, Town, platform, run};
use serde_json::json;

use super::traces::items_with;
use super::{table, wrong};

/// Asks for the code, which comes at once, and erases.
pub(crate) async fn erase(actor: &Actor) -> Answer {
    actor.post("me/erasure", json!({ "contact": actor.contact })).await.expect(202);
    let code = actor.newest_code().await;
    actor.delete("me").json(&json!({ "contact": actor.contact, "code": code })).await
}

#[test]
fn an_account_is_gone_at_once_with_its_contacts_sessions_and_devices_and_erasing_twice_is_the_same() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.neighbour_with_push().await;
        claire.add_device().await;
        claire.patch("me", json!({ "language": "en" })).await.expect(200);
        let commune = town.commune().await;
        let devices = commune.devices(claire.account_id()).await.unwrap();
        let phone = super::address(&claire);
        assert!(devices.len() == 2 && !items_with(&table().await, std::slice::from_ref(&phone)).await.is_empty());
        let mut tablet = town.guest().await;
        tablet.sign_in(claire.contact.clone().unwrap()).await;

        let proof = json!({ "contact": claire.contact, "code": "000000" });
        claire.delete("me").json(&proof).await.problem("code_refused");
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        let code = claire.newest_code().await;
        let proof = |code: &str| json!({ "contact": claire.contact, "code": code });
        claire.delete("me").json(&proof(&wrong(&code, 0))).await.problem("code_refused");
        claire.get("me").await.expect(200);
        claire.delete("me").json(&proof(&code)).await.expect(202);
        claire.delete("me").json(&proof(&code)).await.expect(202);

        claire.get("me").await.problem("unauthenticated");
        for lost in [&claire, &tablet] {
            let refresh = json!({ "refresh_token": lost.refresh_token });
            claire.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");
        }
        let mut looked_for: Vec<String> = devices.iter().map(|device| device.token.clone()).collect();
        looked_for.push(phone);
        assert_eq!(items_with(&table().await, &looked_for).await, Vec::<String>::new());
        let sns = platform().await.cx().store.clients().sns().clone();
        for device in devices {
            let asked = sns.get_endpoint_attributes().endpoint_arn(&device.endpoint).send().await;
            assert!(asked.is_err(), "the endpoint is still there: {asked:?}");
        }
        let left = items_with(&table().await, &[claire.account_id().to_string()]).await;
        assert!(left.len() == 1 && left[0].contains("erasure"), "{left:?}");
    });
}

#[test]
fn staff_have_to_leave_the_staff_first() {
    run(async {
        let town = Town::new().await;
        let agent = town.agent().await;
        erase(&agent).await.problem("still_staff");
        agent.get("me").await.expect(200);
    });
}

#[test]
fn a_code_for_something_else_or_of_somebody_else_erases_nothing() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        claire.post("challenges", json!({ "contact": claire.contact })).await.expect(202);
        let code = claire.newest_code().await;
        let sign_in = json!({ "contact": claire.contact, "code": code });
        claire.delete("me").json(&sign_in).await.problem("code_refused");
        claire.signed_out().post("sessions", sign_in).await.expect(201);
        paul.post("me/erasure", json!({ "contact": paul.contact })).await.expect(202);
        let of_paul = json!({ "contact": paul.contact, "code": paul.newest_code().await });
        claire.delete("me").json(&of_paul).await.refused_field("contact");
        claire.delete("me").json(&json!({})).await.refused_field("contact");
        claire.signed_out().delete("me").json(&of_paul).await.problem("unauthenticated");
        claire.get("me").await.expect(200);
        paul.get("me").await.expect(200);
    });
}
