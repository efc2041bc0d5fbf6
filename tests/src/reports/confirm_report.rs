//! `POST /v1/{commune}/reports/{report}/confirmation`.

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::json;

use super::guests_report;

#[test]
fn the_code_confirms_the_report_and_signs_its_sender_in() {
    run(async {
        let town = Town::new().await;
        let (mut guest, sent) = guests_report(&town).await;
        let path = format!("reports/{}", sent.text("id"));
        let code = guest.newest_code().await;
        let confirmed = guest.post(&format!("{path}/confirmation"), json!({ "code": code })).await.expect(200);
        assert_eq!((confirmed.text("report/status"), confirmed.text("report/id")), ("received", sent.text("id")));
        guest.keep(&confirmed);
        let read = guest.get(&path).await.expect(200);
        assert!(read.json["mine"] == true && read.json["following"] == true && read.json["followers"] == 1, "{read}");
        assert_eq!((read.version(), read.text("history/0/what/type")), (2, "received"));
        town.guest().await.get(&path).await.expect(200);
        // The contact is the account's now, and no longer the report's.
        let stored = town.commune().await.report(super::id(&sent)).await.expect("a read").expect("the report");
        assert_eq!((stored.guest_contact, stored.reporter), (None, guest.account));
        let again = guest.post(&format!("{path}/confirmation"), json!({ "code": code })).await;
        again.problem("confirmed_already");
        town.settled().await;
        assert!(guest.notices().await.is_empty());
    });
}

#[test]
fn a_guest_with_an_account_gets_the_report_into_it() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        // The code of her sign-in was sent a moment ago: the next one comes after a minute.
        let later = at(SignedDuration::from_secs(61)).await;
        let mut guest = claire.signed_out().at(&later);
        let mut body = town.problem();
        body["contact"] = json!(claire.contact);
        let sent = guest.post("reports", body).await.expect(201);
        let code = guest.newest_code().await;
        let confirmed = guest.post(&format!("reports/{}/confirmation", sent.text("id")), json!({ "code": code })).await;
        guest.keep(&confirmed.expect(200));
        assert_eq!(guest.account, claire.account);
    });
}

#[test]
fn a_wrong_code_is_refused_and_the_sixth_try_too_even_if_it_is_right() {
    run(async {
        let town = Town::new().await;
        let (guest, sent) = guests_report(&town).await;
        let path = format!("reports/{}/confirmation", sent.text("id"));
        let code = guest.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            guest.post(&path, json!({ "code": wrong })).await.problem("code_refused");
        }
        guest.post(&path, json!({ "code": code })).await.problem("code_refused");
        guest.post(&path, json!({ "code": "12" })).await.refused_field("code");
        guest.post(&path, json!({ "kode": code })).await.refused_field("kode");
    });
}

#[test]
fn a_code_is_over_after_ten_minutes_and_a_new_one_may_be_asked_for() {
    run(async {
        let town = Town::new().await;
        let (guest, sent) = guests_report(&town).await;
        let path = format!("reports/{}/confirmation", sent.text("id"));
        let too_soon = guest.post(&path, json!({})).await.problem("too_many_requests");
        assert!(!too_soon.header("retry-after").is_empty());
        let first = guest.newest_code().await;
        let later = at(SignedDuration::from_mins(10)).await;
        let guest = guest.at(&later);
        guest.post(&path, json!({ "code": first })).await.problem("code_refused");
        let asked = guest.post(&path, json!({})).await.expect(200);
        assert!(asked.text("code/sent_to").contains("••"), "{asked}");
        let second = guest.newest_code().await;
        guest.post(&path, json!({ "code": second })).await.expect(200);
    });
}

#[test]
fn a_code_is_redeemed_once_however_often_it_is_sent_at_the_same_moment() {
    run(async {
        let town = Town::new().await;
        let (guest, sent) = guests_report(&town).await;
        let path = format!("reports/{}/confirmation", sent.text("id"));
        let code = guest.newest_code().await;
        let tries = (0..4).map(|_| guest.post(&path, json!({ "code": code })).into_future());
        let statuses: Vec<u16> = join_all(tries).await.into_iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 409 | 422)), "{statuses:?}");
        let read = town.guest().await.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert_eq!((read.version(), read.json["followers"].as_u64()), (2, Some(1)));
    });
}

#[test]
fn a_day_later_it_is_too_late() {
    run(async {
        let town = Town::new().await;
        let (guest, sent) = guests_report(&town).await;
        let path = format!("reports/{}/confirmation", sent.text("id"));
        let later = at(SignedDuration::from_hours(25)).await;
        let guest = guest.at(&later);
        guest.post(&path, json!({})).await.problem("report_expired");
    });
}

#[test]
fn a_code_of_another_purpose_or_report_confirms_nothing() {
    run(async {
        let town = Town::new().await;
        let (guest, sent) = guests_report(&town).await;
        let later = at(SignedDuration::from_secs(61)).await;
        let guest = guest.at(&later);
        guest.post("challenges", json!({ "contact": guest.contact })).await.expect(202);
        let code = guest.newest_code().await;
        let path = format!("reports/{}/confirmation", sent.text("id"));
        guest.post(&path, json!({ "code": code })).await.problem("code_refused");
        let nothing = "reports/01997d3c-0000-7000-8000-000000000000/confirmation";
        guest.post(nothing, json!({ "code": code })).await.problem("not_found");
    });
}

#[test]
fn a_guest_may_confirm_by_mail() {
    run(async {
        let town = Town::new().await;
        let contact = json!({ "email": format!("guest-{}@exemple.fr", uuid::Uuid::now_v7()) });
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let mut body = town.problem();
        body["contact"] = contact;
        let sent = guest.post("reports", body).await.expect(201);
        let first = guest.newest_code().await;
        let later = at(SignedDuration::from_secs(61)).await;
        let guest = guest.at(&later);
        let path = format!("reports/{}/confirmation", sent.text("id"));
        guest.post(&path, json!({})).await.expect(200);
        let second = guest.newest_code().await;
        if first != second {
            guest.post(&path, json!({ "code": first })).await.problem("code_refused");
        }
        guest.post(&path, json!({ "code": second })).await.expect(200);
    });
}
