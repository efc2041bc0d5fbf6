//! The command that counts a commune's reports again.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn an_operator_counts_a_communes_reports_again_by_a_command() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        for _ in 0..3 {
            town.report(&claire).await;
        }
        town.settled().await;
        let commune = town.commune().await;
        let counted = commune.status_counts().await.expect("a read");
        let path = "/_local/commands/rebuild_counters";
        let done = claire.post(path, json!({ "commune": claire.commune })).await.expect(200);
        assert_eq!(done.json, json!({ "done": 3 }));
        assert_eq!(commune.status_counts().await.expect("a read"), counted);
        claire.post(path, json!({ "commune": "nulle-part" })).await.problem("conflict");
        claire.post(path, json!({ "town": "x" })).await.problem("conflict");
        claire.post("/_local/commands/create_report", json!({})).await.problem("conflict");
    });
}
