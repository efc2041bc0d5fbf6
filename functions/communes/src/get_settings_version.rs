//! `GET /v1/{commune}/settings/versions/{version}`: the settings as they were.

use parvis_domain::Settings;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Path, Problem, Route, get};
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::versions::VersionView;

/// Reads one version of the settings.
pub struct GetSettingsVersion;

/// Which version.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct VersionPath {
    /// Its number.
    #[serde(deserialize_with = "number")]
    version: u32,
}

/// A version with its settings.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WholeVersionView {
    /// Who made it.
    #[serde(flatten)]
    about: VersionView,
    /// The settings.
    settings: Settings,
}

impl Endpoint for GetSettingsVersion {
    const ROUTE: Route = get("/v1/{commune}/settings/versions/{version}");
    const SUMMARY: &'static str = "Read one version of the settings";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = Administrator;
    type Input = Path<VersionPath>;
    type Output = Json<WholeVersionView>;

    async fn run(_: &Cx, caller: Administrator, Path(path): Path<VersionPath>) -> Result<Self::Output, Problem> {
        let version = caller.commune.settings_version(path.version).await?;
        let version = version.ok_or_else(|| Problem::not_found("version"))?;
        let settings = version.settings()?;
        Ok(Json(WholeVersionView { about: VersionView::from(version), settings }))
    }
}

/// What a path holds is text.
fn number<'de, D: Deserializer<'de>>(text: D) -> Result<u32, D::Error> {
    String::deserialize(text)?.parse().map_err(D::Error::custom)
}
