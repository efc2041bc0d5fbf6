//! Attacks on access tokens, at a route that the gateway's authorizer guards (`GET …/me`) and at one where the edge
//! verifies a token that is present (`GET …/reports`). Both must refuse the same.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use parvis_testkit::{Actor, Town, at, platform, run};
use serde_json::{Value, json};

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header and claims of a good token.
fn parts(actor: &Actor) -> (Value, Value) {
    let token = actor.access_token.as_deref().expect("a token");
    let mut parts = token.split('.').map(decoded);
    (parts.next().expect("a header"), parts.next().expect("claims"))
}

fn decoded(part: &str) -> Value {
    URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// A token with these parts, signed by the real key: what an attacker cannot make, to see that the rest is checked too.
async fn signed(header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let signature = platform().await.cx().store.sign(text.as_bytes()).await.expect("a signature");
    format!("{text}.{}", base64url(signature))
}

fn with_token(actor: &Actor, token: String) -> Actor {
    let mut changed = actor.clone();
    changed.access_token = Some(token);
    changed
}

/// Both kinds of route refuse the token.
async fn refused(actor: &Actor, token: &str, why: &str) {
    let forged = with_token(actor, token.to_owned());
    for path in ["me", "reports"] {
        let answer = forged.get(path).await;
        assert_eq!(answer.status, 401, "{why}: {answer}");
        answer.problem("unauthenticated");
    }
}

#[test]
fn a_token_names_its_account_commune_role_and_session_and_ends_after_fifteen_minutes() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (header, claims) = parts(&claire);
        assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
        assert_eq!(claims["sub"], json!(claire.account));
        assert_eq!((&claims["commune"], &claims["role"]), (&json!(town.id), &json!("resident")));
        assert_eq!(claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("a time"), 900);
        let phone = json!(claire.contact)["phone"].as_str().expect("a phone").to_owned();
        assert!(!claims.to_string().contains(&phone), "no personal data in tokens");
        claire.get("me").await.expect(200);
        claire.get("reports").await.expect(200);
        // The same parts signed again are as good: the tests below fail for what they change and for nothing else.
        let again = with_token(&claire, signed(&header, &claims).await);
        again.get("me").await.expect(200);
        again.get("reports").await.expect(200);
    });
}

#[test]
fn a_token_without_a_signature_is_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let body = base64url(parts(&claire).1.to_string());
        for none in ["none", "None", "NONE"] {
            let unsigned = base64url(json!({"alg": none, "typ": "JWT"}).to_string());
            refused(&claire, &format!("{unsigned}.{body}."), none).await;
            refused(&claire, &format!("{unsigned}.{body}"), none).await;
        }
    });
}

#[test]
fn a_token_signed_by_hs256_with_what_is_public_is_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (mut symmetric, claims) = parts(&claire);
        symmetric["alg"] = json!("HS256");
        let text = format!("{}.{}", base64url(symmetric.to_string()), base64url(claims.to_string()));
        // The public key taken for an HMAC secret: as its modulus, as a JWK, and nothing at all.
        let jwk = platform().await.cx().tokens.jwk().await.expect("a key").clone();
        let modulus = URL_SAFE_NO_PAD.decode(&jwk.n).expect("base64url");
        let jwk = serde_json::to_vec(&jwk).expect("JSON");
        for secret in [modulus, jwk, Vec::new()] {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), text.as_bytes());
            refused(&claire, &format!("{text}.{}", base64url(tag)), "HS256").await;
        }
    });
}

#[test]
fn a_token_of_another_algorithm_is_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (header, claims) = parts(&claire);
        for algorithm in ["RS384", "PS256", "ES256", ""] {
            let mut other = header.clone();
            other["alg"] = json!(algorithm);
            refused(&claire, &signed(&other, &claims).await, algorithm).await;
        }
    });
}

#[test]
fn an_altered_token_is_refused() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        let token = claire.access_token.clone().expect("a token");
        let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let (_, mut claims) = parts(&claire);
        claims["sub"] = json!(paul.account);
        refused(&claire, &format!("{header}.{}.{signature}", base64url(claims.to_string())), "another account").await;
        claims["sub"] = json!(claire.account);
        claims["role"] = json!("administrator");
        refused(&claire, &format!("{header}.{}.{signature}", base64url(claims.to_string())), "another role").await;
        claims["role"] = json!("resident");
        claims["amr"] = json!(["otp", "mfa"]);
        refused(&claire, &format!("{header}.{}.{signature}", base64url(claims.to_string())), "a second factor").await;
        for nonsense in ["x", "a.b.c", "..", &token[..token.len() - 4], &format!("{token}.x")] {
            refused(&claire, nonsense, nonsense).await;
        }
    });
}

/// Signed by the real key, each with another value of a claim.
async fn refused_with(values: &[(&str, Value)]) {
    let town = Town::new().await;
    let claire = town.resident().await;
    let (header, claims) = parts(&claire);
    for (claim, value) in values {
        let mut other = claims.clone();
        other[*claim] = value.clone();
        refused(&claire, &signed(&header, &other).await, &format!("{claim} {value}")).await;
    }
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    run(refused_with(&[("iss", json!("https://parvis.example")), ("iss", json!(""))]));
}

#[test]
fn a_token_that_expired_a_second_ago_is_refused() {
    run(async {
        let now = Timestamp::now().as_second();
        refused_with(&[("exp", json!(now)), ("exp", json!(now - 1))]).await;
    });
}

#[test]
fn a_token_for_another_audience_or_about_nobody_is_refused() {
    run(refused_with(&[("aud", json!("another")), ("sub", json!("not-an-id")), ("role", json!("mayor"))]));
}

#[test]
fn a_token_that_lacks_a_claim_or_names_another_key_is_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (header, claims) = parts(&claire);
        for claim in ["iss", "aud", "exp", "sub", "commune", "sid", "role"] {
            let mut without = claims.clone();
            without.as_object_mut().expect("an object").remove(claim);
            refused(&claire, &signed(&header, &without).await, &format!("without {claim}")).await;
        }
        let mut unknown = header.clone();
        unknown["kid"] = json!("0000000000000000");
        refused(&claire, &signed(&unknown, &claims).await, "another key").await;
    });
}

#[test]
fn a_token_of_an_agent_who_was_removed_is_a_residents() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        luc.get("staff").await.expect(200);
        nadia.delete(&format!("staff/{}", luc.account_id())).await.expect(204);
        let (_, claims) = parts(&luc);
        assert_eq!((&claims["role"], &claims["amr"]), (&json!("agent"), &json!(["otp", "mfa"])));
        luc.get("staff").await.problem("forbidden");
        luc.get("me").await.expect(200);
    });
}

#[test]
fn a_token_without_the_second_factor_lets_nobody_work() {
    run(async {
        let town = Town::new().await;
        let luc = town.agent().await;
        let (header, mut claims) = parts(&luc);
        for amr in [json!(["otp"]), json!([]), json!(["otp", "mfa2"]), json!(["MFA"])] {
            claims["amr"] = amr.clone();
            let plain = with_token(&luc, signed(&header, &claims).await);
            let answer = plain.get("staff").await;
            assert_eq!(answer.status, 403, "{amr}: {answer}");
            answer.problem("second_factor_required");
        }
    });
}

#[test]
fn a_token_ends_after_fifteen_minutes() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (just, over) = (at(SignedDuration::from_mins(14)).await, at(SignedDuration::from_mins(15)).await);
        claire.at(&just).get("me").await.expect(200);
        for path in ["me", "reports"] {
            claire.at(&over).get(path).await.problem("unauthenticated");
        }
    });
}

#[test]
fn a_token_of_another_commune_is_refused_where_it_is_required_and_where_it_is_not() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (claire, agent) = (town.resident().await, town.agent().await);
        for stranger in [claire, agent] {
            let stranger = stranger.in_commune(&other.id);
            for path in ["me", "reports"] {
                stranger.get(path).await.problem("forbidden");
            }
            stranger.post("reports", other.problem()).await.problem("forbidden");
        }
    });
}

#[test]
fn what_is_not_a_bearer_token_is_refused_and_not_ignored() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for value in ["Basic Y2xhaXJlOmNsYWlyZQ==", "Bearer", "Bearer ", "token"] {
            for path in ["me", "reports"] {
                guest.get(path).header("authorization", value).await.problem("unauthenticated");
            }
        }
    });
}
