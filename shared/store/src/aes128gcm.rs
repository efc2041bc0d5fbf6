//! What is written to a browser so that it alone reads it: RFC 8291, which is one record of RFC 8188 under a key that browser and
//! sender agree on. Curve, derivation and cipher are aws-lc's; what is put together from them is here, held to the RFC's own
//! example byte by byte.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand;

use crate::error::StoreError;

/// Bytes of an uncompressed point of P-256.
const POINT: u8 = 65;
/// Bytes of the salt.
const SALT: usize = 16;
/// The size of a record that is announced; a message is one record, which may be shorter.
const RECORD: u32 = 4_096;
/// How much longer a message is encrypted: header (salt, size, length, point), padding delimiter and tag.
pub(crate) const OVERHEAD: usize = SALT + 4 + 1 + POINT as usize + 1 + 16;
/// Longest text: with all of the above it fits into one record and into what every push service takes.
pub(crate) const MAX_TEXT: usize = RECORD as usize - OVERHEAD;

/// Whether these bytes are a public key that can be agreed with.
pub(crate) fn is_public_key(bytes: &[u8]) -> bool {
    bytes.len() == usize::from(POINT) && ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, bytes)).is_ok()
}

/// `text` (at most [`MAX_TEXT`] bytes) for the browser that has this public key and authentication secret.
///
/// # Errors
/// A text that is too long or a key that is none.
pub(crate) fn encrypt(text: &[u8], browser: &[u8], auth: &[u8]) -> Result<Vec<u8>, StoreError> {
    let defect = |what: &str| StoreError::Defect(format!("a push message cannot be encrypted: {what}"));
    if text.len() > MAX_TEXT {
        return Err(defect(&format!("it has {} bytes; at most {MAX_TEXT}", text.len())));
    }
    let sender = PrivateKey::generate(&ECDH_P256).map_err(|_| defect("no randomness"))?;
    let mut salt = [0; SALT];
    rand::fill(&mut salt).map_err(|_| defect("no randomness"))?;
    sealed(text, browser, auth, &sender, salt).ok_or_else(|| defect("the browser's key is none"))
}

fn sealed(text: &[u8], browser: &[u8], auth: &[u8], sender: &PrivateKey, salt: [u8; SALT]) -> Option<Vec<u8>> {
    let public = sender.compute_public_key().ok()?;
    let agreed = agree(sender, UnparsedPublicKey::new(&ECDH_P256, browser), (), |shared| {
        derived(auth, shared, &[b"WebPush: info\0", browser, public.as_ref()], 32).ok_or(())
    });
    let agreed = agreed.ok()?;
    let key = derived(&salt, &agreed, &[b"Content-Encoding: aes128gcm\0"], 16)?;
    let nonce = derived(&salt, &agreed, &[b"Content-Encoding: nonce\0"], 12)?;
    // The delimiter of the last record.
    let mut record = [text, &[2]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    key.seal_in_place_append_tag(Nonce::try_assume_unique_for_key(&nonce).ok()?, Aad::empty(), &mut record).ok()?;
    Some([&salt, RECORD.to_be_bytes().as_slice(), &[POINT], public.as_ref(), &record].concat())
}

/// HKDF (RFC 5869): extract and expand.
fn derived(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(length)).ok()?.fill(&mut out).ok()?;
    Some(out)
}

/// So many bytes.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    // RFC 8291, section 5 and appendix A.
    const BROWSER: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn the_example_of_rfc_8291_comes_out_byte_by_byte() {
        let sender = PrivateKey::from_private_key(&ECDH_P256, &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 bytes");
        let text = b"When I grow up, I want to be a watermelon";
        let out = sealed(text, &bytes(BROWSER), &bytes(AUTH), &sender.expect("a key"), salt).expect("a message");
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(&out), expected);
        assert_eq!(out.len(), text.len() + OVERHEAD);
    }

    #[test]
    fn the_same_text_twice_does_not_look_the_same_and_what_cannot_be_encrypted_says_so() {
        let to = |text: &[u8], browser: &[u8]| encrypt(text, browser, &bytes(AUTH));
        let browser = bytes(BROWSER);
        assert_ne!(to(b"text", &browser).expect("a message"), to(b"text", &browser).expect("a message"));
        assert_eq!(to(&vec![b'a'; MAX_TEXT], &browser).expect("a message").len(), 4_096);
        assert!(to(&vec![b'a'; MAX_TEXT + 1], &browser).is_err_and(|e| e.to_string().contains("3994 bytes")));
        assert!(is_public_key(&browser) && !is_public_key(&browser[..64]));
        let mut outside = browser.clone();
        outside[64] ^= 1;
        assert!(!is_public_key(&outside), "not on the curve");
        assert!(to(b"text", &outside).is_err());
    }
}
