//! `GET /v1/{commune}/export`.

use jiff::SignedDuration;
use parvis_testkit::{Actor, Town, at, run_alone};
use serde_json::{Value, json};

use crate::identity::export_accounts::{links, ready, unzipped};

#[test]
fn an_administrator_fetches_the_export_while_the_commune_leaves_and_nobody_else_does() {
    run_alone(async {
        let (town, there) = (Town::new().await, Town::new().await);
        let mut nadia = town.administrator().await;
        nadia.get("export").await.problem("not_found");
        nadia.post("export", Value::Null).await.expect(202);
        let operator = Actor::operator().await;
        operator
            .post(&format!("communes/{}/suspend", town.id), json!({ "reason": "fin du contrat" }))
            .await
            .expect(200);
        let export = ready(&nadia, "export", "export_communes").await;
        assert!(!links(&export).is_empty());
        assert!(unzipped(&export).await[0].contains_key("settings.jsonl"));
        town.resident().await.get("export").await.problem("forbidden");
        there.administrator().await.get("export").await.problem("not_found");

        operator.post(&format!("communes/{}/resume", town.id), json!({})).await.expect(200);
        let tomorrow = at(SignedDuration::from_hours(25)).await;
        tomorrow.run_schedule("export_communes").await.expect("a run");
        nadia = nadia.at(&tomorrow);
        nadia.refresh().await;
        nadia.pass_second_factor(jiff::Timestamp::now() + SignedDuration::from_hours(25)).await;
        nadia.get("export").await.problem("not_found");
    });
}
