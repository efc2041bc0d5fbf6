//! The history of reports: one item per change, in the report's own partition, never edited.

use parvis_domain::{AccountId, Actor, CommuneId, Event, ReportId};

use crate::Commune;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Item, Placement};
use crate::key::{IndexKey, Key};
use crate::reports::removal;
use crate::table::Range;

impl Item for Event {
    const TYPE: &'static str = "event";

    /// What somebody did to the report of another is found by its author too: there is no other way to it.
    fn placement(&self, commune: &CommuneId) -> Placement {
        let mut index = Vec::new();
        if let Actor::Resident(account) = self.actor {
            let sort = format!("{}#{:010}", self.report, self.version);
            index.push(IndexKey::new(Index::Author, commune, &["acts", &account.to_string()], sort));
        }
        let expires = removal(self.status, self.at);
        Placement { index, expires, ..Placement::at(event_key(commune, self.report, self.version)) }
    }
}

/// Below `report`, so that one query reads a report and its history; ten digits, so that text order is their order.
pub(crate) fn event_key(commune: &CommuneId, report: ReportId, version: u32) -> Key {
    Key::new(commune, &["report", &report.to_string()], format!("report#e#{version:010}"))
}

impl Commune {
    /// What a resident did to reports of others.
    pub(crate) fn acts_range(&self, account: AccountId) -> Range {
        self.table().index(Index::Author, &["acts", &account.to_string()])
    }

    /// The entry that brought a report to `version`.
    pub async fn event(&self, report: ReportId, version: u32) -> Result<Option<Event>, StoreError> {
        self.table().get(&event_key(self.id(), report, version)).await
    }
}
