//! `PUT /v1/{commune}/settings`.

use parvis_testkit::{Town, run};
use serde_json::{Value, json};

use super::change;

#[test]
fn a_change_shows_at_once_to_who_made_it_and_in_the_public_profile() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let changed = change(&nadia, |settings| settings["name"] = json!("Ville-Neuve")).await.expect(200);
        assert_eq!((changed.text("name"), changed.version()), ("Ville-Neuve", 2));
        assert_eq!(nadia.get("settings").await.expect(200).json, changed.json);
        assert_eq!(town.guest().await.get("").await.expect(200).text("name"), "Ville-Neuve");
    });
}

#[test]
fn a_change_that_changes_nothing_makes_no_version() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        assert_eq!(change(&nadia, |_| {}).await.expect(200).version(), 1);
        assert_eq!(nadia.get("settings/versions").await.expect(200).json["versions"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn of_two_administrators_at_once_one_succeeds_and_the_other_is_told() {
    run(async {
        let town = Town::new().await;
        let (nadia, karim) = (town.administrator().await, town.administrator().await);
        for round in 1..=5u64 {
            let read = nadia.get("settings").await.expect(200);
            assert_eq!(read.version(), round);
            let named = |name: String| {
                let mut settings = read.json.clone();
                settings["name"] = json!(name);
                settings
            };
            let (one, other) = futures::join!(
                async { nadia.put("settings", named(format!("Nadia-{round}"))).if_match(round).await },
                async { karim.put("settings", named(format!("Karim-{round}"))).if_match(round).await },
            );
            let (done, late) = if one.status == 200 { (one, other) } else { (other, one) };
            late.problem("version_conflict");
            assert_eq!(nadia.get("settings").await.expect(200).json, done.expect(200).json);
        }
    });
}

#[test]
fn the_version_that_was_seen_must_be_said() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        nadia.put("settings", json!(town.settings)).await.problem("version_required");
        nadia.put("settings", json!(town.settings)).if_match(7).await.problem("version_conflict");
    });
}

#[test]
fn what_operators_decide_is_refused_by_name() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        type Spoil = fn(&mut Value);
        let fixed: [(Spoil, &str); 3] = [
            (|s| s["id"] = json!("autre-ville"), "id"),
            (|s| s["insee"] = json!("13048"), "insee"),
            (|s| s["boundary"]["coordinates"][0][1][0] = json!(9.5), "boundary"),
        ];
        for (spoil, field) in fixed {
            let refused = change(&nadia, spoil).await.refused_field(field);
            assert_eq!(refused.rule(field), "fixed", "{refused}");
        }
        assert_eq!(nadia.get("settings").await.expect(200).version(), 1);
    });
}

#[test]
fn a_misspelt_field_is_refused_and_not_lost() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let refused = change(&nadia, |s| s["categories"][0]["photo_requierd"] = json!(true)).await;
        assert_eq!(
            refused.refused_field("categories.0.photo_requierd").rule("categories.0.photo_requierd"),
            "unknown_field"
        );
        change(&nadia, |s| s["zones"][0]["boundary"]["bbox"] = json!([1, 2, 3, 4])).await.expect(200);
    });
}

#[test]
fn what_does_not_fit_together_is_refused_at_its_fields() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let refused = change(&nadia, |s| {
            s["default_service"] = json!("nulle-part");
            s["categories"][0]["similar_radius_m"] = json!(0);
            s["zones"][0]["boundary"]["coordinates"] = json!([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]);
        });
        let refused = refused.await.problem("invalid");
        for field in ["default_service", "categories.0.similar_radius_m", "zones.0.boundary"] {
            refused.rule(field);
        }
        assert_eq!(nadia.get("settings").await.expect(200).version(), 1);
    });
}

#[test]
fn what_reports_use_is_archived_and_not_removed() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire) = (town.administrator().await, town.resident().await);
        let mut report = town.problem();
        report["place"] = town.place(-500.0, 0.0);
        let sent = claire.post("reports", report).await.expect(201);
        assert_eq!((sent.text("category"), sent.text("zone")), ("voirie", "ouest"));
        let without = |list: &'static str, id: &'static str| {
            change(&nadia, move |s| {
                s[list].as_array_mut().expect("a list").retain(|part| part["id"] != id);
                if list == "services" {
                    s["routing"] = json!([]);
                }
            })
        };
        for (list, id) in [("categories", "voirie"), ("zones", "ouest"), ("services", "techniques")] {
            let refused = without(list, id).await.refused_field(list);
            assert_eq!(refused.rule(list), "in_use", "{refused}");
        }
        // What nobody used yet goes.
        without("categories", "nuisances").await.expect(200);
        without("zones", "est").await.expect(200);
        change(&nadia, |s| s["categories"][0]["archived"] = json!(true)).await.expect(200);
        let again = claire.post("reports", town.problem()).await.refused_field("category");
        assert_eq!(again.rule("category"), "category_archived");
        let path = format!("reports/{}", sent.text("id"));
        assert_eq!(claire.get(&path).await.expect(200).text("category"), "voirie");
        let profile = town.guest().await.get("").await.expect(200);
        assert_eq!(profile.json["categories"][0]["archived"], true, "its name is still there");
    });
}

#[test]
fn a_service_with_staff_is_not_removed() {
    run(async {
        let town = Town::new().await;
        let (nadia, _agent) = (town.administrator().await, town.agent().await);
        let refused = change(&nadia, |s| {
            s["services"].as_array_mut().expect("a list").remove(0);
            s["routing"] = json!([]);
        });
        let refused = refused.await.refused_field("services");
        assert!(refused.text("detail").contains("des agents en font partie"), "{refused}");
    });
}

#[test]
fn what_was_sent_before_a_module_was_switched_off_is_told_to_its_end() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire, agent) = (town.administrator().await, town.resident().await, town.agent().await);
        let contact = town.new_contact();
        let mut body = town.problem();
        body["contact"] = contact.clone();
        let mut guest = town.guest().await;
        let unconfirmed = guest.post("reports", body).await.expect(201);
        guest.contact = Some(serde_json::from_value(contact).expect("a contact"));
        let report = town.report(&claire).await;
        change(&nadia, |s| s["modules"] = json!([])).await.expect(200);
        claire.post("reports", town.problem()).await.problem("module_off");
        let path = format!("reports/{}", report.text("id"));
        let read = claire.get(&path).await.expect(200);
        let step = json!({ "to": "in_progress", "note": "Une équipe passe demain." });
        agent.post(&format!("{path}/status"), step).if_match(read.version()).await.expect(200);
        claire.post(&format!("{path}/comments"), json!({ "text": "Merci." })).await.expect(201);
        let confirmation = format!("reports/{}/confirmation", unconfirmed.text("id"));
        guest.post(&confirmation, json!({ "code": guest.newest_code().await })).await.expect(200);
        town.settled().await;
        let notices = claire.notices().await;
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(notices[0].message.text.contains("Une équipe passe demain."), "{notices:?}");
        change(&nadia, |s| s["modules"] = json!(["reports"])).await.expect(200);
        claire.post("reports", town.problem()).await.expect(201);
    });
}

#[test]
fn a_module_that_is_not_built_cannot_be_switched_on() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let refused = change(&nadia, |s| s["modules"] = json!(["reports", "polls"])).await.problem("invalid");
        assert!(refused.text("detail").contains("La valeur polls n’est pas connue"), "{refused}");
        let twice = change(&nadia, |s| s["modules"] = json!(["map", "map"])).await.refused_field("modules.1");
        assert_eq!(twice.rule("modules.1"), "not_unique");
    });
}

#[test]
fn looks_words_and_hours_are_checked() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        type Spoil = fn(&mut Value);
        let cases: [(Spoil, &str, &str); 5] = [
            (|s| s["colours"]["primary"] = json!("#ffdd00"), "colours.primary", "low_contrast"),
            (|s| s["colours"]["accent"] = json!("blue"), "colours.accent", "not_valid"),
            (|s| s["languages"] = json!(["en"]), "languages", "french_missing"),
            (|s| s["texts"]["welcome"] = json!("x".repeat(10_001)), "texts.welcome", "not_valid"),
            (
                |s| {
                    s["services"][0]["opening_hours"] =
                        json!({ "weekly": [{ "days": ["monday"], "opens": "12:00", "closes": "08:00" }] })
                },
                "services.0.opening_hours.weekly.0.closes",
                "out_of_range",
            ),
        ];
        for (spoil, field, code) in cases {
            let refused = change(&nadia, spoil).await.refused_field(field);
            assert_eq!(refused.rule(field), code, "{refused}");
        }
    });
}

#[test]
fn a_category_changes_for_new_reports_only() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire) = (town.administrator().await, town.resident().await);
        let before = town.report(&claire).await;
        change(&nadia, |s| {
            s["categories"][0]["expected"] = json!({ "days": 90, "calendar": "calendar" });
            s["categories"][0]["visibility"] = json!("private");
            s["categories"][0]["name"] = json!("Voirie et trottoirs");
            s["categories"][0]["icon"] = json!("road");
            s["categories"][0]["similar_radius_m"] = json!(60);
            s["categories"][0]["questions"] =
                json!([{ "id": "danger", "label": "Dangereux ?", "required": true, "kind": { "type": "yes_no" } }]);
            s["routing"] = json!([{ "category": "voirie", "service": "accueil" }]);
        })
        .await
        .expect(200);
        let read = |of: &parvis_testkit::Answer| {
            (of.json["expected"].clone(), of.json["visibility"].clone(), of.json["service"].clone())
        };
        let same = claire.get(&format!("reports/{}", before.text("id"))).await.expect(200);
        assert_eq!(read(&same), read(&before), "what was promised stays");
        let refused = claire.post("reports", town.problem()).await.refused_field("answers.danger");
        assert_eq!(refused.rule("answers.danger"), "answer_missing");
        let mut report = town.problem();
        report["answers"] = json!({ "danger": true });
        let after = claire.post("reports", report.clone()).await.expect(201);
        assert_eq!(after.text("visibility"), "private");
        assert!(after.text("expected") > before.text("expected"), "{after}");
        assert_ne!(read(&after).2, read(&before).2);
        change(&nadia, |s| s["categories"][0]["photo_required"] = json!(true)).await.expect(200);
        assert_eq!(claire.post("reports", report).await.refused_field("photos").rule("photos"), "photo_required");
        let similar = format!(
            "reports/similar?category=voirie&longitude={}&latitude={}",
            town.settings.centre.longitude, town.settings.centre.latitude
        );
        assert_eq!(claire.get(&similar).await.expect(200).json["radius_m"], 60);
    });
}

#[test]
fn a_background_of_maps_is_a_version_like_every_other_and_the_public_profile_tells_it() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let shown = async || guest.get("").await.expect(200).json["map"].clone();
        assert_eq!(shown().await, json!({ "kind": "usual" }));
        let raster = json!({
            "kind": "raster", "url": "https://data.geopf.fr/a/{z}/{x}/{y}.jpeg", "attribution": "© IGN",
            "min_zoom": 3, "max_zoom": 18,
        });
        change(&nadia, |s| s["map"] = raster.clone()).await.expect(200);
        assert_eq!(shown().await, raster);
        change(&nadia, |s| s["map"] = json!({ "kind": "plain" })).await.expect(200);
        assert_eq!(shown().await, json!({ "kind": "plain" }));
        nadia.post("settings/undo", Value::Null).if_match(3).await.expect(200);
        assert_eq!(shown().await, raster);
    });
}

#[test]
fn tiles_from_where_pages_may_not_load_and_bad_addresses_are_refused_at_their_fields() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let good = json!({
            "kind": "raster", "url": "https://data.geopf.fr/{z}/{x}/{y}", "attribution": "© IGN", "max_zoom": 18,
        });
        for (field, value, rule) in [
            ("url", json!("https://tiles.ville.example/{z}/{x}/{y}.png"), "host_not_allowed"),
            ("url", json!("http://data.geopf.fr/{z}/{x}/{y}.png"), "malformed_tiles_url"),
            ("url", json!("https://data.geopf.fr/{z}/{x}.png"), "malformed_tiles_url"),
            ("attribution", json!(""), "malformed_attribution"),
            ("max_zoom", json!(23), "out_of_range"),
            ("min_zoom", json!(19), "out_of_range"),
        ] {
            let at = format!("map.{field}");
            let refused = change(&nadia, |s| {
                s["map"] = good.clone();
                s["map"][field] = value.clone();
            });
            let refused = refused.await.refused_field(&at);
            assert_eq!(refused.rule(&at), rule, "{refused}");
        }
        let unknown = change(&nadia, |s| s["map"] = json!({ "kind": "pmtiles" })).await;
        assert_eq!(unknown.status, 422, "{unknown}");
        let refused = change(&nadia, |s| s["map"]["url"] = json!("https://data.geopf.fr/{z}/{x}/{y}")).await;
        assert_eq!(refused.refused_field("map.url").rule("map.url"), "unknown_field");
        let told = change(&nadia, |s| {
            s["map"] = good.clone();
            s["map"]["url"] = json!("https://tiles.ville.example/{z}/{x}/{y}.png");
        });
        let told = told.await;
        assert!(told.text("detail").contains("tiles.ville.example") && told.text("detail").contains("data.geopf.fr"));
    });
}
