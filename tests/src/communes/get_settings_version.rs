//! `GET /v1/{commune}/settings/versions/{version}`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::change;

#[test]
fn every_version_can_be_read_as_it_was() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let changed = change(&nadia, |s| s["name"] = json!("Deux")).await.expect(200);
        let first = nadia.get("settings/versions/1").await.expect(200);
        assert_eq!(first.json["settings"], json!(town.settings));
        let second = nadia.get("settings/versions/2").await.expect(200);
        assert_eq!((&second.json["settings"], &second.json["version"]), (&changed.json, &json!(2)));
        assert_eq!(second.text("by/name"), "Nadia Roux");
        for nothing in ["3", "0", "-1", "x", "99999999999"] {
            nadia.get(&format!("settings/versions/{nothing}")).await.problem("not_found");
        }
    });
}
