//! `POST /v1/{commune}/sessions/second-factor`: a member of staff passes their second factor.

use parvis_edge::{Cx, Endpoint, Grant, Json, Member, Problem, RaisedView, Route, post, raised_view};
use parvis_store::FactorProof;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::factor::refused;

/// Raises the session: for twelve hours its access tokens let staff work.
pub struct PassSecondFactor;

/// One of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Six digits of the authenticator app; each code is good once.
    #[serde(default)]
    code: Option<String>,
    /// A recovery code; each is good once.
    #[serde(default)]
    recovery_code: Option<String>,
}

/// A session that passed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Passed {
    /// How many recovery codes are left.
    recovery_codes_left: usize,
    /// The session goes on with this.
    #[serde(flatten)]
    session: RaisedView,
}

impl Endpoint for PassSecondFactor {
    const ROUTE: Route = post("/v1/{commune}/sessions/second-factor");
    const SUMMARY: &'static str = "Pass the second factor";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::SIGN_TOKEN, Grant::READ_TOKEN_KEY];
    const ENTRANCE: bool = true;
    type Caller = Member;
    type Input = Json<Proof>;
    type Output = Json<Passed>;

    async fn run(cx: &Cx, caller: Member, Json(proof): Self::Input) -> Result<Self::Output, Problem> {
        let (now, commune, account) = (cx.now(), &caller.commune, &caller.account);
        let proof = match (&proof.code, &proof.recovery_code) {
            (Some(code), None) => FactorProof::Code(code.trim()),
            (None, Some(code)) => FactorProof::Recovery(code),
            _ => {
                let detail = "send code or recovery_code, and not both";
                return Err(Problem::field("code", "one_of_two", detail));
            }
        };
        let passed = commune.pass_second_factor(account.id, account.session, proof, now).await;
        let recovery_codes_left = passed.map_err(refused)?;
        let session = raised_view(cx, commune, account, now).await?;
        Ok(Json(Passed { recovery_codes_left, session }))
    }
}
