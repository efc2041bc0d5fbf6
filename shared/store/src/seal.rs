//! The deployment's secret at work: what we hand out and must recognise again (cursors, claims) and what we keep only as
//! a digest (codes, refresh tokens, idempotency keys). HMAC-SHA256 with a purpose in front, so that one kind of value
//! can never stand in for another. What we must read again ourselves (secrets of authenticator apps) is encrypted under a key
//! made from the same secret.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of the tag in front of a sealed text.
const TAG: usize = 16;

/// Seals and digests with the deployment's secret.
#[derive(Clone)]
pub struct Seal {
    key: hmac::Key,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// A seal from the deployment's secret.
    pub fn new(secret: &str) -> Seal {
        Seal { key: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()) }
    }

    /// Digest of `value` for `purpose`, 64 hexadecimal digits.
    pub fn digest(&self, purpose: &str, value: &str) -> String {
        hex::encode(self.mac(purpose, value.as_bytes()))
    }

    /// Whether `digest` is that of `value`; takes the same time whichever digit differs.
    pub fn matches(&self, purpose: &str, value: &str, digest: &str) -> bool {
        verify_slices_are_equal(self.digest(purpose, value).as_bytes(), digest.as_bytes()).is_ok()
    }

    /// `content` as text that only [`Seal::open`] with the same purpose reads again. Signed, not secret.
    pub fn close(&self, purpose: &str, content: &[u8]) -> String {
        let mut sealed = self.mac(purpose, content)[..TAG].to_vec();
        sealed.extend_from_slice(content);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The content of a sealed text, or nothing when it was altered or made for another purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (tag, content) = bytes.split_at_checked(TAG)?;
        verify_slices_are_equal(tag, &self.mac(purpose, content)[..TAG]).ok()?;
        Some(content.to_vec())
    }

    /// `content` encrypted (AES-256-GCM), as text that only [`Seal::decrypt`] with the same purpose reads again.
    ///
    /// # Errors
    /// Only when the machine has no randomness to give.
    pub fn encrypt(&self, purpose: &str, content: &[u8]) -> Result<String, crate::StoreError> {
        let defect = |_| crate::StoreError::Defect("nothing can be encrypted".to_owned());
        let mut text = content.to_vec();
        let key = self.encryption_key().map_err(defect)?;
        let nonce = key.seal_in_place_append_tag(Aad::from(purpose), &mut text).map_err(defect)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &text].concat()))
    }

    /// The content of an encrypted text, or nothing when it was altered or made for another purpose.
    pub fn decrypt(&self, purpose: &str, encrypted: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(encrypted).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = self.encryption_key().ok()?.open_in_place(nonce, Aad::from(purpose), &mut text).ok()?;
        Some(plain.to_vec())
    }

    fn encryption_key(&self) -> Result<RandomizedNonceKey, aws_lc_rs::error::Unspecified> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.mac("encryption key", b""))
    }

    fn mac(&self, purpose: &str, content: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(content);
        context.sign().as_ref().to_vec()
    }
}

/// `n` random bytes as hexadecimal digits.
///
/// # Errors
/// Only when the machine has no randomness to give.
pub fn random_hex(n: usize) -> Result<String, crate::StoreError> {
    let mut bytes = vec![0; n];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| crate::StoreError::Defect("no randomness".to_owned()))?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_for_its_purpose_and_no_other() {
        let seal = Seal::new("a secret of at least thirty-two characters");
        let sealed = seal.close("cursor", b"page 2");
        assert_eq!(seal.open("cursor", &sealed).as_deref(), Some(b"page 2".as_slice()));
        assert_eq!(seal.open("claim", &sealed), None);
        assert_eq!(Seal::new("another secret, also long enough").open("cursor", &sealed), None);
    }

    #[test]
    fn an_encrypted_text_shows_nothing_and_is_read_for_its_purpose_and_no_other() {
        let seal = Seal::new("a secret of at least thirty-two characters");
        let (one, two) = (seal.encrypt("app", b"content"), seal.encrypt("app", b"content"));
        let (one, two) = (one.expect("randomness"), two.expect("randomness"));
        assert_ne!(one, two, "the same content twice does not look the same");
        assert_eq!(seal.decrypt("app", &one).as_deref(), Some(b"content".as_slice()));
        assert_eq!(seal.decrypt("other", &one), None);
        assert_eq!(Seal::new("another secret, also long enough").decrypt("app", &one), None);
        for broken in ["", "AAAA", &one[..one.len() - 2], &format!("{one}AA")] {
            assert_eq!(seal.decrypt("app", broken), None, "{broken}");
        }
    }

    #[test]
    fn one_altered_character_is_noticed() {
        let seal = Seal::new("a secret of at least thirty-two characters");
        let sealed = seal.close("cursor", b"page 2");
        for at in 0..sealed.len() {
            let mut altered = sealed.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ASCII");
            if altered != sealed {
                assert_eq!(seal.open("cursor", &altered), None, "position {at}");
            }
        }
    }
}
