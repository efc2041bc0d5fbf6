//! `GET /v1/{commune}/bans`: who may not write to the commune at the moment.

use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, Route, Staff, get, page_limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ban::{BanView, may_ban};

/// Bans on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;
/// The most bans on a page.
const MAX_LIMIT: u32 = 100;

/// Lists bans.
pub struct ListBans;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BanQuery {
    /// Bans on a page, 1 to 100; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of bans.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BanPage {
    /// Those that hold now: accounts, then contacts, then networks.
    bans: Vec<BanView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListBans {
    const ROUTE: Route = get("/v1/{commune}/bans");
    const SUMMARY: &'static str = "List who may not write to the commune (administrators and moderators)";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Staff;
    type Input = Query<BanQuery>;
    type Output = Json<BanPage>;

    async fn run(cx: &Cx, caller: Staff, Query(query): Query<BanQuery>) -> Result<Self::Output, Problem> {
        may_ban(&caller)?;
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let (bans, next) = caller.commune.bans(limit, query.cursor.as_deref(), cx.now()).await?;
        Ok(Json(BanPage { bans: bans.into_iter().map(BanView::from).collect(), next }))
    }
}
