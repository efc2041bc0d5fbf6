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
fn everybody_reads_what_the_commune_offers_says_and_looks_like() {
    run(async {
        let hours = json!({
            "weekly": [{ "days": ["monday", "friday"], "opens": "08:30", "closes": "12:00" }],
            "exceptions": [{ "from": "2026-12-25", "to": "2026-12-25", "hours": [], "note": "Noël" }],
        });
        let contact =
            json!({ "phone": "0499000001", "email": "accueil@ville.exemple.fr", "address": "1 place du Parvis" });
        let town = Town::with(|settings| {
            settings["modules"] = json!(["reports"]);
            settings["colours"] = json!({ "primary": "#7A1450", "accent": "#f2b134" });
            settings["texts"]["welcome"] = json!("Bienvenue <b>ici</b>.\n\nParlez-nous.");
            settings["languages"] = json!(["fr"]);
            settings["services"][1]["contact"] = contact.clone();
            settings["services"][1]["opening_hours"] = hours.clone();
            let past = json!({ "id": "ancien", "name": "Ancien service", "archived": true });
            settings["services"].as_array_mut().expect("a list").push(past);
        })
        .await;
        let profile = town.guest().await.get("").await.expect(200);
        assert_eq!((&profile.json["modules"], &profile.json["languages"]), (&json!(["reports"]), &json!(["fr"])));
        assert_eq!(profile.json["colours"], json!({ "primary": "#7a1450", "accent": "#f2b134" }));
        assert_eq!(profile.json["texts"], json!({ "welcome": "Bienvenue <b>ici</b>.\n\nParlez-nous." }));
        assert_eq!(
            profile.json["services"],
            json!([
                { "id": "techniques", "name": "Services techniques", "contact": {} },
                { "id": "accueil", "name": "Accueil", "contact": contact, "opening_hours": hours },
            ])
        );
    });
}

#[test]
fn a_commune_that_writes_in_french_only_does_so() {
    run(async {
        let town = Town::with(|settings| settings["languages"] = json!(["fr"])).await;
        let mut guest = town.guest().await;
        let contact = town.new_contact();
        guest.post("challenges", json!({ "contact": contact })).language("en").await.expect(202);
        guest.contact = Some(serde_json::from_value(contact).expect("a contact"));
        let messages = guest.messages().await;
        assert!(messages[0].message.text.contains("votre code"), "{messages:?}");
        let (claire, agent) = (town.resident().await, town.agent().await);
        claire.patch("me", json!({ "language": "en" })).await.expect(200);
        let report = town.report(&claire).await;
        let path = format!("reports/{}/status", report.text("id"));
        agent.post(&path, json!({ "to": "in_progress" })).if_match(1).await.expect(200);
        town.settled().await;
        let notices = claire.notices().await;
        assert!(notices.len() == 1 && notices[0].message.text.to_lowercase().contains("en cours"), "{notices:?}");
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
