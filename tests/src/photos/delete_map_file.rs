//! `DELETE /v1/{commune}/map-file`.

use parvis_testkit::{Town, run};
use reqwest::Method;
use serde_json::json;

use super::path_of;
use super::put_map_file::{pmtiles, put};

#[test]
fn what_is_removed_is_shown_no_more_and_can_be_set_again() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        nadia.delete("map-file").await.problem("not_found");
        let kept = put(&nadia, &pmtiles(&town.settings, 0)).await.expect(200);
        nadia.delete("map-file").await.expect(204);
        assert_eq!(guest.get("").await.expect(200).json["map"], json!({ "kind": "usual" }));
        assert_eq!(guest.call(Method::GET, &path_of(&kept, "url")).await.status, 404);
        nadia.delete("map-file").await.problem("not_found");
        put(&nadia, &pmtiles(&town.settings, 0)).await.expect(200);
    });
}

#[test]
fn nobody_but_the_communes_own_administrators_removes_it() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let nadia = town.administrator().await;
        let kept = put(&nadia, &pmtiles(&town.settings, 0)).await.expect(200);
        town.agent().await.delete("map-file").await.problem("forbidden");
        town.resident().await.delete("map-file").await.problem("forbidden");
        other.administrator().await.in_commune(&town.id).delete("map-file").await.problem("forbidden");
        assert_eq!(town.guest().await.get("").await.expect(200).json["map"]["url"], kept.json["url"]);
    });
}
