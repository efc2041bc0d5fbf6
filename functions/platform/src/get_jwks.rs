//! `GET /.well-known/jwks.json`: the public key of access tokens.

use parvis_edge::token::Jwk;
use parvis_edge::{Anyone, Cx, Endpoint, Grant, Problem, Public, Route, get};
use schemars::JsonSchema;
use serde::Serialize;

/// Reads the key set.
pub struct GetJwks;

/// A JSON Web Key Set (RFC 7517, section 5).
#[derive(Debug, Serialize, JsonSchema)]
pub struct Jwks {
    /// The key.
    keys: [Jwk; 1],
}

impl Endpoint for GetJwks {
    const ROUTE: Route = get("/.well-known/jwks.json");
    const SUMMARY: &'static str = "Read the public key of access tokens";
    const GRANTS: &'static [Grant] = &[Grant::READ_TOKEN_KEY];
    type Caller = Anyone;
    type Input = ();
    type Output = Public<Jwks>;

    async fn run(cx: &Cx, _: Anyone, (): ()) -> Result<Self::Output, Problem> {
        Ok(Public { seconds: 300, body: Jwks { keys: [cx.tokens.jwk().await?.clone()] } })
    }
}
