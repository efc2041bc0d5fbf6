//! `GET /v1/{commune}`: the public profile, all that a client needs to make a good report.

use jiff::civil::Date;
use parvis_domain::{
    Background, Boundary, Category, CategoryId, Colours, CommuneId, Expected, InseeCode, Kind, Language, Launch,
    MapFileId, MapTiles, Module, Note, OpeningHours, Phase, Pilot, Position, Question, Service, ServiceContact,
    ServiceId, Settings, Texts, TileKind, Zone,
};
use parvis_edge::{Cx, Endpoint, Grant, Problem, Public, Route, Visitor, get};
use parvis_store::{Commune, MapFile};
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
    /// GeoJSON; a report with a place must be inside. Of a long boundary it has some hundred positions, as maps need it.
    boundary: Boundary,
    /// Quartiers.
    zones: Vec<Zone>,
    /// What is switched on; the routes of other modules are refused with `module_off`.
    modules: Vec<Module>,
    /// The kinds of report that can be sent.
    kinds: Vec<Kind>,
    /// In the order in which to show them.
    categories: Vec<CategoryView>,
    /// Whether a guest may report without a phone number or an e-mail address.
    guests_without_contact: bool,
    /// Departments, but for those of the past.
    services: Vec<ServiceView>,
    /// The languages in which it writes.
    languages: Vec<Language>,
    /// What it looks like.
    colours: Colours,
    /// Its logo; null where it has none.
    logo: Option<LogoShown>,
    /// What lies under its maps.
    map: MapShown,
    /// Its own words, plain text.
    texts: Texts,
    /// What a browser subscribes to push messages with (`applicationServerKey`), base64url.
    push_key: String,
    /// How far it has launched, to tell who cannot report before anything is typed.
    launch: LaunchShown,
}

/// The launch as everybody sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LaunchShown {
    /// `draft`, `training`, `pilot`, `live` or `paused`.
    phase: Phase,
    /// When everybody may report, if that is known and they may not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    launch_on: Option<Date>,
    /// Whom the pilot takes reports from; only in `pilot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pilot: Option<Pilot>,
    /// The commune's words to whoever cannot report yet or for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Note>,
}

/// The logo as everybody sees it: a PNG of at most 512 pixels a side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LogoShown {
    /// Its address. What is there never changes: another logo has another address.
    pub(crate) url: String,
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
}

/// What lies under a commune's maps. Without anything, maps show its outline, zones and pins.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MapShown {
    /// What the deployment has for all communes (`/web.json`).
    Usual,
    /// None.
    Plain,
    /// Pictures of 256 pixels a side in Web Mercator, from a server of the commune's choice.
    Raster {
        /// Address of a tile, with `{z}`, `{x}` and `{y}`.
        url: String,
        /// Who has to be named on the map; plain text.
        attribution: String,
        /// The coarsest zoom there is.
        min_zoom: u8,
        /// The finest zoom there is.
        max_zoom: u8,
    },
    /// The commune's own file, PMTiles of version 3; as long as there is one, it goes before what the settings say.
    File {
        /// Its id, for `PUT map-file`.
        file: MapFileId,
        /// Its address, to be read in parts (RFC 9110, section 14). What is there never changes: another file has another address.
        url: String,
        /// Who has to be named on the map; plain text.
        attribution: String,
        /// Bytes.
        size: u64,
        /// What its tiles are.
        tiles: TileKind,
        /// The coarsest zoom it has.
        min_zoom: u8,
        /// The finest zoom it has.
        max_zoom: u8,
    },
}

/// A department as everybody sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ServiceView {
    /// Unique in the commune.
    id: ServiceId,
    /// As residents know it.
    name: String,
    /// How it is reached.
    contact: ServiceContact,
    /// When it is open; absent if it is not for the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    opening_hours: Option<OpeningHours>,
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
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = Visitor;
    type Input = ();
    type Output = Public<CommuneView>;

    async fn run(_: &Cx, Visitor { commune }: Visitor, (): ()) -> Result<Self::Output, Problem> {
        let (logo, map) = futures::try_join!(logo(&commune), map(&commune))?;
        let push_key = commune.store().push_key()?;
        Ok(Public { seconds: MAX_AGE_S, body: profile(&commune.settings, &commune.launch.launch, logo, map, push_key) })
    }
}

/// What lies under its maps. Grant: `GET`.
async fn map(commune: &Commune) -> Result<MapShown, Problem> {
    if let Some(MapFile { id, sent, attribution, size, holds }) = commune.map_file().await? {
        let MapTiles { tiles, min_zoom, max_zoom, .. } = holds;
        let url = commune.map_file_url(id);
        return Ok(MapShown::File { file: sent, url, attribution, size, tiles, min_zoom, max_zoom });
    }
    Ok(match commune.settings.map.clone() {
        Background::Usual => MapShown::Usual,
        Background::Plain => MapShown::Plain,
        Background::Raster { url, attribution, min_zoom, max_zoom } => {
            MapShown::Raster { url, attribution, min_zoom, max_zoom }
        }
    })
}

/// The logo as everybody sees it. Grant: `GET`.
pub(crate) async fn logo(commune: &Commune) -> Result<Option<LogoShown>, Problem> {
    let logo = commune.logo().await?;
    Ok(logo.map(|logo| LogoShown { url: commune.logo_url(logo.id), width: logo.width, height: logo.height }))
}

fn profile(
    settings: &Settings,
    launch: &Launch,
    logo: Option<LogoShown>,
    map: MapShown,
    push_key: String,
) -> CommuneView {
    CommuneView {
        id: settings.id.clone(),
        name: settings.name.clone(),
        insee: settings.insee.clone(),
        postcodes: settings.postcodes.clone(),
        centre: settings.centre,
        boundary: settings.outline.as_ref().unwrap_or(&settings.boundary).clone(),
        zones: settings.zones.clone(),
        modules: settings.modules.clone(),
        kinds: settings.kinds.clone(),
        categories: settings.categories.iter().map(category).collect(),
        guests_without_contact: settings.guests_without_contact,
        services: settings.services.iter().filter(|s| !s.archived).map(service).collect(),
        languages: settings.languages.clone(),
        colours: settings.colours.clone(),
        logo,
        map,
        texts: settings.texts.clone(),
        push_key,
        launch: shown(launch),
    }
}

fn shown(launch: &Launch) -> LaunchShown {
    let Launch { phase, launch_on, pilot, message } = launch.clone();
    LaunchShown {
        phase,
        launch_on: launch_on.filter(|_| phase != Phase::Live),
        pilot: (phase == Phase::Pilot).then_some(pilot),
        message: message.filter(|_| phase != Phase::Live),
    }
}

fn service(service: &Service) -> ServiceView {
    ServiceView {
        id: service.id.clone(),
        name: service.name.clone(),
        contact: service.contact.clone(),
        opening_hours: service.opening_hours.clone(),
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
