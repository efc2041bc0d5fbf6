//! How push services of browsers know that a message is ours (RFC 8292): each is signed with one key, which a browser was
//! told when it subscribed.

use std::sync::Arc;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::error::StoreError;
use crate::seal::Seal;

/// How long a signature is good; push services take at most 24 hours.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// Purpose of the digests that the key is one of.
const PURPOSE: &str = "web push key";

/// The key of a deployment. It is made from the deployment's secret, which is kept as safe and never changes: with another
/// key, all browsers would have to subscribe again (docs/decisions/0031-web-push.md).
#[derive(Clone, Debug)]
pub(crate) struct Vapid {
    key: Arc<EcdsaKeyPair>,
    /// The public half as browsers take it: an uncompressed point, base64url.
    pub(crate) public: String,
}

impl Vapid {
    /// The key of the deployment's secret.
    ///
    /// # Errors
    /// Cannot happen: of four billion digests one is no key, and then the next one is.
    pub(crate) fn new(seal: &Seal) -> Result<Vapid, StoreError> {
        (0..8).find_map(|n| Vapid::of(seal, n)).ok_or_else(|| StoreError::Defect("no key for web push".to_owned()))
    }

    fn of(seal: &Seal, n: u8) -> Option<Vapid> {
        let private = hex::decode(seal.digest(PURPOSE, &n.to_string())).ok()?;
        let public = PrivateKey::from_private_key(&ECDH_P256, &private).ok()?.compute_public_key().ok()?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &private, public.as_ref()).ok()?;
        Some(Vapid { key: Arc::new(key), public: URL_SAFE_NO_PAD.encode(public) })
    }

    /// `Authorization` of a message to a push service at `origin`; `contact` is where its operator can write to.
    ///
    /// # Errors
    /// Only when the machine has no randomness to give.
    pub(crate) fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> Result<String, StoreError> {
        let expires = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX).as_second();
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(json!({ "aud": origin, "exp": expires, "sub": format!("mailto:{contact}") }));
        let signed = format!("{header}.{claims}");
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| StoreError::Defect("nothing can be signed".to_owned()))?;
        Ok(format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature), self.public))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_message_says_whose_it_is_and_for_whom_and_a_deployment_has_one_key() {
        let seal = Seal::new("a secret of at least thirty-two characters");
        let vapid = Vapid::new(&seal).expect("a key");
        assert_eq!(vapid.public, Vapid::new(&seal).expect("a key").public, "the same at every start");
        let other = Vapid::new(&Seal::new("another secret, also long enough")).expect("a key");
        assert_ne!(vapid.public, other.public);

        let now: Timestamp = "2026-11-21T18:00:00Z".parse().expect("a time");
        let said = vapid.authorization("https://push.example", "parvis@ville.example", now).expect("randomness");
        let (token, key) = said.strip_prefix("vapid t=").and_then(|said| said.split_once(", k=")).expect("two parts");
        assert_eq!(key, vapid.public);
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let public = bytes(key);
        assert_eq!((public.len(), public[0]), (65, 4), "an uncompressed point");
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
        public.verify(signed.as_bytes(), &bytes(signature)).expect("its signature");
        let claims: Value = serde_json::from_slice(&bytes(signed.split('.').nth(1).expect("claims"))).expect("JSON");
        let expires = now.as_second() + 12 * 3_600;
        let expected = json!({ "aud": "https://push.example", "exp": expires, "sub": "mailto:parvis@ville.example" });
        assert_eq!(claims, expected);
    }
}
