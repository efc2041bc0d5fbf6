//! `GET /v1/{commune}/launch/ambassadors`: the residents who are ambassadors of zones.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get, page_limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ambassador::AmbassadorView;

/// Ambassadors on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;
/// The most ambassadors on a page.
const MAX_LIMIT: u32 = 100;

/// Lists ambassadors.
pub struct ListAmbassadors;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmbassadorQuery {
    /// Ambassadors on a page, 1 to 100; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of ambassadors.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AmbassadorPage {
    /// In the order of their accounts.
    ambassadors: Vec<AmbassadorView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListAmbassadors {
    const ROUTE: Route = get("/v1/{commune}/launch/ambassadors");
    const SUMMARY: &'static str = "List the residents who are ambassadors";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<AmbassadorQuery>;
    type Output = Json<AmbassadorPage>;

    async fn run(_: &Cx, caller: Administrator, Query(query): Query<AmbassadorQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let (ambassadors, next) = caller.commune.ambassadors(limit, query.cursor.as_deref()).await?;
        Ok(Json(AmbassadorPage { ambassadors: ambassadors.into_iter().map(AmbassadorView::from).collect(), next }))
    }
}
