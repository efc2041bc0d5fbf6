//! `POST /v1/{commune}/launch/wipe`: the training ends, and all that was made in it is removed.

use parvis_edge::{Accepted, Administrator, Cx, Endpoint, Grant, Problem, Route, post};

use crate::launch::{LaunchView, not_wiped};

/// Begins the wipe; `end_trainings` does it. Reports, comments, photos, notices, counters, invite codes and the accounts of
/// residents go; settings, staff and the audit log stay. The commune is in draft afterwards.
pub struct WipeTraining;

impl Endpoint for WipeTraining {
    const ROUTE: Route = post("/v1/{commune}/launch/wipe");
    const SUMMARY: &'static str = "End the training and remove all that was made in it";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = Administrator;
    type Input = ();
    type Output = Accepted<LaunchView>;

    async fn run(cx: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        let wipe = caller.commune.begin_wipe(caller.actor(), cx.now()).await.map_err(not_wiped)?;
        let state = caller.commune.current_launch().await?;
        Ok(Accepted(LaunchView::of(state, Some(wipe), None)))
    }
}
