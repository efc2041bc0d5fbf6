//! `POST /v1/{commune}/bans`.

use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::{Value, json};

use super::{in_days, moderator};

#[test]
fn who_is_banned_reads_on_and_writes_nothing_with_a_session_that_was_open_before() {
    run(async {
        let town = Town::new().await;
        let (moderator, mut claire) = (moderator(&town).await, town.resident().await);
        let report = town.report(&claire).await.text("id").to_owned();
        let ban = json!({ "account": claire.account_id(), "reason": "Insultes répétées", "until": in_days(30) });
        let made = moderator.post("bans", ban).await.expect(201);
        assert_eq!(made.text("id"), format!("account-{}", claire.account_id()));
        assert_eq!((made.text("by/kind"), made.text("by/name")), ("staff", "Inès Moulin"));

        let refused = claire.post("reports", town.problem()).await.problem("banned");
        assert!(refused.text("detail").contains("Insultes répétées"), "{refused}");
        let comment = claire.post(&format!("reports/{report}/comments"), json!({ "text": "Encore" })).await;
        comment.problem("banned");
        claire.post("photos", json!({ "size": 1_000, "media_type": "image/jpeg" })).await.problem("banned");
        claire.get(&format!("reports/{report}")).await.expect(200);
        claire.refresh().await;
        claire.get("me").await.expect(200);
        claire.patch("me", json!({ "language": "en" })).await.expect(200);

        // Nor as a guest with the same phone.
        let guest = claire.signed_out();
        let mut as_guest = town.problem();
        as_guest["contact"] = json!(claire.contact);
        let sent = guest.post("reports", as_guest).await.expect(201);
        assert_eq!(sent.json["confirmation"]["sent"], false, "{sent}");
        town.resident().await.post("reports", town.problem()).await.expect(201);
        town.settled().await;
    });
}

#[test]
fn a_banned_network_keeps_guests_out_and_nobody_who_is_signed_in() {
    run(async {
        let town = Town::with(|settings| settings["guests_without_contact"] = json!(true)).await;
        let (nadia, claire, guest) = (town.administrator().await, town.resident().await, town.guest().await);
        let ban = json!({ "network": "127.0.0.1", "reason": "Signalements inventés", "until": in_days(1) });
        let made = nadia.post("bans", ban).await.expect(201);
        assert_eq!(made.text("shown"), "127.0…");
        guest.post("reports", town.problem()).await.problem("banned");
        guest.post("challenges", json!({ "contact": town.new_contact() })).await.problem("banned");
        guest.get("reports").await.expect(200);
        claire.post("reports", town.problem()).await.expect(201);
        let tomorrow = at(SignedDuration::from_hours(25)).await;
        guest.at(&tomorrow).post("reports", town.problem()).await.expect(201);
        town.settled().await;
    });
}

#[test]
fn a_code_sent_before_the_ban_brings_no_report_in() {
    run(async {
        let town = Town::new().await;
        let (moderator, mut guest) = (moderator(&town).await, town.guest().await);
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        let mut body = town.problem();
        body["contact"] = json!(guest.contact);
        let sent = guest.post("reports", body).await.expect(201);
        let code = guest.newest_code().await;
        let ban = json!({ "contact": guest.contact, "reason": "Insultes", "until": in_days(2) });
        moderator.post("bans", ban).await.expect(201);
        let confirm = guest.post(&format!("reports/{}/confirmation", sent.text("id")), json!({ "code": code }));
        confirm.await.problem("banned");
    });
}

#[test]
fn only_administrators_and_moderators_ban_and_nobody_bans_the_staff() {
    run(async {
        let town = Town::new().await;
        let (agent, nadia, claire) = (town.agent().await, town.administrator().await, town.resident().await);
        let ban = |who: Value| {
            let mut ban = json!({ "reason": "Insultes", "until": in_days(1) });
            ban.as_object_mut().unwrap().extend(who.as_object().cloned().unwrap_or_default());
            ban
        };
        let claires = json!({ "account": claire.account_id() });
        agent.post("bans", ban(claires.clone())).await.problem("forbidden");
        let of_staff = nadia.post("bans", ban(json!({ "account": agent.account_id() }))).await.refused_field("account");
        assert_eq!(of_staff.rule("account"), "is_staff");
        nadia.post("bans", ban(json!({ "contact": agent.contact }))).await.refused_field("contact");
        nadia.post("bans", ban(json!({ "network": "everybody" }))).await.refused_field("network");
        nadia.post("bans", ban(json!({}))).await.refused_field("account");
        for until in [in_days(-1), in_days(400)] {
            let mut late = ban(claires.clone());
            late["until"] = json!(until);
            nadia.post("bans", late).await.refused_field("until");
        }
        let there = Town::new().await.administrator().await;
        there.post("bans", ban(claires)).await.problem("invalid");
        let log = town.acts().await;
        assert!(log.is_empty(), "{log:?}");
    });
}

#[test]
fn who_is_banned_signs_in_to_have_the_account_erased_and_gets_no_other_with_the_same_contact() {
    run(async {
        let town = Town::new().await;
        let (moderator, mut claire) = (moderator(&town).await, town.resident().await);
        let ban = json!({ "account": claire.account_id(), "reason": "Insultes répétées", "until": in_days(30) });
        moderator.post("bans", ban).await.expect(201);
        claire.sign_in(claire.contact.clone().unwrap()).await;
        claire.post("reports", town.problem()).await.problem("banned");
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        let code = claire.newest_code().await;
        claire.delete("me").json(&json!({ "contact": claire.contact, "code": code })).await.expect(202);
        let guest = claire.signed_out();
        guest.post("challenges", json!({ "contact": claire.contact })).await.expect(202);
        let redeemed = json!({ "contact": claire.contact, "code": guest.newest_code().await });
        let refused = guest.post("sessions", redeemed).await.problem("banned");
        assert!(refused.text("detail").contains("Insultes répétées"), "its owner learns why: {refused}");
    });
}

#[test]
fn a_ban_of_a_contact_is_one_of_the_account_that_has_it_and_ends_with_it() {
    run(async {
        let town = Town::new().await;
        let (moderator, claire) = (moderator(&town).await, town.resident().await);
        let ban = json!({ "contact": claire.contact, "reason": "Insultes", "until": in_days(30) });
        let made = moderator.post("bans", ban).await.expect(201);
        claire.post("reports", town.problem()).await.problem("banned");
        moderator.delete(&format!("bans/{}", made.text("id"))).await.expect(204);
        claire.post("reports", town.problem()).await.expect(201);
    });
}

#[test]
fn a_short_ban_of_an_account_does_not_shorten_a_longer_one_of_its_contact_nor_end_it() {
    run(async {
        let town = Town::new().await;
        let (moderator, claire) = (moderator(&town).await, town.guest().await);
        let contact = town.new_contact();
        let long = json!({ "contact": contact, "reason": "Insultes", "until": in_days(300) });
        let long = moderator.post("bans", long).await.expect(201);
        let commune = town.commune().await;
        let parsed: parvis_domain::Contact = serde_json::from_value(contact).expect("a contact");
        let account = parvis_store::Account::new(&parsed, parvis_domain::Language::Fr, jiff::Timestamp::now());
        commune.create_account(&account).await.expect("made");
        let short = json!({ "account": account.id, "reason": "Insultes encore", "until": in_days(2) });
        let short = moderator.post("bans", short).await.expect(201);
        let until = || async {
            let ban = commune.ban(long.text("id")).await.expect("a read").expect("it holds");
            ban.until.to_string()
        };
        assert_eq!(until().await, long.text("until"));
        // The same one changed: what came with it changes, what did not stays.
        let shorter = json!({ "account": account.id, "reason": "Insultes", "until": in_days(1) });
        moderator.post("bans", shorter).await.expect(201);
        moderator.delete(&format!("bans/{}", short.text("id"))).await.expect(204);
        assert_eq!(until().await, long.text("until"));
        let mut as_guest = town.problem();
        as_guest["contact"] = serde_json::to_value(&parsed).unwrap();
        let sent = claire.post("reports", as_guest).await.expect(201);
        assert_eq!(sent.json["confirmation"]["sent"], false, "{sent}");
    });
}
