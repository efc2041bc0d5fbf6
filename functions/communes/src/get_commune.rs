//! `GET /v1/{commune}`: the public profile, all that a client needs to make a good report.

use parvis_domain::{
    Boundary, Category, CategoryId, CommuneId, Expected, InseeCode, Kind, Position, Question, Settings, Zone,
};
use parvis_edge::{Cx, Endpoint, Grant, Problem, Public, Route, Visitor, get};
use schemars::JsonSchema;
use serde::Serialize;

/// How long a client or a cache may keep the profile, in seconds: it changes a few times a year.
const MAX_AGE_S: u32 = 60;

/// Reads the public profile.
pub struct GetCommune;

/// A commune as everybody sees it. Who treats what, and where services are told of it, is not in here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommuneView {
    /// As in paths.
    id: CommuneId,
    /// As residents call it.
    name: String,
    /// In the national register.
    insee: InseeCode,
    /// Five digits each.
    postcodes: Vec<String>,
    /// Where a map opens.
    centre: Position,
    /// GeoJSON; a report with a place must be inside.
    boundary: Boundary,
    /// Quartiers.
    zones: Vec<Zone>,
    /// The kinds of report that can be sent.
    kinds: Vec<Kind>,
    /// In the order in which to show them.
    categories: Vec<CategoryView>,
    /// Whether a guest may report without a phone number or an e-mail address.
    guests_without_contact: bool,
}

/// A category as everybody sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CategoryView {
    /// As in reports.
    id: CategoryId,
    /// As residents read it.
    name: String,
    /// Name of an icon of the web app's set.
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    /// What to ask besides, in order.
    questions: Vec<Question>,
    /// By when the commune means to have solved it.
    expected: Expected,
    /// How near another open report counts as similar, in metres.
    similar_radius_m: u32,
    /// Whether a report needs at least one photo.
    photo_required: bool,
    /// Only for the names of older reports: no new one can have it.
    archived: bool,
}

impl Endpoint for GetCommune {
    const ROUTE: Route = get("/v1/{commune}");
    const SUMMARY: &'static str = "Read a commune's public profile";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Visitor;
    type Input = ();
    type Output = Public<CommuneView>;

    async fn run(_: &Cx, Visitor { commune }: Visitor, (): ()) -> Result<Self::Output, Problem> {
        Ok(Public { seconds: MAX_AGE_S, body: profile(&commune.settings) })
    }
}

fn profile(settings: &Settings) -> CommuneView {
    CommuneView {
        id: settings.id.clone(),
        name: settings.name.clone(),
        insee: settings.insee.clone(),
        postcodes: settings.postcodes.clone(),
        centre: settings.centre,
        boundary: settings.boundary.clone(),
        zones: settings.zones.clone(),
        kinds: settings.kinds.clone(),
        categories: settings.categories.iter().map(category).collect(),
        guests_without_contact: settings.guests_without_contact,
    }
}

fn category(category: &Category) -> CategoryView {
    CategoryView {
        id: category.id.clone(),
        name: category.name.clone(),
        icon: category.icon.clone(),
        questions: category.questions.clone(),
        expected: category.expected,
        similar_radius_m: category.similar_radius_m,
        photo_required: category.photo_required,
        archived: category.archived,
    }
}
