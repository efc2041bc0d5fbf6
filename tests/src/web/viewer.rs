//! Limits are by the caller's address also behind CloudFront, and nobody says for themselves where they call from.

use jiff::SignedDuration;
use parvis_edge::Class;
use parvis_testkit::{Answer, Town, platform, run, strict};
use serde_json::json;

const ADDRESS: &str = "parvis-viewer-address";
const SECRET: &str = "parvis-edge-secret";

#[test]
fn an_address_that_the_caller_made_up_opens_no_new_room() {
    run(async {
        let town = Town::new().await;
        let (guest, now) = (town.guest().await, strict(SignedDuration::ZERO).await);
        let guest = guest.at(&now);
        let limit = Class::Code.of_guests().expect("a limit").burst;
        let mut last: Option<Answer> = None;
        for n in 0..=limit {
            let ask = guest.post("challenges", json!({ "contact": town.new_contact() }));
            let ask = ask.header(ADDRESS, &format!("203.0.113.{n}")).header("x-forwarded-for", "203.0.113.99");
            // Every second one guesses the secret too.
            let answer = if n % 2 == 0 { ask.await } else { ask.header(SECRET, "a guess").await };
            assert!(n == limit || answer.status == 202, "{n}: {answer}");
            last = Some(answer);
        }
        last.expect("an answer").problem("too_many_requests");
    });
}

#[test]
fn behind_the_distribution_each_caller_has_their_own_room() {
    run(async {
        let town = Town::new().await;
        let (guest, now) = (town.guest().await, strict(SignedDuration::ZERO).await);
        let (guest, secret) = (guest.at(&now), &platform().await.cx().store.names.edge_secret);
        let ask = |address: &str| {
            let ask = guest.post("challenges", json!({ "contact": town.new_contact() }));
            ask.header(ADDRESS, address).header(SECRET, secret)
        };
        let limit = Class::Code.of_guests().expect("a limit").burst;
        for _ in 0..limit {
            ask("203.0.113.7").await.expect(202);
        }
        ask("203.0.113.7").await.problem("too_many_requests");
        ask("203.0.113.8").await.expect(202);
        ask("2001:db8::7").await.expect(202);
        // And who comes without the distribution is somebody else again.
        guest.post("challenges", json!({ "contact": town.new_contact() })).await.expect(202);
    });
}
