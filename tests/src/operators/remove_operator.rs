//! The command `remove_operator`. This platform has many operators (each test makes one), so that the last one stays is tried on a
//! list of them that the test keeps short itself.

use futures::future::join;
use parvis_domain::EmailAddress;
use parvis_store::{AuditActor, NotChanged, Role};
use parvis_testkit::{Actor, platform, run, run_alone};
use serde_json::json;

async fn remove(email: &str) -> Result<serde_json::Value, String> {
    let platform = platform().await;
    let command = platform.functions().iter().find(|f| f.id == "remove_operator").expect("the command");
    command.invoke(platform.cx(), json!({ "email": email })).await.map_err(|e| e.to_string())
}

fn email(operator: &Actor) -> String {
    let contact = serde_json::to_value(&operator.contact).expect("JSON");
    contact["email"].as_str().expect("an address").to_owned()
}

#[test]
fn an_operator_is_out_at_once_with_whatever_token_and_registers_an_app_again_when_made_again() {
    run(async {
        let (camille, other) = (Actor::operator().await, Actor::operator().await);
        camille.get("communes").await.expect(200);
        assert_eq!(remove(&email(&camille)).await, Ok(json!({ "done": 1 })));
        camille.get("communes").await.problem("forbidden");
        let refresh = json!({ "refresh_token": camille.refresh_token });
        camille.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");
        other.get("communes").await.expect(200);

        let again = remove(&email(&camille)).await.expect_err("gone already");
        assert!(again.contains("nobody with this e-mail address is an operator"), "{again}");
        assert!(remove("nobody@parvis.example").await.is_err());

        let cx = platform().await.cx();
        let address: EmailAddress = email(&camille).parse().expect("an address");
        let by = AuditActor::System { function: "test".to_owned() };
        cx.store.make_operator("Camille Moreau", address, by, cx.now()).await.expect("made again");
        let mut back = camille.signed_out();
        back.sign_in(camille.contact.clone().expect("a mailbox")).await;
        let asked = back.get("communes").await.problem("second_factor_required");
        assert_eq!(asked.json["errors"][0]["code"], "enrol");
    });
}

#[test]
fn the_last_operator_cannot_be_removed_also_not_when_two_go_at_once() {
    run_alone(async {
        let (camille, alix) = (Actor::operator().await, Actor::operator().await);
        let operators = camille.opened().await;
        let (members, next) = operators.staff(1_000, None).await.expect("the operators");
        assert!(next.is_none());
        let those = [camille.account_id(), alix.account_id()];
        // The operators of other tests, for as long as this one runs.
        let others: Vec<_> = members.into_iter().filter(|member| !those.contains(&member.account)).collect();
        for member in &others {
            crate::catalog::remove_from_staff(&operators, member.account).await;
        }
        let store = &platform().await.cx().store;
        let remove = |actor: &Actor| {
            let address: EmailAddress = email(actor).parse().expect("an address");
            store.remove_operator(address, AuditActor::System { function: "test".to_owned() }, jiff::Timestamp::now())
        };
        let (one, two) = join(remove(&camille), remove(&alix)).await;
        let refused = [&one, &two].into_iter().filter(|done| matches!(done, Err(NotChanged::LastOperator))).count();
        assert_eq!((refused, one.is_ok() || two.is_ok()), (1, true), "{one:?} {two:?}");
        let stays = if one.is_ok() { &alix } else { &camille };
        let alone = remove(stays).await;
        assert!(matches!(alone, Err(NotChanged::LastOperator)), "{alone:?}");
        stays.get("communes").await.expect(200);
        for member in &others {
            assert_eq!(member.role, Role::Operator);
            operators.put_staff_member(member).await.expect("they are back");
        }
    });
}
