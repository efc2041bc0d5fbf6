//! `POST /v1/{commune}/routing/trial`: what would happen to a report here?

use parvis_domain::{CategoryId, Invalid, Kind, Position, Settings, Trial, TrialResult, ZoneId};
use parvis_edge::{Administrator, Cx, Endpoint, Exact, Grant, Json, Problem, Route, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tries the routing out; nothing is kept.
pub struct TryRouting;

/// A report as far as it decides on its way.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TrialReport {
    /// Its kind.
    kind: Kind,
    /// Its category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<CategoryId>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Position>,
    /// The zone, instead of a place in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<ZoneId>,
    /// Settings to try before they are saved; those that hold now, if there are none here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings: Option<Settings>,
}

impl Endpoint for TryRouting {
    const ROUTE: Route = post("/v1/{commune}/routing/trial");
    const SUMMARY: &'static str = "Try out what would happen to a report";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = Administrator;
    type Input = Exact<TrialReport>;
    type Output = Json<TrialResult>;

    async fn run(cx: &Cx, caller: Administrator, Exact(report): Exact<TrialReport>) -> Result<Self::Output, Problem> {
        if report.place.is_some() && report.zone.is_some() {
            return Err(Problem::field("zone", "place_or_zone", "there are a place and a zone; one of them decides"));
        }
        let current = caller.commune.current_settings().await?.settings;
        let settings = match report.settings {
            None => current,
            Some(unsaved) => {
                let inside = |wrong: Vec<Invalid>| wrong.into_iter().map(|e| e.at("settings")).collect::<Vec<_>>();
                current.check_fixed(&unsaved).map_err(inside)?;
                unsaved.check().map_err(inside)?;
                unsaved
            }
        };
        let trial = Trial {
            kind: report.kind,
            category: report.category.as_ref(),
            place: report.place.as_ref(),
            zone: report.zone.as_ref(),
        };
        Ok(Json(settings.try_out(&trial, cx.now())))
    }
}
