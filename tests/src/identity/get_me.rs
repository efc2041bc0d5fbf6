//! `GET /v1/{commune}/me`.

use parvis_store::Role;
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
fn staff_see_their_name_their_services_and_whether_they_have_a_second_factor_and_residents_none_of_it() {
    run(async {
        let town = Town::new().await;
        let clerk = town.staff(Role::Agent, &["accueil"], "Alix").await;
        let me = clerk.get("me").await.expect(200);
        assert_eq!((me.text("name"), &me.json["services"]), ("Alix", &json!(["accueil"])));
        assert_eq!(me.json["second_factor"], true);
        let newcomer = town.member(Role::Administrator, &[], "Nour").await;
        let me = newcomer.get("me").await.expect(200);
        assert_eq!(
            (me.text("name"), &me.json["services"], &me.json["second_factor"]),
            ("Nour", &json!([]), &json!(false))
        );
        let me = town.resident().await.get("me").await.expect(200);
        assert!(["name", "services", "second_factor"].iter().all(|field| me.json.get(field).is_none()), "{me}");
    });
}

#[test]
fn a_session_says_whether_staff_have_a_second_factor_to_pass() {
    run(async {
        let town = Town::new().await;
        let mut newcomer = town.member(Role::Agent, &["accueil"], "Nour").await;
        let session = |actor: &parvis_testkit::Actor| {
            actor.signed_out().post("sessions/refresh", json!({ "refresh_token": actor.refresh_token }))
        };
        let before = session(&newcomer).await.expect(200);
        assert_eq!(before.json["account"]["second_factor"], false, "{before}");
        newcomer.keep(&before);
        newcomer.enrol().await;
        let after = session(&newcomer).await.expect(200);
        assert_eq!(after.json["account"]["second_factor"], true, "{after}");
        let resident = session(&town.resident().await).await.expect(200);
        assert!(resident.json["account"].get("second_factor").is_none(), "{resident}");
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
