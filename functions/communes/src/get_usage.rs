//! `GET /v1/{commune}/usage`: what the commune used in a month, beside what its plan has room for.

use parvis_domain::Month;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get};
use parvis_store::{Plan, Usage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads what one's own commune used.
pub struct GetUsage;

/// Which month.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageQuery {
    /// The month in Paris; this one unless given. Kept for some 13 months.
    month: Option<Month>,
}

/// What the commune used in a month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UsageView {
    /// The month.
    month: Month,
    /// What it used.
    #[serde(flatten)]
    usage: Usage,
    /// What it pays for now.
    plan: Plan,
}

impl Endpoint for GetUsage {
    const ROUTE: Route = get("/v1/{commune}/usage");
    const SUMMARY: &'static str = "Read what the commune used in a month";
    const GRANTS: &'static [Grant] = &[Grant::BATCH_GET, Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<UsageQuery>;
    type Output = Json<UsageView>;

    async fn run(cx: &Cx, caller: Administrator, Query(query): Query<UsageQuery>) -> Result<Self::Output, Problem> {
        let (month, commune) = (query.month.unwrap_or_else(|| Month::of(cx.now())), &caller.commune);
        let (usage, plan) = (commune.usage(month).await?, commune.standing.plan.clone());
        Ok(Json(UsageView { month, usage, plan }))
    }
}
