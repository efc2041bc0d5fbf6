//! `PUT /v1/{commune}/settings`: an administrator sets up the commune.
//!
//! The body is all of the settings, as `GET` gave them. Other functions work with what they have read for up to ten seconds
//! more (docs/decisions/0004-settings-cached-ten-seconds.md).

use parvis_domain::Settings;
use parvis_edge::{Administrator, Cx, Endpoint, Exact, Grant, IfMatch, Problem, Route, Versioned, put};

use crate::changing::{self, Change};

/// Changes the settings.
pub struct UpdateSettings;

impl Endpoint for UpdateSettings {
    const ROUTE: Route = put("/v1/{commune}/settings");
    const SUMMARY: &'static str = "Change the commune's settings";
    const GRANTS: &'static [Grant] = changing::GRANTS;
    type Caller = Administrator;
    type Input = (IfMatch, Exact<Settings>);
    type Output = Versioned<Settings>;

    async fn run(
        cx: &Cx,
        caller: Administrator,
        (IfMatch(seen), Exact(settings)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let current = changing::current(&caller, seen).await?;
        current.settings.check_fixed(&settings)?;
        let change = Change { settings, restores: None, what: "update_settings" };
        changing::make(cx, &caller, &current, change).await
    }
}
