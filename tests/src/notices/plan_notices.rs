//! `plan_notices`: from an event to one notice per follower and channel.

use futures::{StreamExt, stream};
use jiff::Timestamp;
use parvis_domain::texts::status_label;
use parvis_domain::{AccountId, Actor, Contact, Event, EventId, Language, ReportId, Status};
use parvis_store::Account;
use parvis_testkit::{FaultAction, NewFault, Service, Town, fault, platform, run, wait_until};
use serde_json::json;

use super::{change, channels, follow, history, plan, reported};

#[test]
fn every_follower_is_told_once_per_channel_and_who_acted_is_not() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let (paul, jeanne) = (town.neighbour_with_push().await, town.resident_by_mail().await);
        let (agent, colleague) = (town.agent().await, town.agent().await);
        for follower in [&paul, &jeanne, &agent, &colleague] {
            follow(follower, &report).await;
        }
        change(&agent, &report, json!({ "to": "in_progress", "note": "L’équipe passe demain matin." })).await;
        town.settled().await;
        assert_eq!(channels(&claire.notices().await), ["sms"]);
        assert_eq!(channels(&paul.notices().await), ["push", "sms"]);
        assert_eq!(channels(&jeanne.notices().await), ["email"]);
        assert_eq!(channels(&colleague.notices().await), ["email"], "another agent who follows is a follower");
        assert!(agent.notices().await.is_empty(), "nobody is told of what they did themselves");
    });
}

#[test]
fn the_first_line_says_the_status_and_the_agents_words_in_the_readers_language() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let jeanne = town.neighbour_with_push().await;
        follow(&jeanne, &report).await;
        jeanne.patch("me", json!({ "language": "en", "channels": ["push"] })).await.expect(200);
        let resolved = json!({ "to": "resolved", "note": "Le trou est rebouché." });
        change(&town.agent().await, &report, resolved).await;
        town.settled().await;
        let link = format!("{}/{}/reports/{report}", platform().await.url(), town.id);

        let sms = &claire.notices().await[0].message.text;
        let head = format!("{} : Le trou est rebouché.", status_label(Language::Fr, Status::Resolved));
        assert!(sms.starts_with(&head) && sms.ends_with(&link), "{sms}");
        let push = &jeanne.notices().await[0].message;
        let first = push.text.lines().next().unwrap();
        let label = status_label(Language::En, Status::Resolved);
        assert!(first.starts_with(&label) && first.contains("Le trou est rebouché."), "{first}");
        assert_eq!(push.payload.as_ref().unwrap()["GCM"]["fcmV1Message"]["message"]["data"]["report"], *report);
    });
}

#[test]
fn a_date_is_told_in_words_and_the_question_and_its_answer_reach_the_other_side() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let neighbour = town.resident_by_mail().await;
        follow(&neighbour, &report).await;
        let agent = town.agent().await;
        change(&agent, &report, json!({ "to": "scheduled", "scheduled_for": "2099-11-24" })).await;
        change(&agent, &report, json!({ "to": "awaiting_reporter", "note": "À quel numéro ?" })).await;
        claire.post(&format!("reports/{report}/comments"), json!({ "text": "Au numéro 12." })).await.expect(201);
        town.settled().await;
        let to_claire: Vec<String> = claire.notices().await.into_iter().map(|s| s.message.text).collect();
        assert_eq!(to_claire.len(), 2, "not her own answer: {to_claire:#?}");
        assert!(to_claire.iter().any(|text| text.contains("mardi 24 novembre 2099")), "{to_claire:#?}");
        assert!(to_claire.iter().any(|text| text.contains("quel numéro ?")), "{to_claire:#?}");
        let mails = neighbour.notices().await;
        assert_eq!(mails.len(), 3, "{mails:#?}");
        let answer = mails.iter().find(|mail| mail.message.text.contains("Au numéro 12.")).expect("her answer");
        assert!(answer.message.text.contains("/me#channels"), "a mail says where to switch it off");
    });
}

#[test]
fn an_internal_comment_tells_nobody() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let words = json!({ "text": "Déjà signalé par son voisin.", "internal": true });
        town.agent().await.post(&format!("reports/{report}/comments"), words).await.expect(201);
        town.settled().await;
        assert_eq!(history(&town, &report).await.len(), 2, "it is in the history");
        assert!(claire.notices().await.is_empty());
    });
}

#[test]
fn who_wants_no_channel_is_told_nothing() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        claire.patch("me", json!({ "channels": [] })).await.expect(200);
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert!(claire.notices().await.is_empty());
    });
}

#[test]
fn a_record_that_comes_again_plans_nothing_twice() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let neighbour = town.neighbour_with_push().await;
        follow(&neighbour, &report).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        // Follows since after the event: a late record is old news.
        let latecomer = town.resident().await;
        follow(&latecomer, &report).await;
        let event = history(&town, &report).await.pop().unwrap();
        for _ in 0..3 {
            assert!(plan(platform().await.cx(), &town, &event).await.is_empty());
        }
        town.settled().await;
        assert_eq!(channels(&claire.notices().await), ["sms"]);
        assert_eq!(channels(&neighbour.notices().await), ["push", "sms"]);
        assert!(latecomer.notices().await.is_empty());
    });
}

#[test]
fn a_table_that_fails_for_a_moment_does_not_cost_a_delivery_of_the_record() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let event = history(&town, &report).await.pop().unwrap();
        let event = Event { id: EventId::new(Timestamp::now()), actor: Actor::FormerResident, ..event };
        let rule = NewFault::new(Service::Dynamodb, FaultAction::Fail);
        let ledger = Some(format!("C#{}#notice#", town.id));
        // Three calls for each try to write one notice.
        let rule = NewFault { operation: Some("PutItem".to_owned()), contains: ledger, times: Some(6), ..rule };
        let broken = fault(rule).await;
        assert!(plan(platform().await.cx(), &town, &event).await.is_empty());
        assert_eq!((broken.hits(), planned_for(&town, &event).await), (6, 1));
        town.settled().await;
        assert_eq!(channels(&claire.notices().await), ["sms"]);
    });
}

#[test]
fn who_begins_to_follow_a_moment_after_a_change_is_told_of_the_next_one_alone() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let (paul, agent) = (town.neighbour_with_push().await, town.agent().await);
        town.settled().await;
        let slow = NewFault { ms: Some(60_000), times: Some(1), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        let written = Some(format!("follower#{}", paul.account_id()));
        let slow =
            fault(NewFault { operation: Some("TransactWriteItems".to_owned()), contains: written, ..slow }).await;
        let changes = async {
            wait_until("who follows has read the report", || async { (slow.hits() > 0).then_some(()) }).await;
            change(&agent, &report, json!({ "to": "under_review" })).await;
            town.settled().await;
            drop(slow);
        };
        futures::join!(follow(&paul, &report), changes);
        town.settled().await;
        let follower =
            town.commune().await.follower(report.parse().unwrap(), paul.account_id()).await.unwrap().unwrap();
        assert_eq!(follower.seen, Some(2), "it was under review when it began to follow");
        assert!(paul.notices().await.is_empty());
        change(&agent, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;
        assert_eq!(channels(&paul.notices().await), ["push", "sms"]);
    });
}

#[test]
fn who_begins_to_follow_while_a_change_is_written_is_told_of_it() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let (paul, agent) = (town.neighbour_with_push().await, town.agent().await);
        let slow = NewFault { ms: Some(60_000), times: Some(1), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        town.settled().await;
        let written = Some(format!("C#{}#report#{report}", town.id));
        let slow =
            fault(NewFault { operation: Some("TransactWriteItems".to_owned()), contains: written, ..slow }).await;
        let follows = async {
            wait_until("the change is being written", || async { (slow.hits() > 0).then_some(()) }).await;
            let seen = paul.get(&format!("reports/{report}")).await.expect(200);
            assert_eq!(seen.text("status"), "received");
            follow(&paul, &report).await;
            drop(slow);
        };
        futures::join!(change(&agent, &report, json!({ "to": "under_review" })), follows);
        town.settled().await;
        assert_eq!(channels(&paul.notices().await), ["push", "sms"]);
    });
}

#[test]
fn a_table_that_fails_while_planning_loses_nobody_and_doubles_nobody() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let others = [town.neighbour_with_push().await, town.resident_by_mail().await, town.resident().await];
        for other in &others {
            follow(other, &report).await;
        }
        let rule = NewFault::new(Service::Dynamodb, FaultAction::Fail);
        let ledger = Some(format!("C#{}#notice#", town.id));
        let rule = NewFault { operation: Some("PutItem".to_owned()), contains: ledger, times: Some(7), ..rule };
        let broken = fault(rule).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert_eq!(broken.hits(), 7);
        assert_eq!(channels(&claire.notices().await), ["sms"]);
        let told = [&["push", "sms"][..], &["email"], &["sms"]];
        for (other, told) in others.iter().zip(told) {
            assert_eq!(channels(&other.notices().await), told);
        }
    });
}

#[test]
fn more_followers_than_a_page_are_all_told_and_a_planner_that_stopped_goes_on() {
    const FOLLOWERS: usize = 255;
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let id: ReportId = report.parse().unwrap();
        let commune = town.commune().await;
        let made = stream::iter(0..FOLLOWERS).map(|n| {
            let commune = commune.clone();
            async move {
                let contact = json!({ "email": format!("{n}@{}.exemple.fr", commune.id()) });
                let contact: Contact = serde_json::from_value(contact).unwrap();
                let account = Account::new(&contact, Language::Fr, Timestamp::now());
                commune.create_account(&account).await.unwrap();
                commune.follow(id, 1, account.id, Timestamp::now()).await.unwrap();
            }
        });
        made.buffer_unordered(8).collect::<Vec<()>>().await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        let event = history(&town, &report).await.pop().unwrap();
        let planned = || planned_for(&town, &event);
        wait_until("all are planned", || async { (planned().await == FOLLOWERS + 1).then_some(()) }).await;
        town.settled().await;

        let again = Event { id: EventId::new(Timestamp::now()), ..event.clone() };
        let (_, next) = commune.followers(id, 250, None).await.unwrap();
        commune.keep_planned_so_far(again.id, &next.expect("a second page"), Timestamp::now()).await.unwrap();
        assert!(plan(platform().await.cx(), &town, &again).await.is_empty());
        // The reporter follows too.
        assert_eq!(planned_for(&town, &again).await, FOLLOWERS + 1 - 250);
        town.settled().await;
    });
}

/// How many of the report's followers have a notice of this event by e-mail or SMS.
async fn planned_for(town: &Town, event: &Event) -> usize {
    let commune = town.commune().await;
    let (mut accounts, mut start) = (Vec::<AccountId>::new(), None);
    loop {
        let (followers, next) = commune.followers(event.report, 250, start).await.unwrap();
        accounts.extend(followers.into_iter().map(|follower| follower.account));
        start = next;
        if start.is_none() {
            break;
        }
    }
    let mut count = 0;
    for account in accounts {
        for channel in [parvis_domain::Channel::Email, parvis_domain::Channel::Sms] {
            let key = parvis_store::NoticeKey { event: event.id, account: Some(account), channel, device: None };
            count += usize::from(commune.notice(&key).await.unwrap().is_some());
        }
    }
    count
}
