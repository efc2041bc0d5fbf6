//! `DELETE /v1/{commune}/staff/invitations/{invitation}`: an invitation is withdrawn.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, NoContent, Path, Problem, Route, delete};
use parvis_store::{Act, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Withdraws an invitation: its link is dead at once.
pub struct DeleteInvitation;

/// Which invitation.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct InvitationPath {
    /// Its id.
    invitation: String,
}

impl Endpoint for DeleteInvitation {
    const ROUTE: Route = delete("/v1/{commune}/staff/invitations/{invitation}");
    const SUMMARY: &'static str = "Withdraw an invitation to the staff";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::DELETE];
    type Caller = Administrator;
    type Input = Path<InvitationPath>;
    type Output = NoContent;

    async fn run(
        cx: &Cx,
        caller: Administrator,
        Path(InvitationPath { invitation: id }): Self::Input,
    ) -> Result<NoContent, Problem> {
        let unknown = || Problem::not_found("invitation");
        if id.len() != 64 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let (before, after) = (Value::Null, Value::Null);
        let act = Act { by: caller.actor(), what: "delete_invitation", about: id.clone(), before, after };
        match caller.commune.withdraw_invitation(&act, &id, cx.now()).await {
            Ok(()) => Ok(NoContent),
            Err(StoreError::Conflict { item: 0 }) => Err(unknown()),
            Err(error) => Err(error.into()),
        }
    }
}
