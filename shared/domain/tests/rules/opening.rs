//! What is taken as a report, and what is refused why.

use parvis_domain::*;
use serde_json::{Value, json};

use crate::fixture::*;

fn open(json: Value) -> Result<(Report, Option<Event>), Vec<Invalid>> {
    Report::open(&settings(), read(json), None, now())
}

fn refused(json: Value) -> Vec<(String, &'static str)> {
    open(json).unwrap_err().into_iter().map(|w| (w.field, w.code)).collect()
}

fn with(mut json: Value, field: &str, value: Value) -> Value {
    json[field] = value;
    json
}

fn without(mut json: Value, field: &str) -> Value {
    json.as_object_mut().unwrap().remove(field);
    json
}

#[test]
fn a_guest_with_a_contact_has_an_unconfirmed_report_without_history() {
    let (report, event) = open(problem()).unwrap();
    assert_eq!((report.status, event), (Status::Unconfirmed, None));
    assert_eq!((report.version, report.followers, report.last_event, report.reporter), (1, 0, None, None));
    assert_eq!(report.guest_contact.as_ref().unwrap().key(), "phone:+33612345678");
    assert!(!report.is_published());
    assert_eq!(report.expires_at(None), Some(later(24)));
}

#[test]
fn a_resident_has_a_received_report_and_is_its_first_follower() {
    let reporter = account();
    let (report, event) = Report::open(&settings(), read(problem()), Some(reporter), now()).unwrap();
    let event = event.unwrap();
    assert_eq!((report.status, report.reporter, report.followers), (Status::Received, Some(reporter), 1));
    assert_eq!(report.guest_contact, None, "the contact of somebody signed in is no news");
    assert_eq!((event.version, event.report, event.status), (1, report.id, Status::Received));
    assert_eq!(
        (event.actor, event.what, report.last_event),
        (Actor::Reporter(reporter), What::Received, Some(event.id))
    );
    assert!(report.is_published());
}

#[test]
fn a_guest_without_a_contact_is_taken_only_where_the_commune_allows_it() {
    assert_eq!(refused(without(problem(), "contact")), [("contact".to_owned(), "contact_required")]);
    let mut open_commune = settings();
    open_commune.guests_without_contact = true;
    let (report, event) = Report::open(&open_commune, read(without(problem(), "contact")), None, now()).unwrap();
    assert_eq!((report.status, report.followers), (Status::Received, 0));
    assert_eq!(event.unwrap().actor, Actor::System);
}

#[test]
fn the_report_knows_its_zone_its_service_and_its_expected_date() {
    let (report, _) = open(problem()).unwrap();
    assert_eq!((report.zone.unwrap().as_str(), report.service.as_str()), ("nord", "technique"));
    // A Saturday: five working days later is Friday the 27th.
    assert_eq!(report.expected.unwrap().to_string(), "2026-11-27");
    let idea = json!({ "kind": "idea", "description": "Un banc", "contact": { "email": "a@exemple.fr" } });
    let (report, _) = open(idea).unwrap();
    assert_eq!((report.zone, report.service.as_str(), report.expected), (None, "accueil", None));
}

#[test]
fn the_first_routing_rule_that_matches_decides() {
    let all = settings();
    let (category, nord, sud) = ("dechets".parse().unwrap(), "nord".parse().unwrap(), "sud".parse().unwrap());
    let route = |kind, category, zone| all.route(kind, category, zone).as_str();
    assert_eq!(route(Kind::Problem, Some(&category), Some(&nord)), "proprete");
    assert_eq!(route(Kind::Problem, Some(&category), Some(&sud)), "technique");
    assert_eq!(route(Kind::Problem, None, None), "technique");
    assert_eq!(route(Kind::Idea, None, Some(&nord)), "accueil");
}

#[test]
fn a_kind_that_is_switched_off_is_refused() {
    let opinion = json!({ "kind": "opinion", "description": "Bof", "contact": { "email": "a@exemple.fr" } });
    assert_eq!(refused(opinion), [("kind".to_owned(), "kind_switched_off")]);
}

#[test]
fn a_problem_needs_a_known_category_and_a_place() {
    let wrong = refused(without(without(without(problem(), "category"), "answers"), "place"));
    assert_eq!(wrong, [("category".to_owned(), "category_required"), ("place".to_owned(), "place_required")]);
    let unknown = open(with(problem(), "category", json!("piscine"))).unwrap_err();
    assert_eq!(named(&unknown), [("category", "category_unknown")]);
    assert!(unknown[0].detail.contains("voirie, dechets"), "{}", unknown[0]);
}

#[test]
fn an_observation_needs_a_place_and_a_praise_does_not() {
    let contact = json!({ "email": "a@exemple.fr" });
    let seen = json!({ "kind": "observation", "description": "Un hérisson", "contact": contact });
    assert_eq!(refused(seen), [("place".to_owned(), "place_required")]);
    assert!(open(json!({ "kind": "praise", "description": "Merci !", "contact": contact })).is_ok());
}

#[test]
fn a_place_outside_is_refused_by_the_name_of_the_commune() {
    let paris = open(with(problem(), "place", json!({ "longitude": 2.35, "latitude": 48.85 }))).unwrap_err();
    assert_eq!(named(&paris), [("place", "outside_boundary")]);
    assert!(paris[0].detail.contains("outside Valmont"), "{}", paris[0]);
}

#[test]
fn exchanged_coordinates_are_refused_and_called_by_their_name() {
    let swapped = open(with(problem(), "place", json!({ "longitude": 43.7, "latitude": 5.5 }))).unwrap_err();
    assert_eq!(named(&swapped), [("place", "place_swapped")]);
    assert!(swapped[0].detail.contains("exchanged"), "{}", swapped[0]);
}

#[test]
fn at_most_six_photos_each_once() {
    let six: Vec<Value> = (0..6).map(|_| photo()).collect();
    assert_eq!(open(with(problem(), "photos", json!(six))).unwrap().0.photos.len(), 6);
    let seven: Vec<Value> = (0..7).map(|_| photo()).collect();
    let wrong = open(with(problem(), "photos", json!(seven))).unwrap_err();
    assert_eq!(named(&wrong), [("photos", "too_many_photos")]);
    assert_eq!(wrong[0].detail, "there are 7 photos; at most 6");
    let one = photo();
    assert_eq!(refused(with(problem(), "photos", json!([one, one]))), [("photos".to_owned(), "photo_twice")]);
}

#[test]
fn a_category_may_demand_a_photo_and_start_reports_unpublished() {
    let mut waste = without(problem(), "answers");
    waste["category"] = json!("dechets");
    assert_eq!(refused(waste.clone()), [("photos".to_owned(), "photo_required")]);
    let (report, _) = open(with(waste, "photos", json!([photo()]))).unwrap();
    assert_eq!((report.visibility, report.expected.unwrap().to_string().as_str()), (Visibility::Pending, "2026-11-24"));
}

#[test]
fn answers_without_a_category_belong_to_no_question() {
    let idea = json!({ "kind": "idea", "description": "Un banc", "answers": { "danger": true }, "contact": { "email": "a@exemple.fr" } });
    assert_eq!(refused(idea), [("answers".to_owned(), "question_unknown")]);
}

#[test]
fn every_broken_rule_is_named_at_once() {
    let mut json = problem();
    json["answers"] = json!({ "danger": "oui", "hauteur": 3 });
    json["place"] = json!({ "longitude": 2.35, "latitude": 48.85 });
    json["photos"] = json!((0..7).map(|_| photo()).collect::<Vec<_>>());
    let json = without(json, "contact");
    let fields: Vec<String> = refused(json).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["answers.danger", "answers.hauteur", "place", "photos", "contact"]);
}

#[test]
fn an_answer_of_null_is_no_answer_and_is_not_kept() {
    let (report, _) = open(with(problem(), "answers", json!({ "danger": false, "taille": null }))).unwrap();
    assert_eq!(report.answers.len(), 1);
}
