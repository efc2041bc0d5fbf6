//! `POST /v1/{commune}/launch/wipe`. That it removes what it should and nothing else: `end_trainings.rs`.

use parvis_testkit::{Town, run};
use serde_json::{Value, json};

#[test]
fn only_a_training_is_wiped_and_once() {
    run(async {
        for (phase, french) in [("draft", "préparation"), ("pilot", "pilote"), ("live", "lancement")] {
            let town = Town::in_draft().await;
            town.launch(json!({ "phase": phase, "pilot": { "invite_only": true } })).await;
            let nadia = town.administrator().await;
            let refused = nadia.post("launch/wipe", Value::Null).await.problem("phase_refused");
            assert!(refused.text("detail").contains(french), "{refused}");
        }
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "training" })).await;
        let nadia = town.administrator().await;
        let begun = nadia.post("launch/wipe", Value::Null).await.expect(202);
        assert!(begun.json["wipe"]["ordered"].is_string(), "{begun}");
        nadia.post("launch/wipe", Value::Null).await.problem("wiping");
    });
}

#[test]
fn from_the_order_on_nobody_writes_for_the_training_and_it_does_not_go_on_to_residents() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "training" })).await;
        let nadia = town.administrator().await;
        let invite = json!({ "label": "Essai", "limit": 5, "expires_at": super::in_days(10) });
        let code = nadia.post("launch/invites", invite).await.expect(201).text("code").to_owned();
        let claire = town.resident().await;
        claire.post("reports", town.problem()).await.problem("not_yet_here");
        claire.post("launch/invitation", json!({ "code": code })).await.expect(204);
        claire.post("reports", town.problem()).await.expect(201);
        nadia.post("reports", town.problem()).await.expect(201);
        let seen = nadia.get("launch").await.expect(200);
        assert_eq!(seen.json["next"], json!([]));
        let refused =
            nadia.put("launch", json!({ "phase": "live" })).if_match(seen.version()).await.problem("phase_refused");
        assert!(refused.text("detail").contains("launch/wipe"), "{refused}");
        nadia.post("launch/wipe", Value::Null).await.expect(202);
        claire.post("reports", town.problem()).await.problem("not_yet_here");
        claire.get("reports").await.problem("not_yet_here");
        nadia.post("reports", town.problem()).await.problem("wiping");
        nadia.get("reports").await.expect(200);
        let mut paul = town.guest().await;
        paul.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        paul.post("challenges", json!({ "contact": paul.contact })).await.expect(202);
        town.settled().await;
        assert_eq!(paul.messages().await.len(), 0, "nobody new comes in");
        let version = nadia.get("launch").await.expect(200).version();
        nadia.put("launch", json!({ "phase": "training" })).if_match(version).await.problem("wiping");
    });
}
