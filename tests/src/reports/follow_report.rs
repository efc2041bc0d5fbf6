//! `PUT /v1/{commune}/reports/{report}/followers/me`.

use futures::future::join_all;
use parvis_testkit::{Town, run};
use serde_json::{Value, json};

use super::guests_report;

#[test]
fn following_twice_is_following_once_also_at_the_same_moment() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour) = (town.resident().await, town.resident().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        let follow = || neighbour.put(&format!("{path}/followers/me"), Value::Null);
        for answer in join_all((0..4).map(|_| follow().into_future())).await {
            answer.expect(204);
        }
        follow().await.expect(204);
        let read = neighbour.get(&path).await.expect(200);
        assert_eq!((read.json["followers"].as_u64(), read.json["following"].as_bool()), (Some(2), Some(true)));
        assert_eq!(read.version(), 1, "following does not get in the way of who changes the report");
    });
}

#[test]
fn many_may_begin_to_follow_while_the_report_changes() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        let neighbours = join_all((0..5).map(|_| town.resident())).await;
        let (changed, followed) = futures::join!(
            super::change(&agent, &sent, super::to("under_review")).into_future(),
            join_all(neighbours.iter().map(|n| n.put(&format!("{path}/followers/me"), Value::Null).into_future())),
        );
        changed.expect(200);
        for answer in followed {
            answer.expect(204);
        }
        let read = claire.get(&path).await.expect(200);
        assert_eq!((read.json["followers"].as_u64(), read.version()), (Some(6), 2));
        town.settled().await;
    });
}

#[test]
fn what_cannot_be_seen_cannot_be_followed() {
    run(async {
        let town = Town::new().await;
        let neighbour = town.resident().await;
        let (_, unconfirmed) = guests_report(&town).await;
        let mut private = town.problem();
        private["category"] = json!("nuisances");
        let private = town.resident().await.post("reports", private).await.expect(201);
        let nothing = "01997d3c-0000-7000-8000-000000000000";
        for id in [unconfirmed.text("id"), private.text("id"), nothing] {
            neighbour.put(&format!("reports/{id}/followers/me"), Value::Null).await.problem("not_found");
        }
        let guest = town.guest().await.put(&format!("reports/{nothing}/followers/me"), Value::Null).await;
        guest.problem("unauthenticated");
    });
}
