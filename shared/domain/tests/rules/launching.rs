//! Whom a pilot takes reports from.

use parvis_domain::{Launch, NewReport, NotTaken, Phase, Pilot, Sender, Settings};
use serde_json::json;

use crate::fixture::settings;

fn report(value: serde_json::Value) -> NewReport {
    let mut report = json!({ "kind": "problem", "description": "Un trou." });
    report.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(report).unwrap()
}

fn pilot(zones: &[&str], invite_only: bool, categories: &[&str]) -> Launch {
    let zones = zones.iter().map(|id| id.parse().unwrap()).collect();
    let categories = categories.iter().map(|id| id.parse().unwrap()).collect();
    let pilot = Pilot { zones, invite_only, categories };
    Launch { phase: Phase::Pilot, pilot, ..Launch::default() }
}

/// The first zone of the fixture with a place inside it, and a place of the commune outside every zone.
fn places(settings: &Settings) -> (String, serde_json::Value) {
    let zone = settings.zones.first().expect("a zone");
    let inside = zone.boundary.inside().expect("an inside");
    (zone.id.to_string(), json!({ "longitude": inside.longitude, "latitude": inside.latitude }))
}

#[test]
fn every_condition_of_a_pilot_must_hold_and_staff_are_not_bound_by_it() {
    let settings = settings();
    let (zone, here) = places(&settings);
    let category = settings.categories[0].id.to_string();
    let launch = pilot(&[&zone], true, &[&category]);
    let good = report(json!({ "category": category, "place": here }));
    let refused = |launch: &Launch, new: &NewReport, sender| launch.refuses(&settings, new, sender);
    assert_eq!(refused(&launch, &good, Sender::Invited), None);
    assert_eq!(refused(&launch, &good, Sender::Other), Some(NotTaken::Invited));
    assert_eq!(refused(&launch, &good, Sender::Staff), None);
    let other_category = report(json!({ "place": here }));
    assert_eq!(refused(&launch, &other_category, Sender::Invited), Some(NotTaken::Category));
    let nowhere = report(json!({ "category": category }));
    assert_eq!(refused(&launch, &nowhere, Sender::Invited), Some(NotTaken::Place));
    assert_eq!(refused(&launch, &nowhere, Sender::Staff), None);
}

#[test]
fn a_place_outside_the_commune_is_left_to_the_rule_that_says_so() {
    let settings = settings();
    let (zone, _) = places(&settings);
    let far = report(json!({ "category": "voirie", "place": { "longitude": 0.0, "latitude": 0.0 } }));
    assert_eq!(pilot(&[&zone], false, &[]).refuses(&settings, &far, Sender::Other), None);
}

#[test]
fn nobody_reports_in_draft_or_pause_and_everybody_who_is_in_when_live_or_in_training() {
    let settings = settings();
    let new = report(json!({}));
    for (phase, refused) in
        [(Phase::Draft, Some(NotTaken::NotYet)), (Phase::Paused, Some(NotTaken::Paused)), (Phase::Live, None)]
    {
        let launch = Launch { phase, ..Launch::default() };
        assert_eq!(launch.refuses(&settings, &new, Sender::Staff), refused, "{phase:?}");
        assert_eq!(launch.refuses(&settings, &new, Sender::Other), refused, "{phase:?}");
    }
    let training = Launch { phase: Phase::Training, ..Launch::default() };
    let refused = [Sender::Staff, Sender::Invited, Sender::Other].map(|who| training.refuses(&settings, &new, who));
    assert_eq!(refused, [None, None, Some(NotTaken::NotYet)]);
}

#[test]
fn a_pilot_names_what_the_commune_has_each_once_and_limits_something() {
    let settings = settings();
    let (zone, _) = places(&settings);
    let wrong = |launch: Launch| -> Vec<(String, &'static str)> {
        let wrong = launch.check(&settings).err().unwrap_or_default();
        wrong.into_iter().map(|w| (w.field, w.code)).collect()
    };
    assert_eq!(wrong(pilot(&[&zone], false, &[])), []);
    assert_eq!(wrong(pilot(&[], true, &[])), []);
    assert_eq!(wrong(pilot(&[], false, &[])), [("pilot".to_owned(), "pilot_without_limits")]);
    assert_eq!(wrong(pilot(&["nulle-part"], false, &[])), [("pilot.zones.0".to_owned(), "unknown")]);
    assert_eq!(wrong(pilot(&[&zone, &zone], false, &[])), [("pilot.zones.1".to_owned(), "twice")]);
    assert_eq!(wrong(pilot(&[], true, &["magie"])), [("pilot.categories.0".to_owned(), "unknown")]);
    assert_eq!(wrong(Launch { phase: Phase::Live, ..pilot(&[], false, &[]) }), []);
}
