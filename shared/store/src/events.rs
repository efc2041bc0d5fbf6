//! The history of reports: one item per change, in the report's own partition, never edited.

use parvis_domain::{CommuneId, Event, ReportId};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::reports::removal;

impl Item for Event {
    const TYPE: &'static str = "event";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let expires = removal(self.status, self.at);
        Placement { expires, ..Placement::at(event_key(commune, self.report, self.version)) }
    }
}

/// Below `report`, so that one query reads a report and its history; ten digits, so that text order is their order.
pub(crate) fn event_key(commune: &CommuneId, report: ReportId, version: u32) -> Key {
    Key::new(commune, &["report", &report.to_string()], format!("report#e#{version:010}"))
}

impl Commune {
    /// The entry that brought a report to `version`.
    pub async fn event(&self, report: ReportId, version: u32) -> Result<Option<Event>, StoreError> {
        self.table().get(&event_key(self.id(), report, version)).await
    }
}
