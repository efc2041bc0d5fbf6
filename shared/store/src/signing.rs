//! The token key in KMS: its public half, and signatures by the half that never leaves KMS.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use pkcs1::der::Decode as _;
use spki::SubjectPublicKeyInfoRef;

use crate::Store;
use crate::error::StoreError;

/// The public half of the token key.
#[derive(Clone, Debug)]
pub struct TokenKey {
    /// First 16 hexadecimal digits of the SHA-256 of the DER; changes when the key does.
    pub id: String,
    /// RSA modulus, big-endian.
    pub modulus: Vec<u8>,
    /// RSA exponent, big-endian.
    pub exponent: Vec<u8>,
}

impl Store {
    /// Reads the public half.
    pub async fn token_key(&self) -> Result<TokenKey, StoreError> {
        let answer = self
            .clients()
            .kms()
            .get_public_key()
            .key_id(&self.names.token_key)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("KMS", e))?;
        let der =
            answer.public_key.ok_or_else(|| StoreError::Defect("KMS gave no public key".to_owned()))?.into_inner();
        let defect = |e: &dyn std::fmt::Display| StoreError::Defect(format!("the token key is not an RSA key: {e}"));
        let info = SubjectPublicKeyInfoRef::from_der(&der).map_err(|e| defect(&e))?;
        let bits = info.subject_public_key.as_bytes().unwrap_or_default();
        let key = pkcs1::RsaPublicKey::from_der(bits).map_err(|e| defect(&e))?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
        Ok(TokenKey {
            id: hex::encode(&digest.as_ref()[..8]),
            modulus: key.modulus.as_bytes().to_vec(),
            exponent: key.public_exponent.as_bytes().to_vec(),
        })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message` (at most 4,096 bytes), as RS256 wants it.
    pub async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, StoreError> {
        let answer = self
            .clients()
            .kms()
            .sign()
            .key_id(&self.names.token_key)
            .message(Blob::new(message))
            .message_type(MessageType::Raw)
            .signing_algorithm(SigningAlgorithmSpec::RsassaPkcs1V15Sha256)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("KMS", e))?;
        Ok(answer.signature.ok_or_else(|| StoreError::Defect("KMS gave no signature".to_owned()))?.into_inner())
    }
}
