//! How often one caller may call: the limits of a deployment, which everywhere else in these tests are a thousand times as
//! wide.

use std::time::Instant;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::limit::Limit;
use parvis_edge::Class;
use parvis_testkit::{
    Actor, Answer, Call, FaultAction, NewFault, Service, Town, fault, platform, run, run_alone, strict,
};
use serde_json::json;

/// Calls until a call is refused with 429; how many were not, and the refusal. Panics when that takes more calls than
/// `limit` allows for the time that passed.
async fn until_refused(limit: Option<Limit>, call: impl Fn(u32) -> Call) -> (u32, Answer) {
    let (limit, begun) = (limit.expect("a class with a limit"), Instant::now());
    for passed in 0.. {
        let answer = call(passed).await;
        if answer.status == 429 {
            assert!(passed >= limit.burst, "refused after {passed}: {answer}");
            return (passed, answer.problem("too_many_requests"));
        }
        let brought = begun.elapsed().as_micros() as u64 / limit.every as u64;
        assert!(u64::from(passed) <= u64::from(limit.burst) + brought, "{passed} passed: {answer}");
    }
    unreachable!("some call is refused")
}

fn wait(refused: &Answer) -> i64 {
    refused.header("retry-after").parse().expect("seconds")
}

#[test]
fn of_any_number_at_the_same_moment_exactly_the_burst_passes() {
    run(async {
        let town = Town::new().await;
        let commune = town.commune().await;
        let (limit, now) = (Limit::new(7, 3_600_000), Timestamp::now());
        let all = join_all((0..50).map(|_| commune.take_token("test", "somebody", limit, now))).await;
        let passed = all.into_iter().filter(|taken| taken.as_ref().expect("the table answers").is_ok()).count();
        assert_eq!(passed, 7);
        let other = commune.take_token("test", "somebody-else", limit, now).await.expect("the table answers");
        assert_eq!(other, Ok(()));
        let hour = now + SignedDuration::from_hours(1);
        let again = join_all((0..5).map(|_| commune.take_token("test", "somebody", limit, hour))).await;
        assert_eq!(again.into_iter().filter(|taken| matches!(taken, Ok(Ok(())))).count(), 1);
    });
}

#[test]
fn a_network_asks_for_twenty_codes_and_then_waits_as_long_as_it_is_told() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let ask = |actor: &Actor| actor.post("challenges", json!({ "contact": town.new_contact() }));
        let now = strict(SignedDuration::ZERO).await;
        let here = guest.at(&now);
        let (passed, refused) = until_refused(Class::Code.of_guests(), |_| ask(&here)).await;
        assert_eq!(passed, 20);
        assert!(refused.text("detail").contains("20 au plus, puis une fois toutes les 180 s"), "{refused}");
        assert!((1..=180).contains(&wait(&refused)), "{refused}");
        let later = strict(SignedDuration::from_secs(wait(&refused))).await;
        ask(&guest.at(&later)).await.expect(202);
        ask(&guest.at(&later)).await.problem("too_many_requests");
    });
}

#[test]
fn text_messages_go_to_the_countries_that_the_commune_allows() {
    run(async {
        let town = Town::new().await;
        let belgian = json!({ "contact": { "phone": "+32 470 12 34 56" } });
        let refused = town.guest().await.post("challenges", belgian.clone()).await.refused_field("contact").to_string();
        assert!(refused.contains("+32") && refused.contains("FR, GP") && !refused.contains("470"), "{refused}");
        let border = Town::with(|settings| settings["sms_countries"] = json!(["FR", "BE"])).await;
        border.guest().await.post("challenges", belgian.clone()).await.expect(202);
        let far = json!({ "contact": { "phone": "0690 12 34 56" } });
        border.guest().await.post("challenges", far.clone()).await.refused_field("contact");
        let without = Town::with(|settings| settings["sms_countries"] = json!([])).await;
        let refused = without.guest().await.post("challenges", far).await.refused_field("contact").to_string();
        assert!(refused.contains("(aucun)"), "{refused}");
        without
            .guest()
            .await
            .post("challenges", json!({ "contact": { "email": "paul@exemple.fr" } }))
            .await
            .expect(202);
    });
}

#[test]
fn codes_by_sms_of_all_communes_together_have_an_end_and_codes_by_mail_go_on() {
    run_alone(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let cx = platform().await.cx();
        let operators = cx.store.operators().unwrap();
        let take = |limit, now| operators.take_token("codes", "sms of all communes", limit, now);
        // A time that no clock of today can have written counts as a full bucket, whatever the other tests left.
        let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
        take(Limit::new(1, 1), tomorrow).await.unwrap().unwrap();
        // As if all 20,000 that may be sent at once had been.
        take(Limit::new(1, 20_030_000), Timestamp::now()).await.unwrap().unwrap();
        let phone = town.guest().await.post("challenges", json!({ "contact": { "phone": "06 12 00 00 01" } })).await;
        let theirs = other.guest().await.post("challenges", json!({ "contact": { "phone": "06 12 00 00 02" } })).await;
        let mail = town.guest().await.post("challenges", json!({ "contact": { "email": "paul@exemple.fr" } })).await;
        take(Limit::new(1, 1), tomorrow + SignedDuration::from_hours(1)).await.unwrap().unwrap();
        let refused = phone.problem("too_many_requests");
        assert!(refused.text("detail").contains("électronique"), "{refused}");
        theirs.problem("too_many_requests");
        mail.expect(202);
    });
}

#[test]
fn another_network_and_whoever_is_signed_in_are_not_refused_for_it() {
    run(async {
        let town = Town::with(|settings| settings["guests_without_contact"] = json!(true)).await;
        let claire = town.resident().await;
        let guest = town.guest().await;
        let now = strict(SignedDuration::ZERO).await;
        let idea = json!({ "kind": "idea", "description": "Un banc à l’ombre" });
        let here = guest.at(&now);
        let (passed, _) = until_refused(Class::Report.of_guests(), |_| here.post("reports", idea.clone())).await;
        assert_eq!(passed, 20);
        let neighbour = reqwest::Client::builder().no_proxy().local_address(std::net::IpAddr::from([127, 0, 0, 2]));
        let sent = neighbour.build().unwrap().post(format!("{}/v1/{}/reports", now.url, town.id)).json(&idea).send();
        assert_eq!(sent.await.unwrap().status().as_u16(), 201);
        let claire = claire.at(&now);
        let (passed, refused) =
            until_refused(Class::Report.of_resident(), |_| claire.post("reports", idea.clone())).await;
        assert_eq!(passed, 30);
        assert!(refused.text("detail").contains("(Compte)"), "{refused}");
        here.post("reports", idea.clone()).await.problem("too_many_requests");
        town.settled().await;
    });
}

#[test]
fn sign_ins_photos_and_other_changes_have_limits_of_their_own() {
    run(async {
        let town = Town::new().await;
        let (guest, claire) = (town.guest().await, town.resident().await);
        let now = strict(SignedDuration::ZERO).await;
        let (guest, claire) = (guest.at(&now), claire.at(&now));
        let contact = town.new_contact();
        let redeem = |_| guest.post("sessions", json!({ "contact": contact, "code": "123456" }));
        until_refused(Class::Session.of_guests(), redeem).await;
        let announce = |_| guest.post("photos", json!({ "size": 1_000, "media_type": "image/jpeg" }));
        let (passed, _) = until_refused(Class::Upload.of_guests(), announce).await;
        assert_eq!(passed, 30);
        let change = |_| claire.patch("me", json!({ "language": "en" }));
        until_refused(Class::Write.of_resident(), change).await;
        // Each has its own bucket, and what is refused for its content counts as well.
        guest.post("challenges", json!({ "contact": "nobody" })).await.refused_field("contact");
    });
}

#[test]
fn reading_is_not_counted() {
    run(async {
        let town = Town::new().await;
        let now = strict(SignedDuration::ZERO).await;
        let guest = town.guest().await.at(&now);
        for _ in 0..30 {
            let answers = join_all((0..10).map(|_| guest.get("reports").into_future())).await;
            assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        }
    });
}

#[test]
fn nobody_is_refused_because_requests_cannot_be_counted() {
    run(async {
        let town = Town::new().await;
        let now = strict(SignedDuration::ZERO).await;
        let guest = town.guest().await.at(&now);
        for action in [FaultAction::Fail, FaultAction::Throttle] {
            let rule = NewFault {
                operation: Some("UpdateItem".to_owned()),
                contains: Some(format!("C#{}#bucket#code", town.id)),
                ..NewFault::new(Service::Dynamodb, action)
            };
            let out = fault(rule).await;
            guest.post("challenges", json!({ "contact": town.new_contact() })).await.expect(202);
            assert!(out.hits() > 0);
        }
    });
}
