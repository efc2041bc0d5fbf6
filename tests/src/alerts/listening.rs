//! Which apps listen to their commune's alerts: those of accounts that take push messages, and only as long as they do.

use std::collections::BTreeSet;

use parvis_testkit::{Actor, FaultAction, FaultGuard, NewFault, Service, Town, fault, platform, run, seed};
use serde_json::{Value, json};

use super::{broadcasts, endpoints, flood, listeners, mayor, pushes, told};

fn app() -> Value {
    json!({ "platform": "fcm", "token": format!("device-{}", uuid::Uuid::new_v4().simple()) })
}

async fn register(actor: &Actor, app: &Value) -> String {
    actor.put("me/devices", app.clone()).await.expect(200).text("id").to_owned()
}

#[test]
fn an_app_listens_from_its_registration_to_its_sign_out() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let app = app();
        let id = register(&claire, &app).await;
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&claire).await, 1));
        assert_eq!(register(&claire, &app).await, id);
        assert_eq!(listeners(&town).await.len(), 1, "registered again, it listens once");
        claire.add_browser().await;
        assert_eq!(listeners(&town).await.len(), 1, "no browser can");
        claire.delete(&format!("me/devices/{id}")).await.expect(204);
        assert_eq!(listeners(&town).await, BTreeSet::new());
        register(&claire, &app).await;
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&claire).await, 1));
    });
}

#[test]
fn who_takes_no_push_messages_has_no_app_that_listens_and_who_takes_them_again_has() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        let (first, second) = (app(), app());
        register(&claire, &first).await;
        register(&claire, &second).await;
        assert_eq!(listeners(&town).await, BTreeSet::new());
        // The first of the commune: its topic is made now.
        claire.patch("me", json!({ "channels": ["push", "sms"] })).await.expect(200);
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&claire).await, 2));
        claire.patch("me", json!({ "language": "en" })).await.expect(200);
        assert_eq!(listeners(&town).await.len(), 2);
        claire.patch("me", json!({ "channels": [] })).await.expect(200);
        assert_eq!(listeners(&town).await, BTreeSet::new());
    });
}

#[test]
fn an_app_that_changes_hands_listens_as_its_new_owner_wants() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        paul.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        let app = app();
        register(&claire, &app).await;
        register(&paul, &app).await;
        assert_eq!(listeners(&town).await, BTreeSet::new());
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&paul).await, 1));
        // What she chooses is not about his phone.
        claire.patch("me", json!({ "channels": [] })).await.expect(200);
        assert_eq!(listeners(&town).await.len(), 1);
        register(&claire, &app).await;
        assert_eq!(listeners(&town).await, BTreeSet::new());
    });
}

#[test]
fn the_eleventh_app_takes_the_place_of_one_that_listens_no_more() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        for _ in 0..11 {
            register(&claire, &app()).await;
        }
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&claire).await, 10));
    });
}

#[test]
fn an_account_that_is_erased_leaves_nothing_that_listens() {
    run(async {
        let town = Town::new().await;
        let claire = town.neighbour_with_push().await;
        assert_eq!(listeners(&town).await.len(), 1);
        crate::identity::delete_me::erase(&claire).await.expect(202);
        assert_eq!(listeners(&town).await, BTreeSet::new());
    });
}

#[test]
fn an_app_that_another_communes_sign_out_cut_off_listens_again_when_it_registers() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (claire, paul) = (here.resident().await, there.resident().await);
        let app = app();
        register(&claire, &app).await;
        let his = register(&paul, &app).await;
        let before = endpoints(&claire).await;
        assert_eq!((listeners(&here).await, listeners(&there).await), (before.clone(), before.clone()), "SNS has one");
        paul.delete(&format!("me/devices/{his}")).await.expect(204);
        assert_eq!(listeners(&there).await, BTreeSet::new());
        register(&claire, &app).await;
        assert_ne!(endpoints(&claire).await, before);
        assert_eq!(listeners(&here).await, endpoints(&claire).await, "and the old endpoint does no more");
    });
}

#[test]
fn whoever_was_cut_off_is_told_and_asking_again_settles_it() {
    run(async {
        let town = Town::new().await;
        let (claire, app) = (town.resident().await, app());
        register(&town.resident().await, &self::app()).await;
        let contains = Some(format!("alerts-{}", town.id));
        let failing = |operation: &str| {
            let rule = NewFault { contains: contains.clone(), ..NewFault::new(Service::Sns, FaultAction::Fail) };
            fault(NewFault { operation: Some(operation.to_owned()), ..rule })
        };
        let broken = failing("Subscribe").await;
        claire.put("me/devices", app.clone()).await.problem("unavailable");
        assert!(broken.hits() > 0);
        drop(broken);
        register(&claire, &app).await;
        assert_eq!(listeners(&town).await.len(), 2);
        let broken = failing("Unsubscribe").await;
        claire.patch("me", json!({ "channels": ["sms"] })).await.problem("unavailable");
        drop(broken);
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        assert_eq!(listeners(&town).await.len(), 1);
    });
}

/// Lets so many writes of what listens through and has the next ones fail.
async fn breaks_after(town: &Town, writes: u32) -> (FaultGuard, FaultGuard) {
    let about = NewFault {
        contains: Some(format!("C#{}#token", town.id)),
        ..NewFault::new(Service::Dynamodb, FaultAction::Slow)
    };
    let about = NewFault { operation: Some("TransactWriteItems".to_owned()), ..about };
    let passes = fault(NewFault { ms: Some(1), times: Some(writes), ..about.clone() }).await;
    (passes, fault(NewFault { action: FaultAction::Fail, ..about }).await)
}

#[test]
fn who_is_cut_off_between_sns_and_the_table_and_then_wants_the_opposite_gets_it() {
    run(async {
        let town = Town::new().await;
        let (claire, app) = (town.resident().await, app());
        register(&claire, &app).await;
        // Switched off: the mark is written, the subscription ended, and that cannot be written down.
        let broken = breaks_after(&town, 1).await;
        claire.patch("me", json!({ "channels": ["sms"] })).await.problem("unavailable");
        assert!(broken.1.hits() > 0);
        drop(broken);
        assert_eq!(listeners(&town).await, BTreeSet::new());
        claire.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&claire).await, 1));
        // Switched on: subscribed, and that cannot be written down.
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        let broken = breaks_after(&town, 1).await;
        claire.patch("me", json!({ "channels": ["push"] })).await.problem("unavailable");
        assert!(broken.1.hits() > 0);
        drop(broken);
        assert_eq!(listeners(&town).await.len(), 1);
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        assert_eq!(listeners(&town).await, BTreeSet::new());
        // The same, and the phone gets an owner who takes no push messages.
        let broken = breaks_after(&town, 1).await;
        claire.patch("me", json!({ "channels": ["push"] })).await.problem("unavailable");
        drop(broken);
        let paul = town.resident().await;
        paul.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        register(&paul, &app).await;
        assert_eq!(listeners(&town).await, BTreeSet::new());
        // It listens for him, is handed back, and what it listens with then cannot be written down; and she wants none.
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        let broken = breaks_after(&town, 2).await;
        claire.put("me/devices", app.clone()).await.problem("unavailable");
        assert!(broken.1.hits() > 0);
        drop(broken);
        assert_eq!(listeners(&town).await.len(), 1);
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        assert_eq!(listeners(&town).await, BTreeSet::new());
    });
}

#[test]
fn who_is_cut_off_signing_out_and_stays_listens_again() {
    run(async {
        let town = Town::new().await;
        let (claire, app) = (town.resident().await, app());
        let id = register(&claire, &app).await;
        let endpoint = endpoints(&claire).await.pop_first().unwrap();
        let contains = endpoint.rsplit('/').next().map(str::to_owned);
        let broken = NewFault { contains, ..NewFault::new(Service::Sns, FaultAction::Fail) };
        let broken = fault(NewFault { operation: Some("DeleteEndpoint".to_owned()), ..broken }).await;
        claire.delete(&format!("me/devices/{id}")).await.problem("unavailable");
        drop(broken);
        assert_eq!(listeners(&town).await, BTreeSet::new());
        register(&claire, &app).await;
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (endpoints(&claire).await, 1));
    });
}

#[test]
fn an_app_whose_endpoint_is_gone_keeps_no_other_from_listening() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        register(&claire, &app()).await;
        let lost = endpoints(&claire).await.pop_first().unwrap();
        register(&claire, &app()).await;
        let sns = platform().await.cx().store.clients().sns().clone();
        sns.delete_endpoint().endpoint_arn(&lost).send().await.unwrap();
        claire.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        let others = endpoints(&claire).await.into_iter().filter(|endpoint| *endpoint != lost).collect();
        assert_eq!((listeners(&town).await, listeners(&town).await.len()), (others, 1));
        claire.patch("me", json!({ "channels": [] })).await.expect(200);
        assert_eq!(listeners(&town).await, BTreeSet::new());
    });
}

#[test]
fn choices_registrations_and_hand_overs_at_the_same_moment_end_as_the_owners_account_says() {
    run(async {
        let town = Town::new().await;
        let seed = seed(20_261_123);
        let mut random = fastrand::Rng::with_seed(seed);
        let (people, app) = ([town.resident().await, town.resident().await], app());
        for round in 0..25 {
            let mut calls = Vec::new();
            for _ in 0..5 {
                let who = &people[random.usize(0..2)];
                calls.push(match random.u8(0..4) {
                    0 | 1 => who.put("me/devices", app.clone()).into_future(),
                    2 => who.patch("me", json!({ "channels": ["push"] })).into_future(),
                    _ => who.patch("me", json!({ "channels": [] })).into_future(),
                });
            }
            let answers = futures::future::join_all(calls).await;
            assert!(answers.iter().all(|a| [200, 409, 503].contains(&a.status)), "{answers:?}");
            // Who was told that it failed asks again; nobody else has to.
            if answers.iter().any(|answer| answer.status != 200) {
                for who in &people {
                    let me = who.get("me").await.expect(200);
                    who.patch("me", json!({ "channels": me.json["channels"] })).await.expect(200);
                }
            }
            let mut wanted = BTreeSet::new();
            for who in &people {
                let me = who.get("me").await.expect(200);
                if me.json["channels"].as_array().is_some_and(|channels| channels.contains(&json!("push"))) {
                    wanted.extend(endpoints(who).await);
                }
            }
            assert_eq!(listeners(&town).await, wanted, "PARVIS_SEED={seed}, round {round}");
        }
    });
}

#[test]
fn a_device_whose_push_service_gave_it_up_listens_no_more_and_one_that_is_made_again_does() {
    run(async {
        let town = Town::new().await;
        let (helene, claire) = (mayor(&town).await, town.neighbour_with_push().await);
        claire.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        let report = town.report(&claire).await.text("id").to_owned();
        let device = town.commune().await.devices(claire.account_id()).await.unwrap().remove(0);
        let sns = platform().await.cx().store.clients().sns().clone();
        // SNS forgot the endpoint: the next notice makes it again, and it listens.
        sns.delete_endpoint().endpoint_arn(&device.endpoint).send().await.unwrap();
        crate::notices::change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        let new = endpoints(&claire).await;
        assert_ne!(new, BTreeSet::from([device.endpoint]));
        assert_eq!(listeners(&town).await, new);
        let alert = helene.post("alerts", flood()).await.expect(201);
        told(&helene, &alert, "told/").await;
        let arrived = claire.wait_for_notices(2).await;
        assert_eq!((arrived.len(), pushes(&claire).await.len(), broadcasts(&town).await.len()), (2, 2, 1));
        // The push service gave the app up: the next notice removes it.
        let endpoint = new.first().unwrap();
        sns.set_endpoint_attributes().endpoint_arn(endpoint).attributes("Enabled", "false").send().await.unwrap();
        crate::notices::change(&town.agent().await, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;
        assert_eq!((endpoints(&claire).await, listeners(&town).await), (BTreeSet::new(), BTreeSet::new()));
    });
}
