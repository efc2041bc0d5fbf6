//! `GET /.well-known/jwks.json`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parvis_testkit::{Town, run};

#[test]
fn the_published_key_is_the_one_that_tokens_are_signed_with() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let set = town.guest().await.get("/.well-known/jwks.json").await.expect(200);
        assert_eq!(set.header("cache-control"), "public, max-age=300");
        assert_eq!((set.text("keys/0/kty"), set.text("keys/0/alg"), set.text("keys/0/use")), ("RSA", "RS256", "sig"));

        let token = claire.access_token.expect("a token");
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let header: serde_json::Value =
            serde_json::from_slice(&decode(signed.split('.').next().expect("a header"))).expect("JSON");
        assert_eq!(header["kid"], set.text("keys/0/kid"));
        // Verified by another library than the one that the edge verifies with, from the published numbers alone.
        let (n, e) = (decode(set.text("keys/0/n")), decode(set.text("keys/0/e")));
        let key = aws_lc_rs::signature::RsaPublicKeyComponents { n: &n, e: &e };
        let verified =
            key.verify(&aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature));
        assert!(verified.is_ok());
    });
}
