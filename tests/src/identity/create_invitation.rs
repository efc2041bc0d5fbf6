//! `POST /v1/{commune}/staff/invitations`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::{acts, invite};

#[test]
fn an_invitation_is_a_mail_in_french_with_a_link_that_names_nobody() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (id, token) = invite(&nadia, &luc).await;
        let mail = luc.messages().await.pop().expect("a mail").message;
        for part in ["Luc Ferrand", "Nadia Roux", "agent", "7 jours", &town.settings.name, "console/accept#"] {
            assert!(mail.text.contains(part), "{part}: {}", mail.text);
        }
        assert!(!id.contains('@') && !token.contains('@'));
        assert_eq!(acts(&town).await, [("create_invitation".to_owned(), id)]);
        let log = format!("{:?}", town.commune().await.audit_entries(10, None).await.expect("the log").0);
        assert!(!log.contains("@exemple.fr"), "no address in the log: {log}");
    });
}

#[test]
fn inviting_again_sends_a_new_mail_and_the_old_link_is_dead() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (first, old) = invite(&nadia, &luc).await;
        let (second, new) = invite(&nadia, &luc).await;
        assert_eq!(first, second);
        assert_ne!(old, new);
        let listed = nadia.get("staff/invitations").await.expect(200);
        assert_eq!(listed.json["invitations"].as_array().map(Vec::len), Some(1));
        luc.post("staff/invitations/accept", json!({ "token": old })).await.problem("code_refused");
        luc.post("staff/invitations/accept", json!({ "token": new })).await.expect(201);
    });
}

#[test]
fn what_does_not_fit_is_refused_at_its_field() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let good = json!({ "email": "luc@exemple.fr", "name": "Luc", "role": "agent", "services": ["techniques"] });
        let cases = [
            ("email", json!("luc"), "email"),
            ("name", json!(" "), "name"),
            ("name", json!("x".repeat(201)), "name"),
            ("role", json!("mayor"), "role"),
            ("role", json!("resident"), "role"),
            ("role", json!("operator"), "role"),
            ("services", json!([]), "services"),
            ("services", json!(["inconnu"]), "services[0]"),
            ("services", json!(["techniques", "techniques"]), "services[1]"),
            ("password", json!("x"), "password"),
        ];
        for (field, value, refused) in cases {
            let mut body = good.clone();
            body[field] = value;
            nadia.post("staff/invitations", body).await.refused_field(refused);
        }
        assert_eq!(acts(&town).await, []);
    });
}

#[test]
fn who_works_for_the_commune_already_is_not_invited() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        let email = json!(luc.contact)["email"].clone();
        let body = json!({ "email": email, "name": "Luc", "role": "administrator" });
        nadia.post("staff/invitations", body).await.problem("already_staff");
    });
}

#[test]
fn a_commune_has_the_seats_of_its_plan() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let commune = town.commune().await;
        let now = jiff::Timestamp::now();
        // With the administrator and the one invited below, one seat is left.
        for n in 0..commune.standing.plan.staff_seats - 2 {
            let account = parvis_domain::AccountId::new(now);
            let member = parvis_store::StaffMember::new(account, parvis_store::Role::Moderator, &n.to_string(), vec![]);
            commune.put_staff_member(&member).await.expect("kept");
        }
        invite(&nadia, &luc).await;
        let body = |email: &str| json!({ "email": email, "name": "Un de trop", "role": "moderator" });
        let refused = nadia.post("staff/invitations", body("trop@exemple.fr")).await.problem("no_seat_left");
        assert!(refused.text("detail").contains("20 places"), "{refused}");
        // Who has a seat may be invited again.
        invite(&nadia, &luc).await;
    });
}
