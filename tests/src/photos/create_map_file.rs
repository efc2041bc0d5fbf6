//! `POST /v1/{commune}/map-file`.

use parvis_testkit::{Actor, Town, run, run_alone};
use serde_json::json;

use super::put_map_file::{announce, pmtiles, put, send};

#[test]
fn what_is_sent_has_the_size_that_was_said() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let file = pmtiles(&town.settings, 0);
        let announced = announce(&nadia, file.len()).await.expect(201);
        assert_eq!(send(&announced, pmtiles(&town.settings, 1)).await, 403);
        assert_eq!(send(&announced, file).await, 200);
    });
}

#[test]
fn a_size_beyond_the_limits_is_refused_with_limit_and_value() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        for (size, rule, says) in [(126, "too_small", "127"), (200_000_001, "too_large", "200000000")] {
            let refused = announce(&nadia, size).await.refused_field("size");
            assert_eq!(refused.rule("size"), rule);
            // French puts spaces of several kinds between thousands.
            let detail: String = refused.text("detail").chars().filter(|c| !c.is_whitespace()).collect();
            assert!(detail.contains(says), "{refused}");
        }
        announce(&nadia, 200_000_000).await.expect(201);
    });
}

#[test]
fn a_map_has_to_fit_into_the_plan_and_the_one_that_it_replaces_makes_room() {
    run_alone(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let nadia = town.administrator().await;
        let file = pmtiles(&town.settings, 0);
        let plan = json!({ "name": "essai", "staff_seats": 5, "sms_a_month": 100, "photo_bytes": file.len() + 100 });
        operator.put(&format!("communes/{}/plan", town.id), plan).await.expect(200);
        put(&nadia, &file).await.expect(200);
        announce(&nadia, file.len() + 101).await.problem("photos_full");
        let larger = pmtiles(&town.settings, 100);
        put(&nadia, &larger).await.expect(200);
    });
}

#[test]
fn nobody_but_the_communes_own_administrators_announces_one() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        announce(&town.agent().await, 500).await.problem("forbidden");
        announce(&town.resident().await, 500).await.problem("forbidden");
        announce(&town.guest().await, 500).await.problem("unauthenticated");
        announce(&other.administrator().await.in_commune(&town.id), 500).await.problem("forbidden");
    });
}
