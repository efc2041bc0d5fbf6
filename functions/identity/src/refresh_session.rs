//! `POST /v1/{commune}/sessions/refresh`: a refresh token is exchanged for new tokens.

use parvis_edge::{Class, Cx, Endpoint, Grant, Json, Keeping, Problem, Route, SessionView, Visitor, WithCookie, post};
use schemars::JsonSchema;
use serde::Deserialize;

/// Goes on with a session.
pub struct RefreshSession;

/// The last refresh token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// As the last session view had it; left out, it is that of the cookie, with `Parvis-Session: cookie`. It is good once; used
    /// again within 30 seconds it gets the same token again (a lost answer, two tabs), later it closes the session.
    #[serde(default)]
    refresh_token: Option<String>,
}

impl Endpoint for RefreshSession {
    const ROUTE: Route = post("/v1/{commune}/sessions/refresh");
    const SUMMARY: &'static str = "Exchange a refresh token for new tokens";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::DELETE, Grant::SIGN_TOKEN, Grant::READ_TOKEN_KEY];
    const LIMIT: Class = Class::Session;
    const ENTRANCE: bool = true;
    type Caller = Visitor;
    type Input = (Keeping, Json<Refresh>);
    type Output = WithCookie<Json<SessionView>>;

    async fn run(
        cx: &Cx,
        Visitor { commune }: Visitor,
        (keeping, Json(Refresh { refresh_token })): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let refreshed = match (&refresh_token, keeping.token()) {
            (Some(token), _) => parvis_edge::refresh_session(cx, &commune, token, cx.now()).await,
            (None, Some(token)) => {
                let refreshed = parvis_edge::refresh_session(cx, &commune, token, cx.now()).await;
                refreshed.map_err(|problem| keeping.refused(commune.id(), problem))
            }
            (None, None) => Err(keeping.missing()),
        };
        let (view, cookie) = keeping.keep(refreshed?);
        Ok(WithCookie { answer: Json(view), cookie })
    }
}
