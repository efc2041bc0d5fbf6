//! `sweep_unsent`: what got lost on the way is found again.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::Channel;
use parvis_store::Claim;
use parvis_testkit::{FaultAction, NewFault, Service, Town, at, fault, run, run_alone};
use serde_json::json;

use super::{assert_sent, carrying, change, channels, ledger, planned, reported};

#[test]
fn a_notice_whose_message_was_lost_is_sent_once() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let soon = at(SignedDuration::from_secs(60)).await;
        soon.run_schedule("sweep_unsent").await.unwrap();
        assert_eq!(ledger(&town, &key).await.swept, 0, "its message may still be under way");
        let later = at(SignedDuration::from_mins(3)).await;
        for _ in 0..3 {
            later.run_schedule("sweep_unsent").await.unwrap();
        }
        claire.wait_for_notices(1).await;
        town.settled().await;
        assert_eq!(carrying(&claire, &key).await.len(), 1);
        assert_sent(&town, &key).await;
    });
}

#[test]
fn a_sweep_between_the_message_and_the_mark_does_not_hinder_the_mark() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let (commune, now, lease) = (town.commune().await, Timestamp::now(), SignedDuration::from_secs(60));
        let claim = commune.claim_notice(ledger(&town, &key).await, now, lease).await.unwrap();
        let Claim::Held(held) = claim else { panic!("{claim:?}") };
        // A sweeper whose clock is ahead of the deliverer's.
        let ahead = now + SignedDuration::from_mins(3);
        assert!(commune.store().postpone_notice(&town.id, ledger(&town, &key).await, ahead).await.unwrap());
        commune.mark_sent(held.clone(), now, "1".to_owned()).await.unwrap();
        assert_sent(&town, &key).await;
        commune.mark_sent(held.clone(), now, "1".to_owned()).await.unwrap();
        assert!(commune.mark_sent(held, now, "2".to_owned()).await.is_err(), "somebody else's");
        assert_eq!(ledger(&town, &key).await.doubts, 0);
    });
}

#[test]
fn a_queue_that_takes_nothing_costs_a_delay_and_no_notice() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let neighbour = town.resident_by_mail().await;
        super::follow(&neighbour, &report).await;
        let closed = NewFault {
            operation: Some("SendMessageBatch".to_owned()),
            ..NewFault::new(Service::Sqs, FaultAction::Fail)
        };
        let closed = fault(NewFault { contains: Some(town.id.to_string()), ..closed }).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert!(closed.hits() > 0);
        assert!(claire.notices().await.is_empty() && neighbour.notices().await.is_empty());
        drop(closed);
        at(SignedDuration::from_mins(3)).await.run_schedule("sweep_unsent").await.unwrap();
        claire.wait_for_notices(1).await;
        neighbour.wait_for_notices(1).await;
        town.settled().await;
        assert_eq!(channels(&claire.notices().await), ["sms"]);
        assert_eq!(channels(&neighbour.notices().await), ["email"]);
    });
}

#[test]
fn what_waits_is_not_queued_anew_every_minute() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let commune = town.commune().await;
        let mut minute = 0;
        let mut queued_at = Vec::new();
        for swept in 1..=4 {
            // The store's half of the sweeper alone, so that no deliverer comes in between.
            loop {
                minute += 1;
                let now = Timestamp::now() + SignedDuration::from_mins(minute);
                let notice = ledger(&town, &key).await;
                if notice.due <= now {
                    assert!(commune.store().postpone_notice(&town.id, notice.clone(), now).await.unwrap());
                    assert!(!commune.store().postpone_notice(&town.id, notice, now).await.unwrap(), "one run has it");
                    break;
                }
            }
            queued_at.push(minute);
            assert_eq!(ledger(&town, &key).await.swept, swept);
        }
        assert_eq!(queued_at, [2, 4, 8, 16]);
        assert!(carrying(&claire, &key).await.is_empty());
    });
}
