//! `POST /v1/{commune}/me/totp`.

use aws_sdk_dynamodb::types::AttributeValue::S;
use jiff::Timestamp;
use parvis_domain::TotpSecret;
use parvis_store::Role;
use parvis_testkit::{Town, run};
use serde_json::{Value, json};

#[test]
fn staff_get_a_secret_for_their_app_and_residents_none() {
    run(async {
        let town = Town::new().await;
        let luc = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        let made = luc.post("me/totp", Value::Null).await.expect(201);
        assert!(TotpSecret::from_base32(made.text("secret")).is_some(), "{made}");
        let uri = made.text("uri");
        assert!(uri.starts_with(&format!("otpauth://totp/{}:resident-", town.settings.name)), "{uri}");
        assert!(uri.contains(&format!("secret={}", made.text("secret"))), "{uri}");
        town.resident().await.post("me/totp", Value::Null).await.problem("forbidden");
    });
}

#[test]
fn a_secret_is_stored_encrypted() {
    run(async {
        let town = Town::new().await;
        let luc = town.agent().await;
        let secret = luc.totp.clone().expect("an app");
        let store = parvis_testkit::platform().await.cx().store.clone();
        let get = store.clients().dynamodb().get_item().table_name(&store.names.table);
        let get = get.key("pk", S(format!("C#{}#account#{}", town.id, luc.account_id())));
        let item = get.key("sk", S("second_factor".to_owned())).send().await.expect("an answer").item.expect("an item");
        let item = format!("{item:?}");
        let bytes = format!("{:?}", secret.as_bytes());
        assert!(!item.contains(&secret.to_base32()) && !item.contains(bytes.trim_matches(['[', ']'])), "{item}");
    });
}

#[test]
fn an_app_is_replaced_by_who_has_passed_the_old_one_and_by_nobody_else() {
    run(async {
        let town = Town::new().await;
        let mut luc = town.agent().await;
        // Who has the mailbox only.
        let mut thief = town.guest().await;
        thief.sign_in(luc.contact.clone().expect("a mailbox")).await;
        thief.post("me/totp", Value::Null).await.problem("factor_registered");
        let old = luc.clone();
        luc.post("me/totp", Value::Null).await.expect(201);
        // Until the new one has shown its first code, the old one is good.
        let next = Timestamp::now() + jiff::SignedDuration::from_secs(30);
        luc.pass_second_factor(next).await;
        luc.enrol().await;
        luc.get("staff").await.expect(200);
        let code = json!({ "code": old.app_code(next + jiff::SignedDuration::from_secs(30)) });
        luc.post("sessions/second-factor", code).await.problem("code_refused");
    });
}
