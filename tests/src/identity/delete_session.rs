//! `DELETE /v1/{commune}/sessions/current`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn signing_out_voids_the_refresh_tokens_of_this_session_and_of_no_other() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut tablet = town.guest().await;
        tablet.sign_in(claire.contact.clone().expect("a contact")).await;
        claire.delete("sessions/current").await.expect(204);
        let refresh = json!({ "refresh_token": claire.refresh_token });
        claire.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");
        tablet.refresh().await;
        // Once more is the same: a client that lost the answer asks again.
        claire.delete("sessions/current").await.expect(204);
    });
}

#[test]
fn a_guest_has_no_session_to_close() {
    run(async {
        let town = Town::new().await;
        town.guest().await.delete("sessions/current").await.problem("unauthenticated");
    });
}
