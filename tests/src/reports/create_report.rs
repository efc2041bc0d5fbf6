//! `POST /v1/{commune}/reports`.

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_testkit::{Channel, FaultAction, NewFault, Service, Town, at, fault, run};
use serde_json::{Value, json};

use super::{guests_report, jpeg, photo};

#[test]
fn a_residents_report_is_received_and_followed_by_its_sender() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let sent = town.report(&claire).await;
        assert_eq!((sent.version(), sent.text("status"), sent.text("group")), (1, "received", "open"));
        assert_eq!((sent.text("service/id"), sent.text("service/name")), ("techniques", "Services techniques"));
        assert!(sent.json["mine"] == true && sent.json["following"] == true && sent.json["followers"] == 1, "{sent}");
        assert_eq!(sent.json["history"].as_array().map(Vec::len), Some(1));
        assert_eq!((sent.text("history/0/what/type"), sent.text("history/0/actor/type")), ("received", "reporter"));
        assert!(sent.json.get("expected").is_some() && sent.json.get("confirmation").is_none(), "{sent}");
        assert!(sent.json.get("reporter").is_none(), "who sent it is for staff: {sent}");
        let read = claire.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert_eq!(read.json, sent.json);
        town.settled().await;
        assert!(claire.notices().await.is_empty(), "nobody is told of what they did themselves");
    });
}

#[test]
fn every_kind_can_be_sent_and_a_kind_that_is_switched_off_cannot() {
    run(async {
        let town =
            Town::with(|settings| settings["kinds"] = json!(["problem", "idea", "question", "opinion", "praise"]));
        let town = town.await;
        let claire = town.resident().await;
        for kind in ["idea", "question", "opinion", "praise"] {
            let sent = claire.post("reports", json!({ "kind": kind, "description": "Bonjour" })).await.expect(201);
            assert_eq!((sent.text("kind"), sent.text("service/id")), (kind, "accueil"));
        }
        town.report(&claire).await;
        let seen = json!({ "kind": "observation", "description": "Une huppe", "place": town.place(0.0, 0.0) });
        assert_eq!(claire.post("reports", seen).await.refused_field("kind").rule("kind"), "kind_switched_off");
    });
}

#[test]
fn a_guests_report_waits_for_its_confirmation_and_nobody_sees_it() {
    run(async {
        let town = Town::new().await;
        let (guest, sent) = guests_report(&town).await;
        assert_eq!((sent.text("status"), sent.json["followers"].as_u64()), ("unconfirmed", Some(0)));
        assert!(sent.json["confirmation"]["sent"] == true && sent.json["confirmation"]["expires_in"] == 600, "{sent}");
        assert!(sent.text("confirmation/contact").starts_with("+33 6 ••"), "{sent}");
        let words = parvis_domain::texts::sms_consent(parvis_domain::Language::Fr);
        assert_eq!(sent.text("confirmation/sms_consent"), words);
        assert_eq!(sent.text("confirmation/detail"), "Confirmez le signalement avec le code envoyé.");
        let mut by_mail = town.problem();
        by_mail["contact"] = json!({ "email": format!("{}@exemple.fr", uuid::Uuid::new_v4().simple()) });
        by_mail["language"] = json!("en");
        let by_mail = town.guest().await.post("reports", by_mail).await.expect(201);
        assert!(by_mail.json["confirmation"].get("sms_consent").is_none(), "{by_mail}");
        assert!(by_mail.text("confirmation/detail").starts_with("confirm the report"), "{by_mail}");
        let messages = guest.messages().await;
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].message.channel, Channel::Sms);
        let path = format!("reports/{}", sent.text("id"));
        let agent = town.agent().await;
        for actor in [&guest, &agent] {
            actor.get(&path).await.problem("not_found");
            assert_eq!(actor.get("reports").await.expect(200).json["reports"], json!([]));
        }
        agent.get("reports?status=unconfirmed").await.expect(200);
        town.settled().await;
        assert_eq!(guest.messages().await.len(), 1, "there is nothing to tell before it is confirmed");
    });
}

#[test]
fn a_guest_without_a_contact_is_taken_where_the_commune_allows_it() {
    run(async {
        let strict = Town::new().await;
        let refused = strict.guest().await.post("reports", strict.problem()).await;
        assert_eq!(refused.refused_field("contact").rule("contact"), "contact_required");
        let open = Town::with(|settings| settings["guests_without_contact"] = json!(true)).await;
        let sent = open.guest().await.post("reports", open.problem()).await.expect(201);
        assert_eq!((sent.text("status"), sent.json["followers"].as_u64()), ("received", Some(0)));
        open.guest().await.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
    });
}

#[test]
fn html_stays_text() {
    run(async {
        let town = Town::new().await;
        let text = "<script>alert(1)</script> & <b>gras</b>";
        let sent = town.resident().await.post("reports", json!({ "kind": "idea", "description": text })).await;
        assert_eq!(sent.expect(201).text("description"), text);
    });
}

#[test]
fn what_does_not_fit_is_refused_at_its_field() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let with = |pointer: &str, value: Value| {
            let mut body = town.problem();
            body[pointer] = value;
            body
        };
        let centre = town.place(0.0, 0.0);
        let cases = [
            (with("place", town.place(9_000.0, 0.0)), "place", "outside_boundary"),
            (
                with("place", json!({ "longitude": centre["latitude"], "latitude": centre["longitude"] })),
                "place",
                "place_swapped",
            ),
            (with("place", Value::Null), "place", "place_required"),
            (with("category", Value::Null), "category", "category_required"),
            (with("category", json!("inconnue")), "category", "category_unknown"),
            (with("category", json!("eclairage")), "answers.panne", "answer_missing"),
            (with("category", json!("dechets")), "photos", "photo_required"),
            (with("answers", json!({ "couleur": "rouge" })), "answers.couleur", "question_unknown"),
        ];
        for (body, field, rule) in cases {
            let refused = claire.post("reports", body).await.refused_field(field);
            assert_eq!(refused.rule(field), rule, "{refused}");
        }
        let outside = claire.post("reports", with("place", town.place(9_000.0, 0.0))).await;
        assert!(outside.text("detail").contains(&town.settings.name), "{outside}");
        for (answer, rule) in [(json!(3), "wrong_type"), (json!("ailleurs"), "option_unknown")] {
            let mut body = with("category", json!("eclairage"));
            body["answers"] = json!({ "panne": answer });
            assert_eq!(claire.post("reports", body).await.refused_field("answers.panne").rule("answers.panne"), rule);
        }
    });
}

#[test]
fn values_that_cannot_be_are_refused_as_they_are_read() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let long = "a".repeat(4_001);
        for text in ["", " \u{200b}\n", "cloche\u{7}", long.as_str()] {
            let body = json!({ "kind": "idea", "description": text });
            claire.post("reports", body).await.refused_field("description");
        }
        let exact = claire.post("reports", json!({ "kind": "idea", "description": "a".repeat(4_000) }));
        exact.await.expect(201);
        let mut body = town.problem();
        for (longitude, latitude) in
            [(json!("NaN"), json!(43.0)), (json!(181.0), json!(43.0)), (json!(1.0), Value::Null)]
        {
            body["place"] = json!({ "longitude": longitude, "latitude": latitude });
            let refused = claire.post("reports", body.clone()).await.problem("invalid");
            let field = refused.json["errors"][0]["field"].as_str().expect("a field");
            assert!(field.starts_with("place"), "{refused}");
        }
        for (field, value) in [("kind", json!("plainte")), ("urgent", json!(true)), ("photos", json!("une"))] {
            let mut body = town.problem();
            body[field] = value;
            claire.post("reports", body).await.refused_field(field);
        }
        // A landline, a number of another country, and no number at all.
        for phone in ["+33442123456", "+4915112345678", "0612"] {
            let mut body = town.problem();
            body["contact"] = json!({ "phone": phone });
            let refused = town.guest().await.post("reports", body).await.problem("invalid");
            let field = refused.json["errors"][0]["field"].as_str().expect("a field");
            assert!(field.starts_with("contact"), "{refused}");
        }
    });
}

#[test]
fn a_body_that_is_not_json_or_too_large_or_of_another_type_is_refused_for_what_it_is() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let send = |kind: &'static str, body: Vec<u8>| claire.call(reqwest::Method::POST, "reports").body(kind, body);
        send("application/json", b"{\"kind\": ".to_vec()).await.problem("bad_request");
        send("application/json", b"{\"place\": {\"longitude\": NaN}}".to_vec()).await.problem("bad_request");
        send("application/json", Vec::new()).await.problem("bad_request");
        send("text/plain", b"{}".to_vec()).await.problem("unsupported_media_type");
        send("application/json", vec![b' '; 7 * 1024 * 1024]).await.expect(413);
        let unknown = claire.post("/v1/nulle-part/reports", town.problem()).await;
        unknown.problem("not_found");
    });
}

#[test]
fn sending_twice_under_one_key_sends_once() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let key = "depuis-la-file-1";
        let first = claire.post("reports", town.problem()).idempotency_key(key).await.expect(201);
        let again = claire.post("reports", town.problem()).idempotency_key(key).await.expect(201);
        assert_eq!(first.json, again.json);
        let mut other = town.problem();
        other["description"] = json!("Autre chose");
        claire.post("reports", other).idempotency_key(key).await.problem("idempotency_reuse");
        for (name, key) in [("short", "court"), ("long", "x".repeat(129).as_str()), ("blanks", "avec des blancs")] {
            let refused = claire.post("reports", town.problem()).idempotency_key(key).await;
            assert_eq!(refused.refused_field("Idempotency-Key").rule("Idempotency-Key"), "not_valid", "{name}");
        }
        // The key is the sender's own.
        let neighbour = town.resident().await;
        let theirs = neighbour.post("reports", town.problem()).idempotency_key(key).await.expect(201);
        assert_ne!(theirs.text("id"), first.text("id"));
        let listed = claire.get("reports?mine=true").await.expect(200);
        assert_eq!(listed.json["reports"].as_array().map(Vec::len), Some(1), "{listed}");
    });
}

#[test]
fn parallel_attempts_under_one_key_make_one_report_with_its_photo() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let upload = photo(&claire, 10).await;
        let mut body = town.problem();
        body["photos"] = json!([{ "id": upload.photo }]);
        let attempts =
            (0..6).map(|_| claire.post("reports", body.clone()).idempotency_key("six-a-la-fois").into_future());
        let answers = join_all(attempts).await;
        let ids: Vec<String> = answers.into_iter().map(|answer| answer.expect(201).text("id").to_owned()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let listed = claire.get("reports?mine=true").await.expect(200);
        assert_eq!(listed.json["reports"].as_array().map(Vec::len), Some(1), "{listed}");
        town.settled().await;
    });
}

#[test]
fn a_guest_who_sends_again_gets_the_same_report_and_no_second_code() {
    run(async {
        let town = Town::new().await;
        let contact = town.new_contact();
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let mut body = town.problem();
        body["contact"] = contact;
        let first = guest.post("reports", body.clone()).idempotency_key("hors-ligne").await.expect(201);
        let again = guest.post("reports", body).idempotency_key("hors-ligne").await.expect(201);
        assert_eq!(first.text("id"), again.text("id"));
        assert_eq!(guest.messages().await.len(), 1);
    });
}

#[test]
fn after_seven_days_a_key_may_be_used_again() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let first = claire.post("reports", town.problem()).idempotency_key("une-vieille-cle").await.expect(201);
        let later = at(SignedDuration::from_hours(7 * 24 + 1)).await;
        claire = claire.at(&later);
        claire.refresh().await;
        let second = claire.post("reports", town.problem()).idempotency_key("une-vieille-cle").await.expect(201);
        assert_ne!(first.text("id"), second.text("id"));
    });
}

#[test]
fn photos_of_the_sender_come_with_the_report() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let upload = photo(&claire, 20).await;
        let mut body = town.problem();
        body["category"] = json!("dechets");
        body["photos"] = json!([{ "id": upload.photo }]);
        let sent = claire.post("reports", body.clone()).await.expect(201);
        assert_eq!(sent.text("photos/0/id"), upload.photo);
        let (large, small) = (sent.text("photos/0/large").to_owned(), sent.text("photos/0/small").to_owned());
        for url in [large, small] {
            let picture = reqwest::get(&url).await.expect("the picture");
            assert_eq!(picture.status(), 200, "{url}");
        }
        // One photo belongs to one report.
        let again = claire.post("reports", body).await.refused_field("photos.0");
        assert_eq!(again.rule("photos.0"), "attached_photo");
        // A guest shows the claim.
        let guest = town.guest().await;
        let upload = photo(&guest, 21).await;
        let mut body = town.problem();
        body["contact"] = town.new_contact();
        body["photos"] = json!([{ "id": upload.photo }]);
        guest.post("reports", body.clone()).await.refused_field("photos.0");
        body["photos"] = json!([{ "id": upload.photo, "claim": upload.claim }]);
        guest.post("reports", body).await.expect(201);
    });
}

#[test]
fn photos_that_cannot_be_attached_are_named_with_the_reason() {
    run(async {
        let (town, elsewhere) = (Town::new().await, Town::new().await);
        let (claire, neighbour) = (town.resident().await, town.resident().await);
        let theirs = photo(&neighbour, 30).await;
        let of_elsewhere = photo(&elsewhere.resident().await, 31).await;
        let announced = claire.post("photos", json!({ "size": 1_000, "media_type": "image/jpeg" })).await.expect(201);
        let (refused, seen) = claire.upload_photo(b"GIF89a, which is not a JPEG".to_vec()).await;
        assert_eq!(seen.text("status"), "refused");
        let cases = [
            (theirs.photo.as_str(), "unknown_photo"),
            (of_elsewhere.photo.as_str(), "unknown_photo"),
            (announced.text("photo"), "photo_not_ready"),
            (refused.photo.as_str(), "photo_refused"),
        ];
        for (photo, rule) in cases {
            let mut body = town.problem();
            body["photos"] = json!([{ "id": photo }]);
            let answer = claire.post("reports", body).await.refused_field("photos.0");
            assert_eq!(answer.rule("photos.0"), rule, "{answer}");
            assert!(answer.text("detail").contains(photo), "{answer}");
        }
        let mut body = town.problem();
        body["photos"] = json!(vec![json!({ "id": theirs.photo }); 7]);
        assert_eq!(claire.post("reports", body).await.refused_field("photos").rule("photos"), "too_many_photos");
        let mut body = town.problem();
        body["photos"] = json!([{ "id": "7" }]);
        claire.post("reports", body).await.problem("invalid");
        assert!(!jpeg(1).is_empty());
    });
}

#[test]
fn a_report_is_kept_when_its_code_cannot_be_sent() {
    run(async {
        let town = Town::new().await;
        let contact = town.new_contact();
        let phone = contact["phone"].as_str().expect("a phone").to_owned();
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let mut body = town.problem();
        body["contact"] = contact;
        let fails = NewFault {
            operation: Some("Publish".to_owned()),
            contains: Some(phone),
            ..NewFault::new(Service::Sns, FaultAction::Fail)
        };
        let broken = fault(fails).await;
        let sent = guest.post("reports", body).await.expect(201);
        assert!(sent.json["confirmation"]["sent"] == false && broken.hits() > 0, "{sent}");
        assert!(sent.text("confirmation/detail").contains("gardé 24 heures"), "{sent}");
        drop(broken);
        let later = at(SignedDuration::from_secs(61)).await;
        let guest = guest.at(&later);
        let path = format!("reports/{}/confirmation", sent.text("id"));
        guest.post(&path, json!({})).await.expect(200);
        let code = guest.newest_code().await;
        guest.post(&path, json!({ "code": code })).await.expect(200);
    });
}
