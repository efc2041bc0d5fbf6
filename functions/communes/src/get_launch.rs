//! `GET /v1/{commune}/launch`: how far the commune has launched, for who administers it.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, Problem, Route, Versioned, get};

use crate::launch::LaunchView;

/// Reads the launch as it is now.
pub struct GetLaunch;

impl Endpoint for GetLaunch {
    const ROUTE: Route = get("/v1/{commune}/launch");
    const SUMMARY: &'static str = "Read how far the commune has launched";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = Administrator;
    type Input = ();
    type Output = Versioned<LaunchView>;

    async fn run(_: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        let state = caller.commune.current_launch().await?;
        let wipe = caller.commune.wipe().await?;
        Ok(Versioned { version: state.version, body: LaunchView::of(state, wipe) })
    }
}
