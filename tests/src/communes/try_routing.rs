//! `POST /v1/{commune}/routing/trial`.

use parvis_testkit::{Town, run};
use serde_json::{Value, json};

async fn town() -> Town {
    Town::with(|s| {
        s["routing"] = json!([
            { "category": "dechets", "zone": "ouest", "service": "accueil" },
            { "zone": "est", "kind": "idea", "service": "accueil" },
            { "kind": "problem", "service": "techniques" },
        ]);
    })
    .await
}

#[test]
fn the_rule_that_decides_is_named_and_why_those_before_do_not() {
    run(async {
        let town = town().await;
        let nadia = town.administrator().await;
        let report = json!({ "kind": "problem", "category": "eclairage", "place": town.place(-300.0, 0.0) });
        let tried = nadia.post("routing/trial", report).await.expect(200);
        assert_eq!((&tried.json["inside"], tried.text("zone")), (&json!(true), "ouest"));
        assert_eq!(tried.json["rule"], 2);
        assert_eq!(
            tried.json["passed_over"],
            json!([{ "rule": 0, "because": ["category"] }, { "rule": 1, "because": ["kind", "zone"] }])
        );
        assert_eq!((tried.text("service"), tried.text("service_name")), ("techniques", "Services techniques"));
        assert_eq!(tried.json["questions"], json!(town.settings.categories[1].questions));
        assert_eq!((tried.text("visibility"), &tried.json["photo_required"]), ("public", &json!(false)));
        assert_eq!(tried.json["refused"], json!([]));
        // What it says is what happens.
        let claire = town.resident().await;
        let mut report = town.problem();
        report["category"] = json!("eclairage");
        report["answers"] = json!({ "panne": "eteint" });
        report["place"] = town.place(-300.0, 0.0);
        let sent = claire.post("reports", report).await.expect(201);
        assert_eq!(sent.text("expected"), tried.text("expected"));
        let agent = town.agent().await;
        let seen = agent.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert!(seen.json["service"].to_string().contains("Services techniques"), "{seen}");
    });
}

#[test]
fn what_no_rule_matches_goes_to_the_default_service() {
    run(async {
        let town = town().await;
        let nadia = town.administrator().await;
        let tried = nadia.post("routing/trial", json!({ "kind": "praise" })).await.expect(200);
        assert_eq!((&tried.json["rule"], tried.text("service")), (&Value::Null, "accueil"));
        assert_eq!(tried.json["passed_over"].as_array().map(Vec::len), Some(3));
        assert_eq!((&tried.json["inside"], &tried.json["expected"]), (&Value::Null, &Value::Null));
    });
}

#[test]
fn a_zone_does_instead_of_a_place() {
    run(async {
        let town = town().await;
        let nadia = town.administrator().await;
        let report = json!({ "kind": "problem", "category": "dechets", "zone": "ouest" });
        let tried = nadia.post("routing/trial", report).await.expect(200);
        assert_eq!((&tried.json["rule"], tried.text("service")), (&json!(0), "accueil"));
        assert_eq!((&tried.json["photo_required"], &tried.json["refused"]), (&json!(true), &json!([])));
        let both = json!({ "kind": "idea", "zone": "ouest", "place": town.place(0.0, 0.0) });
        nadia.post("routing/trial", both).await.refused_field("zone");
    });
}

#[test]
fn what_would_be_refused_is_told_with_its_reasons() {
    run(async {
        let town = Town::with(|s| {
            s["categories"][1]["archived"] = json!(true);
            s["kinds"] = json!(["problem"]);
        })
        .await;
        let nadia = town.administrator().await;
        for (report, field, code) in [
            (
                json!({ "kind": "problem", "category": "voirie", "place": town.place(9_000.0, 0.0) }),
                "place",
                "outside_boundary",
            ),
            (json!({ "kind": "problem", "category": "voirie" }), "place", "place_required"),
            (json!({ "kind": "problem", "place": town.place(0.0, 0.0) }), "category", "category_required"),
            (json!({ "kind": "problem", "category": "eclairage", "zone": "est" }), "category", "category_archived"),
            (json!({ "kind": "problem", "category": "voirie", "zone": "nord" }), "zone", "zone_unknown"),
            (json!({ "kind": "idea" }), "kind", "kind_switched_off"),
        ] {
            let tried = nadia.post("routing/trial", report).await.expect(200);
            let refused = &tried.json["refused"];
            assert_eq!((&refused[0]["field"], &refused[0]["code"]), (&json!(field), &json!(code)), "{tried}");
        }
    });
}

#[test]
fn settings_are_tried_before_they_are_saved_and_nothing_is_kept() {
    run(async {
        let town = town().await;
        let nadia = town.administrator().await;
        let mut unsaved = json!(town.settings);
        unsaved["routing"] = json!([{ "category": "voirie", "service": "accueil" }]);
        unsaved["categories"][0]["visibility"] = json!("private");
        let report =
            |settings: &Value| json!({ "kind": "problem", "category": "voirie", "zone": "est", "settings": settings });
        let tried = nadia.post("routing/trial", report(&unsaved)).await.expect(200);
        assert_eq!(
            (tried.text("service"), tried.text("visibility"), &tried.json["rule"]),
            ("accueil", "private", &json!(0))
        );
        assert_eq!(nadia.get("settings").await.expect(200).json, json!(town.settings));
        unsaved["default_service"] = json!("nulle-part");
        nadia.post("routing/trial", report(&unsaved)).await.refused_field("settings.default_service");
        unsaved["misspelt"] = json!(1);
        nadia.post("routing/trial", report(&unsaved)).await.refused_field("settings.misspelt");
    });
}
