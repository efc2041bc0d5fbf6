//! `POST /v1/operator/communes`.

use parvis_testkit::{Actor, run};
use serde_json::{Value, json};

use super::{boundary, guest_of, insee, open, subscribed};

#[test]
fn a_commune_that_subscribes_is_in_draft_and_takes_reports_as_soon_as_it_is_live() {
    run(async {
        let operator = Actor::operator().await;
        let new = json!({ "insee": "13048", "boundary": boundary() });
        let made = operator.post("communes", new).await.expect(201);
        assert_eq!((made.text("id"), made.text("name"), made.text("state")), ("jouques", "Jouques", "active"));
        assert_eq!((made.text("department"), made.text("plan/name")), ("13", "essentiel"));
        let guest = guest_of(&made).await;
        let profile = guest.get("").await.expect(200);
        assert_eq!(profile.json["postcodes"], json!(["13490"]));
        assert_eq!(profile.json["boundary"], boundary());
        assert_eq!(profile.text("launch/phase"), "draft");
        open(&made).await;
        let mut claire = guest.clone();
        let contact = json!({ "email": format!("claire.{}@exemple.fr", uuid::Uuid::new_v4().simple()) });
        claire.sign_in(serde_json::from_value(contact).expect("a contact")).await;
        let report = json!({ "kind": "problem", "category": "voirie", "description": "Un nid-de-poule",
            "answers": { "danger": true }, "place": profile.json["centre"] });
        let sent = claire.post("reports", report).await.expect(201);
        assert_eq!(sent.text("status"), "received");
    });
}

#[test]
fn its_id_is_its_name_or_what_the_operator_chose_and_is_never_taken_twice() {
    run(async {
        let operator = Actor::operator().await;
        let (one, two) = (insee(), insee());
        let slug = format!("ville-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
        let new = |insee: &str, slug: &str| json!({ "insee": insee, "slug": slug, "boundary": boundary() });
        assert_eq!(operator.post("communes", new(one, &slug)).await.expect(201).text("id"), slug);
        let taken = operator.post("communes", new(two, &slug)).await.problem("id_taken");
        assert!(taken.text("detail").contains("slug"), "{taken}");
        let twice = operator.post("communes", new(one, &format!("{slug}-2"))).await.problem("customer_already");
        assert!(twice.text("detail").contains("déjà cliente"), "{twice}");
        for reserved in ["operator", "health"] {
            let refused = operator.post("communes", new(two, reserved)).await.refused_field("slug");
            assert_eq!(refused.rule("slug"), "reserved");
        }
        // Two communes of one name: the second gets its département's code.
        for (insee, id) in [("89345", "saint-florentin"), ("36191", "saint-florentin-36")] {
            let made = operator.post("communes", json!({ "insee": insee, "boundary": boundary() })).await.expect(201);
            assert_eq!(made.text("id"), id);
        }
    });
}

#[test]
fn what_is_no_boundary_of_a_commune_is_refused_and_told_why() {
    run(async {
        let operator = Actor::operator().await;
        let refused = async |boundary: Value| {
            let new = json!({ "insee": "01002", "boundary": boundary });
            operator.post("communes", new).await.refused_field("boundary").rule("boundary").to_owned()
        };
        let polygon = |ring: Value| json!({ "type": "Polygon", "coordinates": [ring] });
        let swapped = polygon(json!([[43.5, 5.5], [43.6, 5.5], [43.6, 5.6], [43.5, 5.5]]));
        assert_eq!(refused(swapped).await, "swapped");
        let bow_tie = polygon(json!([[5.5, 43.5], [5.6, 43.6], [5.6, 43.5], [5.5, 43.6], [5.5, 43.5]]));
        assert_eq!(refused(bow_tie).await, "invalid_geometry");
        let speck = polygon(json!([[5.5, 43.5], [5.5001, 43.5], [5.5001, 43.5001], [5.5, 43.5]]));
        assert_eq!(refused(speck).await, "implausible_area");
        assert_eq!(refused(polygon(circle(10_001))).await, "too_many_positions");
        let open = polygon(json!([[5.5, 43.5], [5.6, 43.5], [5.6, 43.6], [5.5, 43.6]]));
        let new = json!({ "insee": "01002", "boundary": open });
        let open = operator.post("communes", new).await.problem("invalid");
        assert!(open.text("detail").contains("n’est pas fermé"), "{open}");
        let unknown = json!({ "insee": "99001", "boundary": boundary() });
        assert_eq!(operator.post("communes", unknown).await.refused_field("insee").rule("insee"), "insee_unknown");
    });
}

/// A jagged circle of that many positions.
fn circle(positions: u32) -> Value {
    let at = |n: u32| {
        let angle = f64::from(n % positions) / f64::from(positions) * std::f64::consts::TAU;
        let radius = if (n % positions).is_multiple_of(2) { 0.05 } else { 0.0501 };
        [5.6 + radius * angle.cos(), 43.6 + radius * angle.sin()]
    };
    json!((0..=positions).map(at).collect::<Vec<_>>())
}

#[test]
fn a_long_boundary_decides_what_is_inside_and_a_short_one_goes_to_maps() {
    run(async {
        let operator = Actor::operator().await;
        let long = json!({ "type": "Polygon", "coordinates": [circle(9_000)] });
        let made = operator.post("communes", json!({ "insee": insee(), "boundary": long })).await.expect(201);
        let guest = guest_of(&made).await;
        let shown = guest.get("").await.expect(200);
        let positions = shown.json["boundary"]["coordinates"][0].as_array().map(Vec::len);
        assert!(positions.is_some_and(|n| (20..=400).contains(&n)), "{positions:?}");
        assert_eq!(guest.opened().await.settings.boundary.positions(), 9_001);
    });
}

#[test]
fn the_same_key_makes_one_commune_and_one_mail_however_often_it_is_sent() {
    run(async {
        let operator = Actor::operator().await;
        let key = uuid::Uuid::new_v4().to_string();
        let email = format!("maire.{}@exemple.fr", uuid::Uuid::new_v4().simple());
        let new = json!({ "insee": insee(), "boundary": boundary(),
            "administrator": { "name": "Nadia Roux", "email": email } });
        let call = || operator.post("communes", new.clone()).idempotency_key(&key).into_future();
        let answers = futures::future::join_all((0..5).map(|_| call())).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect(201)).collect();
        assert!(answers.iter().all(|a| a.text("id") == answers[0].text("id")), "{answers:#?}");
        assert!(answers.iter().all(|a| a.text("administrator") == answers[0].text("administrator")));
        let told = answers.iter().filter(|a| a.json["administrator_told"] == true).count();
        assert_eq!(told, 1, "{answers:#?}");

        let mut nadia = guest_of(&answers[0]).await;
        nadia.contact = Some(serde_json::from_value(json!({ "email": email })).expect("a contact"));
        let mails = nadia.messages().await;
        assert_eq!(mails.len(), 1, "{mails:#?}");
        assert!(mails[0].message.text.contains("premier administrateur"), "{mails:#?}");
        nadia.sign_in(nadia.contact.clone().expect("a contact")).await;
        assert_eq!(nadia.get("me").await.expect(200).text("role"), "administrator");

        let mut other = new.clone();
        other["insee"] = insee().into();
        operator.post("communes", other).idempotency_key(&key).await.problem("idempotency_reuse");
    });
}

#[test]
fn a_plan_and_an_administrator_that_cannot_be_are_refused_by_field() {
    run(async {
        let operator = Actor::operator().await;
        let new = |name: &str, value: Value| {
            let mut new = json!({ "insee": "01002", "boundary": boundary() });
            new[name] = value;
            new
        };
        let plan = json!({ "name": "", "staff_seats": 0, "sms_a_month": 1, "photo_bytes": 1 });
        let refused = operator.post("communes", new("plan", plan)).await.refused_field("plan.staff_seats");
        refused.refused_field("plan.name");
        let nobody = json!({ "name": " ", "email": "a@exemple.fr" });
        operator.post("communes", new("administrator", nobody)).await.refused_field("administrator.name");
        operator.post("communes", new("nonsense", json!(1))).await.refused_field("nonsense");
    });
}

#[test]
fn the_audit_log_of_a_commune_begins_with_the_operator_who_made_it() {
    run(async {
        let operator = Actor::operator().await;
        let made = subscribed(&operator).await;
        let commune = guest_of(&made).await.opened().await;
        let (entries, _) = commune.audit_entries(10, None).await.expect("a log");
        assert_eq!((entries.len(), entries[0].what.as_str()), (1, "subscribe_commune"));
        let by = serde_json::to_value(&entries[0].by).expect("an actor");
        assert_eq!((&by["kind"], &by["account"]), (&json!("operator"), &json!(operator.account_id())));
    });
}
