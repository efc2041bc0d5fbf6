//! `GET /v1/{commune}/reports`: reports, newest first.
//!
//! A page reads at most 1,000 reports, however many there are: where filters hit little it is short, or even empty, and its
//! cursor goes on.

use jiff::Timestamp;
use parvis_domain::{CategoryId, Kind, Status, StatusGroup, ZoneId};
use parvis_edge::{Code, Cx, Endpoint, Grant, Json, Problem, Query, ResidentOrGuest, Route, get, page_limit};
use parvis_store::Filter;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::view::ReportSummary;
use crate::who::Who;

/// Reports on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;

/// The most reports on a page.
const MAX_LIMIT: u32 = 100;

/// Lists reports.
pub struct ListReports;

/// Which reports. What is left out does not matter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// Only this kind.
    kind: Option<Kind>,
    /// Only this category.
    category: Option<CategoryId>,
    /// Only this status.
    status: Option<Status>,
    /// Only open or only closed ones.
    group: Option<StatusGroup>,
    /// Only this zone.
    zone: Option<ZoneId>,
    /// `true`: only those that the caller sent; needs a token.
    mine: Option<bool>,
    /// `true`: only those that the caller follows; needs a token.
    following: Option<bool>,
    /// Only those sent at this time (RFC 3339) or later.
    since: Option<Timestamp>,
    /// Reports on a page, 1 to 100; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before, with everything else as it was.
    cursor: Option<String>,
}

/// A page of reports.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportPage {
    /// Newest first.
    reports: Vec<ReportSummary>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListReports {
    const ROUTE: Route = get("/v1/{commune}/reports");
    const SUMMARY: &'static str = "List reports, newest first";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::BATCH_GET, Grant::QUERY, Grant::QUERY_RECENCY, Grant::QUERY_AUTHOR, Grant::QUERY_STATUS];
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Query<ReportQuery>;
    type Output = Json<ReportPage>;

    async fn run(_: &Cx, caller: ResidentOrGuest, Query(query): Query<ReportQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let commune = caller.commune;
        let viewer = Who::is(&commune, caller.account.as_ref()).await?.viewer;
        let own = |asked: Option<bool>, what: &str| match (asked.unwrap_or(false), viewer.account()) {
            (true, None) => Err(Problem::new(Code::Unauthenticated, format!("{what}=true needs somebody signed in"))),
            (true, account) => Ok(account),
            (false, _) => Ok(None),
        };
        let filter = Filter {
            reporter: own(query.mine, "mine")?,
            follower: own(query.following, "following")?,
            kind: query.kind,
            category: query.category,
            service: None,
            status: query.status,
            group: query.group,
            zone: query.zone,
            since: query.since,
        };
        let (reports, next) = commune.list_reports(&filter, viewer, limit, "reports", query.cursor.as_deref()).await?;
        let reports = reports.into_iter().map(|report| ReportSummary::of(&commune, report, viewer)).collect();
        Ok(Json(ReportPage { reports, next }))
    }
}
