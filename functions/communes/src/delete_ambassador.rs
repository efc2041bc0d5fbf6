//! `DELETE /v1/{commune}/launch/ambassadors/{account}`: a resident is no ambassador any more.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, NoContent, Path, Problem, Route, delete};
use parvis_store::StoreError;

use crate::ambassador::AmbassadorPath;

/// Takes it back, at once.
pub struct DeleteAmbassador;

impl Endpoint for DeleteAmbassador {
    const ROUTE: Route = delete("/v1/{commune}/launch/ambassadors/{account}");
    const SUMMARY: &'static str = "Let a resident be ambassador no more";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::DELETE];
    type Caller = Administrator;
    type Input = Path<AmbassadorPath>;
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Administrator, Path(path): Path<AmbassadorPath>) -> Result<Self::Output, Problem> {
        match caller.commune.delete_ambassador(caller.actor(), path.account, cx.now()).await {
            Ok(()) => Ok(NoContent),
            Err(StoreError::NotFound) => Err(Problem::not_found("ambassador")),
            Err(other) => Err(other.into()),
        }
    }
}
