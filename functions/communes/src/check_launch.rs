//! `GET /v1/{commune}/launch/check`: whether a report would be taken in this phase, before anything is typed.

use parvis_domain::{CategoryId, Position};
use parvis_edge::{
    Cx, Endpoint, Grant, Json, Preferred, Problem, Query, ResidentOrGuest, Route, get, not_taken, sender,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tries a category and a place against the phase and its pilot, for whoever asks. Changes nothing.
pub struct CheckLaunch;

/// A report as far as a pilot asks. Without a place, both coordinates are left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchQuery {
    /// Its category.
    category: Option<CategoryId>,
    /// Degrees east.
    longitude: Option<f64>,
    /// Degrees north.
    latitude: Option<f64>,
}

/// Whether it would be taken.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LaunchCheck {
    /// As far as the phase and the pilot decide.
    taken: bool,
    /// Why not, in the caller's language, with the day of the launch if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// What stands in the way: `launch`, `place`, `category` or `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Endpoint for CheckLaunch {
    const ROUTE: Route = get("/v1/{commune}/launch/check");
    const SUMMARY: &'static str = "Ask whether a report would be taken in this phase";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = ResidentOrGuest;
    type Input = (Preferred, Query<LaunchQuery>);
    type Output = Json<LaunchCheck>;

    async fn run(
        cx: &Cx,
        ResidentOrGuest { commune, account }: ResidentOrGuest,
        (Preferred(language), Query(query)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let place = match (query.longitude, query.latitude) {
            (None, None) => None,
            (Some(longitude), Some(latitude)) => Some(Position::new(longitude, latitude)?),
            _ => return Err(Problem::field("longitude", "not_both", "give longitude and latitude, or neither")),
        };
        let sender = sender(&commune, account.as_ref()).await?;
        let launch = &commune.launch.launch;
        let refused = launch.refuses_at(&commune.settings, query.category.as_ref(), place.as_ref(), sender);
        let Some(why) = refused else { return Ok(Json(LaunchCheck { taken: true, detail: None, field: None })) };
        let problem = not_taken(cx, &commune, language, why);
        let field = problem.errors.into_iter().next().map(|error| error.field);
        Ok(Json(LaunchCheck { taken: false, detail: Some(problem.detail), field }))
    }
}
