//! `DELETE /v1/{commune}/bans/{ban}`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::{in_days, moderator};

#[test]
fn a_ban_that_is_lifted_is_over_for_the_account_and_its_contacts_and_the_log_has_both_acts() {
    run(async {
        let town = Town::new().await;
        let (moderator, agent, claire) = (moderator(&town).await, town.agent().await, town.resident().await);
        let ban = json!({ "account": claire.account_id(), "reason": "Insultes", "until": in_days(3) });
        let made = moderator.post("bans", ban).await.expect(201);
        claire.post("reports", town.problem()).await.problem("banned");
        let path = format!("bans/{}", made.text("id"));
        agent.delete(&path).await.problem("forbidden");
        moderator.delete(&path).await.expect(204);
        moderator.delete(&path).await.problem("not_found");
        moderator.delete(&format!("bans/{}", "x".repeat(2_000))).await.problem("not_found");
        claire.post("reports", town.problem()).await.expect(201);
        let bans = moderator.get("bans").await.expect(200);
        assert_eq!(bans.json["bans"], json!([]), "{bans}");

        let log = town.acts().await;
        let acts: Vec<&str> = log.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(acts, ["delete_ban", "create_ban"]);
        assert!(log.iter().all(|entry| entry.about == made.text("id")));
        town.settled().await;
    });
}
