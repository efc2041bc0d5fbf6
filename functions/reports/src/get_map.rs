//! `GET /v1/{commune}/map`: the public reports of a part of the map, as pins or as clusters with counts.
//!
//! The cost is that of what is shown: pins are read by ranges of the place index, clusters from counters per cell, both in
//! bounded numbers, at a hundred reports as at a million. The map shows everybody the same: what is public.

use jiff::Timestamp;
use parvis_domain::{
    BBox, CategoryId, Kind, Module, Report, ReportId, ServiceId, Status, StatusGroup, ZoneId, resolution_for_view,
    today,
};
use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, ResidentOrGuest, Route, get};
use parvis_store::{Cluster, Filter, RESOLUTIONS};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most features of an answer.
const MOST: usize = 500;

/// From this zoom on reports are pins, unless there are too many.
const PIN_ZOOM: u8 = 14;

/// The greatest zoom of web maps.
const MAX_ZOOM: u8 = 22;

/// Shows a part of the map.
pub struct GetMap;

/// Which part.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapQuery {
    /// `west,south,east,north` in degrees.
    bbox: BBox,
    /// Zoom of web maps (256-pixel tiles), 0 to 22. From 14 on reports are pins, unless there are more than 500.
    zoom: u8,
    /// Only open or only closed reports; both unless given.
    group: Option<StatusGroup>,
    /// Only this kind.
    kind: Option<Kind>,
    /// Only this category.
    category: Option<CategoryId>,
    /// Only what this service treats.
    service: Option<ServiceId>,
    /// Only this status.
    status: Option<Status>,
    /// Only this zone.
    zone: Option<ZoneId>,
    /// Only those sent at this time (RFC 3339) or later.
    since: Option<Timestamp>,
    /// `true`: only open ones whose expected day is over.
    late: Option<bool>,
}

/// A GeoJSON FeatureCollection (RFC 7946), at most 500 features.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MapView {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// `pins` or `clusters`.
    shows: Shows,
    /// Whether all filters hold. Clusters are counted by `group` alone: where other filters are asked for and there is too much
    /// to look at one by one, they count more than was asked for, and this is `false`.
    filtered: bool,
    /// What is in the box.
    features: Vec<Feature>,
}

/// What the features are.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// One feature per report.
    Pins,
    /// One feature per cell that holds any.
    Clusters,
}

/// A pin or a cluster.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Feature {
    /// `Feature`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where.
    geometry: Point,
    /// What.
    properties: Properties,
}

/// A GeoJSON point.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Point {
    /// `Point`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Longitude, latitude.
    coordinates: [f64; 2],
}

/// What a feature is about.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Properties {
    /// A report.
    Pin {
        /// Its id.
        id: ReportId,
        /// What it is.
        kind: Kind,
        /// What it is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        category: Option<CategoryId>,
        /// Where it stands.
        status: Status,
    },
    /// The reports of a cell.
    Cluster {
        /// H3 index of the cell.
        cell: String,
        /// How many there are.
        count: u64,
        /// How many of them are open.
        open: u64,
    },
}

impl Endpoint for GetMap {
    const ROUTE: Route = get("/v1/{commune}/map");
    const SUMMARY: &'static str = "See public reports on a map";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY, Grant::QUERY_PLACE];
    const MODULE: Option<Module> = Some(Module::Map);
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Query<MapQuery>;
    type Output = Json<MapView>;

    async fn run(
        cx: &Cx,
        ResidentOrGuest { commune, .. }: ResidentOrGuest,
        Query(query): Query<MapQuery>,
    ) -> Result<Self::Output, Problem> {
        if query.zoom > MAX_ZOOM {
            let detail = format!("zoom is {}; it must be from 0 to {MAX_ZOOM}", query.zoom);
            return Err(Problem::field("zoom", "out_of_range", detail));
        }
        let (filter, late_on) = (query.filter(), query.late.unwrap_or(false).then(|| today(cx.now())));
        let picky = late_on.is_some() || filter != Filter { group: query.group, ..Filter::default() };
        // The half that can be meant: what is asked for may be in one alone.
        let late = late_on.map(|_| StatusGroup::Open);
        let group = query.group.or(query.status.map(Status::group)).or(late);
        // No counter knows the other filters, so with them reports are looked at from any height, as long as they are few.
        if query.zoom >= PIN_ZOOM || picky {
            let groups: &[StatusGroup] = match group {
                None => &[StatusGroup::Open, StatusGroup::Closed],
                Some(StatusGroup::Closed) => &[StatusGroup::Closed],
                Some(StatusGroup::Open) => &[StatusGroup::Open],
            };
            let wanted = |report: &Report| filter.admits(report) && late_on.is_none_or(|day| report.is_late(day));
            if let Some(reports) = commune.reports_in(query.bbox, groups, MOST, wanted).await? {
                let features = reports.into_iter().filter_map(pin).collect();
                return Ok(Json(map(Shows::Pins, true, features)));
            }
        }
        let mut resolution =
            resolution_for_view(&query.bbox, query.zoom, *RESOLUTIONS.start(), MOST).min(*RESOLUTIONS.end());
        loop {
            // At the coarsest, 500 cells are larger than France; a commune has a handful.
            match commune.clusters(query.bbox, resolution, MOST).await? {
                Some(clusters) => {
                    let features = clusters.into_iter().filter_map(|c| cluster(c, group)).collect();
                    return Ok(Json(map(Shows::Clusters, !picky, features)));
                }
                None if resolution > *RESOLUTIONS.start() => resolution -= 1,
                None => return Ok(Json(map(Shows::Clusters, !picky, Vec::new()))),
            }
        }
    }
}

impl MapQuery {
    fn filter(&self) -> Filter {
        Filter {
            kind: self.kind,
            category: self.category.clone(),
            service: self.service.clone(),
            status: self.status,
            group: self.group,
            zone: self.zone.clone(),
            since: self.since,
            ..Filter::default()
        }
    }
}

fn map(shows: Shows, filtered: bool, features: Vec<Feature>) -> MapView {
    MapView { kind: "FeatureCollection", shows, filtered, features }
}

fn feature(longitude: f64, latitude: f64, properties: Properties) -> Feature {
    let geometry = Point { kind: "Point", coordinates: [longitude, latitude] };
    Feature { kind: "Feature", geometry, properties }
}

fn pin(report: Report) -> Option<Feature> {
    let position = report.place?.position;
    let Report { id, kind, category, status, .. } = report;
    Some(feature(position.longitude, position.latitude, Properties::Pin { id, kind, category, status }))
}

fn cluster(cluster: Cluster, group: Option<StatusGroup>) -> Option<Feature> {
    let Cluster { cell, centre, open, closed } = cluster;
    let (count, open) = match group {
        None => (open + closed, open),
        Some(StatusGroup::Open) => (open, open),
        Some(StatusGroup::Closed) => (closed, 0),
    };
    let shown = feature(centre.longitude, centre.latitude, Properties::Cluster { cell, count, open });
    (count > 0).then_some(shown)
}
