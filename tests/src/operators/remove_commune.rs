//! `DELETE /v1/operator/communes/{commune}`.

use jiff::{SignedDuration, Timestamp};
use parvis_testkit::{Actor, Town, run};
use serde_json::json;

#[test]
fn a_commune_that_leaves_can_be_read_for_thirty_days_and_come_back() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let claire = town.resident().await;
        let path = format!("communes/{}", town.id);
        let delete = || operator.delete(&path).json(&json!({ "reason": "fin du contrat" }));
        let leaving = delete().await.expect(202);
        assert_eq!(leaving.text("state"), "leaving");
        let leaves: Timestamp = leaving.value("leaves");
        let days = leaves.duration_since(Timestamp::now()).as_hours() / 24;
        assert!((29..=30).contains(&days), "{leaving}");
        claire.get("reports").await.expect(200);
        let refused = claire.post("reports", town.problem()).await.problem("commune_suspended");
        assert!(refused.text("detail").contains("fin du contrat"), "{refused}");
        delete().await.problem("suspended_already");
        operator.post(&format!("{path}/suspend"), json!({ "reason": "x" })).await.problem("suspended_already");
        assert_eq!(operator.post(&format!("{path}/resume"), json!({})).await.expect(200).text("state"), "active");
        town.report(&claire).await;
        assert!(leaves.duration_since(Timestamp::now()) > SignedDuration::from_hours(24 * 29));
        town.settled().await;
    });
}
