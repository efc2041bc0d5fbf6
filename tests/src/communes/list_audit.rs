//! `GET /v1/{commune}/audit`.

use parvis_testkit::{Actor, Town, run};
use serde_json::json;

#[test]
fn an_administrator_reads_what_operators_did_newest_first_page_by_page() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let nadia = town.administrator().await;
        let path = |what: &str| format!("communes/{}/{what}", town.id);
        // Hers, by which she got her second factor, is the first.
        for _ in 0..2 {
            operator.post(&path("suspend"), json!({ "reason": "essai" })).await.expect(200);
            operator.post(&path("resume"), json!({})).await.expect(200);
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = nadia.get(&format!("audit?limit=3&cursor={cursor}")).await.expect(200);
            for entry in page.json["entries"].as_array().expect("a list") {
                if entry["number"] != 1 {
                    assert_eq!(
                        (&entry["by"]["kind"], &entry["about"]),
                        (&json!("operator"), &json!(town.id)),
                        "{entry}"
                    );
                }
                seen.push((entry["number"].as_u64().expect("a number"), entry["what"].to_string()));
            }
            match page.json["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        let [resume, suspend] = ["\"resume_commune\"", "\"suspend_commune\""].map(str::to_owned);
        let enrolled = (1, "\"confirm_totp\"".to_owned());
        assert_eq!(seen, [(5, resume.clone()), (4, suspend.clone()), (3, resume), (2, suspend), enrolled]);
        let newest = nadia.get("audit?limit=1").await.expect(200);
        assert_eq!(newest.json["entries"][0]["before"]["reason"], "essai", "{newest}");
        assert_eq!(newest.json["entries"][0]["after"]["reason"], json!(null), "{newest}");
    });
}

#[test]
fn a_limit_out_of_range_and_the_cursor_of_another_commune_are_refused() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (nadia, other) = (here.administrator().await, there.administrator().await);
        for limit in ["0", "201"] {
            nadia.get(&format!("audit?limit={limit}")).await.refused_field("limit");
        }
        let operator = Actor::operator().await;
        for what in ["suspend", "resume"] {
            operator.post(&format!("communes/{}/{what}", here.id), json!({ "reason": "x" })).await.expect(200);
        }
        let page = nadia.get("audit?limit=1").await.expect(200);
        let next = format!("audit?limit=1&cursor={}", page.text("next"));
        nadia.get(&next).await.expect(200);
        other.get(&next).await.refused_field("cursor");
    });
}
