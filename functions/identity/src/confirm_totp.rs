//! `POST /v1/{commune}/me/totp/confirm`: the first code of an authenticator app puts it in force.

use parvis_edge::{Cx, Endpoint, Grant, Json, Member, Problem, RaisedView, Route, post, raised_view};
use parvis_store::Act;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::factor::refused;

/// Puts an authenticator app in force; the session has passed the second factor with it.
pub struct ConfirmTotp;

/// What the app shows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    /// Six digits.
    code: String,
}

/// A second factor in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Confirmed {
    /// Ten codes for the day the app is gone, each good once; shown this once.
    recovery_codes: Vec<String>,
    /// The session goes on with this.
    #[serde(flatten)]
    session: RaisedView,
}

impl Endpoint for ConfirmTotp {
    const ROUTE: Route = post("/v1/{commune}/me/totp/confirm");
    const SUMMARY: &'static str = "Register an authenticator app by its first code";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::SIGN_TOKEN, Grant::READ_TOKEN_KEY];
    const ENTRANCE: bool = true;
    type Caller = Member;
    type Input = Json<FirstCode>;
    type Output = Json<Confirmed>;

    async fn run(cx: &Cx, caller: Member, Json(FirstCode { code }): Self::Input) -> Result<Self::Output, Problem> {
        let (now, commune, account) = (cx.now(), &caller.commune, &caller.account);
        let (about, before, after) = (account.id.to_string(), Value::Null, Value::Null);
        let act = Act { by: caller.actor(), what: "confirm_totp", about, before, after };
        let session = Some(account.session);
        let code = code.trim();
        let confirmed = commune.confirm_second_factor(&act, account.id, session, code, now).await;
        let recovery_codes = confirmed.map_err(refused)?;
        let session = raised_view(cx, commune, account, now).await?;
        Ok(Json(Confirmed { recovery_codes, session }))
    }
}
