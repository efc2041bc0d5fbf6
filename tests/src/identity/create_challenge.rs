//! `POST /v1/{commune}/challenges`.

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_domain::CommuneId;
use parvis_testkit::{Channel, FaultAction, NewFault, Service, Town, at, fault, run};
use serde_json::{Value, json};

use super::{ask, asked, mailbox, redeem};

#[test]
fn a_code_goes_to_a_phone_in_french_and_the_answer_does_not_show_it() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        let answer = ask(&guest).await.expect(202);
        let code = guest.newest_code().await;
        let expected = json!({
            "sent_to": guest.contact.as_ref().map(|contact| contact.masked()),
            "expires_in": 600,
            "resend_after": 60,
            "sms_consent": parvis_domain::texts::sms_consent(parvis_domain::Language::Fr),
        });
        assert_eq!(answer.json, expected);
        let messages = guest.messages().await;
        let [sent] = messages.as_slice() else { panic!("one message: {messages:#?}") };
        let text = &sent.message.text;
        assert_eq!(sent.message.channel, Channel::Sms);
        assert!(text.starts_with(&format!("{code} : votre code pour {}", town.settings.name)), "{text}");
        assert_eq!(sent.message.commune.as_deref(), Some(town.id.as_str()));
    });
}

#[test]
fn a_code_goes_to_a_mailbox_in_english_to_who_prefers_it() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(mailbox()).expect("a contact"));
        ask(&guest).language("en-GB, fr;q=0.5").await.expect(202);
        let code = guest.newest_code().await;
        let messages = guest.messages().await;
        let message = &messages[0].message;
        assert_eq!(message.channel, Channel::Email);
        assert!(message.text.starts_with(&format!("{code}: your code for")), "{}", message.text);
        assert_eq!(message.subject, Some(format!("{}: your code", town.settings.name)));
    });
}

#[test]
fn nothing_in_the_answer_tells_whether_a_contact_is_known() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        let soon = at(SignedDuration::from_mins(2)).await;
        let unknown = ask(&guest.at(&soon)).await.expect(202);
        redeem(&guest, &code).await.problem("code_refused");
        redeem(&guest.at(&soon), &guest.newest_code().await).await.expect(201);
        let later = at(SignedDuration::from_mins(4)).await;
        let known = ask(&guest.at(&later)).await.expect(202);
        assert_eq!(unknown.json, known.json);
        let names =
            |answer: &parvis_testkit::Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&unknown), names(&known));
    });
}

#[test]
fn a_second_code_within_a_minute_is_refused_and_after_it_replaces_the_first() {
    run(async {
        let town = Town::new().await;
        let (guest, first) = asked(&town).await;
        let refused = ask(&guest).await.problem("too_many_requests");
        let seconds: u32 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{refused}");
        assert_eq!(guest.messages().await.len(), 1);

        let later = at(SignedDuration::from_secs(61)).await;
        ask(&guest.at(&later)).await.expect(202);
        let second = guest.newest_code().await;
        if first != second {
            redeem(&guest.at(&later), &first).await.problem("code_refused");
        }
        redeem(&guest.at(&later), &second).await.expect(201);
    });
}

#[test]
fn ten_requests_at_once_send_one_code() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        let answers = join_all((0..10).map(|_| ask(&guest).into_future())).await;
        let (sent, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 202);
        assert_eq!(sent.len(), 1, "{sent:?}");
        for answer in refused {
            answer.problem("too_many_requests");
        }
        assert_eq!(guest.messages().await.len(), 1);
    });
}

#[test]
fn the_eleventh_code_of_a_day_is_refused_until_tomorrow() {
    run(async {
        let town = Town::new().await;
        let (guest, _) = asked(&town).await;
        for n in 1..10 {
            let later = at(SignedDuration::from_mins(2 * n)).await;
            ask(&guest.at(&later)).await.expect(202);
        }
        let later = at(SignedDuration::from_mins(22)).await;
        let refused = ask(&guest.at(&later)).await.problem("too_many_requests");
        let seconds: u32 = refused.header("retry-after").parse().expect("seconds");
        assert!((80_000..86_400).contains(&seconds), "{refused}");
        let tomorrow = at(SignedDuration::from_hours(25)).await;
        ask(&guest.at(&tomorrow)).await.expect(202);
    });
}

#[test]
fn a_contact_that_no_code_can_reach_is_refused_by_field() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for (contact, field) in [
            (json!({"phone": "01 44 55 66 77"}), "contact.phone"),
            (json!({"phone": "+1 202 555 0143"}), "contact.phone"),
            (json!({"phone": "+44 7400 123456"}), "contact.phone"),
            (json!({"phone": "06 12 34"}), "contact.phone"),
            (json!({"phone": ""}), "contact.phone"),
            (json!({"phone": 612_345_678}), "contact.phone"),
            (json!({"email": "claire"}), "contact.email"),
            (json!({"email": "claire@exemple"}), "contact.email"),
            (json!({"email": "claire@exemple.fr\r\nBcc: tous@exemple.fr"}), "contact.email"),
            (json!({}), "contact"),
            (json!({"phone": "0612345678", "email": "claire@exemple.fr"}), "contact"),
            (Value::Null, "contact"),
        ] {
            let answer = guest.post("challenges", json!({ "contact": contact })).await;
            println!("{contact}: {answer}");
            answer.refused_field(field);
        }
        guest.post("challenges", json!({})).await.refused_field("contact");
        let unknown = json!({"contact": town.new_contact(), "channel": "voice"});
        guest.post("challenges", unknown).await.refused_field("channel");
    });
}

#[test]
fn a_commune_that_does_not_exist_and_a_body_that_is_not_json_are_told_apart() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        let nowhere: CommuneId = "nulle-part".parse().expect("a slug");
        guest
            .in_commune(&nowhere)
            .post("challenges", json!({"contact": town.new_contact()}))
            .await
            .problem("not_found");
        guest.post("/v1/NULLE_PART/challenges", json!({"contact": town.new_contact()})).await.problem("not_found");
        let call = || guest.call(reqwest::Method::POST, "challenges");
        call().body("application/json", b"{\"contact\": ".to_vec()).await.problem("bad_request");
        call().body("application/json", b"\xff\xfe".to_vec()).await.problem("bad_request");
        call().body("application/json", Vec::new()).await.problem("bad_request");
        call().body("text/plain", b"{}".to_vec()).await.problem("unsupported_media_type");
        call().body("", b"{}".to_vec()).await.problem("unsupported_media_type");
        call().body("application/json", vec![b' '; 7 * 1024 * 1024]).await.problem("too_large");
    });
}

#[test]
fn a_code_that_cannot_be_sent_is_an_honest_503_with_the_time_to_wait() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        let contact = town.new_contact();
        guest.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let rule = NewFault {
            operation: Some("Publish".to_owned()),
            contains: contact["phone"].as_str().map(str::to_owned),
            ..NewFault::new(Service::Sns, FaultAction::Fail)
        };
        let out = fault(rule).await;
        let answer = ask(&guest).await.problem("unavailable");
        assert_eq!(answer.header("retry-after"), "60");
        assert!(out.hits() > 0);
        drop(out);
        let later = at(SignedDuration::from_secs(61)).await;
        ask(&guest.at(&later)).await.expect(202);
        redeem(&guest.at(&later), &guest.newest_code().await).await.expect(201);
    });
}

#[test]
fn a_code_is_sent_although_the_table_s_answer_got_lost() {
    run(async {
        let town = Town::new().await;
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        let rule = NewFault {
            operation: Some("PutItem".to_owned()),
            contains: Some(format!("C#{}#contact", town.id)),
            times: Some(1),
            ..NewFault::new(Service::Dynamodb, FaultAction::DropAnswer)
        };
        let lost = fault(rule).await;
        ask(&guest).await.expect(202);
        assert_eq!(lost.hits(), 1);
        redeem(&guest, &guest.newest_code().await).await.expect(201);
    });
}
