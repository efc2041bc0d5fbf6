//! `PUT /v1/{commune}/me/devices`.

use jiff::SignedDuration;
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, at, fault, platform, run};
use serde_json::{Value, json};

fn token() -> String {
    format!("device-{}", uuid::Uuid::new_v4().simple())
}

/// Of an account, which has to name the same ones: planners of notices read nothing else.
async fn devices(actor: &Actor) -> Vec<Value> {
    let devices: Vec<Value> = actor.get("me").await.expect(200).value("devices");
    let commune = platform().await.cx().store.commune(&actor.commune).await.unwrap();
    let account = commune.account(actor.account_id()).await.unwrap().expect("an account");
    let mut named: Vec<String> = account.devices.iter().map(ToString::to_string).collect();
    let mut there: Vec<&str> = devices.iter().filter_map(|device| device["id"].as_str()).collect();
    named.sort();
    there.sort();
    assert_eq!(named, there);
    devices
}

#[test]
fn the_same_token_twice_is_one_device_seen_again() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let body = json!({"platform": "fcm", "token": token()});
        let first = claire.put("me/devices", body.clone()).await.expect(200);
        let later = at(SignedDuration::from_mins(1)).await;
        let again = claire.at(&later).put("me/devices", body).await.expect(200);
        assert_eq!(first.text("id"), again.text("id"));
        assert!(first.text("seen") < again.text("seen"));
        assert_eq!(devices(&claire).await.len(), 1);
    });
}

#[test]
fn a_device_moves_with_its_owner() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        let body = json!({"platform": "fcm", "token": token(), "language": "en"});
        let hers = claire.put("me/devices", body.clone()).await.expect(200);
        let his = paul.put("me/devices", body.clone()).await.expect(200);
        assert_eq!((hers.text("id"), his.text("language")), (his.text("id"), "en"));
        assert_eq!((devices(&claire).await.len(), devices(&paul).await.len()), (0, 1));
        claire.put("me/devices", body).await.expect(200);
        assert_eq!((devices(&claire).await.len(), devices(&paul).await.len()), (1, 0));
    });
}

#[test]
fn devices_that_come_and_go_at_once_leave_an_account_that_names_those_it_has() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let old = claire.put("me/devices", json!({"platform": "fcm", "token": token()})).await.expect(200);
        let new: Vec<Value> = (0..3).map(|_| json!({"platform": "fcm", "token": token()})).collect();
        let puts = new.iter().map(|body| claire.put("me/devices", body.clone()).into_future());
        let gone = claire.delete(&format!("me/devices/{}", old.text("id"))).into_future();
        let (answers, gone) = futures::join!(futures::future::join_all(puts), gone);
        let taken = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(taken > 0 && answers.iter().all(|answer| [200, 409, 503].contains(&answer.status)));
        let stayed = usize::from(gone.status != 204);
        assert_eq!(devices(&claire).await.len(), taken + stayed);
    });
}

#[test]
fn a_device_that_two_register_at_once_ends_with_one_of_them() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        for _ in 0..5 {
            let body = json!({"platform": "fcm", "token": token()});
            let (hers, his) = (claire.put("me/devices", body.clone()), paul.put("me/devices", body));
            let (hers, his) = futures::join!(hers.into_future(), his.into_future());
            assert!(hers.status == 200 || his.status == 200, "{hers} {his}");
        }
        assert_eq!(devices(&claire).await.len() + devices(&paul).await.len(), 5);
    });
}

#[test]
fn one_token_in_two_communes_is_two_devices() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (claire, paul) = (here.resident().await, there.resident().await);
        let body = json!({"platform": "fcm", "token": token()});
        claire.put("me/devices", body.clone()).await.expect(200);
        paul.put("me/devices", body).await.expect(200);
        assert_eq!((devices(&claire).await.len(), devices(&paul).await.len()), (1, 1));
    });
}

#[test]
fn the_eleventh_device_replaces_the_one_not_seen_for_longest() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut ids = Vec::new();
        for n in 0..11 {
            let platform = if n % 2 == 0 { "fcm" } else { "apns" };
            let token =
                if n % 2 == 0 { token() } else { format!("{n:064x}") + &uuid::Uuid::new_v4().simple().to_string() };
            let answer = claire.put("me/devices", json!({"platform": platform, "token": token})).await.expect(200);
            ids.push(answer.text("id").to_owned());
        }
        let left: Vec<Value> = devices(&claire).await;
        assert_eq!(left.len(), 10);
        assert!(left.iter().all(|device| device["id"] != ids[0].as_str()), "{left:#?}");
    });
}

#[test]
fn what_is_no_token_is_refused_by_field() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        for body in [
            json!({"platform": "fcm", "token": ""}),
            json!({"platform": "fcm", "token": "with space"}),
            json!({"platform": "fcm", "token": "x".repeat(4097)}),
            json!({"platform": "apns", "token": "abc"}),
            json!({"platform": "apns", "token": "g".repeat(64)}),
            json!({"platform": "fcm"}),
            json!({"platform": "fcm", "token": null}),
        ] {
            claire.put("me/devices", body).await.refused_field("token");
        }
        claire.put("me/devices", json!({"platform": "wns", "token": "x"})).await.refused_field("platform");
        claire.put("me/devices", json!({"platform": "fcm", "token": "x", "os": 1})).await.refused_field("os");
        let guest = town.guest().await;
        guest.put("me/devices", json!({"platform": "fcm", "token": "x"})).await.problem("unauthenticated");
        assert!(devices(&claire).await.is_empty());
    });
}

#[test]
fn a_push_service_that_is_out_is_an_honest_503() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let token = token();
        let rule = NewFault { contains: Some(token.clone()), ..NewFault::new(Service::Sns, FaultAction::Fail) };
        let out = fault(rule).await;
        claire.put("me/devices", json!({"platform": "fcm", "token": token})).await.problem("unavailable");
        drop(out);
        assert!(devices(&claire).await.is_empty());
        claire.put("me/devices", json!({"platform": "fcm", "token": token})).await.expect(200);
    });
}
