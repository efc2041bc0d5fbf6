//! The schedule `announce_launches`: whoever asked is told once.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Channel, Contact};
use parvis_store::item::{commune_of, from_attributes};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::table::Condition;
use parvis_store::{Account, Announcement};
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, at, fault, platform, run_alone};
use serde_json::json;

use super::create_interest::{ask, waiting};
use crate::notices::{set_budget, used};

/// How often somebody was told that it is open.
async fn told(actor: &Actor) -> usize {
    let all = actor.messages().await;
    all.iter().filter(|sent| sent.message.notice.as_deref() == Some("launch")).count()
}

async fn mailbox(town: &Town) -> Actor {
    let address = format!("attente.{}@exemple.fr", uuid::Uuid::new_v4().simple());
    ask(town, json!({ "email": address })).await
}

fn address(actor: &Actor) -> String {
    match actor.contact.clone().expect("a contact") {
        Contact::Phone(phone) => phone.to_string(),
        Contact::Email(email) => email.to_string(),
    }
}

#[test]
fn everybody_who_asked_is_told_once_however_often_it_runs_and_then_forgotten() {
    run_alone(async {
        let (town, other) = (Town::in_draft().await, Town::in_draft().await);
        let (phone, mail) = (ask(&town, town.new_contact()).await, mailbox(&town).await);
        let elsewhere = ask(&other, other.new_contact()).await;
        town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
        let claire = town.resident().await;
        claire.post("launch/interest", json!({})).await.expect(202);
        let soon = at(SignedDuration::from_secs(5)).await;
        soon.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, waiting(&town).await.len()), (0, 3), "it is not open yet");

        town.launch(json!({ "phase": "live" })).await;
        let run = || async { soon.run_schedule("announce_launches").await.expect("a run") };
        futures::join!(run(), run(), run());
        for actor in [&phone, &mail, &claire] {
            assert_eq!(told(actor).await, 1, "{}", address(actor));
        }
        let texts = phone.messages().await;
        let text =
            &texts.iter().find(|sent| sent.message.notice.as_deref() == Some("launch")).expect("it").message.text;
        let site = &platform().await.cx().store.names.public_url;
        assert!(text.contains("c’est ouvert") || text.contains("c'est ouvert"), "{text}");
        assert!(text.contains(&format!("{site}/{}", town.id)), "{text}");
        assert_eq!(waiting(&town).await.len(), 0);
        // Once more when nobody can come to the list any more, then never.
        let later = at(SignedDuration::from_mins(2)).await;
        later.run_schedule("announce_launches").await.expect("a run");
        town.launch(json!({ "phase": "paused" })).await;
        town.launch(json!({ "phase": "live" })).await;
        later.run_schedule("announce_launches").await.expect("a run");
        for actor in [&phone, &mail, &claire] {
            assert_eq!(told(actor).await, 1, "{}", address(actor));
        }
        assert_eq!((told(&elsewhere).await, waiting(&other).await.len()), (0, 1));
    });
}

#[test]
fn who_could_not_be_told_is_told_later_and_does_not_keep_the_others_waiting() {
    run_alone(async {
        let town = Town::in_draft().await;
        let (phone, mail) = (ask(&town, town.new_contact()).await, mailbox(&town).await);
        town.launch(json!({ "phase": "live" })).await;
        {
            let rule = NewFault::new(Service::Sns, FaultAction::Fail);
            let broken = fault(NewFault { contains: Some(address(&phone)), ..rule }).await;
            let soon = at(SignedDuration::from_secs(5)).await;
            soon.run_schedule("announce_launches").await.expect("a run");
            assert!(broken.hits() > 0, "nothing was in the way");
        }
        assert_eq!((told(&phone).await, told(&mail).await, waiting(&town).await.len()), (0, 1, 1));
        let later = at(SignedDuration::from_mins(8)).await;
        later.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, told(&mail).await, waiting(&town).await.len()), (1, 1, 0));
    });
}

#[test]
fn a_run_that_dies_after_the_message_is_out_leaves_it_to_nobody_while_its_claim_holds() {
    run_alone(async {
        let town = Town::in_draft().await;
        let phone = ask(&town, town.new_contact()).await;
        town.launch(json!({ "phase": "live" })).await;
        {
            let rule = NewFault::new(Service::Dynamodb, FaultAction::Fail);
            let (operation, contains) = (Some("DeleteItem".to_owned()), Some(town.id.to_string()));
            let broken = fault(NewFault { operation, contains, ..rule }).await;
            let soon = at(SignedDuration::from_secs(5)).await;
            let _ = soon.run_schedule("announce_launches").await;
            assert!(broken.hits() > 0, "nothing was in the way");
        }
        assert_eq!((told(&phone).await, waiting(&town).await.len()), (1, 1));
        for minutes in [2, 4, 8] {
            let later = at(SignedDuration::from_mins(minutes)).await;
            later.run_schedule("announce_launches").await.expect("a run");
            assert_eq!(told(&phone).await, 1, "after {minutes} minutes");
        }
    });
}

#[test]
fn a_commune_that_pauses_before_everybody_is_told_keeps_the_others_in_the_list() {
    run_alone(async {
        let town = Town::in_draft().await;
        let phone = ask(&town, town.new_contact()).await;
        {
            // Nobody is to be told before the pause, by whatever run.
            let rule = NewFault::new(Service::Sns, FaultAction::Fail);
            let _broken = fault(NewFault { contains: Some(address(&phone)), ..rule }).await;
            town.launch(json!({ "phase": "live" })).await;
            town.launch(json!({ "phase": "paused" })).await;
        }
        // Later than anybody waits after a try that failed.
        let later = at(SignedDuration::from_mins(8)).await;
        later.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, waiting(&town).await.len()), (0, 1));
        town.launch(json!({ "phase": "live" })).await;
        later.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, waiting(&town).await.len()), (1, 0));
    });
}

/// A resident of the pilot with a phone and a mailbox who waits at the phone, and the mailbox.
async fn with_both(town: &Town) -> (Actor, Actor) {
    town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
    let (commune, claire) = (town.commune().await, town.resident().await);
    let account = commune.account(claire.account_id()).await.expect("an answer").expect("an account");
    let address = format!("claire-{}@exemple.fr", town.id);
    let account =
        Account { email: Some(address.parse().expect("an address")), channels: vec![Channel::Sms], ..account };
    commune.update_account(&account).await.expect("changed");
    claire.post("launch/interest", json!({})).await.expect(202);
    let mut mailbox = claire.clone();
    mailbox.contact = Some(serde_json::from_value(json!({ "email": address })).expect("a contact"));
    (claire, mailbox)
}

fn to_phone(actor: &Actor, action: FaultAction) -> NewFault {
    let operation = Some("Publish".to_owned());
    NewFault { operation, contains: Some(address(actor)), ..NewFault::new(Service::Sns, action) }
}

#[test]
fn what_the_budget_keeps_for_codes_is_not_spent_and_who_has_a_mailbox_is_told_there() {
    run_alone(async {
        let town = Town::in_draft().await;
        let phone = ask(&town, town.new_contact()).await;
        let (claire, mailbox) = with_both(&town).await;
        assert!(town.commune().await.charge_code(40, u32::MAX, Timestamp::now()).await.expect("counted"));
        let spent = used(&town).await;
        // Codes may use half as much again, which is room for this message.
        set_budget(&town, spent).await;
        town.launch(json!({ "phase": "live" })).await;
        let soon = at(SignedDuration::from_secs(5)).await;
        soon.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, told(&claire).await, told(&mailbox).await), (0, 0, 1));
        assert_eq!((used(&town).await, waiting(&town).await), (spent, vec![json!(phone.contact)]));
        let (all, _) = town.commune().await.interests(10, None).await.expect("a list");
        assert_eq!(all[0].tries, 0, "it is no try");
        set_budget(&town, spent + 20).await;
        let next_day = at(SignedDuration::from_hours(25)).await;
        next_day.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, told(&mailbox).await, waiting(&town).await.len()), (1, 1, 0));
    });
}

#[test]
fn a_phone_that_answers_stop_is_noted_at_its_account_which_is_told_in_its_mailbox() {
    run_alone(async {
        let town = Town::in_draft().await;
        let guest = ask(&town, town.new_contact()).await;
        let (claire, mailbox) = with_both(&town).await;
        let spent = used(&town).await;
        let stops = [
            fault(to_phone(&guest, FaultAction::OptedOut)).await,
            fault(to_phone(&claire, FaultAction::OptedOut)).await,
        ];
        town.launch(json!({ "phase": "live" })).await;
        let soon = at(SignedDuration::from_secs(5)).await;
        soon.run_schedule("announce_launches").await.expect("a run");
        assert!(stops.iter().all(|stop| stop.hits() > 0), "nothing was in the way");
        assert_eq!((told(&guest).await, told(&claire).await, told(&mailbox).await), (0, 0, 1));
        assert_eq!((waiting(&town).await.len(), used(&town).await), (0, spent), "nothing went out as a text message");
        assert_eq!(claire.get("me").await.expect(200).text("sms_consent/withdrawn/by"), "stop");
    });
}

#[test]
fn somebody_is_given_up_after_three_days_of_tries_and_not_before() {
    run_alone(async {
        let town = Town::in_draft().await;
        let phone = ask(&town, town.new_contact()).await;
        let spent = used(&town).await;
        let (commune, _broken) = (town.commune().await, fault(to_phone(&phone, FaultAction::Fail)).await);
        let (all, _) = commune.interests(10, None).await.expect("a list");
        let mut tried = all[0].clone();
        tried.tries = 60;
        commune.table().put(&tried, Condition::Any).await.expect("a write");
        town.launch(json!({ "phase": "live" })).await;
        for hours in [2, 40] {
            let later = at(SignedDuration::from_hours(hours)).await;
            later.run_schedule("announce_launches").await.expect("a run");
            assert_eq!(waiting(&town).await.len(), 1, "after {hours} hours");
        }
        assert_eq!(used(&town).await, spent, "what is certainly not out is not counted");
        let later = at(SignedDuration::from_hours(74)).await;
        later.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, waiting(&town).await.len()), (0, 0));
    });
}

#[test]
fn a_message_of_which_nobody_knows_whether_it_is_out_is_sent_three_times_at_most() {
    run_alone(async {
        let town = Town::in_draft().await;
        let phone = ask(&town, town.new_contact()).await;
        let lost = fault(to_phone(&phone, FaultAction::DropAnswer)).await;
        town.launch(json!({ "phase": "live" })).await;
        for hours in 1..7 {
            let later = at(SignedDuration::from_hours(hours)).await;
            later.run_schedule("announce_launches").await.expect("a run");
        }
        assert_eq!((lost.hits(), waiting(&town).await.len()), (3, 0));
    });
}

#[test]
fn a_run_that_still_has_an_older_order_does_not_end_a_newer_one() {
    run_alone(async {
        let town = Town::in_draft().await;
        let phone = ask(&town, town.new_contact()).await;
        let commune = town.commune().await;
        let later = SignedDuration::from_mins(20);
        {
            let _broken = fault(to_phone(&phone, FaultAction::Fail)).await;
            town.launch(json!({ "phase": "live" })).await;
            let older = order(&town).await;
            town.launch(json!({ "phase": "paused" })).await;
            town.launch(json!({ "phase": "live" })).await;
            assert!(order(&town).await.live > older.live);
            commune.walked(&older, older.live + later, None).await.expect("an answer");
            commune.walked(&older, older.live + later, Some(older.live + later * 100)).await.expect("an answer");
            assert!(order(&town).await.live > older.live, "it is there, and the newer one");
        }
        at(later).await.run_schedule("announce_launches").await.expect("a run");
        assert_eq!((told(&phone).await, waiting(&town).await.len()), (1, 0));
    });
}

/// The order to tell those who wait.
async fn order(town: &Town) -> Announcement {
    let (store, soon) = (&platform().await.cx().store, Timestamp::now() + SignedDuration::from_hours(1));
    for shard in 0..DUE_SHARDS {
        for item in store.due(DueTask::Announcement, shard, soon, 1000, None).await.expect("a page").items {
            if commune_of(&item).as_ref() == Some(&town.id) {
                return from_attributes(item).expect("an announcement");
            }
        }
    }
    panic!("there is none");
}
