//! What a hostile client can write into a report or a comment, and what must not come of it.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::{change, id};

#[test]
fn numbers_that_the_table_cannot_keep_are_rounded_or_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut report = town.problem();
        report["place"]["accuracy_m"] = json!(1e-300);
        claire.post("reports", report).await.expect(201);
    });
}

#[test]
fn a_refusal_does_not_grow_with_what_was_sent() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut report = town.problem();
        report["kind"] = json!("a".repeat(3_000_000));
        let refused = claire.post("reports", report).await.refused_field("kind");
        assert!(refused.body.len() < 4_000, "{} bytes", refused.body.len());
        let mut report = town.problem();
        report["answers"] = (0..500).map(|n| (format!("q{n}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
        let refused = claire.post("reports", report).await.problem("invalid");
        assert_eq!(refused.json["errors"].as_array().map(Vec::len), Some(20), "{refused}");
    });
}

#[test]
fn a_key_that_cannot_be_read_is_refused_and_not_ignored() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        claire
            .post("reports", town.problem())
            .header("idempotency-key", "clé-unique-1234")
            .await
            .problem("bad_request");
        let guest = town.guest().await;
        guest.get("reports").header("authorization", "Bearer é").await.problem("bad_request");
    });
}

#[test]
fn a_list_of_values_is_no_object() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        claire.patch("me", json!([null, null])).await.refused_field("body");
    });
}

#[test]
fn two_reports_never_become_each_others_original() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        for _ in 0..5 {
            let (a, b) = (town.report(&claire).await, town.report(&claire).await);
            let close = |of: &parvis_testkit::Answer| json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": id(of) });
            let (one, other) = (change(&agent, &a, close(&b)), change(&agent, &b, close(&a)));
            let (one, other) = futures::join!(async { one.await }, async { other.await });
            assert!([one.status, other.status].iter().filter(|status| **status == 200).count() <= 1, "{one}\n{other}");
        }
    });
}

#[test]
fn a_passer_bys_words_do_not_reach_phones_as_the_communes() {
    run(async {
        let town = Town::new().await;
        let (claire, passer_by) = (town.resident().await, town.resident().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}/comments", sent.text("id"));
        passer_by.post(&path, json!({ "text": "Amende : payez https://a.example/p" })).await.expect(201);
        let told = claire.wait_for_notices(1).await;
        assert!(!told[0].message.text.contains("a.example"), "{}", told[0].message.text);
        town.settled().await;
    });
}
