//! Access tokens: RS256 JWTs (RFC 7519) signed by a KMS key that never leaves KMS. API Gateway's authorizer verifies them
//! from our discovery document; routes that guests may call too, and the local gateway, verify them here by the same rules.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use parvis_domain::{AccountId, CommuneId, SessionId};
use parvis_store::grant::Grant;
use parvis_store::{Role, Store, StoreError, watch};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::problem::{Code, Problem};

/// How long an access token is good.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// `aud` of every token.
pub const AUDIENCE: &str = "parvis";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: the deployment's public origin.
    pub iss: String,
    /// Audience: [`AUDIENCE`].
    pub aud: String,
    /// The account.
    pub sub: AccountId,
    /// The commune the account belongs to.
    pub commune: CommuneId,
    /// What the account may be.
    pub role: Role,
    /// The session (the family of refresh tokens).
    pub sid: SessionId,
    /// How the account signed in, in the names of RFC 8176: `otp`, a code; `mfa`, a second factor too.
    #[serde(default)]
    pub amr: Vec<String>,
    /// Issued at, seconds since 1970.
    pub iat: i64,
    /// Expires at, seconds since 1970.
    pub exp: i64,
}

/// In `amr`: a code was redeemed (RFC 8176, section 2).
const ONE_TIME_CODE: &str = "otp";
/// In `amr`: the second factor was passed too.
const SECOND_FACTOR: &str = "mfa";

impl Claims {
    /// Whether the session had passed the second factor.
    pub fn is_raised(&self) -> bool {
        self.amr.iter().any(|method| method == SECOND_FACTOR)
    }
}

/// The public half of the token key, as a JSON Web Key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Jwk {
    /// `RSA`.
    pub kty: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// `RS256`.
    pub alg: String,
    /// Key id.
    pub kid: String,
    /// Modulus, base64url.
    pub n: String,
    /// Exponent, base64url.
    pub e: String,
}

/// Signs and verifies.
#[derive(Debug)]
pub struct Tokens {
    store: Store,
    key: OnceCell<Jwk>,
}

impl Tokens {
    pub(crate) fn new(store: Store) -> Tokens {
        Tokens { store, key: OnceCell::new() }
    }

    /// The issuer of this deployment.
    pub fn issuer(&self) -> &str {
        &self.store.names.public_url
    }

    /// The public key; read from KMS once per process.
    pub async fn jwk(&self) -> Result<&Jwk, StoreError> {
        watch::relied_on(Grant::READ_TOKEN_KEY);
        self.key
            .get_or_try_init(|| async {
                let key = self.store.token_key().await?;
                Ok(Jwk {
                    kty: "RSA".to_owned(),
                    usage: "sig".to_owned(),
                    alg: "RS256".to_owned(),
                    kid: key.id,
                    n: base64url(&key.modulus),
                    e: base64url(&key.exponent),
                })
            })
            .await
    }

    /// A signed token for an account, good for [`LIFETIME`] from `now`; `raised` says that the second factor was passed.
    pub async fn sign(
        &self,
        account: AccountId,
        commune: &CommuneId,
        role: Role,
        session: SessionId,
        raised: bool,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let methods = if raised { &[ONE_TIME_CODE, SECOND_FACTOR][..] } else { &[ONE_TIME_CODE] };
        let claims = Claims {
            iss: self.issuer().to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            commune: commune.clone(),
            role,
            sid: session,
            amr: methods.iter().map(|&method| method.to_owned()).collect(),
            iat: now.as_second(),
            exp: now.as_second() + LIFETIME.as_secs(),
        };
        let header = serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": self.jwk().await?.kid});
        let claims = serde_json::to_vec(&claims).map_err(|e| StoreError::Defect(e.to_string()))?;
        let signed = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(&claims));
        let signature = self.store.sign(signed.as_bytes()).await?;
        Ok(format!("{signed}.{}", base64url(&signature)))
    }

    /// The claims of a good token.
    ///
    /// # Errors
    /// 401 that says why: altered, expired (to the second), of another issuer or audience, another algorithm.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Problem> {
        let jwk = self.jwk().await?;
        let key = DecodingKey::from_rsa_components(&jwk.n, &jwk.e)
            .map_err(|e| StoreError::Defect(format!("the token key: {e}")))?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[self.issuer()]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // The time is compared below, with the context's clock and no leeway.
        rules.validate_exp = false;
        let token = jsonwebtoken::decode::<Claims>(token, &key, &rules)
            .map_err(|e| Problem::new(Code::Unauthenticated, format!("the token is refused: {e}")))?;
        if token.header.kid.as_deref().is_some_and(|kid| kid != jwk.kid) {
            return Err(Problem::new(Code::Unauthenticated, "the token is refused: unknown key"));
        }
        if token.claims.exp <= now.as_second() {
            let detail = "the token has expired; use the refresh token";
            return Err(Problem::new(Code::Unauthenticated, detail));
        }
        Ok(token.claims)
    }
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
