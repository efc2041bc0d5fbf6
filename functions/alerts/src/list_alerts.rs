//! `GET /v1/{commune}/alerts`: the alerts of a commune, newest first. They stay readable when the module is switched off.

use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, ResidentOrGuest, Route, get, page_limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::alert::AlertView;

/// Alerts on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;
/// The most alerts on a page.
const MAX_LIMIT: u32 = 100;

/// Lists alerts.
pub struct ListAlerts;

/// Which alerts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertQuery {
    /// `true`: only those that are in force now. A page may be short then, and its cursor goes on.
    in_force: Option<bool>,
    /// Alerts on a page, 1 to 100; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before, with everything else as it was.
    cursor: Option<String>,
}

/// A page of alerts.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AlertPage {
    /// Newest first.
    alerts: Vec<AlertView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListAlerts {
    const ROUTE: Route = get("/v1/{commune}/alerts");
    const SUMMARY: &'static str = "List danger alerts, newest first";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Query<AlertQuery>;
    type Output = Json<AlertPage>;

    async fn run(cx: &Cx, caller: ResidentOrGuest, Query(query): Query<AlertQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let now = cx.now();
        let (mut alerts, mut next) = caller.commune.alerts(limit, query.cursor.as_deref()).await?;
        if query.in_force.unwrap_or(false) {
            // Whatever is behind one that is too old to be in force is older still.
            next = next.filter(|_| alerts.last().is_some_and(|oldest| oldest.may_be_in_force(now)));
            alerts.retain(|alert| alert.is_in_force(now));
        }
        let alerts = alerts.into_iter().map(|alert| AlertView::of(alert, now)).collect();
        Ok(Json(AlertPage { alerts, next }))
    }
}
