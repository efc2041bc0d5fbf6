//! `POST /v1/{commune}/sessions/refresh`: a refresh token is exchanged for new tokens.

use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Route, SessionView, Visitor, post};
use schemars::JsonSchema;
use serde::Deserialize;

/// Goes on with a session.
pub struct RefreshSession;

/// The last refresh token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// As the last session view had it. It is good once; used again within 30 seconds it gets the same token again (a lost
    /// answer, two tabs), later it closes the session.
    refresh_token: String,
}

impl Endpoint for RefreshSession {
    const ROUTE: Route = post("/v1/{commune}/sessions/refresh");
    const SUMMARY: &'static str = "Exchange a refresh token for new tokens";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::DELETE, Grant::SIGN_TOKEN, Grant::READ_TOKEN_KEY];
    const ENTRANCE: bool = true;
    type Caller = Visitor;
    type Input = Json<Refresh>;
    type Output = Json<SessionView>;

    async fn run(
        cx: &Cx,
        Visitor { commune }: Visitor,
        Json(Refresh { refresh_token }): Json<Refresh>,
    ) -> Result<Self::Output, Problem> {
        parvis_edge::refresh_session(cx, &commune, &refresh_token, cx.now()).await.map(Json)
    }
}
