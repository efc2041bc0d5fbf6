//! A deliverer that dies: before the message is out nothing is lost or doubled, in the documented window the message comes
//! twice and the ledger knows, and at any moment nothing worse than that happens.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::Channel;
use parvis_store::{NoticeKey, NoticeState};
use parvis_testkit::{
    FaultAction, NewFault, Outcome, Service, Tally, Town, dies_in_call, dies_meeting, fault, named, platform, run, seed,
};
use serde_json::json;

use super::{close_the_books, deliver_in, deliver_what_is_left};
use crate::notices::{ledger, planned, reported};

async fn deliver(town: &Town, keys: &[NoticeKey]) {
    assert_eq!(deliver_in(platform().await, SignedDuration::ZERO, &town.id, keys).await, json!([]));
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

#[test]
fn one_that_dies_before_the_message_is_out_costs_a_delay_and_nothing_else() {
    run(async {
        let town = Town::new().await;
        let (claire, luc) = (town.resident().await, town.agent().await);
        let mut noise = town.problem();
        noise["category"] = json!("nuisances");
        let report = claire.post("reports", noise).await.expect(201);
        town.commune().await.follow(report.value("id"), 1, luc.account_id(), Timestamp::now()).await.unwrap();
        let key = planned(&town, report.text("id"), &luc, Channel::Email, None).await;
        // Whether somebody is staff, and may see what is private, is read between the claim and the message.
        let staff = Some(format!("C#{}#staff", town.id));
        let slow = NewFault { contains: staff, ms: Some(5_000), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        let slow = fault(NewFault { operation: Some("GetItem".to_owned()), ..slow }).await;
        let died = dies_meeting(&slow, deliver(&town, std::slice::from_ref(&key))).await.is_none();
        assert!(died, "reading");
        drop(slow);
        assert!(matches!(ledger(&town, &key).await.state, NoticeState::Sending { .. }), "it had claimed");
        let outcome = outcome(&town, &[key]).await;
        assert!(outcome.holds() && outcome.sent == 1 && outcome.doubts == 1, "{outcome}");
    });
}

#[test]
fn one_that_dies_between_the_message_and_the_mark_doubles_it_and_the_ledger_knows() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let mark = NewFault { ms: Some(5_000), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        // Its second write, after the claim, is the mark.
        let account = Some(key.recipient());
        let mark = NewFault { operation: Some("PutItem".to_owned()), contains: account, ..mark };
        let claimed = fault(NewFault { ms: Some(1), times: Some(1), ..mark.clone() }).await;
        let slow = fault(mark).await;
        let died = dies_meeting(&slow, deliver(&town, std::slice::from_ref(&key))).await.is_none();
        assert!(died && claimed.hits() == 1, "claimed, and died marking");
        drop(slow);
        let outcome = outcome(&town, &[key]).await;
        assert!(outcome.holds() && outcome.sent == 2 && outcome.doubled_in_window.len() == 1, "{outcome}");
    });
}

#[test]
fn deliverers_that_die_at_random_moments_lose_nothing_and_double_only_within_the_window() {
    let seed = seed(4_711);
    println!("PARVIS_SEED={seed}");
    run(async {
        let mut random = Rng::with_seed(seed);
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let mut keys = Vec::new();
        for _ in 0..40 {
            keys.push(planned(&town, &report, &claire, Channel::Sms, None).await);
        }
        let mut died = 0;
        for some in keys.chunks(4) {
            // The first four look the notices up; the four claims and marks and what is read between them are the rest.
            let (call, about) = (random.u32(5..=20), claire.account_id().to_string());
            died += u32::from(dies_in_call(call, Service::Dynamodb, &about, deliver(&town, some)).await.is_none());
        }
        let outcome = outcome(&town, &keys).await;
        println!("{outcome}");
        assert!(outcome.holds(), "PARVIS_SEED={seed}: {outcome}");
        assert_eq!(outcome.sent as usize, keys.len() + outcome.doubled_in_window.len(), "PARVIS_SEED={seed}");
        assert!(died > 5 && outcome.doubts > 0, "PARVIS_SEED={seed}: {died} died at work: {outcome}");
    });
}

#[test]
fn deliverers_and_sweepers_side_by_side_send_each_notice_once() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let mut keys = Vec::new();
        for _ in 0..10 {
            keys.push(planned(&town, &report, &claire, Channel::Sms, None).await);
        }
        let platform = platform().await;
        let deliveries = (0..6).map(|_| deliver_in(platform, SignedDuration::ZERO, &town.id, &keys));
        for failed in futures::future::join_all(deliveries).await {
            assert_eq!(failed, json!([]));
        }
        let outcome = outcome(&town, &keys).await;
        assert!(outcome.holds() && outcome.doubts == 0 && outcome.doubled_in_window.is_empty(), "{outcome}");
    });
}
