//! `POST /v1/{commune}/launch/interest`. That they are told: `announce_launches.rs`.

use jiff::Timestamp;
use parvis_domain::Contact;
use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

/// Who waits, as the list has them.
pub(super) async fn waiting(town: &Town) -> Vec<Value> {
    let (all, next) = town.commune().await.interests(100, None).await.expect("a list");
    assert!(next.is_none());
    all.into_iter().map(|interest| json!(interest.contact)).collect()
}

/// Asks as a guest with this contact, and sends the code back.
pub(super) async fn ask(town: &Town, contact: Value) -> Actor {
    let mut guest = town.guest().await;
    guest.contact = Some(serde_json::from_value(contact).expect("a contact"));
    let sent = guest.post("launch/interest", json!({ "contact": guest.contact })).await.expect(202);
    assert_eq!((sent.json["noted"].as_bool(), sent.json["code"]["resend_after"].as_i64()), (Some(false), Some(60)));
    let code = guest.newest_code().await;
    let body = json!({ "contact": guest.contact, "code": code });
    assert_eq!(guest.post("launch/interest", body).await.expect(202).json, json!({ "noted": true }));
    guest
}

#[test]
fn a_guest_is_noted_once_the_code_comes_back_also_in_draft_and_has_no_account_by_it() {
    run(async {
        let (town, other) = (Town::in_draft().await, Town::in_draft().await);
        let guest = ask(&town, town.new_contact()).await;
        assert_eq!(waiting(&town).await, [json!(guest.contact)]);
        assert_eq!(waiting(&other).await.len(), 0, "nobody waits next door");
        let contact = guest.contact.clone().expect("a contact");
        assert!(town.commune().await.account_of(&contact).await.expect("an answer").is_none());

        let mut hasty = town.guest().await;
        hasty.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        hasty.post("launch/interest", json!({ "contact": hasty.contact })).await.expect(202);
        let code = hasty.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let body = |code: &str| json!({ "contact": hasty.contact, "code": code });
        hasty.post("launch/interest", body(wrong)).await.problem("code_refused");
        // A code for this opens no session, and next door it is good for nothing.
        hasty.post("sessions", body(&code)).await.problem("code_refused");
        hasty.in_commune(&other.id).post("launch/interest", body(&code)).await.problem("code_refused");
        assert_eq!(waiting(&town).await.len(), 1);
        hasty.post("launch/interest", json!({})).await.refused_field("contact");
    });
}

#[test]
fn an_account_waits_at_its_contact_once_and_not_after_it_is_erased() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
        let (claire, paul) = (town.resident().await, town.resident_by_mail().await);
        for resident in [&claire, &claire, &paul] {
            assert_eq!(resident.post("launch/interest", json!({})).await.expect(202).json, json!({ "noted": true }));
        }
        let mut all = waiting(&town).await;
        all.sort_by_key(ToString::to_string);
        assert_eq!(all.len(), 2, "{all:?}");
        let silent = town.resident().await;
        silent.patch("me", json!({ "channels": [] })).await.expect(200);
        silent.post("launch/interest", json!({})).await.refused_field("contact");

        let contact = json!({ "contact": paul.contact });
        paul.post("me/erasure", contact).await.expect(202);
        let code = paul.newest_code().await;
        paul.delete("me").json(&json!({ "contact": paul.contact, "code": code })).await.expect(202);
        assert_eq!(waiting(&town).await, [json!(claire.contact)]);
        town.settled().await;
    });
}

#[test]
fn where_it_is_open_nobody_waits() {
    run(async {
        let town = Town::new().await;
        let contact = town.new_contact();
        town.guest().await.post("launch/interest", json!({ "contact": contact })).await.problem("open_already");
        town.resident().await.post("launch/interest", json!({})).await.problem("open_already");
    });
}

#[test]
fn who_changes_a_contact_does_not_wait_at_the_old_one_any_more() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
        let (claire, mut new) = (town.resident().await, town.guest().await);
        claire.post("launch/interest", json!({})).await.expect(202);
        assert_eq!(waiting(&town).await.len(), 1);
        new.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        claire.post("me/contacts", json!({ "contact": new.contact })).await.expect(202);
        let (code, current) = (new.newest_code().await, claire.newest_code().await);
        let change = json!({ "contact": new.contact, "code": code, "current_code": current });
        claire.put("me/contacts", change).await.expect(200);
        assert_eq!(waiting(&town).await, [] as [Value; 0]);
    });
}

#[test]
fn nobody_waits_at_a_phone_that_answered_stop() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
        let claire = town.resident().await;
        let Some(Contact::Phone(phone)) = &claire.contact else { panic!("{:?}", claire.contact) };
        town.commune().await.stop_sms(claire.account_id(), phone, Timestamp::now()).await.expect("noted");
        claire.post("launch/interest", json!({})).await.refused_field("contact");
        assert_eq!(waiting(&town).await.len(), 0);
    });
}
