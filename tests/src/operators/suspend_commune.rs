//! `POST /v1/operator/communes/{commune}/suspend`. That nobody can write then: `catalog/refusals.rs`.

use jiff::{SignedDuration, Timestamp};
use parvis_testkit::{Actor, Town, run};
use serde_json::json;

use crate::identity::delete_me::erase;

#[test]
fn a_suspended_commune_is_read_and_signed_in_to_and_says_why_it_is_not_written() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let mut claire = town.resident().await;
        let report = town.report(&claire).await;
        let path = format!("communes/{}/suspend", town.id);
        let suspended = operator.post(&path, json!({ "reason": "facture impayée" })).await.expect(200);
        assert_eq!((suspended.text("state"), suspended.text("reason")), ("suspended", "facture impayée"));

        let refused = claire.post("reports", town.problem()).await.problem("commune_suspended");
        assert!(refused.text("detail").contains("facture impayée"), "{refused}");
        claire.get(&format!("reports/{}", report.text("id"))).await.expect(200);
        claire.get("me").await.expect(200);
        claire.refresh().await;
        claire.delete("sessions/current").await.expect(204);
        let resident = town.resident().await;
        resident.get("reports").await.expect(200);
        town.guest().await.get("").await.expect(200);
        operator.post(&path, json!({ "reason": "encore" })).await.problem("suspended_already");
        town.settled().await;
    });
}

#[test]
fn residents_of_a_suspended_commune_keep_their_rights_over_what_is_their_own() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let (claire, luc) = (town.neighbour_with_push().await, town.agent().await);
        let (report, other) = (town.report(&claire).await, town.report(&claire).await);
        let path = format!("communes/{}/suspend", town.id);
        operator.post(&path, json!({ "reason": "facture impayée" })).await.expect(200);

        claire.delete(&format!("reports/{}", other.text("id"))).await.expect(204);
        claire.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        let device = claire.get("me").await.expect(200).text("devices/0/id").to_owned();
        claire.delete(&format!("me/devices/{device}")).await.expect(204);
        claire.delete(&format!("reports/{}/followers/me", report.text("id"))).await.expect(204);
        let mut again = town.guest().await;
        again.totp = luc.totp.clone();
        again.sign_in(luc.contact.clone().expect("a mailbox")).await;
        again.pass_second_factor(Timestamp::now() + SignedDuration::from_secs(30)).await;
        again.get("staff").await.expect(200);
        again.delete("sessions/current").await.expect(204);
        erase(&claire).await.expect(202);
        claire.get("me").await.problem("unauthenticated");
        town.settled().await;
    });
}

#[test]
fn a_suspension_needs_a_reason_of_one_line() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let path = format!("communes/{}/suspend", town.id);
        for reason in ["", "  ", "a\nb", &"x".repeat(301)] {
            operator.post(&path, json!({ "reason": reason })).await.refused_field("reason");
        }
        operator.post("communes/nulle-part/suspend", json!({ "reason": "x" })).await.problem("not_found");
    });
}
