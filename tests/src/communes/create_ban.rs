//! `POST /v1/{commune}/bans`.

use jiff::SignedDuration;
use parvis_testkit::{Actor, Town, at, run};
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

async fn register(actor: &Actor, token: &str) -> String {
    let registered = actor.put("me/devices", json!({ "platform": "fcm", "token": token })).await.expect(200);
    registered.text("id").to_owned()
}

fn token() -> String {
    format!("device-{}", uuid::Uuid::new_v4().simple())
}

#[test]
fn who_is_banned_with_devices_does_not_come_back_with_a_new_number_on_the_same_phone() {
    run(async {
        let (town, elsewhere) = (Town::new().await, Town::new().await);
        let (moderator, claire) = (moderator(&town).await, town.resident().await);
        let (phone, tablet) = (token(), token());
        let id = register(&claire, &phone).await;
        let ban =
            json!({ "account": claire.account_id(), "devices": true, "reason": "Insultes", "until": in_days(30) });
        let made = moderator.post("bans", ban).await.expect(201);
        // Neither removing the device nor having none helps.
        claire.delete(&format!("me/devices/{id}")).await.expect(204);
        let again = town.resident().await;
        again.post("reports", town.problem()).await.expect(201);
        register(&again, &phone).await;
        let refused = again.post("reports", town.problem()).await.problem("banned");
        assert!(refused.text("detail").contains("Insultes"), "{refused}");
        let mut as_guest = town.problem();
        as_guest["contact"] = json!(again.contact);
        let sent = again.signed_out().post("reports", as_guest).await.expect(201);
        assert_eq!(sent.json["confirmation"]["sent"], false, "nor as a guest with the new number: {sent}");
        let listed = moderator.get("bans").await.expect(200);
        let bans = listed.json["bans"].as_array().expect("bans").clone();
        let own = format!("account-{}", again.account_id());
        let brought = bans.iter().find(|ban| ban["id"] == own.as_str()).expect("it is listed");
        assert_eq!((&brought["until"], &brought["by"]), (&made.json["until"], &made.json["by"]));
        assert!(bans.iter().all(|ban| !ban.to_string().contains(&phone)));
        let of_device = bans.iter().find(|ban| ban["id"].as_str().is_some_and(|id| id.starts_with("device-")));
        let acts = town.acts().await;
        let [act, _] = acts.as_slice() else { panic!("{acts:#?}") };
        assert_eq!((act.what.as_str(), act.about.as_str(), act.before.as_str()), ("put_device", own.as_str(), "null"));
        let after: serde_json::Value = serde_json::from_str(&act.after).expect("JSON");
        assert_eq!(after["with"], of_device.expect("the device's")["id"]);
        assert_eq!((&after["reason"], &after["until"]), (&json!("Insultes"), &made.json["until"]));
        // Once more is nothing new.
        register(&again, &phone).await;
        assert_eq!(town.acts().await.len(), 2);

        // A device that was not registered then, another commune, and whoever works for this one.
        let other = town.resident().await;
        register(&other, &tablet).await;
        other.post("reports", town.problem()).await.expect(201);
        let there = elsewhere.resident().await;
        register(&there, &phone).await;
        there.post("reports", elsewhere.problem()).await.expect(201);
        let agent = town.agent().await;
        register(&agent, &phone).await;
        agent.post("reports", town.problem()).await.expect(201);

        let (newcomer, later) = (town.resident().await, jiff::Timestamp::now() + SignedDuration::from_hours(24 * 31));
        let commune = town.commune().await;
        let fcm = parvis_store::Platform::Fcm;
        commune.put_device(newcomer.account_id(), fcm, &phone, None, later).await.expect("registered");
        newcomer.post("reports", town.problem()).await.expect(201);
        town.settled().await;
        elsewhere.settled().await;
    });
}

#[test]
fn a_ban_that_is_changed_or_lifted_takes_along_whoever_came_back_with_its_device() {
    run(async {
        let town = Town::new().await;
        let (moderator, claire) = (moderator(&town).await, town.resident().await);
        let (second, third) = (town.resident().await, town.resident().await);
        let phone = token();
        register(&claire, &phone).await;
        let ban = |days: i64| json!({ "account": claire.account_id(), "devices": true, "reason": "Insultes", "until": in_days(days) });
        let made = moderator.post("bans", ban(30)).await.expect(201);
        register(&second, &phone).await;
        register(&third, &phone).await;
        second.post("reports", town.problem()).await.problem("banned");
        // One of them is let write again, and stays so when the app registers as it does with each start.
        moderator.delete(&format!("bans/account-{}", third.account_id())).await.expect(204);
        register(&third, &phone).await;
        third.post("reports", town.problem()).await.expect(201);

        let shorter = moderator.post("bans", ban(2)).await.expect(201);
        assert_eq!(shorter.text("id"), made.text("id"));
        let commune = town.commune().await;
        let brought = commune.ban(&format!("account-{}", second.account_id())).await.unwrap().expect("it holds");
        assert_eq!(brought.until.to_string(), shorter.text("until"));
        third.post("reports", town.problem()).await.expect(201);

        moderator.delete(&format!("bans/{}", made.text("id"))).await.expect(204);
        for actor in [&claire, &second] {
            register(actor, &phone).await;
            actor.post("reports", town.problem()).await.expect(201);
        }
        assert_eq!(moderator.get("bans").await.expect(200).json["bans"], json!([]));
        town.settled().await;
    });
}

#[test]
fn a_banned_device_does_not_shorten_a_longer_ban_and_devices_come_with_an_account_only() {
    run(async {
        let town = Town::new().await;
        let (moderator, claire, paul) = (moderator(&town).await, town.resident().await, town.resident().await);
        let phone = token();
        register(&claire, &phone).await;
        let long = json!({ "account": paul.account_id(), "reason": "Menaces", "until": in_days(300) });
        let long = moderator.post("bans", long).await.expect(201);
        let short =
            json!({ "account": claire.account_id(), "devices": true, "reason": "Insultes", "until": in_days(2) });
        moderator.post("bans", short).await.expect(201);
        register(&paul, &phone).await;
        let kept = town.commune().await.ban(long.text("id")).await.unwrap().expect("it holds");
        assert_eq!((kept.until.to_string(), kept.reason.as_str()), (long.text("until").to_owned(), "Menaces"));
        let alone = json!({ "network": "192.0.2.7", "devices": true, "reason": "Insultes", "until": in_days(2) });
        let refused = moderator.post("bans", alone).await.refused_field("devices");
        assert_eq!(refused.rule("devices"), "out_of_place");
    });
}
