//! `GET /v1/operator/communes`: the communes that are or were customers, by their ids.

use parvis_edge::{Cx, Endpoint, Grant, Json, Operator, Problem, Query, Route, get, page_limit};
use parvis_store::cursor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::view::SubscriptionView;

/// Communes on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// The most communes on a page.
const MAX_LIMIT: u32 = 200;
/// What a cursor is good for.
const QUERY: &str = "operator communes";

/// Lists communes.
pub struct ListSubscriptions;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Communes on a page, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of communes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubscriptionPage {
    /// By id.
    communes: Vec<SubscriptionView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListSubscriptions {
    const ROUTE: Route = get("/v1/operator/communes");
    const SUMMARY: &'static str = "List the communes that are or were customers";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Operator;
    type Input = Query<PageQuery>;
    type Output = Json<SubscriptionPage>;

    async fn run(cx: &Cx, _: Operator, Query(query): Query<PageQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let seal = &cx.store.seal;
        let start = query.cursor.map(|cursor| cursor::decode(seal, QUERY, &cursor)).transpose()?;
        let (entries, next) = cx.store.subscriptions(limit, start).await?;
        let next = next.map(|next| cursor::encode(seal, QUERY, &next)).transpose()?;
        Ok(Json(SubscriptionPage { communes: entries.into_iter().map(SubscriptionView::from).collect(), next }))
    }
}
