//! `DELETE /v1/{commune}/logo`: the commune has no logo any more.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, NoContent, Problem, Route, delete};
use parvis_store::StoreError;

use crate::put_logo::changed_meanwhile;

/// Removes the logo.
pub struct DeleteLogo;

impl Endpoint for DeleteLogo {
    const ROUTE: Route = delete("/v1/{commune}/logo");
    const SUMMARY: &'static str = "Remove the commune's logo";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::DELETE_PHOTO];
    type Caller = Administrator;
    type Input = ();
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        match caller.commune.delete_logo(caller.actor(), cx.now()).await {
            Ok(()) => Ok(NoContent),
            Err(StoreError::NotFound) => Err(Problem::not_found("logo")),
            Err(StoreError::Conflict { .. }) => Err(changed_meanwhile()),
            Err(other) => Err(other.into()),
        }
    }
}
