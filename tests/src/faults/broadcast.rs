//! One message to everybody under faults: an alert that SNS refuses, does not answer about, or whose deliverer dies is out in the end,
//! and no more often than its ledger says it may be.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Alert, Channel};
use parvis_store::{AuditActor, NoticeKey};
use parvis_testkit::{
    FaultAction, NewFault, Outcome, Service, Tally, Town, dies_in_call, dies_meeting, fault, named, platform, run,
    seed, wait_until,
};
use serde_json::json;

use super::{close_the_books, deliver_in, deliver_what_is_left};
use crate::alerts::{broadcasts, flood, pushes};

/// Alerts that are written while the queue takes nothing: nobody is woken up for them.
async fn unsent(town: &Town, count: usize) -> Vec<NoticeKey> {
    let commune = town.commune().await;
    let deaf = NewFault { contains: Some(town.id.to_string()), ..NewFault::new(Service::Sqs, FaultAction::Fail) };
    let deaf = fault(NewFault { operation: Some("SendMessageBatch".to_owned()), ..deaf }).await;
    let mut keys = Vec::new();
    for _ in 0..count {
        let alert = Alert::send(serde_json::from_value(flood()).unwrap(), Timestamp::now()).unwrap();
        let by = AuditActor::System { function: "test".to_owned() };
        commune.send_alert(by, &alert, None).await.unwrap();
        keys.push(NoticeKey::to_everybody(alert.event, Channel::Push));
    }
    assert!(deaf.hits() >= count as u64);
    keys
}

async fn deliver(town: &Town, keys: &[NoticeKey]) -> serde_json::Value {
    deliver_in(platform().await, SignedDuration::ZERO, &town.id, keys).await
}

async fn outcome(town: &Town, keys: &[NoticeKey]) -> Outcome {
    let platform = platform().await;
    deliver_what_is_left(platform, &town.id).await;
    town.settled().await;
    let mut tally = Tally::default();
    tally.expected.extend(keys.iter().map(|key| named(&key.to_string())));
    close_the_books(platform, &town.id, &mut tally).await;
    tally.outcome()
}

/// What SNS answers to who publishes to the town's topic.
fn to_topic(town: &Town, action: FaultAction) -> NewFault {
    let contains = Some(format!("alerts-{}", town.id));
    NewFault { operation: Some("Publish".to_owned()), contains, ..NewFault::new(Service::Sns, action) }
}

#[test]
fn an_alert_nobody_was_woken_up_for_is_out_at_the_sweepers_next_look() {
    run(async {
        let town = Town::new().await;
        let claire = town.neighbour_with_push().await;
        let keys = unsent(&town, 1).await;
        assert_eq!(broadcasts(&town).await, []);
        let outcome = outcome(&town, &keys).await;
        assert!(outcome.holds() && outcome.sent == 1 && outcome.doubts == 0, "{outcome}");
        wait_until("the app has it", || async { pushes(&claire).await.pop() }).await;
        assert_eq!((broadcasts(&town).await.len(), pushes(&claire).await.len()), (1, 1));
    });
}

#[test]
fn an_alert_that_sns_refuses_for_a_while_goes_out_once() {
    run(async {
        for action in [FaultAction::Fail, FaultAction::Throttle] {
            let town = Town::new().await;
            let keys = unsent(&town, 1).await;
            let refusing = fault(to_topic(&town, action)).await;
            assert_ne!(deliver(&town, &keys).await, json!([]), "it says that it failed");
            assert!(refusing.hits() > 1, "tried more than once");
            drop(refusing);
            let outcome = outcome(&town, &keys).await;
            assert!(outcome.holds() && outcome.sent == 1 && outcome.doubts == 0, "{outcome}");
        }
    });
}

#[test]
fn an_alert_of_which_nobody_learns_whether_it_is_out_comes_twice_at_most_and_the_ledger_knows() {
    run(async {
        let town = Town::new().await;
        let claire = town.neighbour_with_push().await;
        let keys = unsent(&town, 1).await;
        let lost = fault(NewFault { times: Some(1), ..to_topic(&town, FaultAction::DropAnswer) }).await;
        assert_eq!(deliver(&town, &keys).await, json!([]), "the sweeper has it now");
        assert_eq!(lost.hits(), 1, "not tried again at once");
        let outcome = outcome(&town, &keys).await;
        assert!(outcome.holds() && outcome.sent == 2 && outcome.doubled_in_window.len() == 1, "{outcome}");
        let both = claire.wait_for_notices(2).await;
        let tag =
            |n: usize| both[n].message.payload.as_ref().unwrap()["GCM"]["fcmV1Message"]["message"]["android"].clone();
        assert_eq!(tag(0), tag(1), "on the phone the second takes the first one's place");
    });
}

#[test]
fn a_deliverer_that_dies_between_the_message_and_the_mark_doubles_it_and_the_ledger_knows() {
    run(async {
        let town = Town::new().await;
        let keys = unsent(&town, 1).await;
        let event = Some(keys[0].event.to_string());
        let mark = NewFault { ms: Some(5_000), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        let mark = NewFault { operation: Some("PutItem".to_owned()), contains: event, ..mark };
        let claimed = fault(NewFault { ms: Some(1), times: Some(1), ..mark.clone() }).await;
        let slow = fault(mark).await;
        let died = dies_meeting(&slow, deliver(&town, &keys)).await.is_none();
        assert!(died && claimed.hits() == 1, "claimed, and died marking");
        drop(slow);
        let outcome = outcome(&town, &keys).await;
        assert!(outcome.holds() && outcome.sent == 2 && outcome.doubled_in_window.len() == 1, "{outcome}");
    });
}

#[test]
fn deliverers_that_die_at_random_moments_lose_no_alert_and_double_only_within_the_window() {
    let seed = seed(4_712);
    println!("PARVIS_SEED={seed}");
    run(async {
        let mut random = Rng::with_seed(seed);
        let town = Town::new().await;
        let keys = unsent(&town, 20).await;
        let mut died = 0;
        for some in keys.chunks(4) {
            // The first calls look the notices up; claims, marks and what is read before them are the rest.
            let (call, about) = (random.u32(6..=18), town.id.to_string());
            died += u32::from(dies_in_call(call, Service::Dynamodb, &about, deliver(&town, some)).await.is_none());
        }
        let outcome = outcome(&town, &keys).await;
        println!("{outcome}");
        assert!(outcome.holds(), "PARVIS_SEED={seed}: {outcome}");
        assert_eq!(outcome.sent as usize, keys.len() + outcome.doubled_in_window.len(), "PARVIS_SEED={seed}");
        assert!(died > 1 && outcome.doubts > 0, "PARVIS_SEED={seed}: {died} died at work: {outcome}");
    });
}

#[test]
fn deliverers_side_by_side_send_each_alert_once() {
    run(async {
        let town = Town::new().await;
        let keys = unsent(&town, 6).await;
        let platform = platform().await;
        let deliveries = (0..6).map(|_| deliver_in(platform, SignedDuration::ZERO, &town.id, &keys));
        for failed in futures::future::join_all(deliveries).await {
            assert_eq!(failed, json!([]));
        }
        let outcome = outcome(&town, &keys).await;
        assert!(outcome.holds() && outcome.sent == 6 && outcome.doubts == 0, "{outcome}");
    });
}

#[test]
fn an_all_clear_that_comes_before_its_alert_waits_for_it() {
    run(async {
        let town = Town::new().await;
        let commune = town.commune().await;
        let deaf = NewFault { contains: Some(town.id.to_string()), ..NewFault::new(Service::Sqs, FaultAction::Fail) };
        let deaf = fault(NewFault { operation: Some("SendMessageBatch".to_owned()), ..deaf }).await;
        let now = Timestamp::now();
        let alert = Alert::send(serde_json::from_value(flood()).unwrap(), now).unwrap();
        let by = || AuditActor::System { function: "test".to_owned() };
        commune.send_alert(by(), &alert, None).await.unwrap();
        let first = NoticeKey::to_everybody(alert.event, Channel::Push);
        // A deliverer has read the alert, and holds it; then it is ended.
        let slow = fault(NewFault { ms: Some(5_000), times: Some(1), ..to_topic(&town, FaultAction::Slow) }).await;
        let sends = deliver(&town, std::slice::from_ref(&first));
        let ends = async {
            wait_until("it is being sent", || async { (slow.hits() > 0).then_some(()) }).await;
            let (ended, end) = alert.end(None, Timestamp::now()).unwrap();
            commune.end_alert(by(), &ended, &end).await.unwrap();
            let second = NoticeKey::to_everybody(end.event, Channel::Push);
            assert_ne!(deliver(&town, std::slice::from_ref(&second)).await, json!([]), "not before the alert");
            second
        };
        let (sent, second) = futures::join!(Box::pin(sends), Box::pin(ends));
        assert_eq!(sent, json!([]));
        drop(deaf);
        let outcome = outcome(&town, &[first, second]).await;
        assert!(outcome.holds() && outcome.sent == 2 && outcome.doubts == 0, "{outcome}");
        let said: Vec<String> = broadcasts(&town).await.into_iter().map(|sent| sent.message.text).collect();
        assert!(said[0].starts_with("Alerte") && said[1].starts_with("Fin d’alerte"), "{said:?}");
    });
}

#[test]
fn an_alert_that_may_be_out_and_is_ended_has_its_all_clear_and_comes_no_more() {
    run(async {
        let town = Town::new().await;
        let helene = crate::alerts::mayor(&town).await;
        town.neighbour_with_push().await;
        let lost = fault(NewFault { times: Some(1), ..to_topic(&town, FaultAction::DropAnswer) }).await;
        let alert = helene.post("alerts", flood()).await.expect(201);
        wait_until("it is tried", || async { (lost.hits() > 0).then_some(()) }).await;
        drop(lost);
        helene.post(&format!("alerts/{}/end", alert.text("id")), json!({})).await.expect(200);
        let keys = [false, true].map(|ended| crate::alerts::notice(&town, &alert, ended));
        let keys: Vec<NoticeKey> = futures::future::join_all(keys).await.into_iter().map(|notice| notice.key).collect();
        // Once the alert's lease has ended; side by side the all-clear would wait for it.
        for key in keys.chunks(1) {
            let by = SignedDuration::from_hours(2);
            assert_eq!(deliver_in(platform().await, by, &town.id, key).await, json!([]));
        }
        let outcome = outcome(&town, &keys[1..]).await;
        assert!(outcome.doubled.is_empty() && outcome.lost.is_empty(), "{outcome}");
        let said: Vec<String> = broadcasts(&town).await.into_iter().map(|sent| sent.message.text).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("Alerte") && said[1].starts_with("Fin d’alerte"), "{said:?}");
        let seen = helene.get(&format!("alerts/{}", alert.text("id"))).await.expect(200);
        assert_eq!((seen.text("told/state"), seen.text("ended/told/state")), ("unsure", "sent"));
    });
}
