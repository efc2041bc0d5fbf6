//! `GET /v1/{commune}/launch`: how far the commune has launched, for who administers it.

use parvis_domain::Phase;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Problem, Route, Versioned, get};

use crate::launch::LaunchView;

/// How many of those who wait are counted: each is read for it.
const MOST_COUNTED: u32 = 1_000;

/// Reads the launch as it is now.
pub struct GetLaunch;

impl Endpoint for GetLaunch {
    const ROUTE: Route = get("/v1/{commune}/launch");
    const SUMMARY: &'static str = "Read how far the commune has launched";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY];
    type Caller = Administrator;
    type Input = ();
    type Output = Versioned<LaunchView>;

    async fn run(_: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        let state = caller.commune.current_launch().await?;
        let wipe = caller.commune.wipe().await?;
        // Once it is live, those who are left are being told.
        let waiting = match state.phase() {
            Phase::Live => None,
            _ => Some(caller.commune.waiting(MOST_COUNTED).await?),
        };
        Ok(Versioned { version: state.version, body: LaunchView::of(state, wipe, waiting) })
    }
}
