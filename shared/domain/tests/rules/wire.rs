//! What goes over the wire and into the table keeps its shape.

use parvis_domain::*;
use serde_json::{Value, json};

use crate::fixture::*;

fn same<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let written = serde_json::to_value(value).unwrap();
    assert_eq!(&serde_json::from_value::<T>(written).unwrap(), value);
}

#[test]
fn reports_and_events_survive_a_round_trip_in_every_status() {
    for status in Status::ALL {
        let (report, _) = standing(Kind::Problem, status);
        same(&report);
    }
    let (report, reporter) = received(Kind::Problem);
    for to in Status::Received.possible(Kind::Problem) {
        same(&report.change(change_to(to), agent(), None, now()).unwrap().1);
    }
    same(&report.withdraw(Actor::Reporter(reporter), now()).unwrap().1);
}

#[test]
fn actors_and_happenings_have_stable_names() {
    let id = account();
    assert_eq!(serde_json::to_value(Actor::Reporter(id)).unwrap(), json!({ "reporter": id }));
    assert_eq!(serde_json::to_value(Actor::System).unwrap(), json!("system"));
    assert_eq!(serde_json::to_value(What::InternalNote).unwrap(), json!({ "type": "internal_note" }));
    assert_eq!(serde_json::to_value(PublicActor::Reporter).unwrap(), json!({ "type": "reporter" }));
}

#[test]
fn inputs_refuse_what_they_do_not_know_and_what_does_not_fit() {
    for (spoil, why) in [
        (json!({ "descripton": "x" }), "unknown field `descripton`"),
        (json!({ "description": " " }), "description is blank"),
        (json!({ "description": "x".repeat(4001) }), "description is 4,001 characters; at most 4,000"),
        (json!({ "kind": "complaint" }), "unknown variant `complaint`"),
        (json!({ "category": "Voirie !" }), "is not a category id"),
        (json!({ "place": { "longitude": 5.5 } }), "latitude is missing"),
        (json!({ "place": { "longitude": "5.5", "latitude": 43.5 } }), "expected f64"),
        (json!({ "contact": { "phone": "04 42 00 00 00" } }), "not a mobile number"),
        (json!({ "photos": [{ "id": "12" }] }), "is not a photo id"),
        (json!({ "language": "de" }), "unknown variant `de`"),
    ] {
        let mut json = problem();
        json.as_object_mut().unwrap().extend(spoil.as_object().unwrap().clone());
        let refused = serde_json::from_value::<NewReport>(json).unwrap_err().to_string();
        assert!(refused.contains(why), "{why}: {refused}");
    }
    assert!(serde_json::from_value::<Change>(json!({ "to": "scheduled", "scheduled_for": "24/11/2026" })).is_err());
    assert!(serde_json::from_value::<NewComment>(json!({ "text": "x", "internall": true })).is_err());
}

#[test]
fn schemas_carry_the_limits() {
    let schema = |value: schemars::Schema| serde_json::to_value(value).unwrap();
    let new = schema(schemars::schema_for!(NewReport));
    assert_eq!(new["properties"]["photos"]["maxItems"], 6);
    assert_eq!(new["additionalProperties"], false);
    assert_eq!(new["$defs"]["Description"]["maxLength"], 4000);
    assert_eq!(new["$defs"]["CategoryId"]["pattern"], "^[a-z][a-z0-9_-]{0,39}$");
    assert_eq!(new["$defs"]["Contact"]["oneOf"].as_array().map(Vec::len), Some(2));
    let required: Vec<&str> = new["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(required, ["kind", "description"]);
    let all = schema(schemars::schema_for!(Settings));
    assert_eq!(all["$defs"]["CommuneId"]["pattern"], "^[a-z][a-z0-9-]{1,39}$");
    assert_eq!(all["$defs"]["Boundary"]["oneOf"].as_array().map(Vec::len), Some(2));
}
