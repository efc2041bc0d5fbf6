//! `GET /v1/{commune}/usage`. That the counts are exact: `operators/get_commune_usage.rs`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn administrators_see_what_their_commune_used_beside_its_plan_and_nobody_else_does() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, alix) = (town.administrator().await, other.administrator().await);
        let (claire, luc) = (town.resident().await, town.agent().await);
        town.report(&claire).await;
        town.settled().await;
        let seen = nadia.get("usage").await.expect(200);
        assert_eq!((&seen.json["reports"], &seen.json["active_residents"]), (&json!(1), &json!(1)), "{seen}");
        assert_eq!(seen.json["plan"]["name"], "essentiel");
        let theirs = alix.get("usage").await.expect(200);
        assert_eq!((&theirs.json["reports"], &theirs.json["active_residents"]), (&json!(0), &json!(0)), "{theirs}");
        for actor in [&claire, &luc] {
            actor.get("usage").await.problem("forbidden");
        }
        assert_eq!(nadia.get("usage?month=2020-01").await.expect(200).json["reports"], 0);
        for wrong in ["2026-13", "november", "2026-1"] {
            nadia.get(&format!("usage?month={wrong}")).await.refused_field("month");
        }
    });
}
