//! `DELETE /v1/operator/communes/{commune}/staff/{account}/totp`.

use parvis_testkit::{Actor, Call, Town, run};
use serde_json::{Value, json};

fn reset(operator: &Actor, town: &Town, member: &Actor) -> Call {
    operator.delete(&format!("communes/{}/staff/{}/totp", town.id, member.account_id()))
}

#[test]
fn the_only_administrator_registers_again_and_the_commune_sees_who_did_it() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let nadia = town.administrator().await;
        let before = nadia.messages().await.len();
        reset(&operator, &town, &nadia).await.expect(204);
        let told: Vec<String> = nadia.messages().await.into_iter().skip(before).map(|sent| sent.message.text).collect();
        assert!(
            told.len() == 1 && told[0].contains("Camille Moreau") && told[0].contains("deuxième facteur"),
            "{told:?}"
        );
        let refresh = json!({ "refresh_token": nadia.refresh_token });
        nadia.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");

        let mut again = town.guest().await;
        again.sign_in(nadia.contact.clone().expect("a mailbox")).await;
        let asked = again.get("staff").await.problem("second_factor_required");
        assert_eq!(asked.json["errors"][0]["code"], "enrol");
        again.enrol().await;
        let log = again.get("audit?limit=2").await.expect(200);
        assert_eq!((log.text("entries/0/what"), log.text("entries/1/what")), ("confirm_totp", "reset_staff_totp"));
        assert_eq!(log.text("entries/1/by/kind"), "operator");
        assert_eq!(log.text("entries/1/about"), nadia.account_id().to_string());
    });
}

#[test]
fn it_is_for_administrators_of_that_commune_only() {
    run(async {
        let (town, other, operator) = (Town::new().await, Town::new().await, Actor::operator().await);
        let (nadia, luc, claire) = (town.administrator().await, town.agent().await, town.resident().await);
        let refused = reset(&operator, &town, &luc).await.problem("forbidden");
        assert!(refused.text("detail").contains("agent"), "{refused}");
        reset(&operator, &town, &claire).await.problem("not_found");
        reset(&operator, &other, &nadia).await.problem("not_found");
        nadia.get("staff").await.expect(200);
        luc.get("staff").await.expect(200);
        // The operators themselves are no commune.
        let own = format!("communes/operator/staff/{}/totp", operator.account_id());
        operator.delete(&own).json(&Value::Null).await.problem("not_found");
    });
}
