//! `GET /.well-known/openid-configuration`: where API Gateway's JWT authorizer finds the key that signs our tokens.

use parvis_edge::token::AUDIENCE;
use parvis_edge::{Anyone, Cx, Endpoint, Grant, Problem, Public, Route, get};
use schemars::JsonSchema;
use serde::Serialize;

/// Reads the discovery document.
pub struct GetOpenidConfiguration;

/// OpenID Connect Discovery 1.0, section 3, as far as a verifier of tokens needs it: there is no OAuth flow here, codes
/// open sessions (`create_challenge`, `create_session`).
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenidConfiguration {
    /// `iss` of every token.
    issuer: String,
    /// Where the keys are.
    jwks_uri: String,
    /// `RS256`.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// `public`: an account has one `sub`, whoever asks.
    subject_types_supported: [&'static str; 1],
    /// `token`: the access token is all there is.
    response_types_supported: [&'static str; 1],
    /// What a token says.
    claims_supported: [&'static str; 8],
    /// `aud` of every token (not in the standard).
    audience: &'static str,
}

impl Endpoint for GetOpenidConfiguration {
    const ROUTE: Route = get("/.well-known/openid-configuration");
    const SUMMARY: &'static str = "Where to find the key that signs access tokens";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Anyone;
    type Input = ();
    type Output = Public<OpenidConfiguration>;

    async fn run(cx: &Cx, _: Anyone, (): ()) -> Result<Self::Output, Problem> {
        let issuer = cx.tokens.issuer();
        let body = OpenidConfiguration {
            issuer: issuer.to_owned(),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            id_token_signing_alg_values_supported: ["RS256"],
            subject_types_supported: ["public"],
            response_types_supported: ["token"],
            claims_supported: ["iss", "aud", "sub", "exp", "iat", "commune", "role", "sid"],
            audience: AUDIENCE,
        };
        Ok(Public { seconds: 300, body })
    }
}
