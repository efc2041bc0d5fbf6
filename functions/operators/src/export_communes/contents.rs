//! What one file of a commune's export holds: JSON lines by type, the reports as CSV, the pictures (docs/exports.md).

use std::collections::BTreeMap;

use jiff::Timestamp;
use parvis_domain::Report;
use parvis_store::photos::{Photo, PhotoState};
use parvis_store::{Archive, Commune, Record, StoreError};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::csv;

/// One file in the making.
pub(super) struct Contents<'c> {
    pub(super) commune: &'c Commune,
    archive: Archive,
    lines: BTreeMap<String, Vec<u8>>,
    reports: String,
    bytes: usize,
    records: u64,
}

impl<'c> Contents<'c> {
    /// An empty file.
    pub(super) fn new(commune: &'c Commune, now: Timestamp) -> Contents<'c> {
        let (lines, reports) = (BTreeMap::new(), String::new());
        Contents { commune, archive: Archive::new(now), lines, reports, bytes: 0, records: 0 }
    }

    /// How much is in it, before compression.
    pub(super) fn bytes(&self) -> usize {
        self.archive.bytes() + self.bytes
    }

    /// How many lines of JSON.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Adds one item; with a photo its picture.
    pub(super) async fn add(&mut self, record: Record) -> Result<(), StoreError> {
        match record.kind.as_str() {
            "report" => {
                let row = csv::row(&self.commune.settings, &read::<Report>(&record.value)?);
                self.bytes += row.len();
                self.reports.push_str(&row);
            }
            "photo" => {
                let photo: Photo = read(&record.value)?;
                if matches!(photo.state, PhotoState::Ready { .. })
                    && let Some(picture) = self.commune.picture(photo.id).await?
                {
                    self.archive.add_picture(&format!("photos/{}.jpg", photo.id), &picture)?;
                }
            }
            _ => {}
        }
        let mut line = serde_json::to_vec(&record.value).map_err(|e| StoreError::Defect(e.to_string()))?;
        line.push(b'\n');
        self.bytes += line.len();
        self.records += 1;
        self.lines.entry(record.kind).or_default().append(&mut line);
        Ok(())
    }

    /// The zip file; none if there is nothing in it.
    pub(super) fn finish(mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.records == 0 {
            return Ok(None);
        }
        for (kind, lines) in &self.lines {
            self.archive.add_text(&format!("{kind}.jsonl"), lines)?;
        }
        if !self.reports.is_empty() {
            let table = format!("{}{}", csv::head(), self.reports);
            self.archive.add_text("signalements.csv", table.as_bytes())?;
        }
        self.archive.finish().map(Some)
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, StoreError> {
    T::deserialize(value).map_err(|e| StoreError::Defect(format!("a record for an export: {e}")))
}
