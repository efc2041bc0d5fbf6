//! `GET /v1/operator/communes`.

use std::collections::BTreeSet;

use parvis_testkit::{Actor, run};

use super::subscribed;

#[test]
fn every_commune_is_on_one_page_and_no_other() {
    run(async {
        let operator = Actor::operator().await;
        let made = [subscribed(&operator).await, subscribed(&operator).await, subscribed(&operator).await];
        let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
        loop {
            let page = operator.get(&format!("communes?limit=2&cursor={cursor}")).await.expect(200);
            let communes = page.json["communes"].as_array().expect("a list");
            assert!(communes.len() <= 2, "{page}");
            for commune in communes {
                assert!(seen.insert(commune["id"].to_string()), "{commune} is there twice");
            }
            match page.json["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert!(made.iter().all(|made| seen.contains(&made.json["id"].to_string())), "{seen:?}");
    });
}

#[test]
fn a_page_has_one_to_two_hundred_communes_and_a_cursor_of_its_own() {
    run(async {
        let operator = Actor::operator().await;
        for limit in ["0", "201"] {
            operator.get(&format!("communes?limit={limit}")).await.refused_field("limit");
        }
        operator.get("communes?cursor=nonsense").await.refused_field("cursor");
    });
}
