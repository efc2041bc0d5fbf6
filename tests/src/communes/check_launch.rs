//! `GET /v1/{commune}/launch/check`.

use parvis_testkit::{Actor, Answer, Town, run};
use serde_json::{Value, json};

async fn check(actor: &Actor, category: &str, place: &Value) -> Answer {
    let (longitude, latitude) = (&place["longitude"], &place["latitude"]);
    let query = format!("launch/check?category={category}&longitude={longitude}&latitude={latitude}");
    actor.get(&query).await.expect(200)
}

#[test]
fn a_client_learns_what_sending_would_be_answered_with() {
    run(async {
        let training = Town::in_draft().await;
        for phase in ["draft", "training"] {
            training.launch(json!({ "phase": phase })).await;
            let told = training.guest().await.get("launch/check").await.expect(200);
            assert_eq!((&told.json["taken"], told.text("field")), (&json!(false), "launch"), "{phase}");
        }
        let staff = training.administrator().await.get("launch/check").await.expect(200);
        assert_eq!(staff.json, json!({ "taken": true }));
        let town = Town::in_draft().await;
        let pilot = json!({ "zones": ["est"], "categories": ["voirie"] });
        town.launch(json!({ "phase": "pilot", "launch_on": "2099-01-05", "pilot": pilot })).await;
        let (guest, claire, nadia) = (town.guest().await, town.resident().await, town.administrator().await);
        let (east, west) = (town.place(300.0, 0.0), town.place(-300.0, 0.0));
        assert_eq!(check(&guest, "voirie", &east).await.json, json!({ "taken": true }));
        for (category, place, field) in [("voirie", &west, "place"), ("nuisances", &east, "category")] {
            let told = check(&claire, category, place).await;
            assert_eq!((&told.json["taken"], told.text("field")), (&json!(false), field));
            assert!(told.text("detail").contains("lundi 5 janvier 2099"), "{told}");
            // The very words with which it is refused.
            let mut body = town.problem();
            (body["category"], body["place"]) = (json!(category), place.clone());
            let refused = claire.post("reports", body).await.problem("not_yet_here");
            assert_eq!(refused.text("detail"), told.text("detail"));
            assert_eq!(check(&nadia, category, place).await.json, json!({ "taken": true }));
        }
        guest.get("launch/check?longitude=1.5").await.refused_field("longitude");
        town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
        assert_eq!(check(&town.resident().await, "voirie", &east).await.text("field"), "account");
        town.launch(json!({ "phase": "live" })).await;
        assert_eq!(guest.get("launch/check").await.expect(200).json, json!({ "taken": true }));
        town.settled().await;
    });
}
