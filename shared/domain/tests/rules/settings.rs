//! What a commune may configure.

use parvis_domain::*;
use serde_json::{Value, json};

use crate::fixture::*;

fn check(spoil: impl FnOnce(&mut Value)) -> Vec<(String, &'static str)> {
    let mut json = settings_json();
    spoil(&mut json);
    let settings: Settings = serde_json::from_value(json).unwrap();
    settings.check().err().unwrap_or_default().into_iter().map(|w| (w.field, w.code)).collect()
}

#[test]
fn a_sound_configuration_has_no_findings_and_survives_a_round_trip() {
    assert_eq!(check(|_| {}), []);
    let all = settings();
    let written = serde_json::to_value(&all).unwrap();
    assert_eq!(serde_json::from_value::<Settings>(written).unwrap(), all);
    let voirie = all.category(&"voirie".parse().unwrap()).unwrap();
    assert_eq!((voirie.similar_radius_m, voirie.visibility, voirie.photo_required), (250, Visibility::Public, false));
}

#[test]
fn a_place_is_in_the_first_zone_that_contains_it() {
    let all = settings();
    let zone = |lon, lat| all.zone_of(&Position::new(lon, lat).unwrap()).map(|z| z.id.as_str());
    assert_eq!((zone(5.5, 43.7), zone(5.5, 43.2), zone(5.5, 43.5)), (Some("nord"), Some("sud"), Some("nord")));
    assert_eq!(zone(7.0, 43.5), None);
}

#[test]
fn every_kind_of_mistake_is_found_where_it_is() {
    type Case = (fn(&mut Value), &'static str, &'static str);
    let cases: [Case; 29] = [
        (|s| s["name"] = json!(" "), "name", "malformed_name"),
        (|s| s["postcodes"] = json!([]), "postcodes", "empty"),
        (|s| s["postcodes"] = json!(["99100", "9910"]), "postcodes.1", "malformed_postcode"),
        (|s| s["centre"]["longitude"] = json!(2.35), "centre", "outside_boundary"),
        (|s| s["kinds"] = json!([]), "kinds", "empty"),
        (|s| s["kinds"] = json!(["idea", "idea"]), "kinds.1", "not_unique"),
        (|s| s["sms_sender"] = json!("Mairie d'Ici"), "sms_sender", "malformed_sms_sender"),
        (|s| s["sms_sender"] = json!("36000"), "sms_sender", "malformed_sms_sender"),
        (|s| s["sms_sender"] = json!("douzelettres"), "sms_sender", "malformed_sms_sender"),
        (|s| s["default_service"] = json!("nulle-part"), "default_service", "service_unknown"),
        (
            |s| s["services"].as_array_mut().unwrap().push(json!({ "id": "accueil", "name": "Deux" })),
            "services.3",
            "not_unique",
        ),
        (|s| s["services"][1]["name"] = json!(""), "services.1.name", "malformed_name"),
        (|s| s["routing"][0]["category"] = json!("piscine"), "routing.0.category", "category_unknown"),
        (|s| s["routing"][0]["zone"] = json!("ouest"), "routing.0.zone", "zone_unknown"),
        (|s| s["routing"][2]["service"] = json!("police"), "routing.2.service", "service_unknown"),
        (|s| s["zones"][1]["id"] = json!("nord"), "zones.1", "not_unique"),
        (|s| s["zones"][0]["name"] = json!("a\nb"), "zones.0.name", "malformed_name"),
        (
            |s| s["zones"][1]["boundary"]["coordinates"] = json!([[[1, 1], [2, 1], [2, 2], [1, 1]]]),
            "zones.1.boundary",
            "outside_boundary",
        ),
        (
            |s| s["zones"][1]["boundary"]["coordinates"] = json!([[[5, 43], [6, 43.4], [6, 43], [5, 43.4], [5, 43]]]),
            "zones.1.boundary",
            "invalid_geometry",
        ),
        (|s| s["categories"][0]["expected"]["days"] = json!(731), "categories.0.expected.days", "out_of_range"),
        (|s| s["categories"][0]["similar_radius_m"] = json!(0), "categories.0.similar_radius_m", "out_of_range"),
        (|s| s["categories"][0]["questions"][1]["id"] = json!("danger"), "categories.0.questions.1", "not_unique"),
        (
            |s| s["categories"][0]["questions"][1]["kind"]["min"] = json!(501),
            "categories.0.questions.1.kind.min",
            "out_of_range",
        ),
        (
            |s| s["categories"][0]["questions"][2]["kind"]["options"] = json!([]),
            "categories.0.questions.2.kind.options",
            "empty",
        ),
        (
            |s| s["categories"][0]["questions"][3]["kind"]["options"][1]["id"] = json!("jour"),
            "categories.0.questions.3.kind.options.1",
            "not_unique",
        ),
        (
            |s| s["categories"][0]["questions"][4]["kind"]["max"] = json!(4001),
            "categories.0.questions.4.kind.max",
            "out_of_range",
        ),
        (|s| s["services"][2]["archived"] = json!(true), "routing.0.service", "service_archived"),
        (|s| s["services"] = json!((0..101).map(service).collect::<Vec<_>>()), "services", "too_many"),
        (|s| s["zones"][0]["boundary"]["coordinates"] = json!([circle(2_001)]), "zones.0.boundary", "too_many"),
    ];
    for (spoil, field, code) in cases {
        let found = check(spoil);
        assert!(found.contains(&(field.to_owned(), code)), "{field} {code}: {found:?}");
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

fn service(number: usize) -> Value {
    json!({ "id": format!("s{number}"), "name": "Service" })
}

/// A closed ring of so many positions.
fn circle(positions: usize) -> Value {
    let at = |n: usize| std::f64::consts::TAU * (n % (positions - 1)) as f64 / (positions - 1) as f64;
    json!((0..positions).map(|n| json!([5.5 + 0.1 * at(n).cos(), 43.5 + 0.1 * at(n).sin()])).collect::<Vec<_>>())
}

#[test]
fn settings_that_no_item_can_hold_are_refused_with_what_makes_them_large() {
    let mut json = settings_json();
    let zone = |n: usize| json!({ "id": format!("z{n}"), "name": "Zone", "boundary": { "type": "Polygon", "coordinates": [circle(700)] } });
    json["zones"] = json!((0..40).map(zone).collect::<Vec<_>>());
    let settings: Settings = serde_json::from_value(json).unwrap();
    let refused = settings.check().unwrap_err();
    assert_eq!(named(&refused), [("settings", "too_large")]);
    let detail = &refused[0].detail;
    assert!(detail.contains("at most 350,000; of them boundary ") && detail.contains("zones "), "{detail}");
}

#[test]
fn what_is_archived_is_known_and_not_chosen() {
    let mut json = settings_json();
    json["categories"][1]["archived"] = json!(true);
    json["zones"][0]["archived"] = json!(true);
    let settings: Settings = serde_json::from_value(json).unwrap();
    assert_eq!(settings.check(), Ok(()));
    assert!(settings.category(&"dechets".parse().unwrap()).is_some());
    assert_eq!(settings.zone_of(&Position::new(5.5, 43.7).unwrap()), None);
    let mut report = problem();
    report["category"] = json!("dechets");
    report["answers"] = json!({});
    let refused = Report::open(&settings, serde_json::from_value(report).unwrap(), None, now()).unwrap_err();
    assert!(named(&refused).contains(&("category", "category_archived")), "{refused:?}");
}

#[test]
fn a_change_names_what_it_takes_away_and_tells_long_values_by_their_size() {
    let mut before = settings_json();
    before["zones"][0]["boundary"]["coordinates"] = json!([circle(200)]);
    let before: Settings = serde_json::from_value(before).unwrap();
    let mut after = settings_json();
    after["categories"].as_array_mut().unwrap().remove(0);
    after["zones"].as_array_mut().unwrap().clear();
    after["name"] = json!("Valmont-le-Haut");
    let after: Settings = serde_json::from_value(after).unwrap();
    let removed: Vec<String> = before.removed_in(&after).iter().map(Part::to_string).collect();
    assert_eq!(removed, ["the category voirie", "the zone nord", "the zone sud"]);
    let differences = before.differences(&after);
    let told = |field: &str| differences.iter().find(|d| d.field == field).unwrap();
    assert_eq!(differences.len(), 3, "{differences:?}");
    assert_eq!((&told("name").before, &told("name").after), (&json!("Valmont"), &json!("Valmont-le-Haut")));
    assert!(told("zones").before["bytes"].as_u64() > Some(2_000), "{differences:?}");
    assert_eq!(told("zones").after, json!([]));
}

#[test]
fn problems_need_categories() {
    let found = check(|s| {
        s["categories"] = json!([]);
        s["routing"] = json!([]);
    });
    assert_eq!(found, [("categories".to_owned(), "empty")]);
}

#[test]
fn insee_codes_of_the_mainland_corsica_and_overseas_are_known() {
    for good in ["13048", "2A004", "2B033", "97401", "01001"] {
        assert!(InseeCode::parse(good).is_ok(), "{good}");
    }
    for bad in ["", "1304", "130480", "2C004", "2a004", "13 48", "13O48"] {
        assert_eq!(InseeCode::parse(bad).unwrap_err().code, "malformed_insee_code", "{bad}");
    }
}
