//! Text messages of a month: counted once, told of once, and nobody unheard when they are used up.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, Channel, EventId, Month, ReportId};
use parvis_store::{AuditActor, Charged, Claim, Commune, DropReason, Notice, NoticeKey, NoticeState, StoreError};
use parvis_testkit::{Actor, Town, at, run, run_alone, wait_until};
use serde_json::json;

use super::{change, follow, history};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Lets a commune send so many parts a month, as operators do.
pub(crate) async fn set_budget(town: &Town, parts: u32) {
    let by = AuditActor::System { function: "test".to_owned() };
    let commune = town.commune().await;
    let decided = commune.decide(by, "set_plan", Timestamp::now(), |standing| {
        standing.plan.sms_a_month = parts;
        Ok::<_, StoreError>(())
    });
    assert_eq!(decided.await.expect("decided").plan.sms_a_month, parts);
}

/// How many parts of text messages this month has seen.
pub(crate) async fn used(town: &Town) -> u32 {
    town.commune().await.sms_used(Timestamp::now()).await.expect("the table answers").parts
}

/// Has an agent start on the report; gives the event.
async fn started(town: &Town, agent: &Actor, report: &str) -> EventId {
    change(agent, report, json!({ "to": "in_progress" })).await;
    history(town, report).await.last().expect("an event").id
}

async fn by_sms(town: &Town, event: EventId, account: AccountId) -> Option<Notice> {
    let key = NoticeKey { event, account: Some(account), channel: Channel::Sms, device: None };
    town.commune().await.notice(&key).await.expect("the table answers")
}

#[test]
fn a_notice_is_counted_once_however_often_it_is_tried_and_not_at_all_when_it_is_dropped() {
    run(async {
        let town = Town::new().await;
        let (commune, now) = (town.commune().await, Timestamp::now());
        let new = || {
            let key = NoticeKey {
                event: EventId::new(now),
                account: Some(AccountId::new(now)),
                channel: Channel::Sms,
                device: None,
            };
            Notice::new(key, (ReportId::new(now), 1), now)
        };
        let claim = async |notice: &Notice, now| match commune.claim_notice(notice.clone(), now, LEASE).await {
            Ok(Claim::Held(held)) => held,
            other => panic!("{other:?}"),
        };
        let (sent, dropped) = (new(), new());
        for notice in [&sent, &dropped] {
            assert!(commune.plan_notice(notice).await.expect("the table answers"));
        }
        let mut held = claim(&sent, now).await;
        let stale = held.clone();
        assert_eq!(commune.charge_sms(&mut held, 2, Some(3), now).await.expect("counted"), Charged::Counted);
        assert_eq!(used(&town).await, 2);
        // The same try again, from what it knew before; and the next try, after the first gave it back.
        let mut again = stale;
        assert_eq!(commune.charge_sms(&mut again, 2, Some(3), now).await.expect("counted"), Charged::Counted);
        commune.give_back(held, now, "SNS was out".to_owned()).await.expect("given back");
        let found = commune.notice(&sent.key).await.expect("the table answers").expect("the notice");
        let mut held = claim(&found, now).await;
        assert_eq!(commune.charge_sms(&mut held, 2, Some(3), now).await.expect("counted"), Charged::Counted);
        assert_eq!(used(&town).await, 2);
        commune.mark_sent(held, now, "1".to_owned()).await.expect("marked");

        let mut held = claim(&dropped, now).await;
        assert_eq!(commune.charge_sms(&mut held, 2, Some(3), now).await.expect("answered"), Charged::Spent);
        assert_eq!(used(&town).await, 2);
        assert_eq!(commune.charge_sms(&mut held, 2, None, now).await.expect("answered"), Charged::Counted);
        assert_eq!(used(&town).await, 4);
        commune.drop_notice(held, now, DropReason::RecipientGone).await.expect("dropped");
        assert_eq!(used(&town).await, 2, "the phone was gone: nothing was sent");
    });
}

/// A new notice by SMS, claimed.
async fn held(commune: &Commune, now: Timestamp) -> Notice {
    let (event, account) = (EventId::new(now), AccountId::new(now));
    let key = NoticeKey { event, account: Some(account), channel: Channel::Sms, device: None };
    let notice = Notice::new(key, (ReportId::new(now), 1), now);
    commune.plan_notice(&notice).await.expect("planned");
    match commune.claim_notice(notice, now, LEASE).await {
        Ok(Claim::Held(held)) => held,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_count_that_many_make_at_once_is_exact() {
    run(async {
        let town = Town::new().await;
        let (commune, now) = (town.commune().await, Timestamp::now());
        let charges = (0..20).map(|_| async {
            let mut held = held(&commune, now).await;
            commune.charge_sms(&mut held, 1, Some(12), now).await.expect("answered")
        });
        let charged = futures::future::join_all(charges).await;
        assert_eq!(charged.iter().filter(|charged| **charged == Charged::Counted).count(), 12);
        assert_eq!(used(&town).await, 12);
    });
}

#[test]
fn thousands_at_once_are_counted_in_several_places_and_taken_off_again_where_they_were_counted() {
    run(async {
        let town = Town::new().await;
        let (commune, now) = (town.commune().await, Timestamp::now());
        let charges = (0..60).map(|_| async {
            let mut held = held(&commune, now).await;
            let charged = commune.charge_sms(&mut held, 2, Some(100_000), now).await.expect("answered");
            assert_eq!(charged, Charged::Counted);
            held
        });
        let held = futures::future::join_all(charges).await;
        assert_eq!(used(&town).await, 120);
        let places = async || {
            let table = crate::identity::table().await;
            crate::identity::traces::items_with(&table, &[format!("C#{}#sms", town.id)]).await.len()
        };
        let spread = places().await;
        assert!(spread > 3, "{spread} items");
        assert_eq!(commune.usage(Month::of(now)).await.expect("an answer").sms_parts, 120);
        for notice in held.into_iter().take(20) {
            commune.drop_notice(notice, now, DropReason::RecipientGone).await.expect("dropped");
        }
        assert_eq!((used(&town).await, places().await), (80, spread), "none was made for taking off");
        commune.keep_budget_told(50, now).await.expect("noted");
        commune.keep_budget_told(20, now).await.expect("an answer");
        let noted = commune.sms_used(now).await.expect("an answer");
        assert_eq!((noted.parts, noted.told), (80, 50));
        // The end of the budget is in one place: what is spread counts there.
        let charged = commune.charge_announcement(3, 82, now).await.expect("an answer");
        assert!(!charged && commune.charge_announcement(2, 82, now).await.expect("an answer"));
        assert_eq!(used(&town).await, 82);
    });
}

#[test]
fn beyond_the_budget_another_channel_stands_in_and_who_has_none_is_still_told() {
    run_alone(async {
        let town = Town::new().await;
        let (agent, claire) = (town.agent().await, town.resident().await);
        let marc = town.neighbour_with_push().await;
        let mut sophie = town.resident().await;
        // Sophie takes text messages only, and has a mailbox too.
        let commune = town.commune().await;
        let account = commune.account(sophie.account_id()).await.expect("the table answers").expect("an account");
        let mailbox = format!("sophie-{}@exemple.fr", town.id);
        let account = parvis_store::Account {
            email: Some(mailbox.parse().expect("an address")),
            channels: vec![Channel::Sms],
            ..account
        };
        commune.update_account(&account).await.expect("changed");
        let report = town.report(&claire).await.text("id").to_owned();
        for neighbour in [&marc, &sophie] {
            follow(neighbour, &report).await;
        }
        town.settled().await;
        set_budget(&town, 0).await;
        let before = used(&town).await;
        let event = started(&town, &agent, &report).await;

        claire.wait_for_notices(1).await;
        let by_push = marc.wait_for_notices(1).await;
        assert!(by_push.iter().all(|sent| sent.message.channel == parvis_testkit::Channel::Push), "{by_push:#?}");
        sophie.contact = Some(serde_json::from_value(json!({ "email": mailbox })).expect("a contact"));
        let by_mail = sophie.wait_for_notices(1).await;
        assert_eq!(by_mail[0].message.channel, parvis_testkit::Channel::Email);
        town.settled().await;
        // What waited for the other channel to tell finds that it has.
        let later = at(SignedDuration::from_mins(20)).await;
        later.run_schedule("sweep_unsent").await.expect("the sweeper runs");
        for account in [marc.account_id(), sophie.account_id()] {
            let left_out = wait_until("the text message is left out", || async {
                by_sms(&town, event, account).await.filter(Notice::is_done)
            });
            let state = left_out.await.state;
            assert!(matches!(state, NoticeState::Dropped { reason: DropReason::SmsBudget, .. }), "{state:?}");
        }
        town.settled().await;
        let text = by_sms(&town, event, claire.account_id()).await.expect("a notice");
        assert!(matches!(text.state, NoticeState::Sent { .. }), "{text:?}");
        let parts = text.charged.expect("counted").parts;
        assert_eq!(used(&town).await, before + parts, "one text message, Claire's");
        assert_eq!((claire.notices().await.len(), marc.notices().await.len(), sophie.notices().await.len()), (1, 1, 1));
    });
}

#[test]
fn administrators_are_told_in_french_once_at_each_share() {
    run(async {
        let town = Town::new().await;
        let (agent, nadia, claire) = (town.agent().await, town.administrator().await, town.resident().await);
        let (first, second) = (town.report(&claire).await, town.report(&claire).await);
        town.settled().await;
        let told = async || {
            let mut subjects: Vec<String> =
                nadia.notices().await.into_iter().filter_map(|sent| sent.message.subject).collect();
            subjects.sort();
            subjects
        };
        // With this one and the codes so far it is half of the budget, and not four fifths.
        set_budget(&town, 2 * (used(&town).await + 1)).await;
        started(&town, &agent, first.text("id")).await;
        claire.wait_for_notices(1).await;
        town.settled().await;
        let subjects = told().await;
        assert_eq!(subjects.len(), 1, "{subjects:?}");
        assert!(subjects[0].starts_with(&format!("{} : 50 % des SMS de ", town.settings.name)), "{subjects:?}");
        set_budget(&town, used(&town).await + 1).await;
        started(&town, &agent, second.text("id")).await;
        claire.wait_for_notices(2).await;
        town.settled().await;
        let subjects = told().await;
        assert_eq!(subjects.len(), 3, "{subjects:?}");
        assert!(subjects.iter().any(|s| s.contains("80 %")) && subjects.iter().any(|s| s.contains("100 %")));
        let all = nadia.notices().await;
        let spent = all.iter().find(|sent| sent.message.subject.as_deref().is_some_and(|s| s.contains("100 %")));
        let text = &spent.expect("the last mail").message.text;
        assert!(text.contains("pour que personne ne reste sans réponse"), "{text}");
    });
}

#[test]
fn codes_go_out_beyond_the_budget_up_to_a_reserve_and_by_mail_after_that() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        set_budget(&town, 2).await;
        for _ in 0..3 {
            guest.post("challenges", json!({ "contact": town.new_contact() })).await.expect(202);
        }
        let refused = guest.post("challenges", json!({ "contact": town.new_contact() })).await;
        let refused = refused.problem("too_many_requests");
        assert!(refused.text("detail").contains("donnez plutôt une adresse électronique"), "{refused}");
        let mailbox = format!("paul-{}@exemple.fr", town.id);
        guest.post("challenges", json!({ "contact": { "email": mailbox } })).await.expect(202);
        assert_eq!(used(&town).await, 3);
    });
}

#[test]
fn that_somebody_was_told_makes_no_count_where_there_is_none() {
    run(async {
        let town = Town::new().await;
        town.commune().await.keep_budget_told(50, Timestamp::now()).await.expect("the table answers");
        let left =
            crate::identity::traces::items_with(&crate::identity::table().await, &[format!("C#{}#sms", town.id)]).await;
        assert_eq!(left, Vec::<String>::new());
    });
}
