//! `GET /v1/{commune}/reports/similar`.

use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

use super::{change, photo};

fn asked(place: &Value, category: &str) -> String {
    let (longitude, latitude) = (&place["longitude"], &place["latitude"]);
    format!("reports/similar?longitude={longitude}&latitude={latitude}&category={category}")
}

async fn send_at(town: &Town, actor: &Actor, category: &str, east: f64, north: f64) -> String {
    let mut body = town.problem();
    body["category"] = json!(category);
    body["place"] = town.place(east, north);
    if category == "eclairage" {
        body["answers"] = json!({ "panne": "eteint" });
    }
    actor.post("reports", body).await.expect(201).text("id").to_owned()
}

#[test]
fn open_reports_of_the_category_nearby_are_found_the_nearest_first() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let far = send_at(&town, &claire, "voirie", 0.0, 240.0).await;
        let near = send_at(&town, &claire, "voirie", 30.0, -40.0).await;
        let beyond = send_at(&town, &claire, "voirie", 0.0, 260.0).await;
        let lamp = send_at(&town, &claire, "eclairage", 0.0, 0.0).await;
        let private = send_at(&town, &claire, "nuisances", 0.0, 0.0).await;
        let closed = send_at(&town, &claire, "voirie", 1.0, 0.0).await;
        let seen = agent.get(&format!("reports/{closed}")).await.expect(200);
        change(&agent, &seen, json!({ "to": "closed", "close_reason": "no_action" })).await.expect(200);

        let centre = town.place(0.0, 0.0);
        let found = town.guest().await.get(&asked(&centre, "voirie")).await.expect(200);
        let ids: Vec<&str> = found.json["reports"]
            .as_array()
            .expect("reports")
            .iter()
            .map(|r| r["id"].as_str().expect("an id"))
            .collect();
        assert_eq!(ids, [near.as_str(), far.as_str()], "not {beyond}, {lamp}, {private}, {closed}");
        assert_eq!(found.json["reports"][0]["distance_m"], 50);
        assert_eq!(found.json["radius_m"], 250);
        assert_eq!(found.text("reports/0/excerpt"), "Un nid-de-poule devant l’école.");
        assert_eq!(found.json["reports"][0]["followers"], 1);
        let private = town.guest().await.get(&asked(&centre, "nuisances")).await.expect(200);
        assert_eq!(private.json["reports"], json!([]));
    });
}

#[test]
fn at_most_ten_are_shown_and_each_category_has_its_radius() {
    run(async {
        let town = Town::with(|settings| settings["categories"][0]["similar_radius_m"] = json!(40)).await;
        let claire = town.resident().await;
        for n in 0..12 {
            send_at(&town, &claire, "voirie", f64::from(n) * 3.0, 0.0).await;
        }
        let outside = send_at(&town, &claire, "voirie", 0.0, 45.0).await;
        let found = claire.get(&asked(&town.place(0.0, 0.0), "voirie")).await.expect(200);
        let reports = found.json["reports"].as_array().expect("reports");
        assert_eq!((reports.len(), &found.json["radius_m"]), (10, &json!(40)));
        assert!(reports.iter().all(|report| report["id"] != outside));
        let distances: Vec<u64> = reports.iter().filter_map(|r| r["distance_m"].as_u64()).collect();
        assert_eq!(distances, [0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
    });
}

#[test]
fn a_similar_report_shows_its_photo() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let upload = photo(&claire, 40).await;
        let mut body = town.problem();
        body["photos"] = json!([{ "id": upload.photo }]);
        claire.post("reports", body).await.expect(201);
        let found = town.guest().await.get(&asked(&town.place(0.0, 0.0), "voirie")).await.expect(200);
        assert!(found.text("reports/0/photo/small").starts_with("http"), "{found}");
    });
}

#[test]
fn a_place_that_is_none_and_a_category_that_is_unknown_are_refused() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for (query, field) in [
            ("latitude=43&category=voirie", "longitude"),
            ("longitude=1&category=voirie", "latitude"),
            ("longitude=NaN&latitude=43&category=voirie", "longitude"),
            ("longitude=1&latitude=91&category=voirie", "latitude"),
            ("longitude=1&latitude=43&category=inconnue", "category"),
            ("longitude=1&latitude=43", "category"),
        ] {
            let refused = guest.get(&format!("reports/similar?{query}")).await.problem("invalid");
            let named = refused.json["errors"].as_array().is_some_and(|errors| {
                errors.iter().any(|e| e["field"] == field || e["detail"].as_str().is_some_and(|d| d.contains(field)))
            });
            assert!(named, "{field}: {refused}");
        }
    });
}
