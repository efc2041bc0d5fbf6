//! `deliver_notice`: one notice goes out once, whatever fails on the way.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Channel, ReportId};
use parvis_store::{Claim, DropReason, NoticeState};
use parvis_testkit::{FaultAction, NewFault, Service, Town, at, fault, platform, run, run_alone, wait_until};
use serde_json::{Value, json};

use super::{
    assert_dropped, assert_sent, carrying, change, channels, deliver, follow, invoke, ledger, message, newest, planned,
    reported, to_phone,
};

#[test]
fn two_deliverers_of_one_notice_send_it_once() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let cx = platform().await.cx();
        let same = [key.clone(), key.clone(), key.clone(), key.clone()];
        let (a, b) = futures::join!(deliver(cx, &town, &same), deliver(cx, &town, &same));
        assert!(a.is_empty() && b.is_empty());
        assert!(deliver(cx, &town, &same).await.is_empty(), "and a message that comes again");
        assert_eq!(carrying(&claire, &key).await.len(), 1);
        assert_sent(&town, &key).await;
        assert_eq!(ledger(&town, &key).await.attempts, 1);
    });
}

#[test]
fn two_devices_are_told_once_each() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let mut paul = town.neighbour_with_push().await;
        let phone = paul.clone();
        paul.add_device().await;
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        follow(&paul, &report).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert_eq!(channels(&paul.notices().await), ["push"], "the tablet");
        assert_eq!(channels(&phone.notices().await), ["push"], "the phone");
    });
}

#[test]
fn a_sender_that_throttles_and_fails_sends_once_when_it_is_back() {
    for action in [FaultAction::Throttle, FaultAction::Fail] {
        run(async {
            let town = Town::new().await;
            let (claire, report) = reported(&town).await;
            let broken = fault(NewFault { times: Some(4), ..to_phone(&claire, action) }).await;
            change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
            claire.wait_for_notices(1).await;
            town.settled().await;
            assert_eq!(channels(&claire.notices().await), ["sms"]);
            assert_eq!(broken.hits(), 4, "an SDK tries three times");
            let notice = ledger(&town, &newest(&town, &report, &claire, Channel::Sms).await).await;
            assert!(matches!(notice.state, NoticeState::Sent { .. }) && notice.attempts == 2, "{notice:?}");
            assert_eq!(notice.error, None);
        });
    }
}

#[test]
fn a_failed_try_is_given_back_with_its_reason_and_a_later_time() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let _broken = fault(to_phone(&claire, FaultAction::Fail)).await;
        let failed = deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await;
        assert_eq!(failed, [json!({ "itemIdentifier": "0" })], "the queue delivers it again");
        let notice = ledger(&town, &key).await;
        assert_eq!((&notice.state, notice.attempts), (&NoticeState::Planned, 1));
        assert!(notice.due > Timestamp::now() + SignedDuration::from_mins(3), "{notice:?}");
        assert!(notice.error.is_some_and(|error| error.contains("SNS")));
    });
}

#[test]
fn a_mark_that_fails_or_whose_answer_is_lost_does_not_send_again() {
    for action in [FaultAction::Fail, FaultAction::DropAnswer] {
        run_alone(async {
            let town = Town::new().await;
            let (claire, report) = reported(&town).await;
            let mark = Some(r#""name":{"S":"sent"}"#.to_owned());
            let rule = NewFault::new(Service::Dynamodb, action);
            let broken = NewFault { operation: Some("PutItem".to_owned()), contains: mark, times: Some(3), ..rule };
            let broken = fault(broken).await;
            change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
            town.settled().await;
            assert!(broken.hits() > 0);
            assert_eq!(channels(&claire.notices().await), ["sms"]);
            assert_sent(&town, &newest(&town, &report, &claire, Channel::Sms).await).await;
        });
    }
}

#[test]
fn a_mark_that_hangs_is_made_again_while_there_is_time() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let write =
            NewFault { operation: Some("PutItem".to_owned()), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        let write = NewFault { contains: Some(key.recipient()), times: Some(1), ..write };
        let _claim = fault(NewFault { ms: Some(1), ..write.clone() }).await;
        let hangs = fault(NewFault { ms: Some(25_000), ..write }).await;
        let began = std::time::Instant::now();
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        assert_eq!(hangs.hits(), 1);
        assert_sent(&town, &key).await;
        assert_eq!((carrying(&claire, &key).await.len(), ledger(&town, &key).await.doubts), (1, 0));
    });
}

#[test]
fn who_unfollows_while_notices_before_theirs_are_slow_is_not_told() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let paul = town.resident().await;
        follow(&paul, &report).await;
        let first = planned(&town, &report, &claire, Channel::Sms, None).await;
        let second = planned(&town, &report, &paul, Channel::Sms, None).await;
        let jobs = [message(&town, &first).await, message(&town, &second).await];
        let jobs = jobs.map(|one| serde_json::from_str::<Vec<Value>>(&one).unwrap()).concat();
        let body = serde_json::to_string(&jobs).unwrap();
        let event = json!({ "Records": [{ "messageId": "1", "body": body }] });
        let slow = fault(NewFault { ms: Some(60_000), ..to_phone(&claire, FaultAction::Slow) }).await;
        let cx = platform().await.cx();
        let leaves = async {
            wait_until("the first is being sent", || async { (slow.hits() > 0).then_some(()) }).await;
            // Longer than what was read before the first is taken for fresh.
            let stale = tokio::time::sleep(Duration::from_secs(3));
            paul.delete(&format!("reports/{report}/followers/me")).await.expect(204);
            stale.await;
            drop(slow);
        };
        let (failed, ()) = futures::join!(invoke(cx, "deliver_notice", event), leaves);
        assert!(failed.is_empty());
        assert_sent(&town, &first).await;
        assert_dropped(&town, &second, DropReason::Unfollowed).await;
        assert_eq!(carrying(&paul, &second).await.len(), 0);
    });
}

#[test]
fn a_message_whose_answer_is_lost_is_not_sent_again_before_the_lease_ends() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let lost = fault(NewFault { times: Some(1), ..to_phone(&claire, FaultAction::DropAnswer) }).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert_eq!((lost.hits(), channels(&claire.notices().await)), (1, vec!["sms".to_owned()]));
        let key = newest(&town, &report, &claire, Channel::Sms).await;
        let in_doubt = ledger(&town, &key).await;
        assert!(matches!(in_doubt.state, NoticeState::Sending { .. }), "nobody knows: {in_doubt:?}");
        let one = std::slice::from_ref(&key);
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&claire, &key).await.len(), 1, "also when the queue delivers again");

        let later = at(SignedDuration::from_secs(61)).await;
        later.run_schedule("sweep_unsent").await.unwrap();
        assert!(deliver(later.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&claire, &key).await.len(), 2, "lost would be worse than double");
        assert_sent(&town, &key).await;
        assert_eq!(ledger(&town, &key).await.doubts, 1, "and the ledger knows how it came about");
        town.settled().await;
    });
}

#[test]
fn a_sender_that_is_slower_than_its_limit_is_not_waited_for() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let slow = fault(NewFault { ms: Some(120_000), ..to_phone(&claire, FaultAction::Slow) }).await;
        let began = std::time::Instant::now();
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        assert!(began.elapsed() >= Duration::from_secs(10), "{:?}", began.elapsed());
        assert_eq!((slow.hits(), carrying(&claire, &key).await.len()), (1, 0), "it is held up still");
        assert!(matches!(ledger(&town, &key).await.state, NoticeState::Sending { .. }));
        drop(slow);
        claire.wait_for_notices(1).await;
        assert_eq!(carrying(&claire, &key).await.len(), 1, "it came, and nobody had learnt of it");
        let one = std::slice::from_ref(&key);
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&claire, &key).await.len(), 1, "not again before the lease ends");
        let later = at(SignedDuration::from_secs(61)).await;
        assert!(deliver(later.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&claire, &key).await.len(), 2, "the documented window: lost would be worse than double");
        assert_sent(&town, &key).await;
        assert_eq!(ledger(&town, &key).await.doubts, 1, "and the ledger knows how it came about");
    });
}

#[test]
fn tries_without_an_answer_come_ever_less_often() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let lost = fault(to_phone(&claire, FaultAction::DropAnswer)).await;
        let (one, mut passed) = (std::slice::from_ref(&key), SignedDuration::ZERO);
        for (tries, wait) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 60), (7, 60)] {
            let wait = SignedDuration::from_mins(wait);
            assert!(deliver(at(passed).await.cx(), &town, one).await.is_empty());
            passed += wait;
            // Its message may come again from the queue, in the company of others.
            let early = at(passed - SignedDuration::from_secs(20)).await;
            assert!(deliver(early.cx(), &town, one).await.is_empty());
            let notice = ledger(&town, &key).await;
            let NoticeState::Sending { lease_until } = notice.state else { panic!("nobody knows: {notice:?}") };
            let began = lease_until - SignedDuration::from_secs(60);
            assert_eq!((notice.doubts, began.duration_until(notice.due)), (tries, wait));
            assert_eq!(lost.hits(), u64::from(tries) + 1);
            passed += SignedDuration::from_secs(10);
        }
    });
}

#[test]
fn a_notice_that_cannot_be_read_keeps_none_beside_it_waiting() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let broken = planned(&town, &report, &claire, Channel::Sms, None).await;
        let good = planned(&town, &report, &claire, Channel::Sms, None).await;
        let jobs = [message(&town, &broken).await, message(&town, &good).await];
        let jobs = jobs.map(|one| serde_json::from_str::<Vec<Value>>(&one).unwrap()).concat();
        let store = &platform().await.cx().store;
        let update = store.clients().dynamodb().update_item().table_name(&store.names.table);
        let partition = format!("C#{}#notice#{}#{}", town.id, broken.event, broken.recipient());
        let update = update.key("pk", AttributeValue::S(partition)).key("sk", AttributeValue::S("sms".to_owned()));
        let update =
            update.update_expression("SET #data.#state.#name = :unheard").condition_expression("attribute_exists(pk)");
        let update = [("#data", "data"), ("#state", "state"), ("#name", "name")]
            .into_iter()
            .fold(update, |update, (name, attribute)| update.expression_attribute_names(name, attribute));
        update
            .expression_attribute_values(":unheard", AttributeValue::S("unheard_of".to_owned()))
            .send()
            .await
            .unwrap();
        let body = serde_json::to_string(&jobs).unwrap();
        let event = json!({ "Records": [{ "messageId": "1", "body": body }] });
        let failed = invoke(platform().await.cx(), "deliver_notice", event).await;
        assert_eq!(failed, [json!({ "itemIdentifier": "1" })], "the message comes again for the broken one");
        assert_sent(&town, &good).await;
        assert_eq!(carrying(&claire, &good).await.len(), 1);
    });
}

#[test]
fn who_stops_following_before_delivery_hears_nothing() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let jeanne = town.resident_by_mail().await;
        follow(&jeanne, &report).await;
        let key = planned(&town, &report, &jeanne, Channel::Email, None).await;
        jeanne.delete(&format!("reports/{report}/followers/me")).await.expect(204);
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        assert_dropped(&town, &key, DropReason::Unfollowed).await;
        assert!(jeanne.notices().await.is_empty());
    });
}

#[test]
fn a_report_that_is_not_public_is_told_to_its_reporter_and_to_staff_only() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut noise = town.problem();
        noise["category"] = json!("nuisances");
        let report = claire.post("reports", noise).await.expect(201).text("id").to_owned();
        let (neighbour, colleague) = (town.resident().await, town.agent().await);
        // Followed while it was public, or before an agent took it down.
        let id: ReportId = report.parse().unwrap();
        for follower in [&neighbour, &colleague] {
            town.commune().await.follow(id, 1, follower.account_id(), Timestamp::now()).await.unwrap();
        }
        change(&town.agent().await, &report, json!({ "to": "under_review", "note": "Une visite est prévue." })).await;
        town.settled().await;
        assert_eq!(channels(&claire.notices().await), ["sms"]);
        assert_eq!(channels(&colleague.notices().await), ["email"]);
        assert!(neighbour.notices().await.is_empty());
        assert_dropped(&town, &newest(&town, &report, &neighbour, Channel::Sms).await, DropReason::NotVisible).await;
    });
}

#[test]
fn a_notice_whose_deliverer_died_is_taken_over_when_its_lease_ends() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let lease = SignedDuration::from_secs(60);
        let held = town.commune().await.claim_notice(ledger(&town, &key).await, Timestamp::now(), lease).await.unwrap();
        assert!(matches!(held, Claim::Held(_)));
        let one = std::slice::from_ref(&key);
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert!(carrying(&claire, &key).await.is_empty(), "it may still be at work");
        let later = at(SignedDuration::from_secs(61)).await;
        later.run_schedule("sweep_unsent").await.unwrap();
        assert!(deliver(later.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&claire, &key).await.len(), 1);
        assert_sent(&town, &key).await;
        town.settled().await;
        assert_eq!(carrying(&claire, &key).await.len(), 1, "also with the message that the sweeper queued");
    });
}

#[test]
fn a_notice_that_fails_for_three_days_is_given_up() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let commune = town.commune().await;
        for hour in 0..12 {
            let now = Timestamp::now() + SignedDuration::from_hours(hour);
            let claim =
                commune.claim_notice(ledger(&town, &key).await, now, SignedDuration::from_secs(60)).await.unwrap();
            let Claim::Held(held) = claim else { panic!("{claim:?}") };
            commune.give_back(held, now, "SNS is not available".to_owned()).await.unwrap();
        }
        let waits = ledger(&town, &key).await;
        let later = at(SignedDuration::from_hours(73)).await;
        let broken = fault(to_phone(&claire, FaultAction::Fail)).await;
        assert!(deliver(later.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        assert_dropped(&town, &key, DropReason::GaveUp).await;
        assert_eq!(broken.hits(), 0);
        assert!(waits.due <= Timestamp::now() + SignedDuration::from_hours(12), "no wait is longer than an hour");
    });
}

#[test]
fn a_job_for_nothing_is_done_and_a_job_that_is_none_fails() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = newest(&town, &report, &claire, Channel::Email).await;
        assert!(deliver(platform().await.cx(), &town, &[key]).await.is_empty());
        let nonsense = json!({ "Records": [{ "messageId": "x", "body": "{}" }] });
        let failed: Vec<Value> = super::invoke(platform().await.cx(), "deliver_notice", nonsense).await;
        assert_eq!(failed, [json!({ "itemIdentifier": "x" })]);
        assert!(claire.notices().await.is_empty());
    });
}
