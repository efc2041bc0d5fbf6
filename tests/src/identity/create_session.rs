//! `POST /v1/{commune}/sessions`.

use std::collections::BTreeMap;

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_testkit::{FaultAction, NewFault, Service, Town, at, fault, run};
use serde_json::json;

use super::{ask, asked, mailbox, redeem, wrong};

#[test]
fn the_account_exists_once_the_code_is_redeemed_and_is_the_same_the_next_time() {
    run(async {
        let town = Town::new().await;
        let (mut guest, code) = asked(&town).await;
        let contact = guest.contact.clone().expect("a contact");
        let opened = town.commune().await;
        assert_eq!(opened.account_of(&contact).await.expect("a read"), None);

        let session = redeem(&guest, &code).language("en").await.expect(201);
        assert_eq!((session.text("token_type"), session.text("account/role")), ("Bearer", "resident"));
        assert_eq!((session.json["expires_in"].as_i64(), session.text("commune")), (Some(900), town.id.as_str()));
        assert_eq!(session.header("cache-control"), "no-store");
        guest.keep(&session);
        let me = guest.get("me").await.expect(200);
        assert_eq!((me.text("id"), me.text("language")), (session.text("account/id"), "en"));
        let account = opened.account_of(&contact).await.expect("a read").expect("the account");
        assert_eq!(Some(account.id), guest.account);

        // Redeeming removed the code, so the next one need not wait.
        ask(&guest).await.expect(202);
        let code = guest.newest_code().await;
        let again = redeem(&guest, &code).await.expect(201);
        assert_eq!(again.text("account/id"), session.text("account/id"));
        assert_ne!(again.text("refresh_token"), session.text("refresh_token"));
    });
}

#[test]
fn the_same_phone_in_two_communes_is_two_accounts() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (mut guest, code) = asked(&here).await;
        guest.keep(&redeem(&guest, &code).await.expect(201));
        let mut elsewhere = there.guest().await;
        elsewhere.sign_in(guest.contact.clone().expect("a contact")).await;
        assert_ne!(guest.account, elsewhere.account);
    });
}

#[test]
fn one_mailbox_is_one_account_however_it_is_spelt() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.guest().await;
        let contact = mailbox();
        claire.sign_in(serde_json::from_value(contact.clone()).expect("a contact")).await;
        let shouted = contact["email"].as_str().expect("an address").to_uppercase();
        let mut again = town.guest().await;
        again.sign_in(serde_json::from_value(json!({ "email": shouted })).expect("a contact")).await;
        assert_eq!(claire.account, again.account);
    });
}

#[test]
fn a_wrong_code_says_how_many_tries_are_left_and_the_fifth_try_may_be_right() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        for n in 0..4 {
            let refused = redeem(&guest, &wrong(&code, n)).await.problem("code_refused");
            assert!(refused.text("detail").ends_with(&format!("essais restants\u{a0}: {}", 4 - n)), "{refused}");
        }
        redeem(&guest, &code).await.expect(201);
    });
}

#[test]
fn the_sixth_try_is_refused_even_when_it_is_right() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        for n in 0..5 {
            redeem(&guest, &wrong(&code, n)).await.problem("code_refused");
        }
        redeem(&guest, &code).await.problem("code_refused");
        let contact = guest.contact.as_ref().expect("a contact");
        assert_eq!(town.commune().await.account_of(contact).await.expect("a read"), None);
    });
}

#[test]
fn thirty_guesses_at_once_are_five_tries() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        let guesses: Vec<String> = (0..30).map(|n| wrong(&code, n)).collect();
        let answers = join_all(guesses.iter().map(|guess| redeem(&guest, guess).into_future())).await;
        let mut told = BTreeMap::new();
        for answer in answers {
            let answer = answer.problem("code_refused");
            *told.entry(answer.text("detail").to_owned()).or_insert(0) += 1;
        }
        let compared: i32 = told.iter().filter(|(detail, _)| detail.contains("n’est pas le bon")).map(|(_, n)| n).sum();
        assert_eq!(compared, 5, "{told:#?}");
        redeem(&guest, &code).await.problem("code_refused");
    });
}

#[test]
fn a_replayed_code_is_refused() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        redeem(&guest, &code).await.expect(201);
        redeem(&guest, &code).await.problem("code_refused");
    });
}

#[test]
fn ten_redemptions_of_one_code_at_once_open_one_session() {
    run(async {
        let town = Town::new().await;
        for known in [false, true] {
            let (guest, mut code) = asked(&town).await;
            if known {
                redeem(&guest, &code).await.expect(201);
                ask(&guest).await.expect(202);
                code = guest.newest_code().await;
            }
            let answers = join_all((0..10).map(|_| redeem(&guest, &code).into_future())).await;
            let (opened, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
            assert_eq!(opened.len(), 1, "{opened:?} {refused:?}");
            for answer in refused {
                answer.problem("code_refused");
            }
        }
    });
}

#[test]
fn a_code_is_good_for_nine_minutes_and_not_for_ten() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        let over = at(SignedDuration::from_mins(10)).await;
        let refused = redeem(&guest.at(&over), &code).await.problem("code_refused");
        assert!(refused.text("detail").contains("n’est plus valable"), "{refused}");
        let just = at(SignedDuration::from_mins(9)).await;
        redeem(&guest.at(&just), &code).await.expect(201);
    });
}

#[test]
fn a_code_of_another_commune_another_contact_or_another_purpose_is_refused() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (guest, code) = asked(&town).await;
        redeem(&guest.in_commune(&other.id), &code).await.problem("code_refused");
        let (mallory, _) = asked(&town).await;
        redeem(&mallory, &code).await.problem("code_refused");

        let mut reporter = town.guest().await;
        let contact = town.new_contact();
        reporter.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let mut report = town.problem();
        report["contact"] = contact;
        let sent = reporter.post("reports", report).await.expect(201);
        let for_the_report = reporter.newest_code().await;
        redeem(&reporter, &for_the_report).await.problem("code_refused");
        let confirmation = format!("reports/{}/confirmation", sent.text("id"));
        reporter.post(&confirmation, json!({ "code": for_the_report })).await.expect(200);
    });
}

#[test]
fn what_is_not_six_digits_is_refused_by_field_and_costs_no_try() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        for nonsense in ["", "12345", "1234567", "abcdef", "12 34", "000000; DROP TABLE", "１２３４５６"] {
            redeem(&guest, nonsense).await.refused_field("code");
        }
        let number = json!({ "contact": guest.contact, "code": 123_456 });
        guest.post("sessions", number).await.refused_field("code");
        guest.post("sessions", json!({ "contact": guest.contact })).await.refused_field("code");
        guest.post("sessions", json!({ "code": code })).await.refused_field("contact");
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        redeem(&guest, &spaced).await.expect(201);
    });
}

#[test]
fn a_contact_that_never_asked_has_no_code() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        redeem(&guest, "123456").await.problem("code_refused");
    });
}

#[test]
fn a_session_opens_although_the_table_s_answer_got_lost() {
    run(async {
        let town = Town::new().await;
        let (mut guest, code) = asked(&town).await;
        let rule = NewFault {
            operation: Some("TransactWriteItems".to_owned()),
            contains: Some(format!("C#{}#account#", town.id)),
            times: Some(1),
            ..NewFault::new(Service::Dynamodb, FaultAction::DropAnswer)
        };
        let lost = fault(rule).await;
        let session = redeem(&guest, &code).await.expect(201);
        assert_eq!(lost.hits(), 1);
        guest.keep(&session);
        guest.refresh().await;
        guest.get("me").await.expect(200);
    });
}
