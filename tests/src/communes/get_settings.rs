//! `GET /v1/{commune}/settings`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn an_administrator_reads_everything_that_is_set_up_and_its_version() {
    run(async {
        let town = Town::with(|settings| settings["services"][0]["email"] = json!("techniques@ville.exemple.fr")).await;
        let nadia = town.administrator().await;
        let read = nadia.get("settings").await.expect(200);
        assert_eq!(read.json, json!(town.settings));
        assert_eq!(read.version(), 1);
        assert_eq!(read.header("cache-control"), "no-store");
    });
}
