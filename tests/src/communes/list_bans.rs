//! `GET /v1/{commune}/bans`.

use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::json;

use super::{in_days, moderator};

#[test]
fn bans_are_listed_page_by_page_while_they_hold_and_show_no_contact() {
    run(async {
        let town = Town::new().await;
        let (mut moderator, agent) = (moderator(&town).await, town.agent().await);
        for (who, days) in [
            (json!({ "contact": { "email": "paul.durand@exemple.fr" } }), 10),
            (json!({ "network": "2001:db8:1:2:3:4:5:6" }), 1),
            (json!({ "account": town.resident().await.account_id() }), 10),
        ] {
            let mut ban = json!({ "reason": "Insultes", "until": in_days(days) });
            ban.as_object_mut().unwrap().extend(who.as_object().cloned().unwrap());
            moderator.post("bans", ban).await.expect(201);
        }
        // The account's phone is banned with it.
        let all = moderator.get("bans").await.expect(200);
        assert_eq!(all.json["bans"].as_array().map(Vec::len), Some(4), "{all}");
        let text = String::from_utf8_lossy(&all.body).into_owned();
        assert!(!text.contains("paul.durand") && !text.contains("2001:db8:1:2"), "{text}");
        let (mut seen, mut path) = (0, "bans?limit=3".to_owned());
        loop {
            let page = moderator.get(&path).await.expect(200);
            seen += page.json["bans"].as_array().map_or(0, Vec::len);
            let Some(next) = page.json["next"].as_str() else { break };
            path = format!("bans?limit=3&cursor={next}");
        }
        assert_eq!(seen, 4);
        moderator.get("bans?limit=0").await.refused_field("limit");
        moderator.get("bans?cursor=abc").await.refused_field("cursor");
        agent.get("bans").await.problem("forbidden");
        let later = at(SignedDuration::from_hours(48)).await;
        moderator = moderator.at(&later);
        moderator.refresh().await;
        moderator.pass_second_factor(jiff::Timestamp::now() + SignedDuration::from_hours(48)).await;
        assert_eq!(moderator.get("bans").await.expect(200).json["bans"].as_array().map(Vec::len), Some(3));
    });
}
