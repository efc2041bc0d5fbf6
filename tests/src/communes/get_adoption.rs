//! `GET /v1/{commune}/adoption`, and that its counts are exact.

use jiff::{SignedDuration, Timestamp};
use parvis_store::{Adoption, iso_week};
use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

/// The counts of all weeks, as the store has them.
async fn counts(town: &Town) -> Vec<Adoption> {
    town.commune().await.adoption("2000-W01", "2999-W53").await.expect("the counts")
}

/// Sends a guest's report; gives who sent it and its id.
async fn draft(town: &Town, east: f64) -> (Actor, String) {
    let mut guest = town.guest().await;
    guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
    let mut body = town.problem();
    body["contact"] = json!(guest.contact);
    body["place"] = town.place(east, 0.0);
    let sent = guest.post("reports", body).await.expect(201);
    (guest, sent.text("id").to_owned())
}

async fn answer(agent: &Actor, report: &str, to: &str) {
    let version = agent.get(&format!("reports/{report}")).await.expect(200).version();
    let change = json!({ "to": to });
    agent.post(&format!("reports/{report}/status"), change).if_match(version).await.expect(200);
}

#[test]
fn a_week_tells_who_joined_what_was_sent_confirmed_and_answered_by_zone() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let agent = town.agent().await;
        let claire = town.resident().await;
        let mut east = town.problem();
        east["place"] = town.place(300.0, 0.0);
        let report = claire.post("reports", east).await.expect(201).text("id").to_owned();
        let (paul, confirmed) = draft(&town, -300.0).await;
        let code = paul.newest_code().await;
        paul.post(&format!("reports/{confirmed}/confirmation"), json!({ "code": code })).await.expect(200);
        draft(&town, -300.0).await;
        let idea = json!({ "kind": "idea", "description": "Un banc" });
        claire.post("reports", idea).await.expect(201);
        answer(&agent, &report, "under_review").await;
        answer(&agent, &report, "in_progress").await;
        town.settled().await;

        let seen = agent.get("adoption").await.expect(200);
        let rows = seen.json["rows"].as_array().expect("rows");
        let row = |zone: Value| rows.iter().find(|row| row["zone"] == zone).unwrap_or_else(|| panic!("{zone}: {seen}"));
        let whole = row(Value::Null);
        assert_eq!(whole["week"], iso_week(Timestamp::now()), "{seen}");
        // Claire, Paul and the agent have accounts.
        assert_eq!((&whole["joined"], &whole["stayed"]), (&json!(3), &json!(0)));
        assert_eq!((&whole["reports"], &whole["drafts"], &whole["confirmed"]), (&json!(3), &json!(2), &json!(1)));
        assert_eq!((&whole["confirmed_share"], &whole["answered"]), (&json!(0.5), &json!(1)));
        assert!(whole["first_answer_s"].as_u64().is_some_and(|seconds| seconds < 120), "{seen}");
        let (east, west) = (row(json!("est")), row(json!("ouest")));
        assert_eq!((&east["reports"], &east["drafts"], &east["answered"]), (&json!(1), &json!(0), &json!(1)));
        assert_eq!((&west["reports"], &west["drafts"], &west["confirmed"]), (&json!(1), &json!(2), &json!(1)));
        assert_eq!((&west["joined"], &west["first_answer_s"]), (&Value::Null, &Value::Null), "{seen}");
        assert_eq!(other.agent().await.get("adoption?weeks=53").await.expect(200).json["rows"][0]["reports"], 0);
        claire.get("adoption").await.problem("forbidden");
        agent.get("adoption?weeks=54").await.refused_field("weeks");
        other.settled().await;
    });
}

#[test]
fn counts_are_exact_whatever_comes_twice_or_in_another_order() {
    run(async {
        let town = Town::new().await;
        let (agent, claire) = (town.agent().await, town.resident().await);
        let sent = town.report(&claire).await;
        let commune = town.commune().await;
        let id = sent.value("id");
        let first = commune.report(id).await.expect("a read").expect("the report");
        answer(&agent, sent.text("id"), "resolved").await;
        town.settled().await;
        let second = commune.report(id).await.expect("a read").expect("the report");
        let before = counts(&town).await;
        assert_eq!((before[0].reports, before[0].answered, before[0].joined), (1, 1, 2), "{before:?}");
        let account = commune.account(claire.account_id()).await.expect("a read").expect("the account");
        let again = [&second, &first, &second].map(|report| commune.adopt_report(report));
        let (reports, accounts) = futures::join!(
            futures::future::join_all(again),
            futures::future::join_all((0..3).map(|_| commune.adopt_account(&account))),
        );
        for counted in reports.into_iter().chain(accounts) {
            assert!(!counted.expect("an answer"), "it was counted before");
        }
        assert_eq!(counts(&town).await, before);
    });
}

#[test]
fn many_who_count_the_same_at_once_count_it_once() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        town.settled().await;
        let commune = town.commune().await;
        let sent = town.report(&claire).await;
        let report = commune.report(sent.value("id")).await.expect("a read").expect("the report");
        // Beside the stream, which does it too.
        let all = futures::future::join_all((0..6).map(|_| commune.adopt_report(&report))).await;
        assert!(all.iter().filter(|counted| matches!(counted, Ok(true))).count() <= 1, "{all:?}");
        town.settled().await;
        let counts = counts(&town).await;
        assert_eq!(counts.iter().map(|row| row.reports).collect::<Vec<_>>(), vec![1; counts.len()], "{counts:?}");
    });
}

#[test]
fn who_sends_a_report_four_weeks_after_joining_has_stayed_once_in_the_week_they_joined() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let sent = town.report(&claire).await;
        town.settled().await;
        let commune = town.commune().await;
        let report = commune.report(sent.value("id")).await.expect("a read").expect("the report");
        for (days, news) in [(27, false), (28, true), (40, false)] {
            let mut later = report.clone();
            later.created = Timestamp::now() + SignedDuration::from_hours(days * 24 + 1);
            assert_eq!(commune.adopt_sender(&later).await.expect("an answer"), news, "after {days} days");
        }
        let counts = counts(&town).await;
        assert_eq!((counts[0].joined, counts[0].stayed), (1, 1), "{counts:?}");
        // Who is gone is not written about any more.
        let account = commune.account(claire.account_id()).await.expect("a read").expect("the account");
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        let proof = json!({ "contact": claire.contact, "code": claire.newest_code().await });
        claire.delete("me").json(&proof).await.expect(202);
        commune.forget_account(account.id, Timestamp::now()).await.expect("it is forgotten");
        assert!(!commune.adopt_account(&account).await.expect("an answer"));
        town.settled().await;
    });
}
