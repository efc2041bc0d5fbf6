//! `GET /v1/{commune}/me/notices`.

use jiff::SignedDuration;
use parvis_testkit::{Actor, Answer, FaultAction, NewFault, Service, Town, at, fault, run, wait_until};
use serde_json::{Value, json};

use super::{change, follow, history, reported};
use crate::reports::take_down;

fn notices(answer: &Answer) -> Vec<Value> {
    answer.value("notices")
}

/// The first page once it shows so many: the index is behind by a moment.
async fn told(actor: &Actor, count: usize) -> Answer {
    wait_until("what was told is in the index", || async {
        let page = actor.get("me/notices").await.expect(200);
        (notices(&page).len() >= count).then_some(page)
    })
    .await
}

#[test]
fn somebody_reads_what_they_were_told_newest_first_and_page_by_page() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let agent = town.agent().await;
        change(&agent, &report, json!({ "to": "under_review", "note": "Nous venons demain." })).await;
        town.settled().await;
        let secret = json!({ "text": "Devis chez Durand.", "internal": true });
        agent.post(&format!("reports/{report}/comments"), secret).await.expect(201);
        change(&agent, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;

        let page = told(&claire, 2).await;
        assert!(!String::from_utf8_lossy(&page.body).contains("Durand"), "{page}");
        let all = notices(&page);
        assert_eq!((all.len(), page.json.get("next")), (2, None), "{page}");
        let [newer, older] = [&all[0], &all[1]];
        assert_eq!((&newer["status"], &older["status"]), (&json!("in_progress"), &json!("under_review")));
        assert!(newer["at"].as_str() > older["at"].as_str(), "{page}");
        let events = history(&town, &report).await;
        let entry = events.iter().find(|event| json!(event.id) == older["event"]).expect("the entry");
        let excerpt = claire.get("reports?mine=true").await.expect(200).text("reports/0/excerpt").to_owned();
        let expected = json!({
            "report": report, "excerpt": excerpt, "event": entry.id, "what": entry.what, "status": "under_review",
            "note": "Nous venons demain.", "channel": "sms", "at": older["at"], "state": "sent", "fallback": false,
        });
        assert_eq!(older, &expected);

        let first = claire.get("me/notices?limit=1").await.expect(200);
        assert_eq!(notices(&first), all[..1]);
        let cursor = first.text("next").to_owned();
        let second = claire.get(&format!("me/notices?limit=1&cursor={cursor}")).await.expect(200);
        assert_eq!(notices(&second), all[1..]);
        let paul = town.resident().await;
        paul.get(&format!("me/notices?limit=1&cursor={cursor}")).await.refused_field("cursor");
        for limit in ["0", "51"] {
            claire.get(&format!("me/notices?limit={limit}")).await.refused_field("limit");
        }
    });
}

#[test]
fn nobody_reads_what_others_were_told() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (claire, report) = reported(&town).await;
        let (paul, agent) = (town.resident().await, town.agent().await);
        change(&agent, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        told(&claire, 1).await;
        for actor in [paul, agent] {
            assert_eq!(notices(&actor.get("me/notices").await.expect(200)), Vec::<Value>::new());
        }
        // The same person in another commune is somebody else.
        let mut elsewhere = other.guest().await;
        elsewhere.sign_in(claire.contact.clone().expect("a contact")).await;
        assert_eq!(notices(&elsewhere.get("me/notices").await.expect(200)), Vec::<Value>::new());
    });
}

#[test]
fn what_did_not_reach_a_device_is_told_with_what_did() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = town.neighbour_with_push().await;
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        follow(&paul, &report).await;
        let device = town.commune().await.devices(paul.account_id()).await.expect("a read").remove(0);
        let rule = NewFault::new(Service::Sns, FaultAction::EndpointDisabled);
        let rule = NewFault { operation: Some("Publish".to_owned()), contains: Some(device.endpoint), ..rule };
        let _dead = fault(rule).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        let mut said: Vec<_> = notices(&told(&paul, 2).await)
            .iter()
            .map(|n| (n["channel"].clone(), n["state"].clone(), n.get("reason").cloned()))
            .collect();
        said.sort_by_key(|(channel, ..)| channel.to_string());
        let failed = (json!("push"), json!("failed"), Some(json!("recipient_gone")));
        assert_eq!(said, [failed, (json!("sms"), json!("sent"), None)]);
    });
}

#[test]
fn a_report_that_was_taken_down_is_no_longer_spoken_of_but_to_staff() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let (paul, colleague) = (town.resident().await, town.agent().await);
        for follower in [&paul, &colleague] {
            follow(follower, &report).await;
        }
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        told(&paul, 1).await;
        take_down(&town, &report).await;
        assert_eq!(notices(&paul.get("me/notices").await.expect(200)), Vec::<Value>::new());
        assert_eq!(notices(&told(&colleague, 1).await).len(), 1);
        assert_eq!(notices(&told(&claire, 1).await).len(), 1, "it is still her own");
    });
}

#[test]
fn after_ninety_days_nothing_is_told_of_it() {
    run(async {
        let town = Town::new().await;
        let (mut claire, report) = reported(&town).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        told(&claire, 1).await;
        // A session ends after sixty days without use.
        for (days, known) in [(59, 1), (91, 0)] {
            let then = at(SignedDuration::from_hours(24 * days)).await;
            claire = claire.at(&then);
            claire.refresh().await;
            assert_eq!(notices(&claire.get("me/notices").await.expect(200)).len(), known, "after {days} days");
        }
    });
}
