//! Counters: public reports per cell of the map, and reports per service and status.
//!
//! They are kept by the stream worker and made again from scratch by [`Commune::rebuild_counters`]. What a report adds to
//! them is remembered beside it with the report's version, and both are written in one transaction: a record that comes
//! twice, or after a later one, changes nothing.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{
    BBox, CommuneId, Position, Report, ReportId, ServiceId, Status, cell_at, cell_centre, cell_reaches, cell15,
    ranges_covering,
};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, COMMUNE, Item, Placement, TYPE, from_attributes};
use crate::key::Key;
use crate::reports::group_name;
use crate::table::{Condition, Transaction};

/// The resolutions that are counted: from cells the size of a commune (36 km²) to cells of a few houses (1.5 ha). Every
/// resolution more is one more counter in the transaction of every change.
pub const RESOLUTIONS: std::ops::RangeInclusive<u8> = 6..=10;

/// How long it is remembered that a report is gone: longer than a stream (1 day) and a dead letter (14 days) bring it.
const GONE_KEPT: SignedDuration = SignedDuration::from_hours(16 * 24);

/// Ranges of counters that are read side by side.
const WIDTH: usize = 6;

/// How often a report is counted anew when somebody else counts it at the same moment.
const TRIES: u32 = 5;

/// Public reports in one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The cell.
    pub cell: String,
    /// Its middle.
    pub centre: Position,
    /// Open reports.
    pub open: u64,
    /// Closed ones.
    pub closed: u64,
}

/// What one report adds to the counters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counted {
    status: Status,
    /// Who treats it; what was counted before there were counters of services has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service: Option<ServiceId>,
    /// The finest cell of its place; none if it is not on the public map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
}

impl Counted {
    fn of(report: &Report) -> Option<Counted> {
        let place = report.place.as_ref().filter(|_| report.is_published());
        let cell = place.map(|place| cell15(&place.position));
        report.status.is_with_commune().then(|| Counted {
            status: report.status,
            service: Some(report.service.clone()),
            cell,
        })
    }
}

/// What is counted of one report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Projected {
    report: ReportId,
    /// Grows with every write; what writers that race compare.
    revision: u32,
    /// Of the counters.
    generation: u32,
    /// Of the report; the greatest there is once it is gone.
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted: Option<Counted>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
}

impl Item for Projected {
    const TYPE: &'static str = "projected";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = projected_key(commune, self.report);
        Placement { expires: self.expires, version: Some(self.revision), ..Placement::at(key) }
    }
}

fn projected_key(commune: &CommuneId, report: ReportId) -> Key {
    Key::new(commune, &["report", &report.to_string()], "projected")
}

/// Which counters are in use: a rebuild starts new ones beside the old.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Generation {
    number: u32,
}

impl Item for Generation {
    const TYPE: &'static str = "generation";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.number), ..Placement::at(generation_key(commune)) }
    }
}

fn generation_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "generation")
}

/// By how much each attribute of each counter changes.
type Deltas = BTreeMap<(Vec<String>, String), BTreeMap<&'static str, i64>>;

impl Commune {
    /// Brings the counters up to a report as it is now. Returns whether that was news.
    pub async fn count_report(&self, report: &Report) -> Result<bool, StoreError> {
        self.project(report.id, report.version, Counted::of(report), None).await
    }

    /// Takes a report that is gone out of the counters.
    pub async fn uncount_report(&self, report: ReportId, now: Timestamp) -> Result<bool, StoreError> {
        self.project(report, u32::MAX, None, now.checked_add(GONE_KEPT).ok()).await
    }

    async fn project(
        &self,
        report: ReportId,
        version: u32,
        counted: Option<Counted>,
        expires: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let table = self.table();
        for _ in 0..TRIES {
            let key = projected_key(self.id(), report);
            let (generation, known) = futures::try_join!(self.generation(), table.get::<Projected>(&key))?;
            // What was counted by an earlier generation is not in the counters of this one.
            let before = known.as_ref().filter(|p| p.generation == generation);
            let nothing_to_do = match before {
                Some(before) => before.version >= version,
                None => counted.is_none(),
            };
            if nothing_to_do {
                return Ok(false);
            }
            let mut deltas = Deltas::new();
            if let Some(before) = before.and_then(|b| b.counted.as_ref()) {
                add(&mut deltas, generation, before, -1)?;
            }
            if let Some(counted) = &counted {
                add(&mut deltas, generation, counted, 1)?;
            }
            let revision = known.as_ref().map_or(0, |p| p.revision);
            let projected =
                Projected { report, revision: revision + 1, generation, version, counted: counted.clone(), expires };
            let unchanged = if known.is_some() { Condition::Version(revision) } else { Condition::Absent };
            let current = if generation == 0 { Condition::Absent } else { Condition::Version(generation) };
            let transaction = table.transaction().put(&projected, unchanged);
            let transaction = transaction.check(&generation_key(self.id()), current);
            match self.counted(transaction, deltas).commit().await {
                Err(StoreError::Conflict { .. }) => {}
                done => return done.map(|()| true),
            }
        }
        let detail = format!("report {report} was counted by others {TRIES} times");
        Err(StoreError::Unavailable { service: "DynamoDB", detail })
    }

    fn counted<'a>(&self, mut transaction: Transaction<'a>, deltas: Deltas) -> Transaction<'a> {
        for ((partition, sort), by) in deltas {
            let by: Vec<_> = by.into_iter().filter(|(_, by)| *by != 0).collect();
            if by.is_empty() {
                continue;
            }
            let partition: Vec<&str> = partition.iter().map(String::as_str).collect();
            let key = Key::new(self.id(), &partition, sort);
            let mut values = Attributes::from([
                (":type".to_owned(), AttributeValue::S("counter".to_owned())),
                (":commune".to_owned(), AttributeValue::S(self.id().to_string())),
            ]);
            let mut names = vec![("#type".to_owned(), TYPE), ("#commune".to_owned(), COMMUNE)];
            let mut added = Vec::new();
            for (attribute, by) in by {
                added.push(format!("#{attribute} :{attribute}"));
                names.push((format!("#{attribute}"), attribute));
                values.insert(format!(":{attribute}"), AttributeValue::N(by.to_string()));
            }
            let expression = format!("SET #type = :type, #commune = :commune ADD {}", added.join(", "));
            let names: Vec<(&str, &str)> = names.iter().map(|(name, attribute)| (name.as_str(), *attribute)).collect();
            transaction = transaction.update(&key, &expression, None, values, &names);
        }
        transaction
    }

    async fn generation(&self) -> Result<u32, StoreError> {
        let generation: Option<Generation> = self.table().get(&generation_key(self.id())).await?;
        Ok(generation.map_or(0, |g| g.number))
    }

    /// Clusters of a resolution in (and just around) a box; none when there are more than `max`, so that a view's cost is
    /// bounded whatever the commune holds.
    pub async fn clusters(&self, bbox: BBox, resolution: u8, max: usize) -> Result<Option<Vec<Cluster>>, StoreError> {
        let generation = self.generation().await?.to_string();
        let mut parts = Vec::new();
        for part in ranges_covering(bbox, resolution) {
            parts.push(self.clusters_of(&generation, part, bbox, resolution, max));
        }
        let mut parts = futures::stream::iter(parts).buffered(WIDTH);
        let mut clusters = Vec::new();
        while let Some(part) = parts.try_next().await? {
            clusters.extend(part);
            if clusters.len() > max {
                return Ok(None);
            }
        }
        Ok(Some(clusters))
    }

    /// Those of one range; it stops where there are more than `max`.
    async fn clusters_of(
        &self,
        generation: &str,
        (low, high): (String, String),
        bbox: BBox,
        resolution: u8,
        max: usize,
    ) -> Result<Vec<Cluster>, StoreError> {
        let table = self.table();
        let range = table.range(&["cells", generation, &resolution.to_string()]).between(low, high);
        let (mut clusters, mut start) = (Vec::new(), None);
        loop {
            let page = table.page(&range, 1_000, start).await?;
            for item in &page.items {
                let cluster = cluster(item)?;
                let in_view = cell_reaches(&cluster.cell, resolution, &bbox).map_err(defect)?;
                if in_view && cluster.open + cluster.closed > 0 {
                    clusters.push(cluster);
                }
            }
            start = page.next;
            if start.is_none() || clusters.len() > max {
                return Ok(clusters);
            }
        }
    }

    /// Reports that are with the commune, by service and status; statuses without any are left out.
    pub async fn service_counts(&self) -> Result<BTreeMap<ServiceId, BTreeMap<Status, u64>>, StoreError> {
        let generation = self.generation().await?.to_string();
        let table = self.table();
        // A commune has fewer services than that, those of the past included.
        let page = table.page(&table.range(&["services", &generation]), 1_000, None).await?;
        let mut counts = BTreeMap::new();
        for item in &page.items {
            let service = text(item, "sk").parse().map_err(defect)?;
            let by_status: BTreeMap<Status, u64> = Status::ALL
                .into_iter()
                .map(|status| (status, number(item, status.as_str())))
                .filter(|(_, reports)| *reports > 0)
                .collect();
            if !by_status.is_empty() {
                counts.insert(service, by_status);
            }
        }
        Ok(counts)
    }

    /// Reports that are with the commune, by status; statuses without any are left out.
    pub async fn status_counts(&self) -> Result<BTreeMap<Status, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for (status, reports) in self.service_counts().await?.into_values().flatten() {
            *counts.entry(status).or_default() += reports;
        }
        Ok(counts)
    }

    /// Counts every report of the commune again, into new counters beside the old ones, which then go. Changes that happen
    /// meanwhile are counted into the new ones too, so the result is exact; until it ends, maps show what is counted so far.
    /// Returns how many reports were counted.
    pub async fn rebuild_counters(&self) -> Result<usize, StoreError> {
        let table = self.table();
        let old = self.generation().await?;
        let was = if old == 0 { Condition::Absent } else { Condition::Version(old) };
        table.put(&Generation { number: old + 1 }, was).await?;
        let mut done = 0;
        let mut start = None;
        loop {
            let page = table.page(&table.index(Index::Recency, &["reports"]), 100, start).await?;
            for item in page.items {
                done += usize::from(self.count_report(&from_attributes(item)?).await?);
            }
            start = page.next;
            if start.is_none() {
                break;
            }
        }
        self.drop_counters(old).await?;
        Ok(done)
    }

    async fn drop_counters(&self, generation: u32) -> Result<(), StoreError> {
        let table = self.table();
        let number = generation.to_string();
        let mut partitions = vec![vec!["services".to_owned(), number.clone()]];
        partitions.extend(RESOLUTIONS.map(|r| vec!["cells".to_owned(), number.clone(), r.to_string()]));
        for partition in partitions {
            let parts: Vec<&str> = partition.iter().map(String::as_str).collect();
            let mut start = None;
            loop {
                let page = table.page(&table.range(&parts), 1_000, start).await?;
                for item in &page.items {
                    table.delete(&Key::new(self.id(), &parts, text(item, "sk"))).await?;
                }
                start = page.next;
                if start.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}

fn add(deltas: &mut Deltas, generation: u32, counted: &Counted, by: i64) -> Result<(), StoreError> {
    let generation = generation.to_string();
    if let Some(service) = &counted.service {
        let service = (vec!["services".to_owned(), generation.clone()], service.to_string());
        *deltas.entry(service).or_default().entry(counted.status.as_str()).or_default() += by;
    }
    let Some(cell15) = &counted.cell else { return Ok(()) };
    for resolution in RESOLUTIONS {
        let cell = cell_at(cell15, resolution).map_err(defect)?;
        let key = (vec!["cells".to_owned(), generation.clone(), resolution.to_string()], cell);
        *deltas.entry(key).or_default().entry(group_name(counted.status.group())).or_default() += by;
    }
    Ok(())
}

fn cluster(item: &Attributes) -> Result<Cluster, StoreError> {
    let cell = text(item, "sk").to_owned();
    let centre = cell_centre(&cell).map_err(defect)?;
    Ok(Cluster { cell, centre, open: number(item, "open"), closed: number(item, "closed") })
}

fn text<'a>(item: &'a Attributes, name: &str) -> &'a str {
    item.get(name).and_then(|v| v.as_s().ok()).map_or("", String::as_str)
}

fn number(item: &Attributes, name: &str) -> u64 {
    item.get(name).and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn defect(invalid: parvis_domain::Invalid) -> StoreError {
    StoreError::Defect(invalid.to_string())
}
