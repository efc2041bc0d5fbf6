//! `POST /v1/{commune}/me/erasure`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::mailbox;

#[test]
fn the_code_goes_to_a_contact_of_ones_own_and_to_no_other() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        claire.post("me/erasure", json!({ "contact": paul.contact })).await.refused_field("contact");
        let refused = claire.post("me/erasure", json!({ "contact": mailbox() })).await.refused_field("contact");
        assert_eq!(refused.rule("contact"), "not_yours");
        let before = claire.messages().await.len();
        let sent = claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        assert!(sent.json.get("sms_consent").is_none(), "who leaves agrees to nothing: {sent}");
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.problem("too_many_requests");
        assert_eq!(claire.messages().await.len(), before + 1);
        assert_eq!(paul.messages().await.len(), 1, "the code he signed in by");
        town.guest().await.post("me/erasure", json!({ "contact": claire.contact })).await.problem("unauthenticated");
    });
}

#[test]
fn a_code_to_erase_does_not_sign_in() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        let code = claire.newest_code().await;
        let sign_in = json!({ "contact": claire.contact, "code": code });
        claire.signed_out().post("sessions", sign_in).await.problem("code_refused");
        claire.get("me").await.expect(200);
    });
}
