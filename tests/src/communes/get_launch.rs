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
