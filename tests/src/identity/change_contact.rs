//! `PUT /v1/{commune}/me/contacts`.

use jiff::Timestamp;
use parvis_domain::sms;
use parvis_testkit::{Actor, Call, Town, run};
use serde_json::json;

use super::{mailbox, wrong};

/// Asks for both codes; answers who holds the new contact, and the codes of the new and of the current one.
async fn asked(actor: &Actor, mut new: Actor, contact: serde_json::Value) -> (Actor, String, String) {
    new.contact = Some(serde_json::from_value(contact).expect("a contact"));
    actor.post("me/contacts", json!({ "contact": new.contact })).await.expect(202);
    let (code, current) = (new.newest_code().await, actor.newest_code().await);
    (new, code, current)
}

fn confirm(actor: &Actor, new: &Actor, code: &str, current: &str) -> Call {
    actor.put("me/contacts", json!({ "contact": new.contact, "code": code, "current_code": current }))
}

#[test]
fn a_new_number_takes_the_place_of_the_old_one_and_other_devices_are_signed_out() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let first: jiff::Timestamp = claire.get("me").await.expect(200).value("sms_consent/given");
        let mut tablet = town.guest().await;
        tablet.sign_in(claire.contact.clone().unwrap()).await;
        let (mut new, code, current) = asked(&claire, town.guest().await, town.new_contact()).await;
        confirm(&claire, &new, &wrong(&code, 0), &current).await.problem("code_refused");
        confirm(&claire, &new, &code, &wrong(&current, 0)).await.problem("code_refused");
        confirm(&claire, &new, &current, &code).await.problem("code_refused");
        let me = confirm(&claire, &new, &code, &current).await.expect(200);
        assert_eq!(json!({ "phone": me.json["phone"] }), json!(new.contact));
        assert_eq!(me.json["channels"], json!(["push", "sms"]));
        let given: jiff::Timestamp = me.value("sms_consent/given");
        assert!(given > first, "another number, another agreement: {me}");
        confirm(&claire, &new, &code, &current).await.refused_field("contact");

        let told = claire.messages().await.pop().expect("a message").message;
        assert!(
            told.text.contains("coordonnées de votre compte") && !told.text.contains(&super::address(&new)),
            "{told:?}"
        );
        let texts = [claire.messages().await, new.messages().await].concat();
        let parts: usize = texts.iter().map(|sent| sms::parts(&sent.message.text)).sum();
        let used = town.commune().await.sms_used(Timestamp::now()).await.unwrap();
        assert_eq!(used.parts as usize, parts, "every text message is counted");
        let refresh = json!({ "refresh_token": tablet.refresh_token });
        tablet.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");
        claire.refresh().await;
        new.sign_in(new.contact.clone().unwrap()).await;
        assert_eq!(new.account, claire.account, "the new number leads to the account");
        let mut stranger = town.guest().await;
        stranger.sign_in(claire.contact.clone().unwrap()).await;
        assert_ne!(stranger.account, claire.account, "the old one does not");
    });
}

#[test]
fn an_address_is_added_beside_a_number_and_may_be_chosen_as_a_channel() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (new, code, current) = asked(&claire, town.guest().await, mailbox()).await;
        let me = confirm(&claire, &new, &code, &current).await.expect(200);
        assert_eq!(json!({ "phone": me.json["phone"] }), json!(claire.contact));
        assert_eq!(json!({ "email": me.json["email"] }), json!(new.contact));
        claire.patch("me", json!({ "channels": ["email"] })).await.expect(200);
        let by_mail = town.resident_by_mail().await;
        let (other, code, current) = asked(&by_mail, town.guest().await, mailbox()).await;
        confirm(&by_mail, &other, &code, &current).await.expect(200);
        let told = by_mail.messages().await.pop().expect("a message").message;
        assert!(told.text.contains("désormais joignable"), "{told:?}");
    });
}

#[test]
fn a_contact_of_another_account_stays_theirs() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        let (new, code, current) = asked(&claire, paul.clone(), json!(paul.contact)).await;
        let refused = confirm(&claire, &new, &code, &current).await.problem("contact_taken");
        assert!(refused.text("detail").contains("un autre compte"), "{refused}");
        let phone = |me: parvis_testkit::Answer| json!({ "phone": me.json["phone"] });
        assert_eq!(phone(claire.get("me").await.expect(200)), json!(claire.contact));
        assert_eq!(phone(paul.get("me").await.expect(200)), json!(paul.contact));
    });
}

#[test]
fn codes_for_one_contact_give_no_other() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (new, code, current) = asked(&claire, town.guest().await, mailbox()).await;
        let mut other = new.clone();
        other.contact = Some(serde_json::from_value(mailbox()).unwrap());
        confirm(&claire, &other, &code, &current).await.problem("code_refused");
        claire.signed_out().put("me/contacts", json!({})).await.problem("unauthenticated");
        confirm(&claire, &new, &code, &current).await.expect(200);
    });
}
