//! DynamoDB refuses a write while another transaction holds its items. The local engine never does, so a fault does it:
//! whoever writes bears a few refusals unnoticed, and many with a clear 503, nothing half written, and the same call again
//! doing it once.

use parvis_domain::Event;
use parvis_testkit::{
    Answer, Call, FaultAction, FaultGuard, NewFault, Service, Tally, Town, Way, fault, items, platform, run, table_at,
};
use serde_json::json;

use super::close_the_books;
use crate::notices::{change, follow, reported};

async fn conflicts(town: &Town, times: Option<u32>) -> FaultGuard {
    let rule = NewFault::new(Service::Dynamodb, FaultAction::Conflict);
    fault(NewFault { contains: Some(format!("C#{}#", town.id)), times, ..rule }).await
}

/// Makes a call that writes: refused for good it is a 503 that changed nothing (`looks` the same); refused a few times it
/// goes through.
async fn bears_conflicts<L: Future<Output = String>>(
    town: &Town,
    call: impl Fn() -> Call,
    looks: impl Fn() -> L,
    status: u16,
) -> Answer {
    let before = looks().await;
    let held = conflicts(town, None).await;
    let refused = call().await.problem("unavailable");
    assert!(!refused.header("retry-after").is_empty(), "{refused}");
    assert!(held.hits() >= 5, "it was tried again: {refused}");
    drop(held);
    town.settled().await;
    assert_eq!(looks().await, before, "nothing is half written");
    let _a_few = conflicts(town, Some(2)).await;
    call().await.expect(status)
}

#[test]
fn every_write_of_a_resident_and_an_agent_bears_transactions_that_hold_its_items() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let (paul, agent) = (town.resident().await, town.agent().await);
        let path = format!("reports/{report}");
        let (path, idle) = (path.as_str(), || async { String::new() });
        let seen = || async { agent.get(path).await.expect(200).json.to_string() };
        let mine = || async { paul.get("me").await.expect(200).json.to_string() };
        let listed = || async { agent.get("reports").await.expect(200).json.to_string() };

        let key = "0d1d4a52-6a1f-4b7e-9d3f-1f2b3c4d5e6f";
        let create = || claire.post("reports", town.problem()).idempotency_key(key);
        let made = bears_conflicts(&town, create, listed, 201).await;
        assert_eq!(create().await.expect(201).text("id"), made.text("id"), "sent again it is the same report");

        let followed = format!("{path}/followers/me");
        bears_conflicts(&town, || paul.put(&followed, json!({})), seen, 204).await;
        let comments = format!("{path}/comments");
        bears_conflicts(&town, || claire.post(&comments, json!({ "text": "Toujours là." })), seen, 201).await;
        let version = agent.get(path).await.expect(200).version();
        let status = format!("{path}/status");
        let change = || agent.post(&status, json!({ "to": "under_review" })).if_match(version);
        bears_conflicts(&town, change, seen, 200).await;
        change().await.problem("version_conflict");
        bears_conflicts(&town, || paul.delete(&followed), seen, 204).await;
        bears_conflicts(&town, || paul.patch("me", json!({ "channels": ["sms"] })), mine, 200).await;
        let device = json!({ "platform": "fcm", "token": format!("conflict-{}", town.id) });
        let device = bears_conflicts(&town, || paul.put("me/devices", device.clone()), mine, 200).await;
        let device = format!("me/devices/{}", device.text("id"));
        bears_conflicts(&town, || paul.delete(&device), mine, 204).await;
        let refresh = || paul.signed_out().post("sessions/refresh", json!({ "refresh_token": paul.refresh_token }));
        bears_conflicts(&town, refresh, idle, 200).await;
        bears_conflicts(&town, || claire.delete(path), seen, 204).await;

        town.settled().await;
        let counted: u64 = town.commune().await.status_counts().await.unwrap().values().sum();
        assert_eq!(counted, 2, "two reports, each counted once");
        let history = claire.get(path).await.expect(200);
        assert_eq!(history.json["history"].as_array().map(Vec::len), Some(4), "{history}");
    });
}

#[test]
fn a_code_that_is_redeemed_among_conflicts_opens_one_session() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        let contact = town.new_contact();
        guest.contact = Some(serde_json::from_value(contact.clone()).unwrap());
        guest.post("challenges", json!({ "contact": contact })).await.expect(202);
        let code = guest.newest_code().await;
        let idle = || async { String::new() };
        let redeem = || guest.post("sessions", json!({ "contact": contact, "code": code }));
        let session = bears_conflicts(&town, redeem, idle, 201).await;
        redeem().await.problem("code_refused");
        guest.keep(&session);
        guest.get("me").await.expect(200);
    });
}

#[test]
fn the_stream_s_workers_bear_conflicts_and_tell_and_count_once() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let (jeanne, agent) = (town.resident_by_mail().await, town.agent().await);
        follow(&jeanne, &report).await;
        town.settled().await;
        // The workers' own writes: the ledger, and the counters.
        let on = |contains: String| NewFault {
            contains: Some(contains),
            times: Some(7),
            ..NewFault::new(Service::Dynamodb, FaultAction::Conflict)
        };
        let ledger = fault(on(format!("C#{}#notice#", town.id))).await;
        let counters = fault(on(format!("C#{}#services#", town.id))).await;
        change(&agent, &report, json!({ "to": "under_review" })).await;
        change(&agent, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;
        assert!(ledger.hits() > 0 && counters.hits() > 0);
        drop((ledger, counters));
        super::deliver_what_is_left(platform().await, &town.id).await;
        town.settled().await;
        let counts = town.commune().await.status_counts().await.unwrap();
        assert_eq!(counts.values().sum::<u64>(), 1, "{counts:?}");
        let table = table_at(&platform().await.engines().direct_dynamodb_url());
        let events: Vec<Event> = items(&table, &town.id).await;
        let way = |actor: &parvis_testkit::Actor, channel| Way { account: actor.account_id(), channel, device: None };
        let ways = [way(&claire, parvis_domain::Channel::Sms), way(&jeanne, parvis_domain::Channel::Email)];
        let mut tally = Tally::default();
        events.iter().filter(|event| event.version > 1).for_each(|event| tally.expect(event, &ways));
        close_the_books(platform().await, &town.id, &mut tally).await;
        let outcome = tally.outcome();
        assert!(outcome.holds() && outcome.sent == 4, "{outcome}");
    });
}
