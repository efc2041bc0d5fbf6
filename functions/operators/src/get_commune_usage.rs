//! `GET /v1/operator/communes/{commune}/usage`: what a commune used in a month.

use parvis_domain::Month;
use parvis_edge::{Cx, Endpoint, Grant, Json, OperatorOf, Problem, Query, Route, get};
use parvis_store::Usage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads what a commune used. Its administrators see the same at `GET /v1/{commune}/usage`.
pub struct GetCommuneUsage;

/// Which month.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonthQuery {
    /// The month in Paris; this one unless given. Kept for some 13 months.
    month: Option<Month>,
}

/// What a commune used in a month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommuneUsage {
    /// The month.
    month: Month,
    /// What it used.
    #[serde(flatten)]
    usage: Usage,
}

impl Endpoint for GetCommuneUsage {
    const ROUTE: Route = get("/v1/operator/communes/{commune}/usage");
    const SUMMARY: &'static str = "Read what a commune used in a month";
    const GRANTS: &'static [Grant] = &[Grant::BATCH_GET, Grant::QUERY];
    type Caller = OperatorOf;
    type Input = Query<MonthQuery>;
    type Output = Json<CommuneUsage>;

    async fn run(cx: &Cx, caller: OperatorOf, Query(query): Query<MonthQuery>) -> Result<Self::Output, Problem> {
        let month = query.month.unwrap_or_else(|| Month::of(cx.now()));
        Ok(Json(CommuneUsage { month, usage: caller.commune.usage(month).await? }))
    }
}
