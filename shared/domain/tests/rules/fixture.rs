//! A small commune, a report that is right, and who acts.

use jiff::Timestamp;
use parvis_domain::*;
use serde_json::{Value, json};

/// Saturday, 21 November 2026, 10:00 in Paris.
pub(crate) fn now() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

pub(crate) fn later(hours: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_hours(hours)
}

pub(crate) fn settings_json() -> Value {
    json!({
        "id": "valmont", "name": "Valmont", "insee": "99001", "postcodes": ["99100"],
        "centre": { "longitude": 5.5, "latitude": 43.5 },
        "boundary": { "type": "Polygon", "coordinates": [[[5, 43], [6, 43], [6, 44], [5, 44], [5, 43]]] },
        "zones": [
            { "id": "nord", "name": "Nord", "boundary": { "type": "Polygon", "coordinates": [[[5, 43.5], [6, 43.5], [6, 44], [5, 44], [5, 43.5]]] } },
            { "id": "sud", "name": "Sud", "boundary": { "type": "Polygon", "coordinates": [[[5, 43], [6, 43], [6, 43.5], [5, 43.5], [5, 43]]] } },
        ],
        "kinds": ["problem", "idea", "question", "praise", "observation"],
        "categories": [
            {
                "id": "voirie", "name": "Voirie", "expected": { "days": 5, "calendar": "working" },
                "questions": [
                    { "id": "danger", "label": "Est-ce dangereux ?", "required": true, "kind": { "type": "yes_no" } },
                    { "id": "taille", "label": "Quelle largeur ?", "kind": { "type": "number", "min": 1, "max": 500 } },
                    { "id": "ou", "label": "Où ?", "kind": { "type": "choice", "options": [
                        { "id": "chaussee", "label": "Chaussée" }, { "id": "trottoir", "label": "Trottoir" }] } },
                    { "id": "quand", "label": "Quand ?", "kind": { "type": "choices", "options": [
                        { "id": "jour", "label": "Le jour" }, { "id": "nuit", "label": "La nuit" }] } },
                    { "id": "precisions", "label": "Autre chose ?", "kind": { "type": "text", "max": 20 } },
                ],
            },
            { "id": "dechets", "name": "Déchets", "expected": { "days": 3, "calendar": "calendar" }, "photo_required": true, "visibility": "pending" },
        ],
        "services": [
            { "id": "technique", "name": "Services techniques" }, { "id": "accueil", "name": "Accueil" },
            { "id": "proprete", "name": "Propreté" },
        ],
        "routing": [
            { "category": "dechets", "zone": "nord", "service": "proprete" },
            { "category": "dechets", "service": "technique" },
            { "kind": "problem", "service": "technique" },
        ],
        "default_service": "accueil",
        "sms_sender": "Valmont",
    })
}

pub(crate) fn settings() -> Settings {
    serde_json::from_value(settings_json()).unwrap()
}

/// A problem that breaks no rule, as JSON, to be spoilt.
pub(crate) fn problem() -> Value {
    json!({
        "kind": "problem", "category": "voirie", "description": "Un nid-de-poule devant l’école",
        "answers": { "danger": true },
        "place": { "longitude": 5.5, "latitude": 43.7, "accuracy_m": 8, "address": "Rue de l’École" },
        "contact": { "phone": "06 12 34 56 78" },
    })
}

pub(crate) fn read(json: Value) -> NewReport {
    serde_json::from_value(json).unwrap()
}

pub(crate) fn photo() -> Value {
    json!({ "id": PhotoId::new(now()).to_string() })
}

pub(crate) fn account() -> AccountId {
    AccountId::new(now())
}

pub(crate) fn agent() -> Actor {
    Actor::Staff { account: account(), name: "Nadia Berger".to_owned() }
}

/// A received report of that kind whose reporter is signed in.
pub(crate) fn received(kind: Kind) -> (Report, AccountId) {
    let reporter = account();
    let mut all = settings();
    all.kinds = Kind::ALL.to_vec();
    let mut json = problem();
    json["kind"] = serde_json::to_value(kind).unwrap();
    let (report, _) = Report::open(&all, read(json), Some(reporter), now()).unwrap();
    (report, reporter)
}

/// The same, in that status with what belongs to it.
pub(crate) fn standing(kind: Kind, status: Status) -> (Report, AccountId) {
    let (mut report, reporter) = received(kind);
    report.status = status;
    match status {
        Status::AwaitingReporter => report.awaiting_since = Some(now()),
        Status::Resolved | Status::ReopenRequested => report.resolved_at = Some(now()),
        Status::Closed => report.close_reason = Some(CloseReason::NoAction),
        Status::Scheduled => report.scheduled_for = Some(today(now())),
        Status::Unconfirmed => {
            report.reporter = None;
            report.guest_contact = Some(serde_json::from_value(json!({ "phone": "0612345678" })).unwrap());
            report.last_event = None;
            report.followers = 0;
        }
        _ => {}
    }
    (report, reporter)
}

/// A change to that status with everything it demands.
pub(crate) fn change_to(to: Status) -> Change {
    let mut json = json!({ "to": to });
    match to {
        Status::Scheduled => json["scheduled_for"] = "2026-11-24".into(),
        Status::Closed => json["close_reason"] = "no_action".into(),
        _ => {}
    }
    serde_json::from_value(json).unwrap()
}

/// Field and code of each refusal, in order.
pub(crate) fn named(wrong: &[Invalid]) -> Vec<(&str, &str)> {
    wrong.iter().map(|w| (w.field.as_str(), w.code)).collect()
}
