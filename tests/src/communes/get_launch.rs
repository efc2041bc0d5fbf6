//! `GET /v1/{commune}/launch`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn a_commune_from_before_there_were_phases_is_live_and_one_that_subscribed_is_in_draft() {
    run(async {
        let (old, new) = (Town::new().await, Town::in_draft().await);
        let seen = old.administrator().await.get("launch").await.expect(200);
        assert_eq!((seen.text("phase"), &seen.json["next"]), ("live", &json!(["paused"])));
        assert_eq!(seen.json["pilot"], json!({ "zones": [], "invite_only": false, "categories": [] }));
        assert_eq!(seen.version(), 0);
        let seen = new.administrator().await.get("launch").await.expect(200);
        assert_eq!((seen.text("phase"), &seen.json["next"]), ("draft", &json!(["training", "pilot", "live"])));
        assert!(seen.json["since"].is_string(), "{seen}");
    });
}

#[test]
fn who_waits_for_the_launch_is_counted_for_the_administrator_and_for_nobody_else() {
    run(async {
        let town = Town::in_draft().await;
        let nadia = town.administrator().await;
        let waiting = async || nadia.get("launch").await.expect(200).json.get("waiting").cloned();
        assert_eq!(waiting().await, Some(json!(0)));
        super::create_interest::ask(&town, town.new_contact()).await;
        super::create_interest::ask(&town, town.new_contact()).await;
        assert_eq!(waiting().await, Some(json!(2)));
        town.agent().await.get("launch").await.problem("forbidden");
        assert!(town.guest().await.get("").await.expect(200).json["launch"].get("waiting").is_none());
        town.launch(json!({ "phase": "live" })).await;
        assert_eq!(waiting().await, None, "they are being told");
    });
}
