//! `GET /v1/{commune}/alerts`.

use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::json;

use super::{flood, in_hours, mayor};

#[test]
fn alerts_are_listed_newest_first_page_by_page_and_those_in_force_by_themselves() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let helene = mayor(&town).await;
        mayor(&other).await.post("alerts", flood()).await.expect(201);
        let mut sent = Vec::new();
        for (n, expires) in [in_hours(1), in_hours(30), in_hours(2)].into_iter().enumerate() {
            let mut alert = flood();
            (alert["headline"], alert["expires"]) = (json!(format!("Alerte {n}")), json!(expires));
            sent.insert(0, helene.post("alerts", alert).await.expect(201).text("id").to_owned());
        }
        let guest = town.guest().await;
        let ids = |page: &parvis_testkit::Answer| -> Vec<String> {
            page.json["alerts"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect()
        };
        let first = guest.get("alerts?limit=2").await.expect(200);
        let second = guest.get(&format!("alerts?limit=2&cursor={}", first.text("next"))).await.expect(200);
        assert_eq!([ids(&first), ids(&second)].concat(), sent);
        assert_eq!(second.json.get("next"), None);
        helene.post(&format!("alerts/{}/end", sent[0]), json!({})).await.expect(200);
        let holding = guest.get("alerts?in_force=true").await.expect(200);
        assert_eq!((ids(&holding), holding.json.get("next")), (sent[1..].to_vec(), None));
        let later = at(SignedDuration::from_hours(3)).await;
        assert_eq!(ids(&guest.at(&later).get("alerts?in_force=true").await.expect(200)), [sent[1].clone()]);
        // What is behind alerts of last week is older still: nobody is led there.
        let next_week = at(SignedDuration::from_hours(8 * 24)).await;
        let over = guest.at(&next_week).get("alerts?in_force=true&limit=1").await.expect(200);
        assert_eq!((ids(&over).len(), over.json.get("next")), (0, None));
        assert_eq!(ids(&guest.at(&next_week).get("alerts").await.expect(200)), sent, "they stay readable");

        let cursor = first.text("next");
        other.guest().await.get(&format!("alerts?limit=2&cursor={cursor}")).await.refused_field("cursor");
        for wrong in ["limit=0", "limit=101", "in_force=oui", "zone=est", "cursor=x"] {
            assert_eq!(guest.get(&format!("alerts?{wrong}")).await.status, 422, "{wrong}");
        }
        town.settled().await;
        other.settled().await;
    });
}

#[test]
fn alerts_stay_readable_when_the_module_is_switched_off() {
    run(async {
        let town = Town::new().await;
        let helene = mayor(&town).await;
        let alert = helene.post("alerts", flood()).await.expect(201);
        let nadia = town.administrator().await;
        crate::communes::change(&nadia, |settings| settings["modules"] = json!(["reports"])).await.expect(200);
        let path = format!("alerts/{}", alert.text("id"));
        let guest = town.guest().await;
        assert_eq!(guest.get("alerts").await.expect(200).json["alerts"][0]["id"], alert.json["id"]);
        guest.get(&path).await.expect(200);
        helene.post(&format!("{path}/end"), json!({})).await.expect(200);
        town.settled().await;
    });
}
