//! `POST /v1/{commune}/reports/{report}/comments`.

use std::future::IntoFuture as _;

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::{Value, json};

use super::{change, photo, take_down};

#[test]
fn who_sees_a_report_may_comment_on_it_and_guests_may_not() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        let upload = photo(&neighbour, 60).await;
        let body = json!({ "text": "Moi aussi.", "photos": [{ "id": upload.photo }] });
        let commented = neighbour.post(&path, body).await.expect(201);
        assert_eq!((commented.version(), commented.text("status")), (2, "received"));
        assert_eq!(
            (commented.text("history/1/note"), commented.text("history/1/actor/type")),
            ("Moi aussi.", "resident")
        );
        assert_eq!(commented.text("history/1/photos/0/id"), upload.photo);
        agent.post(&path, json!({ "text": "Merci." })).await.expect(201);
        claire.post(&path, json!({ "text": "Toujours là." })).await.expect(201);
        town.guest().await.post(&path, json!({ "text": "Bonjour" })).await.problem("unauthenticated");
        let read = town.guest().await.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        let actors: Vec<&Value> =
            read.json["history"].as_array().expect("a history").iter().map(|entry| &entry["actor"]["type"]).collect();
        assert_eq!(actors, ["reporter", "resident", "staff", "reporter"]);
        town.settled().await;
    });
}

#[test]
fn internal_comments_are_by_staff_and_for_staff() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        claire.post(&path, json!({ "text": "Psst", "internal": true })).await.problem("forbidden");
        let before = claire.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        agent.post(&path, json!({ "text": "Encore lui.", "internal": true })).await.expect(201);
        let after = claire.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert_eq!(
            (&after.json["history"], &after.json["updated"]),
            (&before.json["history"], &before.json["updated"])
        );
        town.settled().await;
        assert!(claire.notices().await.is_empty());
    });
}

#[test]
fn only_the_reporters_comment_answers_the_communes_question() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        change(&agent, &sent, json!({ "to": "awaiting_reporter", "note": "Où ?" })).await.expect(200);
        let theirs = neighbour.post(&path, json!({ "text": "Je sais !" })).await.expect(201);
        assert_eq!(theirs.text("status"), "awaiting_reporter");
        let own = claire.post(&path, json!({ "text": "Devant l’école." })).await.expect(201);
        assert_eq!((own.text("status"), own.json.get("awaiting_until")), ("under_review", None));
    });
}

#[test]
fn comments_sent_at_the_same_moment_are_all_kept() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        let all = (0..10).map(|n| claire.post(&path, json!({ "text": format!("Numéro {n}") })).into_future());
        for answer in join_all(all).await {
            answer.expect(201);
        }
        let read = claire.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert_eq!((read.version(), read.json["history"].as_array().map(Vec::len)), (11, Some(11)));
    });
}

#[test]
fn what_is_no_comment_is_refused_and_what_is_not_seen_is_not_found() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour) = (town.resident().await, town.resident().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        for text in [json!(""), json!("  "), json!("a".repeat(2_001)), json!("a\u{0}b"), json!(3), Value::Null] {
            claire.post(&path, json!({ "text": text })).await.refused_field("text");
        }
        claire.post(&path, json!({ "text": "Bien", "ton": "sec" })).await.refused_field("ton");
        let mut private = town.problem();
        private["category"] = json!("nuisances");
        let private = claire.post("reports", private).await.expect(201);
        let path = format!("reports/{}/comments", private.text("id"));
        neighbour.post(&path, json!({ "text": "Bonjour" })).await.problem("not_found");
    });
}

#[test]
fn an_ambassadors_comment_says_so_only_if_they_want_and_never_whose_report_it_is() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire, paul) = (town.administrator().await, town.resident().await, town.resident().await);
        let (hers, his) = (town.report(&claire).await, town.report(&paul).await);
        let comment = async |actor: &parvis_testkit::Actor, report: &str| {
            let path = format!("reports/{report}/comments");
            let answer = actor.post(&path, json!({ "text": "Je passe tous les jours." })).await.expect(201);
            answer.json["history"].as_array().and_then(|all| all.last()).expect("an entry")["actor"].clone()
        };
        let (plain, marked) = (json!({ "type": "resident" }), json!({ "type": "resident", "ambassador": true }));
        assert!(claire.get("me").await.expect(200).json.get("badge").is_none());
        let refused = claire.patch("me", json!({ "badge": true })).await.refused_field("badge");
        assert_eq!(refused.rule("badge"), "no_ambassador");

        let named = format!("launch/ambassadors/{}", claire.account_id());
        nadia.put(&named, json!({ "zones": ["est"] })).await.expect(200);
        assert_eq!(claire.get("me").await.expect(200).json["badge"], false);
        assert_eq!(comment(&claire, his.text("id")).await, plain, "off until they say so");
        assert_eq!(claire.patch("me", json!({ "badge": true })).await.expect(200).json["badge"], true);
        // Other zones change nothing about what she said.
        nadia.put(&named, json!({ "zones": ["ouest"] })).await.expect(200);
        assert_eq!(comment(&claire, his.text("id")).await, marked);
        assert_eq!(comment(&paul, hers.text("id")).await, plain, "paul is none");
        // Of the few ambassadors there are, it would tell who sent the report.
        assert_eq!(comment(&claire, hers.text("id")).await, json!({ "type": "reporter" }));

        assert_eq!(claire.patch("me", json!({ "badge": false })).await.expect(200).json["badge"], false);
        assert_eq!(comment(&claire, his.text("id")).await, plain);
        claire.patch("me", json!({ "badge": true })).await.expect(200);
        nadia.delete(&named).await.expect(204);
        assert_eq!(comment(&claire, his.text("id")).await, plain, "no ambassador any more");
        // Named again, she is asked again.
        nadia.put(&named, json!({ "zones": ["est"] })).await.expect(200);
        assert_eq!(comment(&claire, his.text("id")).await, plain);

        let read = town.guest().await.get(&format!("reports/{}", his.text("id"))).await.expect(200);
        let entries = read.json["history"].as_array().expect("a history");
        let badges: Vec<bool> = entries.iter().map(|entry| entry["actor"]["ambassador"] == true).collect();
        assert_eq!(badges, [false, false, true, false, false, false], "what was written stays as it was: {read}");
        assert!(!read.json.to_string().contains(&claire.account_id().to_string()));
        town.settled().await;
    });
}

#[test]
fn a_comment_that_is_sent_again_under_its_key_is_there_once_whoever_wrote_it() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        let entries = async || {
            let read = agent.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
            read.json["history"].as_array().map_or(0, Vec::len)
        };
        for (n, actor) in [&claire, &neighbour, &agent].into_iter().enumerate() {
            let post = || actor.post(&path, json!({ "text": "Encore là." })).idempotency_key("le-meme-message");
            let first = post().await.expect(201);
            assert_eq!(post().await.expect(201).version(), first.version());
            // At the same moment too: the phone has sent it, and so has the queue it was kept in.
            join_all((0..4).map(|_| post().into_future())).await.into_iter().for_each(|again| {
                again.expect(201);
            });
            assert_eq!(entries().await, 2 + n);
            let other = actor.post(&path, json!({ "text": "Autre chose." })).idempotency_key("le-meme-message");
            other.await.problem("idempotency_reuse");
        }
        // Many at once, the first time that the key is seen.
        let storm = || neighbour.post(&path, json!({ "text": "Une fois." })).idempotency_key("une-seule-fois");
        join_all((0..6).map(|_| storm().into_future())).await.into_iter().for_each(|answer| {
            answer.expect(201);
        });
        assert_eq!(entries().await, 5);
        // Without a key every comment is one.
        for _ in 0..2 {
            claire.post(&path, json!({ "text": "Bis." })).await.expect(201);
        }
        assert_eq!(entries().await, 7);
        town.settled().await;
        let told = claire.notices().await;
        assert_eq!(told.len(), 3, "once of each comment of others: {told:?}");
    });
}

#[test]
fn a_key_is_forgotten_after_a_week_and_never_shows_a_report_that_is_not_for_the_caller() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour) = (town.resident().await, town.resident().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        let body = json!({ "text": "Toujours là." });
        let first = claire.post(&path, body.clone()).idempotency_key("chaque-semaine").await.expect(201);
        let next_week = at(SignedDuration::from_hours(7 * 24 + 1)).await;
        let mut later = claire.at(&next_week);
        later.refresh().await;
        let again = later.post(&path, body.clone()).idempotency_key("chaque-semaine").await.expect(201);
        assert_eq!(again.version(), first.version() + 1);
        let theirs = neighbour.post(&path, body.clone()).idempotency_key("chaque-semaine").await.expect(201);
        assert_eq!(theirs.version(), again.version() + 1, "another's key is another key");
        take_down(&town, sent.text("id")).await;
        neighbour.post(&path, body).idempotency_key("chaque-semaine").await.problem("not_found");
    });
}
