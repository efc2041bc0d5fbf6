//! `POST /v1/{commune}/reports/{report}/status`.

use futures::future::join_all;
use jiff::{SignedDuration, ToSpan as _};
use parvis_testkit::{Actor, Answer, Town, at, run};
use serde_json::{Value, json};

use super::{change, photo, to};

async fn read(actor: &Actor, report: &Answer) -> Answer {
    actor.get(&format!("reports/{}", report.text("id"))).await.expect(200)
}

/// The day so many days from today, as the rules have it: in Paris.
fn in_days(days: i64) -> String {
    let paris = jiff::tz::TimeZone::get("Europe/Paris").expect("a zone");
    let today = jiff::Timestamp::now().to_zoned(paris).date();
    today.checked_add(days.days()).expect("a day").to_string()
}

#[test]
fn a_report_goes_the_way_of_the_story_and_its_history_tells_it() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        let seen = change(&agent, &sent, json!({ "to": "under_review", "note": "Bien reçu." })).await.expect(200);
        assert_eq!((seen.version(), seen.text("status")), (2, "under_review"));
        let date = in_days(3);
        let seen = change(&agent, &seen, json!({ "to": "scheduled", "scheduled_for": date })).await.expect(200);
        assert_eq!(seen.text("scheduled_for"), date);
        let asked = json!({ "to": "awaiting_reporter", "note": "De quel côté ?" });
        let seen = change(&agent, &seen, asked).await.expect(200);
        assert!(seen.json.get("scheduled_for").is_none() && seen.json.get("awaiting_until").is_some(), "{seen}");
        let answered = claire.post(&format!("{path}/comments"), json!({ "text": "Côté école." })).await.expect(201);
        assert_eq!(answered.text("status"), "under_review");
        let upload = photo(&agent, 50).await;
        let done = json!({ "to": "resolved", "note": "Rebouché.", "photos": [{ "id": upload.photo }] });
        let seen = change(&agent, &answered, done).await.expect(200);
        assert_eq!((seen.text("status"), seen.text("group")), ("resolved", "closed"));
        assert_eq!((seen.text("after_photos/0/id"), seen.json["photos"].clone()), (upload.photo.as_str(), json!([])));
        assert!(seen.json.get("resolved_at").is_some(), "{seen}");

        let told = read(&town.guest().await, &sent).await;
        let history = told.json["history"].as_array().expect("a history");
        let steps: Vec<&str> = history.iter().filter_map(|entry| entry["status"].as_str()).collect();
        let expected = ["received", "under_review", "scheduled", "awaiting_reporter", "under_review", "resolved"];
        assert_eq!(steps, expected);
        assert_eq!(told.text("history/5/photos/0/id"), upload.photo);
        assert_eq!(told.text("history/4/actor/type"), "reporter");
        town.settled().await;
    });
}

#[test]
fn a_step_that_is_not_in_the_table_is_refused_with_those_that_are() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        for (status, french) in [
            ("received", "reçu"),
            ("reopened", "rouvert"),
            ("expired", "non confirmé"),
            ("unconfirmed", "à confirmer"),
            ("reopen_requested", "réouverture demandée"),
        ] {
            let refused = change(&agent, &sent, to(status)).await.problem("step_refused");
            let detail = refused.text("detail");
            for word in ["reçu", french, "à l’étude", "résolu"] {
                assert!(detail.contains(word), "{word}: {detail}");
            }
        }
        // Words of thanks are with the accueil.
        let agent = town.administrator().await;
        let praise = json!({ "kind": "praise", "description": "Merci pour les fleurs" });
        let praise = claire.post("reports", praise).await.expect(201);
        let scheduled = json!({ "to": "scheduled", "scheduled_for": in_days(2) });
        change(&agent, &praise, scheduled).await.problem("step_refused");
        change(&agent, &praise, json!({ "to": "resolved", "note": "Merci à vous !" })).await.expect(200);
    });
}

#[test]
fn what_a_step_needs_is_refused_at_its_field() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let cases = [
            (to("scheduled"), "scheduled_for"),
            (json!({ "to": "scheduled", "scheduled_for": in_days(-1) }), "scheduled_for"),
            (json!({ "to": "under_review", "scheduled_for": in_days(1) }), "scheduled_for"),
            (to("closed"), "close_reason"),
            (json!({ "to": "closed", "close_reason": "duplicate" }), "duplicate_of"),
            (json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": sent.text("id") }), "duplicate_of"),
            (
                json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": "01997d3c-0000-7000-8000-000000000000" }),
                "duplicate_of",
            ),
            (json!({ "to": "under_review", "note": "a".repeat(2_001) }), "note"),
            (to("fixed"), "to"),
            (json!({ "to": "resolved", "photos": [{ "id": "01997d3c-0000-7000-8000-000000000000" }] }), "photos.0"),
        ];
        for (body, field) in cases {
            change(&agent, &sent, body).await.refused_field(field);
        }
        assert_eq!(read(&agent, &sent).await.version(), 1, "nothing was written");
    });
}

#[test]
fn of_two_who_race_one_succeeds_and_the_other_is_told() {
    run(async {
        let town = Town::new().await;
        let (claire, agent, administrator) = (town.resident().await, town.agent().await, town.administrator().await);
        for _ in 0..3 {
            let sent = town.report(&claire).await;
            let race = [
                change(&agent, &sent, to("in_progress")).into_future(),
                change(&administrator, &sent, json!({ "to": "closed", "close_reason": "no_action" })).into_future(),
            ];
            let mut answers = join_all(race).await;
            answers.sort_by_key(|answer| answer.status);
            let [won, lost] = <[Answer; 2]>::try_from(answers).expect("two answers");
            won.expect(200);
            lost.problem("version_conflict");
            let seen = read(&claire, &sent).await;
            assert_eq!((seen.version(), seen.json["history"].as_array().map(Vec::len)), (2, Some(2)));
        }
        town.settled().await;
    });
}

#[test]
fn the_version_must_be_said_and_be_the_latest() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/status", sent.text("id"));
        agent.post(&path, to("under_review")).await.problem("version_required");
        agent.post(&path, to("under_review")).header("if-match", "hier").await.problem("bad_request");
        agent.post(&path, to("under_review")).if_match(2).await.problem("version_conflict");
        agent.post(&path, to("under_review")).if_match(1).await.expect(200);
        agent.post(&path, to("in_progress")).if_match(1).await.problem("version_conflict");
    });
}

#[test]
fn residents_take_no_step_of_staff_and_guests_none() {
    run(async {
        let (town, elsewhere) = (Town::new().await, Town::new().await);
        let (claire, neighbour) = (town.resident().await, town.resident().await);
        let sent = town.report(&claire).await;
        for actor in [&claire, &neighbour] {
            change(actor, &sent, to("under_review")).await.problem("forbidden");
        }
        change(&town.guest().await, &sent, to("under_review")).await.problem("unauthenticated");
        change(&elsewhere.agent().await, &sent, to("under_review")).await.problem("not_found");
        let stranger = elsewhere.agent().await.in_commune(&town.id);
        change(&stranger, &sent, to("under_review")).await.problem("forbidden");
    });
}

#[test]
fn an_unhappy_reporter_may_ask_to_reopen_within_fourteen_days() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let resolved = change(&agent, &town.report(&claire).await, to("resolved")).await.expect(200);
        let unhappy = json!({ "to": "reopen_requested", "note": "Le trou est revenu." });
        change(&neighbour, &resolved, unhappy.clone()).await.problem("forbidden");
        change(&agent, &resolved, unhappy.clone()).await.problem("forbidden");
        let asked = change(&claire, &resolved, unhappy.clone()).await.expect(200);
        assert_eq!((asked.text("status"), asked.text("group")), ("reopen_requested", "open"));
        let reopened = change(&agent, &asked, to("reopened")).await.expect(200);
        change(&agent, &reopened, to("resolved")).await.expect(200);
        for (hours, in_time) in [(14 * 24 - 1, true), (14 * 24 + 1, false)] {
            let reporter = town.resident().await;
            let resolved = change(&agent, &town.report(&reporter).await, to("resolved")).await.expect(200);
            let later = at(SignedDuration::from_hours(hours)).await;
            let mut reporter = reporter.at(&later);
            reporter.refresh().await;
            let answer = change(&reporter, &resolved, unhappy.clone()).await;
            if in_time {
                answer.expect(200)
            } else {
                answer.problem("too_late")
            };
        }
    });
}

#[test]
fn a_duplicate_and_its_original_know_each_other_and_followers_move_along() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let original = town.report(&claire).await;
        let duplicate = town.report(&neighbour).await;
        let third = town.resident().await;
        for actor in [&third, &claire] {
            let path = format!("reports/{}/followers/me", duplicate.text("id"));
            actor.put(&path, Value::Null).await.expect(204);
        }
        let closing = json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": original.text("id") });
        let closed = change(&agent, &duplicate, closing.clone()).await.expect(200);
        assert_eq!((closed.text("duplicate_of"), closed.text("close_reason")), (original.text("id"), "duplicate"));
        town.settled().await;
        let seen = read(&neighbour, &original).await;
        assert_eq!(seen.json["duplicates"], json!([duplicate.text("id")]));
        assert_eq!((seen.json["followers"].as_u64(), seen.json["following"].as_bool()), (Some(3), Some(true)));
        assert_eq!(seen.version(), 1, "the original itself did not change");

        // Chains lead nowhere: a duplicate is no original.
        let another = town.report(&third).await;
        let chained = json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": duplicate.text("id") });
        let refused = change(&agent, &another, chained).await.refused_field("duplicate_of");
        assert!(refused.text("detail").contains(original.text("id")), "{refused}");
        // A note may say which it is instead.
        let noted = json!({ "to": "closed", "close_reason": "duplicate", "note": "Voir le chantier annoncé." });
        change(&agent, &another, noted).await.expect(200);

        // Reopened, it is a report of its own again.
        change(&agent, &closed, to("reopened")).await.expect(200);
        let seen = read(&agent, &original).await;
        assert_eq!(seen.json["duplicates"], json!([]));
        town.settled().await;
    });
}

#[test]
fn the_expected_date_is_frozen_and_pauses_while_the_commune_waits() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let frozen: jiff::civil::Date = sent.value("expected");
        let asked = change(&agent, &sent, json!({ "to": "awaiting_reporter", "note": "Où ?" })).await.expect(200);
        let later = at(SignedDuration::from_hours(3 * 24 + 1)).await;
        let mut claire = claire.at(&later);
        claire.refresh().await;
        let path = format!("reports/{}/comments", asked.text("id"));
        let answered = claire.post(&path, json!({ "text": "Là." })).await.expect(201);
        let moved: jiff::civil::Date = answered.value("expected");
        assert_eq!(moved, frozen.checked_add(3.days()).expect("a day"));
    });
}

#[test]
fn followers_do_not_move_to_a_private_original() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let mut private_original = town.problem();
        private_original["category"] = json!("nuisances");
        let original = claire.post("reports", private_original).await.expect(201);
        let duplicate = town.report(&neighbour).await;
        let closing = json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": original.text("id") });
        change(&agent, &duplicate, closing).await.expect(200);
        town.settled().await;
        assert_eq!(read(&claire, &original).await.json["followers"], 1);
        neighbour.get(&format!("reports/{}", original.text("id"))).await.problem("not_found");
    });
}

#[test]
fn somebody_who_left_the_original_is_not_brought_back_by_a_duplicate() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let original = town.report(&claire).await;
        let path = format!("reports/{}", original.text("id"));
        let follow = format!("{path}/followers/me");
        neighbour.put(&follow, json!({})).await;
        neighbour.delete(&follow).await;
        let duplicate = town.report(&neighbour).await;
        let closing = json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": original.text("id") });
        change(&agent, &duplicate, closing).await.expect(200);
        town.settled().await;
        assert_eq!(neighbour.get(&path).await.expect(200).json["following"], json!(false));
        // Their own wish counts again.
        neighbour.put(&follow, json!({})).await;
        assert_eq!(neighbour.get(&path).await.expect(200).json["following"], json!(true));
    });
}
