//! A commune full of reports, written item by item as the store's own placement says.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{
    AccountId, CommuneId, NewReport, Report, ReportId, Settings, Status, StatusGroup, cell_at, cell15,
};
use parvis_store::item::{Attributes, COMMUNE, TYPE, to_attributes};
use parvis_store::key::Key;
use parvis_store::{RESOLUTIONS, StoreError};
use serde_json::json;

use crate::stage::Stage;

/// The middle of every town.
pub(super) const CENTRE: (f64, f64) = (5.5912, 43.6704);
/// Half a town, in degrees: some 4 by 4 km in all.
const HALF: (f64, f64) = (0.024, 0.018);
/// Half of its middle, where every town holds the same: 1.6 by 1.6 km.
const MIDDLE: (f64, f64) = (0.010, 0.0072);
/// Reports in the middle of every town, around its centre.
const IN_MIDDLE: usize = 60;
/// Half of the streets that they are in.
const STREETS: (f64, f64) = (0.003, 0.0015);
/// Items of one call (DynamoDB's limit), and calls side by side.
const BATCH: usize = 25;
const CALLS: usize = 4;

/// Makes a commune with so many reports and their counters; gives its id.
pub(super) fn build(stage: &Stage, size: usize) -> Result<CommuneId, String> {
    let said = |error: StoreError| error.to_string();
    let model = stage.back.block_on(stage.cx.store.commune(&stage.commune)).map_err(said)?;
    let id: CommuneId = format!("ville-{size}").parse().map_err(|e| format!("{e}"))?;
    let settings = settings(&id, &model.settings).map_err(|e| e.to_string())?;
    let cx = stage.past_recorder()?;
    stage.back.block_on(async {
        cx.store.put_settings(&settings).await.map_err(said)?;
        let mut counters = Counters::default();
        let mut items = Vec::with_capacity(size);
        for number in 0..size {
            let report = report(&settings, number)?;
            counters.count(&report)?;
            items.push(to_attributes(&id, &report).map_err(said)?);
        }
        items.extend(counters.items(&id));
        let table = &cx.store.names.table;
        let writes = items.chunks(BATCH).map(|items| write(&cx, table, items.to_vec()));
        futures::stream::iter(writes).buffer_unordered(CALLS).try_collect::<Vec<()>>().await?;
        Ok(id.clone())
    })
}

/// The model's, with a square boundary around the town and no zones.
fn settings(id: &CommuneId, model: &Settings) -> Result<Settings, serde_json::Error> {
    let mut settings = serde_json::to_value(model)?;
    let (west, east) = (CENTRE.0 - HALF.0, CENTRE.0 + HALF.0);
    let (south, north) = (CENTRE.1 - HALF.1, CENTRE.1 + HALF.1);
    let around = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    settings["id"] = json!(id);
    settings["boundary"] = json!({ "type": "Polygon", "coordinates": [around] });
    settings["zones"] = json!([]);
    serde_json::from_value(settings)
}

/// The first ones are in the middle, the others spread evenly over the rest; three of ten are open.
fn report(settings: &Settings, number: usize) -> Result<Report, String> {
    let (longitude, latitude) = place(number);
    let new: NewReport = serde_json::from_value(json!({
        "kind": "problem",
        "category": "voirie",
        "description": "Un gros nid-de-poule, juste avant l’école. Un vélo est déjà tombé, et le trou grandit à chaque pluie.",
        "answers": { "danger": true },
        "place": { "longitude": longitude, "latitude": latitude },
    }))
    .map_err(|e| e.to_string())?;
    // One an hour, the newest now.
    let age = SignedDuration::from_hours(i64::try_from(number).unwrap_or(0));
    let sent = Timestamp::now() - age;
    let opened = Report::open(settings, new, Some(AccountId::new(sent)), sent);
    let (report, _) = opened.map_err(|wrong| format!("{wrong:?}"))?;
    let status = if number % 10 < 3 { Status::Received } else { Status::Resolved };
    let resolved_at = (status == Status::Resolved).then_some(sent);
    Ok(Report { id: ReportId::new(sent), status, resolved_at, ..report })
}

fn place(number: usize) -> (f64, f64) {
    if number < IN_MIDDLE {
        let (a, b) = spread(number);
        return (CENTRE.0 + (2.0 * a - 1.0) * STREETS.0, CENTRE.1 + (2.0 * b - 1.0) * STREETS.1);
    }
    // The middle stays free: who would fall into it is moved out to the side.
    let (a, b) = spread(number);
    let (dx, dy) = ((2.0 * a - 1.0) * HALF.0, (2.0 * b - 1.0) * HALF.1);
    let inside = dx.abs() < MIDDLE.0 && dy.abs() < MIDDLE.1;
    let dx = if inside { dx.signum() * (MIDDLE.0 + dx.abs() / MIDDLE.0 * (HALF.0 - MIDDLE.0)) } else { dx };
    (CENTRE.0 + dx, CENTRE.1 + dy)
}

/// The points of a sequence that fills the square evenly from the start (M. Roberts' R2: powers of the plastic number).
fn spread(number: usize) -> (f64, f64) {
    let n = number as f64;
    ((0.5 + n * 0.754_877_666_246_693).fract(), (0.5 + n * 0.569_840_290_998_053).fract())
}

/// Open and closed reports by resolution and cell.
#[derive(Default)]
struct Counters(BTreeMap<(u8, String), (u64, u64)>);

impl Counters {
    fn count(&mut self, report: &Report) -> Result<(), String> {
        let Some(place) = &report.place else { return Ok(()) };
        let finest = cell15(&place.position);
        for resolution in RESOLUTIONS {
            let cell = cell_at(&finest, resolution).map_err(|e| e.to_string())?;
            let (open, closed) = self.0.entry((resolution, cell)).or_default();
            match report.status.group() {
                StatusGroup::Open => *open += 1,
                StatusGroup::Closed => *closed += 1,
            }
        }
        Ok(())
    }

    /// As the stream's worker writes them, before the first rebuild.
    fn items(self, commune: &CommuneId) -> impl Iterator<Item = Attributes> {
        let text = |text: String| AttributeValue::S(text);
        self.0.into_iter().map(move |((resolution, cell), (open, closed))| {
            let key = Key::new(commune, &["cells", "0", &resolution.to_string()], cell.clone());
            let mut item = HashMap::from([
                ("pk".to_owned(), text(key.partition().to_owned())),
                ("sk".to_owned(), text(cell)),
                (TYPE.to_owned(), text("counter".to_owned())),
                (COMMUNE.to_owned(), text(commune.to_string())),
            ]);
            for (name, count) in [("open", open), ("closed", closed)].into_iter().filter(|(_, count)| *count > 0) {
                item.insert(name.to_owned(), AttributeValue::N(count.to_string()));
            }
            item
        })
    }
}

async fn write(cx: &parvis_edge::Cx, table: &str, items: Vec<Attributes>) -> Result<(), String> {
    let mut requests = Vec::with_capacity(items.len());
    for item in items {
        let put = PutRequest::builder().set_item(Some(item)).build().map_err(|e| e.to_string())?;
        requests.push(WriteRequest::builder().put_request(put).build());
    }
    let mut left = HashMap::from([(table.to_owned(), requests)]);
    while !left.is_empty() {
        let call = cx.store.clients().dynamodb().batch_write_item().set_request_items(Some(left));
        let answer = call.send().await.map_err(|e| aws_sdk_dynamodb::error::DisplayErrorContext(e).to_string())?;
        left = answer.unprocessed_items.unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_town_has_the_same_in_its_middle_and_the_rest_around_it() {
        for number in 0..20_000 {
            let (x, y) = place(number);
            let (dx, dy) = ((x - CENTRE.0).abs(), (y - CENTRE.1).abs());
            let in_middle = dx < MIDDLE.0 && dy < MIDDLE.1;
            assert_eq!(in_middle, number < IN_MIDDLE, "{number} at {x}, {y}");
            assert!(dx <= HALF.0 && dy <= HALF.1, "{number} at {x}, {y}");
        }
    }
}
