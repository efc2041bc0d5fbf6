//! `DELETE /v1/{commune}/staff/{account}/totp`.

use parvis_domain::TotpSecret;
use parvis_testkit::{Actor, Call, Town, run};
use serde_json::{Value, json};

use super::all_acts;

fn reset(administrator: &Actor, member: &Actor) -> Call {
    administrator.delete(&format!("staff/{}/totp", member.account_id()))
}

#[test]
fn another_administrator_resets_a_lost_app_and_its_owner_is_told() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        let before = luc.messages().await.len();
        reset(&nadia, &luc).await.expect(204);
        let told = luc.messages().await.into_iter().skip(before).map(|sent| sent.message.text);
        let told: Vec<String> = told.collect();
        assert!(told.len() == 1 && told[0].contains("Nadia Roux") && told[0].contains("deuxième facteur"), "{told:?}");
        let refresh = json!({ "refresh_token": luc.refresh_token });
        luc.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");
        let mut again = town.guest().await;
        again.sign_in(luc.contact.clone().expect("a mailbox")).await;
        let asked = again.get("staff").await.problem("second_factor_required");
        assert_eq!(asked.json["errors"][0]["code"], "enrol");
        again.enrol().await;
        again.get("staff").await.expect(200);
        let last = all_acts(&town).await.into_iter().map(|(what, _)| what).collect::<Vec<_>>();
        assert_eq!(last, ["confirm_totp", "confirm_totp", "delete_totp", "confirm_totp"]);
    });
}

#[test]
fn a_session_that_a_reset_closed_cannot_enrol_another_app() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        reset(&nadia, &luc).await.expect(204);
        // The access token is good for some minutes more.
        let made = luc.post("me/totp", Value::Null).await.expect(201);
        let app = TotpSecret::from_base32(made.text("secret")).expect("a secret");
        let code = json!({ "code": app.code(jiff::Timestamp::now()) });
        luc.post("me/totp/confirm", code).await.problem("unauthenticated");
    });
}

#[test]
fn nobody_resets_their_own_and_only_administrators_reset_others() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc, claire) = (town.administrator().await, town.agent().await, town.resident().await);
        reset(&nadia, &nadia).await.problem("forbidden");
        reset(&luc, &nadia).await.problem("forbidden");
        reset(&nadia, &claire).await.problem("not_found");
        nadia.get("staff").await.expect(200);
    });
}
