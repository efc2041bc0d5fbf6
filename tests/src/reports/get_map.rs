//! `GET /v1/{commune}/map`.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{NewReport, Report};
use parvis_testkit::{Answer, Town, at, run, run_alone};
use serde_json::{Value, json};

use super::{change, to};

/// The whole town, or only so much of its width.
async fn view(town: &Town, zoom: u8, more: &str) -> Answer {
    let bbox = town.settings.boundary.bbox();
    town.guest().await.get(&format!("map?bbox={bbox}&zoom={zoom}{more}")).await.expect(200)
}

fn counted(map: &Answer) -> (u64, u64) {
    let features = map.json["features"].as_array().expect("features");
    let sum = |name: &str| features.iter().filter_map(|f| f["properties"][name].as_u64()).sum();
    (sum("count"), sum("open"))
}

#[test]
fn zoomed_in_reports_are_pins_and_only_what_is_public_and_in_the_box() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let mut east = town.problem();
        east["place"] = town.place(700.0, 0.0);
        let east = claire.post("reports", east).await.expect(201);
        let here = town.report(&claire).await;
        change(&agent, &here, to("resolved")).await.expect(200);
        let mut private = town.problem();
        private["category"] = json!("nuisances");
        claire.post("reports", private).await.expect(201);
        super::guests_report(&town).await;

        let map = view(&town, 15, "").await;
        assert_eq!((map.text("type"), map.text("shows")), ("FeatureCollection", "pins"));
        let features = map.json["features"].as_array().expect("features");
        assert_eq!(features.len(), 2, "{map}");
        let pin = features.iter().find(|f| f["properties"]["id"] == *here.text("id")).expect("the report");
        assert_eq!(
            (&pin["properties"]["status"], &pin["properties"]["kind"], &pin["properties"]["category"]),
            (&json!("resolved"), &json!("problem"), &json!("voirie"))
        );
        let place = town.place(0.0, 0.0);
        assert_eq!(pin["geometry"], json!({ "type": "Point", "coordinates": [place["longitude"], place["latitude"]] }));
        for (group, expected) in [("open", &east), ("closed", &here)] {
            let map = view(&town, 15, &format!("&group={group}")).await;
            assert_eq!(
                (map.json["features"].as_array().map(Vec::len), map.text("features/0/properties/id")),
                (Some(1), expected.text("id"))
            );
        }
        let centre = &town.settings.centre;
        let (x, y) = (centre.longitude, centre.latitude);
        let around = format!("map?bbox={},{},{},{}&zoom=17", x - 0.001, y - 0.001, x + 0.001, y + 0.001);
        let map = town.guest().await.get(&around).await.expect(200);
        assert_eq!(
            (map.json["features"].as_array().map(Vec::len), map.text("features/0/properties/id")),
            (Some(1), here.text("id"))
        );
    });
}

#[test]
fn zoomed_out_reports_are_clusters_with_counts_that_follow_every_change() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let mut sent = Vec::new();
        for n in 0..5 {
            let mut body = town.problem();
            body["place"] = town.place(f64::from(n) * 300.0 - 600.0, 0.0);
            sent.push(claire.post("reports", body).await.expect(201));
        }
        change(&agent, &sent[0], to("resolved")).await.expect(200);
        claire.delete(&format!("reports/{}", sent[1].text("id"))).await.expect(204);
        town.settled().await;
        for zoom in [0, 8, 11, 13] {
            let map = view(&town, zoom, "").await;
            assert_eq!((map.text("shows"), counted(&map)), ("clusters", (5, 3)), "zoom {zoom}: {map}");
            let map = view(&town, zoom, "&group=open").await;
            assert_eq!(counted(&map), (3, 3));
            let map = view(&town, zoom, "&group=closed").await;
            assert_eq!(counted(&map), (2, 0));
        }
        let elsewhere = town.guest().await.get("map?bbox=-5,48,-4,49&zoom=9").await.expect(200);
        assert_eq!(elsewhere.json["features"], json!([]));
    });
}

#[test]
fn more_than_five_hundred_pins_become_clusters() {
    // Alone, because others would wait for the stream worker to count all of them.
    run_alone(async {
        let town = Town::with(|settings| settings["guests_without_contact"] = json!(true)).await;
        let commune = town.commune().await;
        for n in 0..501 {
            let mut body = town.problem();
            body["place"] = town.place(f64::from(n % 25) * 20.0, f64::from(n / 25) * 20.0);
            let new: NewReport = serde_json::from_value(body).expect("a report");
            let (report, event) = Report::open(&town.settings, new, None, Timestamp::now()).expect("a good report");
            commune.create_report(&report, event.as_ref(), &[], None).await.expect("a write");
        }
        town.settled().await;
        let map = view(&town, 15, "").await;
        assert_eq!((map.text("shows"), counted(&map)), ("clusters", (501, 501)));
        // Too many to look at: the clusters count all, and say so.
        let filtered = view(&town, 15, "&category=voirie").await;
        assert_eq!((filtered.text("shows"), &filtered.json["filtered"]), ("clusters", &json!(false)));
        let features = map.json["features"].as_array().map_or(0, Vec::len);
        assert!((1..=500).contains(&features), "{features}");
        let world = town.guest().await.get("map?bbox=-180,-85,180,85&zoom=22").await.expect(200);
        assert_eq!(counted(&world), (501, 501));
    });
}

#[test]
fn a_box_or_zoom_that_is_none_is_refused() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for (query, field) in [
            ("bbox=1,2,3&zoom=12", "bbox"),
            ("bbox=3,43,1,44&zoom=12", "bbox"),
            ("bbox=1,43,2,NaN&zoom=12", "bbox"),
            ("bbox=1,43,2,44&zoom=23", "zoom"),
            ("bbox=1,43,2,44&zoom=-1", "zoom"),
            ("bbox=1,43,2,44&zoom=12&group=all", "group"),
        ] {
            guest.get(&format!("map?{query}")).await.refused_field(field);
        }
        guest.get("map?zoom=12").await.problem("invalid");
        guest.get("/v1/nulle-part/map?bbox=1,43,2,44&zoom=12").await.problem("not_found");
    });
}

#[test]
fn with_filters_the_map_shows_from_any_height_what_the_list_shows() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let mut lamp = town.problem();
        lamp["category"] = json!("eclairage");
        lamp["answers"] = json!({ "panne": "eteint" });
        lamp["place"] = town.place(500.0, 0.0);
        claire.post("reports", lamp).await.expect(201);
        let solved = town.report(&claire).await;
        change(&agent, &solved, to("resolved")).await.expect(200);
        town.report(&claire).await;
        town.settled().await;
        let filters = [
            "category=eclairage",
            "category=voirie",
            "category=voirie&group=open",
            "kind=problem",
            "kind=idea",
            "status=resolved",
            "group=closed",
            "since=2026-01-01T00:00:00Z",
            "since=2126-01-01T00:00:00Z",
        ];
        for filter in filters {
            let list = town.guest().await.get(&format!("reports?{filter}")).await.expect(200);
            let mut listed: Vec<&Value> =
                list.json["reports"].as_array().expect("reports").iter().map(|report| &report["id"]).collect();
            for zoom in [8, 15] {
                let map = view(&town, zoom, &format!("&{filter}")).await;
                assert_eq!(map.json["filtered"], true, "{filter}");
                if map.text("shows") == "clusters" {
                    assert_eq!(counted(&map).0, listed.len() as u64, "{filter}: {map}");
                    continue;
                }
                let features = map.json["features"].as_array().expect("features");
                let mut shown: Vec<&Value> = features.iter().map(|feature| &feature["properties"]["id"]).collect();
                shown.sort_by_key(|id| id.to_string());
                listed.sort_by_key(|id| id.to_string());
                assert_eq!(shown, listed, "{filter} at {zoom}");
            }
        }
        let unfiltered = view(&town, 8, "").await;
        assert_eq!((unfiltered.text("shows"), &unfiltered.json["filtered"]), ("clusters", &json!(true)));
        assert_eq!(view(&town, 15, "&late=true").await.json["features"], json!([]), "nothing is late yet");
        let in_years = at(SignedDuration::from_hours(24 * 800)).await;
        let bbox = town.settings.boundary.bbox();
        let late =
            town.guest().await.at(&in_years).get(&format!("map?bbox={bbox}&zoom=15&late=true")).await.expect(200);
        assert_eq!(late.json["features"].as_array().map(Vec::len), Some(2), "the open ones: {late}");
        town.guest().await.get(&format!("map?bbox={bbox}&zoom=12&kind=rumour")).await.refused_field("kind");
    });
}
