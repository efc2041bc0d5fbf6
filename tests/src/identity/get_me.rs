//! `GET /v1/{commune}/me`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn an_account_sees_itself_with_its_devices() {
    run(async {
        let town = Town::new().await;
        let neighbour = town.neighbour_with_push().await;
        let me = neighbour.get("me").await.expect(200);
        assert_eq!(me.value::<parvis_domain::AccountId>("id"), neighbour.account_id());
        assert_eq!((me.text("role"), me.text("language")), ("resident", "fr"));
        assert_eq!(me.json["channels"], json!(["push", "sms"]));
        assert_eq!(json!({"phone": me.json["phone"]}), json!(neighbour.contact));
        assert_eq!(me.json["email"], json!(null));
        assert_eq!((me.json["devices"].as_array().map(Vec::len), me.text("devices/0/platform")), (Some(1), "fcm"));
        let token = neighbour.device_token.as_deref().expect("a token");
        assert!(!me.to_string().contains(token), "tokens stay inside: {me}");
        assert_eq!(me.header("cache-control"), "no-store");
    });
}

#[test]
fn an_account_by_mail_wants_mail() {
    run(async {
        let town = Town::new().await;
        let me = town.resident_by_mail().await.get("me").await.expect(200);
        assert_eq!((&me.json["channels"], &me.json["phone"]), (&json!(["push", "email"]), &json!(null)));
    });
}

#[test]
fn staff_see_their_role() {
    run(async {
        let town = Town::new().await;
        assert_eq!(town.agent().await.get("me").await.expect(200).text("role"), "agent");
        assert_eq!(town.administrator().await.get("me").await.expect(200).text("role"), "administrator");
    });
}

#[test]
fn a_guest_and_somebody_of_another_commune_are_refused() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let refused = town.guest().await.get("me").await.problem("unauthenticated");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        town.resident().await.in_commune(&other.id).get("me").await.problem("forbidden");
    });
}
