//! `GET /v1/{commune}/launch/invites`.

use std::collections::BTreeSet;

use parvis_testkit::{Town, run};
use serde_json::json;

use super::in_days;

#[test]
fn codes_are_listed_page_by_page_and_only_those_of_the_commune() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (nadia, stranger) = (here.administrator().await, there.administrator().await);
        let mut made = BTreeSet::new();
        for n in 0..5 {
            let new = json!({ "label": format!("Quartier {n}"), "limit": 3, "expires_at": in_days(3) });
            made.insert(nadia.post("launch/invites", new).await.expect(201).text("code").to_owned());
        }
        let (mut seen, mut path) = (BTreeSet::new(), "launch/invites?limit=2".to_owned());
        loop {
            let page = nadia.get(&path).await.expect(200);
            let listed = page.json["invites"].as_array().expect("a list");
            seen.extend(listed.iter().map(|invite| invite["code"].as_str().expect("a code").to_owned()));
            let Some(next) = page.json["next"].as_str() else { break };
            stranger.get(&format!("launch/invites?limit=2&cursor={next}")).await.refused_field("cursor");
            path = format!("launch/invites?limit=2&cursor={next}");
        }
        assert_eq!(seen, made);
        assert_eq!(stranger.get("launch/invites").await.expect(200).json, json!({ "invites": [] }));
        nadia.get("launch/invites?limit=51").await.refused_field("limit");
    });
}
