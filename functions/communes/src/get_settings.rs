//! `GET /v1/{commune}/settings`: everything that the commune has set up, for who administers it.

use parvis_domain::Settings;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Problem, Route, Versioned, get};

/// Reads the settings as they are now.
pub struct GetSettings;

impl Endpoint for GetSettings {
    const ROUTE: Route = get("/v1/{commune}/settings");
    const SUMMARY: &'static str = "Read the commune's settings";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = Administrator;
    type Input = ();
    type Output = Versioned<Settings>;

    async fn run(_: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        let current = caller.commune.current_settings().await?;
        Ok(Versioned { version: current.version, body: current.settings })
    }
}
