//! `POST /v1/{commune}/me/contacts`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::mailbox;

#[test]
fn codes_go_to_the_new_contact_and_to_one_that_the_account_has() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut new = town.guest().await;
        new.contact = Some(serde_json::from_value(mailbox()).expect("a contact"));
        let before = claire.messages().await.len();
        let sent = claire.post("me/contacts", json!({ "contact": new.contact })).await.expect(202);
        assert!(sent.text("current/sent_to").starts_with("+33") && sent.text("new/sent_to").contains('@'), "{sent}");
        assert_eq!((claire.messages().await.len() - before, new.messages().await.len()), (1, 1));
        assert_ne!(claire.newest_code().await, new.newest_code().await);
    });
}

#[test]
fn who_adds_a_number_is_shown_what_its_code_agrees_to() {
    run(async {
        let town = Town::new().await;
        let by_mail = town.resident_by_mail().await;
        let sent = by_mail.post("me/contacts", json!({ "contact": town.new_contact() })).await.expect(202);
        let words = parvis_domain::texts::sms_consent(parvis_domain::Language::Fr);
        assert_eq!((sent.text("new/sms_consent"), sent.json["current"].get("sms_consent")), (words.as_str(), None));
    });
}

#[test]
fn a_contact_that_one_has_and_a_caller_without_a_session_are_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let same = json!({ "contact": claire.contact });
        let refused = claire.post("me/contacts", same.clone()).await.refused_field("contact");
        assert_eq!(refused.rule("contact"), "yours_already");
        claire.signed_out().post("me/contacts", same).await.problem("unauthenticated");
    });
}
