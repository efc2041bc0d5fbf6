//! `DELETE /v1/{commune}/launch/invites/{invite}`: a code is good for nobody any more.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, NoContent, Path, Problem, Route, delete};
use parvis_store::StoreError;
use schemars::JsonSchema;
use serde::Deserialize;

/// Withdraws an invite code. Who redeemed it stays invited.
pub struct DeleteInvite;

/// Which code.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct InvitePath {
    /// The code.
    invite: String,
}

impl Endpoint for DeleteInvite {
    const ROUTE: Route = delete("/v1/{commune}/launch/invites/{invite}");
    const SUMMARY: &'static str = "Withdraw a code that invites residents";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::DELETE];
    type Caller = Administrator;
    type Input = Path<InvitePath>;
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Administrator, Path(path): Path<InvitePath>) -> Result<Self::Output, Problem> {
        match caller.commune.delete_invite(caller.actor(), &path.invite, cx.now()).await {
            Ok(()) => Ok(NoContent),
            Err(StoreError::NotFound) => Err(Problem::not_found("invite")),
            Err(other) => Err(other.into()),
        }
    }
}
