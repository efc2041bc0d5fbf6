//! The kit itself: what every other test builds on.

use jiff::SignedDuration;
use parvis_testkit::{FaultAction, NewFault, Service, Town, at, fault, run};
use serde_json::json;

#[test]
fn a_resident_signs_in_with_the_code_that_arrived_and_is_recognised() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let me = claire.get("me").await.expect(200);
        assert_eq!(me.text("id"), claire.account_id().to_string());
        claire.signed_out().get("me").await.problem("unauthenticated");
        town.settled().await;
    });
}

#[test]
fn staff_have_their_role_in_their_token() {
    run(async {
        let town = Town::new().await;
        let (agent, administrator) = (town.agent().await, town.administrator().await);
        for (actor, role) in [(agent, "agent"), (administrator, "administrator")] {
            let member = actor.opened().await.staff_member(actor.account_id()).await.unwrap().unwrap();
            assert_eq!(serde_json::to_value(member.role).unwrap(), role);
            actor.get("me").await.expect(200);
        }
    });
}

#[test]
fn a_token_has_expired_a_quarter_of_an_hour_later_and_a_refresh_brings_a_new_one() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let later = at(SignedDuration::from_mins(16)).await;
        let mut then = claire.at(&later);
        then.get("me").await.problem("unauthenticated");
        then.refresh().await;
        then.get("me").await.expect(200);
    });
}

#[test]
fn a_fault_meets_only_what_it_names_and_ends_with_its_guard() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let contact = town.new_contact();
        let phone = contact["phone"].as_str().unwrap().to_owned();
        let rule = NewFault {
            contains: Some(phone),
            operation: Some("Publish".to_owned()),
            ..NewFault::new(Service::Sns, FaultAction::Fail)
        };
        let broken = fault(rule).await;
        guest.post("challenges", json!({ "contact": contact })).await.problem("unavailable");
        assert!(broken.hits() > 0);
        guest.post("challenges", json!({ "contact": town.new_contact() })).await.expect(202);
    });
}

#[test]
fn two_towns_share_nothing() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let claire = here.resident().await;
        claire.in_commune(&there.id).get("me").await.problem("forbidden");
    });
}
