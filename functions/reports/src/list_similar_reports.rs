//! `GET /v1/{commune}/reports/similar`: what is open nearby already, before somebody reports it again.

use parvis_domain::{CategoryId, Module, Position};
use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, ResidentOrGuest, Route, get};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::view::ReportSummary;
use crate::who::Who;

/// The most that a person compares.
const MOST: usize = 10;

/// Finds open public reports of a category around a place.
pub struct ListSimilarReports;

/// Where, and what about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimilarQuery {
    /// The category.
    category: CategoryId,
    /// Degrees east.
    #[schemars(required)]
    longitude: Option<f64>,
    /// Degrees north.
    #[schemars(required)]
    latitude: Option<f64>,
}

/// What is open nearby.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SimilarReports {
    /// How far was searched, in metres; each category has its own radius.
    radius_m: u32,
    /// The nearest first, at most 10.
    reports: Vec<SimilarReport>,
}

/// A report nearby, with enough to judge whether it is the same.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SimilarReport {
    /// How far away it is, in metres.
    distance_m: u32,
    /// The report.
    #[serde(flatten)]
    report: ReportSummary,
}

impl Endpoint for ListSimilarReports {
    const ROUTE: Route = get("/v1/{commune}/reports/similar");
    const SUMMARY: &'static str = "Find similar open reports nearby";
    const GRANTS: &'static [Grant] = &[Grant::QUERY_PLACE];
    const MODULE: Option<Module> = Some(Module::Reports);
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Query<SimilarQuery>;
    type Output = Json<SimilarReports>;

    async fn run(_: &Cx, caller: ResidentOrGuest, Query(query): Query<SimilarQuery>) -> Result<Self::Output, Problem> {
        let commune = caller.commune;
        let position = Position::parse(query.longitude, query.latitude, None)?;
        let category = commune.settings.category(&query.category).ok_or_else(|| {
            let detail = format!("{} has no category {}", commune.settings.name, query.category);
            Problem::field("category", "category_unknown", detail)
        })?;
        let radius_m = category.similar_radius_m;
        let near = commune.open_reports_near(&position, f64::from(radius_m), &category.id).await?;
        let viewer = Who::is(&commune, caller.account.as_ref()).await?.viewer;
        let reports = near.into_iter().take(MOST).map(|(report, metres)| SimilarReport {
            // Below 5,000, the greatest radius a category may have.
            distance_m: metres.round() as u32,
            report: ReportSummary::of(&commune, report, viewer),
        });
        Ok(Json(SimilarReports { radius_m, reports: reports.collect() }))
    }
}
