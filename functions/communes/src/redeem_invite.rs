//! `POST /v1/{commune}/launch/invitation`: a resident redeems an invite code.

use parvis_edge::{Class, Code, Cx, Endpoint, Grant, Json, NoContent, Problem, Resident, Route, post};
use parvis_store::NotRedeemed;
use schemars::JsonSchema;
use serde::Deserialize;

/// Redeems an invite code for the account that is signed in; who was invited before stays so, and nothing is counted.
pub struct RedeemInvite;

/// The code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redemption {
    /// Ten letters and digits; capitals, spaces and hyphens do not matter.
    code: String,
}

impl Endpoint for RedeemInvite {
    const ROUTE: Route = post("/v1/{commune}/launch/invitation");
    const SUMMARY: &'static str = "Redeem a code that invites to the training or the pilot";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::UPDATE];
    const LIMIT: Class = Class::Session;
    type Caller = Resident;
    type Input = Json<Redemption>;
    type Output = NoContent;

    async fn run(
        cx: &Cx,
        caller: Resident,
        Json(Redemption { code }): Json<Redemption>,
    ) -> Result<Self::Output, Problem> {
        if caller.commune.launch.is_for_staff_alone() {
            return Err(Problem::new(Code::OpenAlready, "nobody takes part in anything here at the moment"));
        }
        match caller.commune.redeem_invite(caller.account.id, &code, cx.now()).await {
            Ok(()) => Ok(NoContent),
            Err(NotRedeemed::Store(error)) => Err(error.into()),
            Err(refused) => {
                Err(Problem { code: Code::CodeRefused, ..Problem::field("code", "refused", refused.to_string()) })
            }
        }
    }
}
