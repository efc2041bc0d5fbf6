//! `POST /v1/operator/communes/{commune}/resume`.

use parvis_testkit::{Actor, Town, run};
use serde_json::json;

#[test]
fn a_commune_that_resumes_is_written_again_and_keeps_its_plan() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let claire = town.resident().await;
        let path = |what: &str| format!("communes/{}/{what}", town.id);
        let plan = json!({ "name": "ville", "staff_seats": 60, "sms_a_month": 9_000, "photo_bytes": 5 });
        operator.put(&path("plan"), plan.clone()).await.expect(200);
        operator.post(&path("resume"), json!({})).await.problem("conflict");
        operator.post(&path("suspend"), json!({ "reason": "essai" })).await.expect(200);
        claire.post("reports", town.problem()).await.problem("commune_suspended");
        let resumed = operator.post(&path("resume"), json!({})).await.expect(200);
        assert_eq!((resumed.text("state"), &resumed.json["reason"]), ("active", &json!(null)));
        assert_eq!(resumed.json["plan"], plan);
        town.report(&claire).await;
        let (entries, _) = town.commune().await.audit_entries(10, None).await.expect("a log");
        let acts: Vec<&str> = entries.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(acts, ["resume_commune", "suspend_commune", "set_plan"]);
        town.settled().await;
    });
}
