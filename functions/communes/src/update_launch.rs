//! `PUT /v1/{commune}/launch`: the commune goes one step on, or says otherwise whom its pilot is for.
//!
//! Other functions work with what they have read for up to ten seconds more
//! (docs/decisions/0004-settings-cached-ten-seconds.md).

use parvis_domain::Launch;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, IfMatch, Json, Problem, Route, Versioned, put};

use crate::launch::{LaunchView, not_launched};

/// Changes the launch.
pub struct UpdateLaunch;

impl Endpoint for UpdateLaunch {
    const ROUTE: Route = put("/v1/{commune}/launch");
    const SUMMARY: &'static str = "Change how far the commune has launched";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = Administrator;
    type Input = (IfMatch, Json<Launch>);
    type Output = Versioned<LaunchView>;

    async fn run(
        cx: &Cx,
        caller: Administrator,
        (IfMatch(seen), Json(launch)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        launch.check(&caller.commune.current_settings().await?.settings)?;
        let changed = caller.commune.change_launch(caller.actor(), seen, &launch, cx.now()).await;
        let state = changed.map_err(|refused| not_launched(refused, seen))?;
        Ok(Versioned { version: state.version, body: LaunchView::of(state, None, None) })
    }
}
