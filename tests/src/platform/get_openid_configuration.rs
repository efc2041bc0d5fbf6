//! `GET /.well-known/openid-configuration`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn discovery_leads_from_the_issuer_of_a_token_to_its_key() {
    run(async {
        let guest = Town::new().await.guest().await;
        let discovery = guest.get("/.well-known/openid-configuration").await.expect(200);
        let issuer = parvis_testkit::platform().await.cx().tokens.issuer();
        assert_eq!(discovery.text("issuer"), issuer);
        assert_eq!(discovery.text("jwks_uri"), format!("{issuer}/.well-known/jwks.json"));
        assert_eq!(discovery.json["id_token_signing_alg_values_supported"], json!(["RS256"]));
        assert!(!issuer.ends_with('/'), "API Gateway compares issuers character by character");
    });
}
