//! The schedule `announce_launches`: whoever asked is told once.

use jiff::SignedDuration;
use parvis_domain::Contact;
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, at, fault, platform, run_alone};
use serde_json::json;

use super::create_interest::{ask, waiting};

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
            // The schedule may run at any moment; nobody is to be told before the pause.
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
