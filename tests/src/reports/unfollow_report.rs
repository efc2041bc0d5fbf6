//! `DELETE /v1/{commune}/reports/{report}/followers/me`.

use parvis_testkit::{Town, run};
use serde_json::Value;

use super::{change, to};

#[test]
fn who_stops_following_is_told_no_more_and_stopping_twice_is_stopping_once() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        neighbour.put(&format!("{path}/followers/me"), Value::Null).await.expect(204);
        for _ in 0..2 {
            neighbour.delete(&format!("{path}/followers/me")).await.expect(204);
        }
        let read = neighbour.get(&path).await.expect(200);
        assert_eq!((read.json["followers"].as_u64(), read.json["following"].as_bool()), (Some(1), Some(false)));
        assert!(neighbour.get("reports?following=true").await.expect(200).json["reports"] == serde_json::json!([]));
        claire.delete(&format!("{path}/followers/me")).await.expect(204);
        change(&agent, &sent, to("under_review")).await.expect(200);
        town.settled().await;
        assert!(claire.notices().await.is_empty() && neighbour.notices().await.is_empty());
    });
}

#[test]
fn there_is_nothing_to_stop_where_nothing_is_followed() {
    run(async {
        let town = Town::new().await;
        let neighbour = town.resident().await;
        let path = "reports/01997d3c-0000-7000-8000-000000000000/followers/me";
        neighbour.delete(path).await.expect(204);
        town.guest().await.delete(path).await.problem("unauthenticated");
    });
}
