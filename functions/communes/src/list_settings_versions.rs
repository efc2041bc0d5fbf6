//! `GET /v1/{commune}/settings/versions`: who changed the settings when, the newest first.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get, page_limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::versions::VersionView;

/// Versions on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;

/// The most versions on a page.
const MAX_LIMIT: u32 = 100;

/// Lists the versions of the settings.
pub struct ListSettingsVersions;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Versions on a page, 1 to 100; 25 unless given. A page may hold fewer although there are more.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of versions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionPage {
    /// Newest first.
    versions: Vec<VersionView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListSettingsVersions {
    const ROUTE: Route = get("/v1/{commune}/settings/versions");
    const SUMMARY: &'static str = "List the versions of the settings";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<PageQuery>;
    type Output = Json<VersionPage>;

    async fn run(_: &Cx, caller: Administrator, Query(query): Query<PageQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let (versions, next) = caller.commune.settings_versions(limit, query.cursor.as_deref()).await?;
        Ok(Json(VersionPage { versions: versions.into_iter().map(VersionView::from).collect(), next }))
    }
}
