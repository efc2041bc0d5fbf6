//! `GET /v1/{commune}/inbox`: what staff have to do, late reports first.
//!
//! A page reads at most 1,000 open reports: where filters hit little it is short, or even empty, and its cursor goes on.

use std::collections::BTreeMap;

use parvis_domain::{CategoryId, Kind, ServiceId, Status, StatusGroup, ZoneId, today};
use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, Route, Staff, get, page_limit};
use parvis_store::{Filter, Viewer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::view::ReportSummary;

/// Reports on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;

/// The most reports on a page.
const MAX_LIMIT: u32 = 100;

/// Lists what staff have to do.
pub struct ListInbox;

/// Which reports. What is left out does not matter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InboxQuery {
    /// Only what this service treats.
    service: Option<ServiceId>,
    /// Only this status, which is an open one.
    status: Option<Status>,
    /// Only this kind.
    kind: Option<Kind>,
    /// Only this category.
    category: Option<CategoryId>,
    /// Only this zone.
    zone: Option<ZoneId>,
    /// `true`: only those whose expected day is over.
    late: Option<bool>,
    /// Reports on a page, 1 to 100; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before, with everything else as it was.
    cursor: Option<String>,
}

/// A page of what is to be done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InboxPage {
    /// Those expected first at the top; those without an expected day at the end, oldest first.
    reports: Vec<ReportSummary>,
    /// All reports that are with the commune, closed ones too, whatever the filters say: seconds old. Only on the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Vec<ServiceCount>>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What a service has.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ServiceCount {
    /// The service.
    service: ServiceId,
    /// How many reports are in each status; those without any are left out.
    by_status: BTreeMap<Status, u64>,
}

impl Endpoint for ListInbox {
    const ROUTE: Route = get("/v1/{commune}/inbox");
    const SUMMARY: &'static str = "List open reports, late ones first, and count all by service and status";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY, Grant::QUERY_INBOX];
    type Caller = Staff;
    type Input = Query<InboxQuery>;
    type Output = Json<InboxPage>;

    async fn run(cx: &Cx, caller: Staff, Query(query): Query<InboxQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        if let Some(status) = query.status.filter(|status| status.group() != StatusGroup::Open) {
            let detail = format!(
                "status is {}; it must be an open one, closed ones are in the list of reports",
                status.as_str()
            );
            return Err(Problem::field("status", "not_open", detail));
        }
        let commune = caller.commune;
        let filter = Filter {
            service: query.service,
            status: query.status,
            kind: query.kind,
            category: query.category,
            zone: query.zone,
            ..Filter::default()
        };
        let late_on = query.late.unwrap_or(false).then(|| today(cx.now()));
        let viewer = Viewer::Staff(caller.account.id);
        let (reports, next) = commune.list_inbox(&filter, late_on, viewer, limit, query.cursor.as_deref()).await?;
        let counts = match query.cursor {
            Some(_) => None,
            None => Some(commune.service_counts().await?),
        };
        let counts = counts
            .map(|counts| counts.into_iter().map(|(service, by_status)| ServiceCount { service, by_status }).collect());
        let reports = reports.into_iter().map(|report| ReportSummary::of(&commune, report, viewer)).collect();
        Ok(Json(InboxPage { reports, counts, next }))
    }
}
