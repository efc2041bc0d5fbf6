//! `POST /v1/{commune}/me/totp/confirm`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use parvis_domain::TotpSecret;
use parvis_store::Role;
use parvis_testkit::{Town, run};
use serde_json::{Value, json};

use super::{all_acts, wrong};

#[test]
fn the_first_code_puts_the_app_in_force_gives_ten_recovery_codes_and_raises_the_session() {
    run(async {
        let town = Town::new().await;
        let mut luc = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        luc.get("staff").await.problem("second_factor_required");
        let codes: BTreeSet<String> = luc.enrol().await.into_iter().collect();
        assert_eq!(codes.len(), 10);
        luc.get("staff").await.expect(200);
        // And the session's next tokens are raised as well.
        luc.refresh().await;
        luc.get("staff").await.expect(200);
        assert_eq!(all_acts(&town).await, [("confirm_totp".to_owned(), luc.account_id().to_string())]);
    });
}

#[test]
fn a_wrong_first_code_registers_nothing() {
    run(async {
        let town = Town::new().await;
        let luc = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        luc.post("me/totp/confirm", json!({ "code": "123456" })).await.problem("factor_missing");
        let made = luc.post("me/totp", Value::Null).await.expect(201);
        let secret = TotpSecret::from_base32(made.text("secret")).expect("a secret");
        let code = wrong(&secret.code(Timestamp::now()), 7);
        luc.post("me/totp/confirm", json!({ "code": code })).await.problem("code_refused");
        luc.get("staff").await.problem("second_factor_required");
        town.resident().await.post("me/totp/confirm", json!({ "code": code })).await.problem("forbidden");
    });
}
