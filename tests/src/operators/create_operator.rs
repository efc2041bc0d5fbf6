//! The command `create_operator`, and signing in as what it makes.

use parvis_domain::CommuneId;
use parvis_testkit::{Actor, Town, platform, run};
use serde_json::json;

async fn command(order: serde_json::Value) -> Result<serde_json::Value, String> {
    let platform = platform().await;
    let command = platform.functions().iter().find(|f| f.id == "create_operator").expect("the command");
    command.invoke(platform.cx(), order).await.map_err(|e| e.to_string())
}

fn mailbox() -> String {
    format!("camille.{}@parvis.example", uuid::Uuid::new_v4().simple())
}

#[test]
fn who_was_made_an_operator_signs_in_with_a_code_and_may_ask_for_communes() {
    run(async {
        let email = mailbox();
        assert_eq!(command(json!({ "name": "Camille Moreau", "email": email })).await, Ok(json!({ "done": 1 })));
        let mut camille = Actor::operator().await.signed_out();
        camille.sign_in(serde_json::from_value(json!({ "email": email })).expect("a contact")).await;
        let me = camille.get("me").await.expect(200);
        assert_eq!((me.text("role"), me.text("email")), ("operator", email.as_str()));
        camille.get("communes").await.problem("second_factor_required");
        camille.enrol().await;
        camille.get("communes").await.expect(200);
        camille.refresh().await;
        camille.delete("sessions/current").await.expect(204);

        command(json!({ "name": "Camille M.", "email": email })).await.expect("the same once more");
        let member = camille.opened().await.staff_member(camille.account_id()).await.expect("a read");
        assert_eq!(member.expect("a member").name, "Camille M.");
    });
}

#[test]
fn nobody_else_gets_a_code_or_an_account_and_the_answer_is_the_same() {
    run(async {
        let town = Town::new().await;
        let mut stranger = town.guest().await.in_commune(&CommuneId::operators());
        let contact = json!({ "email": mailbox() });
        stranger.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let known = Actor::operator().await;
        let later = parvis_testkit::at(jiff::SignedDuration::from_secs(61)).await;
        let theirs =
            known.signed_out().at(&later).post("challenges", json!({ "contact": known.contact })).await.expect(202);
        let answer = stranger.post("challenges", json!({ "contact": contact })).await.expect(202);
        assert_eq!(
            (&answer.json["expires_in"], &answer.json["resend_after"]),
            (&theirs.json["expires_in"], &theirs.json["resend_after"])
        );
        // The operator's code came, the stranger's did not.
        assert!(!known.messages().await.is_empty());
        assert_eq!(stranger.messages().await.len(), 0);
        let tried = stranger.post("sessions", json!({ "contact": contact, "code": "123456" })).await;
        let tried = tried.problem("code_refused");
        assert!(tried.text("detail").ends_with("essais restants\u{a0}: 4"), "as for anybody's wrong code: {tried}");
        let contact = stranger.contact.clone().expect("a contact");
        assert_eq!(known.opened().await.account_of(&contact).await.expect("a read"), None);
    });
}

#[test]
fn an_operator_of_no_name_is_refused() {
    run(async {
        let refused = command(json!({ "name": " ", "email": mailbox() })).await.expect_err("no name");
        assert!(refused.contains("name has 0 characters; 1 to 100"), "{refused}");
        assert!(command(json!({ "name": "Camille", "email": "nobody" })).await.is_err());
    });
}
