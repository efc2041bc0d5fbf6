//! `POST /v1/{commune}/me/totp`: a member of staff begins to register an authenticator app.

use parvis_edge::{Created, Cx, Endpoint, Grant, Member, Problem, Route, post};
use parvis_store::random_totp_secret;
use schemars::JsonSchema;
use serde::Serialize;

use crate::factor::refused;

/// Makes a secret for an app. It counts once `POST me/totp/confirm` had a code of it; until then an earlier app stays good.
pub struct CreateTotp;

/// What an authenticator app needs; shown this once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NewTotp {
    /// 160 bits in base 32, to be typed.
    secret: String,
    /// The same as `otpauth://…`, to be scanned.
    uri: String,
}

impl Endpoint for CreateTotp {
    const ROUTE: Route = post("/v1/{commune}/me/totp");
    const SUMMARY: &'static str = "Begin to register an authenticator app";
    const GRANTS: &'static [Grant] = &[Grant::PUT];
    const ENTRANCE: bool = true;
    type Caller = Member;
    type Input = ();
    type Output = Created<NewTotp>;

    async fn run(_: &Cx, caller: Member, (): ()) -> Result<Self::Output, Problem> {
        let (commune, account) = (&caller.commune, &caller.account);
        let secret = random_totp_secret()?;
        commune.begin_second_factor(account.id, &secret, account.raised).await.map_err(refused)?;
        let email = commune.account(account.id).await?.and_then(|account| account.email);
        let name = email.map_or_else(|| caller.member.name.clone(), String::from);
        Ok(Created(NewTotp { secret: secret.to_base32(), uri: secret.uri(&commune.settings.name, &name) }))
    }
}
