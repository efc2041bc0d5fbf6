//! `GET /v1/{commune}`.

use parvis_domain::CommuneId;
use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn everybody_reads_what_makes_a_good_report() {
    run(async {
        let town = Town::with(|settings| {
            settings["sms_sender"] = json!("SECRET");
            settings["services"][0]["email"] = json!("techniques@ville.exemple.fr");
            settings["categories"][0]["similar_radius_m"] = json!(120);
        })
        .await;
        let profile = town.guest().await.get("").await.expect(200);
        assert_eq!(profile.header("cache-control"), "public, max-age=60");
        assert_eq!((profile.text("id"), profile.text("name")), (town.id.as_str(), town.settings.name.as_str()));
        assert_eq!(profile.json["insee"], json!(town.settings.insee));
        assert_eq!(profile.json["centre"], json!(town.settings.centre));
        assert_eq!(profile.json["boundary"], json!(town.settings.boundary));
        assert_eq!(profile.json["zones"], json!(town.settings.zones));
        assert_eq!(profile.json["kinds"], json!(town.settings.kinds));
        let categories = profile.json["categories"].as_array().expect("a list");
        assert_eq!(categories.len(), town.settings.categories.len());
        assert_eq!(categories[0]["similar_radius_m"], 120);
        assert_eq!(categories[1]["questions"], json!(town.settings.categories[1].questions));
        assert_eq!(categories[1]["expected"], json!({"days": 5, "calendar": "calendar"}));
        for inside in ["SECRET", "techniques@", "routing", "default_service"] {
            assert!(
                !String::from_utf8_lossy(&profile.body).contains(inside),
                "{inside} is not for everybody: {profile}"
            );
        }
    });
}

#[test]
fn a_commune_that_does_not_exist_is_404_also_when_its_id_cannot_be_one() {
    run(async {
        let guest = Town::new().await.guest().await;
        let nowhere: CommuneId = "nulle-part".parse().expect("a slug");
        guest.in_commune(&nowhere).get("").await.problem("not_found");
        for odd in ["/v1/NULLE", "/v1/a%23b", "/v1/x", "/v1/%20", "/v1/é"] {
            guest.get(odd).await.problem("not_found");
        }
    });
}
