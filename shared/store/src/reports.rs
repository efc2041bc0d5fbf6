//! Reports in the table: their keys, reading one with its history, and the transactions that change one.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Event, Report, ReportId, Status, StatusGroup, cell15};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::audit::Act;
use crate::error::StoreError;
use crate::followers;
use crate::grant::Index;
use crate::idempotency::Idempotency;
use crate::item::{Attributes, DATA, Item, Placement, from_attributes, to_attributes, type_of};
use crate::key::{DueTask, IndexKey, Key};
use crate::photos::{self, Photo};
use crate::retention;
use crate::table::{Condition, Range, Transaction};

/// How long a report is kept that nobody confirmed: long enough to answer a question about it.
const EXPIRED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where the inbox has what no day was promised for: behind everything else.
const UNEXPECTED: &str = "9999-12-31";

impl Item for Report {
    const TYPE: &'static str = "report";

    /// Only what is with the commune is in the indexes of lists, and only what everybody may see is on the map: an
    /// unconfirmed report cannot slip into any of them.
    fn placement(&self, commune: &CommuneId) -> Placement {
        let id = self.id.to_string();
        let mut index = Vec::new();
        if let Some(account) = self.reporter {
            index.push(IndexKey::new(Index::Author, commune, &["author", &account.to_string()], &id));
        }
        if self.status.is_with_commune() {
            index.push(IndexKey::new(Index::Recency, commune, &["reports"], &id));
            index.push(IndexKey::new(Index::Status, commune, &["status", self.status.as_str()], &id));
        }
        if self.status.group() == StatusGroup::Open {
            let expected = self.expected.map_or_else(|| UNEXPECTED.to_owned(), |day| day.to_string());
            index.push(IndexKey::new(Index::Inbox, commune, &["inbox"], format!("{expected}#{id}")));
        }
        if let Some(place) = self.place.as_ref().filter(|_| self.is_published()) {
            let cell = cell15(&place.position);
            let partition = ["places", group_name(self.status.group())];
            index.push(IndexKey::new(Index::Place, commune, &partition, format!("{cell}#{id}")));
        }
        // Of a commune that was suspended, the schedule finds it early, and looks again.
        if let Some(at) = self.expires_at(None).or(self.awaiting_ends_at(None)) {
            index.push(IndexKey::due(DueTask::Report, at, commune, &id));
        }
        index.extend(retention::report_look(self, commune));
        Placement {
            key: report_key(commune, self.id),
            index,
            expires: removal(self.status, self.updated),
            version: Some(self.version),
        }
    }
}

/// When a report (and the entry that ended it) may be removed that reached this status then; most never.
pub(crate) fn removal(status: Status, at: Timestamp) -> Option<Timestamp> {
    (status == Status::Expired).then(|| at.checked_add(EXPIRED_KEPT).unwrap_or(Timestamp::MAX))
}

pub(crate) fn report_key(commune: &CommuneId, id: ReportId) -> Key {
    Key::new(commune, &["report", &id.to_string()], "report")
}

/// Open and closed reports are apart in the place index: what is similar and open nearby is found without reading what
/// was solved there in ten years.
pub(crate) fn group_name(group: StatusGroup) -> &'static str {
    match group {
        StatusGroup::Open => "open",
        StatusGroup::Closed => "closed",
    }
}

/// The original's side of a link between a duplicate and its original; the duplicate's side is `Report::duplicate_of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct DuplicateLink {
    original: ReportId,
    duplicate: ReportId,
}

impl Item for DuplicateLink {
    const TYPE: &'static str = "duplicate";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(self.key(commune))
    }
}

impl DuplicateLink {
    fn key(&self, commune: &CommuneId) -> Key {
        Key::new(commune, &["report", &self.original.to_string()], format!("report#d#{}", self.duplicate))
    }
}

/// A report with everything that a reader of it may want to see.
#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    /// The report.
    pub report: Report,
    /// Its history, oldest first.
    pub events: Vec<Event>,
    /// The reports that are duplicates of it.
    pub duplicates: Vec<ReportId>,
}

impl Commune {
    /// A report.
    pub async fn report(&self, id: ReportId) -> Result<Option<Report>, StoreError> {
        self.table().get(&report_key(self.id(), id)).await
    }

    /// Reports by id, in the order asked for; those that are not there are left out.
    pub async fn reports(&self, ids: &[ReportId]) -> Result<Vec<Report>, StoreError> {
        let keys: Vec<Key> = ids.iter().map(|id| report_key(self.id(), *id)).collect();
        let found: Vec<Report> = self.table().get_many(&keys).await?;
        let mut by_id: BTreeMap<ReportId, Report> = found.into_iter().map(|r| (r.id, r)).collect();
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// A report with its history and its duplicates: one query, because they are one range of one partition.
    pub async fn dossier(&self, id: ReportId) -> Result<Option<Dossier>, StoreError> {
        let table = self.table();
        let range = table.range(&["report", &id.to_string()]).starting("report");
        let (mut report, mut events, mut duplicates) = (None, Vec::new(), Vec::new());
        let mut start = None;
        loop {
            let page = table.page(&range, 1_000, start).await?;
            for item in page.items {
                match type_of(&item) {
                    Report::TYPE => report = Some(from_attributes(item)?),
                    Event::TYPE => events.push(from_attributes(item)?),
                    _ => duplicates.push(from_attributes::<DuplicateLink>(item)?.duplicate),
                }
            }
            start = page.next;
            if start.is_none() {
                return Ok(report.map(|report| Dossier { report, events, duplicates }));
            }
        }
    }

    /// Writes a new report in one transaction: the report, the first entry of its history, its reporter as its first
    /// follower, its photos, and the key by which sending it again is recognised.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 when there is an idempotency key and it was used at the same moment; with a
    /// later item when a photo was attached to something else at the same moment.
    pub async fn create_report(
        &self,
        report: &Report,
        event: Option<&Event>,
        photos: &[Photo],
        idempotency: Option<&Idempotency>,
    ) -> Result<(), StoreError> {
        let mut transaction = used(self.table().transaction(), idempotency);
        transaction = transaction.put(report, Condition::Absent);
        if let Some(event) = event {
            transaction = transaction.put(event, Condition::Absent);
        }
        if let Some(account) = report.reporter {
            transaction = followers::first(transaction, report.id, account, report.created);
        }
        photos::attach(transaction, photos, report.id).commit().await
    }

    /// Writes a change of a report in one transaction: the report, the entry of its history, photos that came with it, the
    /// link to an original that it is (or no longer is) a duplicate of, the entry of the audit log if it was an act of staff, and
    /// the key by which sending it again is recognised.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 when somebody changed the report first.
    pub async fn change_report(
        &self,
        old: &Report,
        new: &Report,
        event: &Event,
        photos: &[Photo],
        act: Option<&Act>,
        idempotency: Option<&Idempotency>,
    ) -> Result<(), StoreError> {
        let update = self.changes(old, new)?;
        match act {
            Some(act) => {
                self.commit_act(act, new.updated, |transaction| {
                    used(self.change_writes(transaction, &update, old, new, event, photos), idempotency)
                })
                .await
            }
            None => {
                let transaction = self.table().transaction();
                let transaction = self.change_writes(transaction, &update, old, new, event, photos);
                used(transaction, idempotency).commit().await
            }
        }
    }

    /// What [`Commune::change_report`] writes.
    fn change_writes<'t>(
        &self,
        transaction: Transaction<'t>,
        update: &Update,
        old: &Report,
        new: &Report,
        event: &Event,
        photos: &[Photo],
    ) -> Transaction<'t> {
        let mut transaction = self.changed(transaction, update, old, event);
        if old.duplicate_of != new.duplicate_of {
            if let Some(original) = old.duplicate_of {
                let link = DuplicateLink { original, duplicate: old.id };
                transaction = transaction.delete(&link.key(self.id()), Condition::Any);
                transaction = self.duplicates_counted(transaction, original, -1);
            }
            if let Some(original) = new.duplicate_of {
                transaction = transaction.put(&DuplicateLink { original, duplicate: old.id }, Condition::Any);
                transaction = self.duplicates_counted(transaction, original, 1);
            }
        }
        photos::attach(transaction, photos, new.id)
    }

    /// Writes that nobody confirmed a report, in one transaction; its photos belong to nothing again, so that they go too.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 when somebody changed the report first.
    pub async fn expire_report(&self, old: &Report, new: &Report, event: &Event) -> Result<(), StoreError> {
        let mut transaction = self.changed(self.table().transaction(), &self.changes(old, new)?, old, event);
        for id in &old.photos {
            if let Some(photo) = self.photo(*id).await?.filter(|photo| photo.report == Some(old.id)) {
                transaction = photos::detach(transaction, &photo, new.updated);
            }
        }
        transaction.commit().await
    }

    /// Adds to a transaction what the confirmation of a report writes: the report (the item after those that are there),
    /// the entry of its history, and its reporter as its first follower.
    pub fn confirmed<'a>(
        &'a self,
        transaction: Transaction<'a>,
        old: &Report,
        new: &Report,
        event: &Event,
    ) -> Result<Transaction<'a>, StoreError> {
        let transaction = self.changed(transaction, &self.changes(old, new)?, old, event);
        Ok(match new.reporter {
            Some(account) => followers::first(transaction, new.id, account, new.updated),
            None => transaction,
        })
    }

    /// The reports of an account.
    pub(crate) fn authored_range(&self, account: AccountId) -> Range {
        self.table().index(Index::Author, &["author", &account.to_string()])
    }

    /// Writes that a report has no author any more. There is no entry of its history, so nobody is told; its version grows,
    /// so that who changes the report at this moment reads it again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed the report first.
    pub(crate) async fn forget_author(&self, old: &Report) -> Result<(), StoreError> {
        let new = Report { reporter: None, version: old.version + 1, ..old.clone() };
        let update = self.changes(old, &new)?;
        self.updated(self.table().transaction(), &update, old).commit().await
    }

    /// A transaction that makes a report anonymous. There is no entry of its history, so nobody is told.
    pub(crate) fn with_anonymous(&self, old: &Report, new: &Report) -> Result<Transaction<'_>, StoreError> {
        Ok(self.updated(self.table().transaction(), &self.changes(old, new)?, old))
    }

    /// What differs between two versions of a report: only that is written, because followers and duplicates are counted on
    /// the report by writers that leave its version alone.
    fn changes(&self, old: &Report, new: &Report) -> Result<Update, StoreError> {
        let mut update = Update::default();
        let (old_item, new_item) = (to_attributes(self.id(), old)?, to_attributes(self.id(), new)?);
        update.add("", &old_item, &new_item, |name| !matches!(name, "pk" | "sk" | DATA));
        if let (Some(AttributeValue::M(old)), Some(AttributeValue::M(new))) = (old_item.get(DATA), new_item.get(DATA)) {
            update.add("#data.", old, new, |_| true);
        }
        update.values.insert(":was".to_owned(), AttributeValue::N(old.version.to_string()));
        Ok(update)
    }

    /// The report with `update` where it is still as `old`, and the entry of its history.
    fn changed<'a>(
        &self,
        transaction: Transaction<'a>,
        update: &Update,
        old: &Report,
        event: &Event,
    ) -> Transaction<'a> {
        self.updated(transaction, update, old).put(event, Condition::Absent)
    }

    /// The report with `update` where it is still as `old`.
    fn updated<'a>(&self, transaction: Transaction<'a>, update: &Update, old: &Report) -> Transaction<'a> {
        let expression = update.expression();
        let mut names: Vec<(&str, &str)> = update.names.iter().map(|(n, a)| (n.as_str(), a.as_str())).collect();
        names.push(("#data", DATA));
        let key = report_key(self.id(), old.id);
        let values = update.values.clone();
        transaction.update(&key, &expression, Some("version = :was"), values, &names)
    }

    fn duplicates_counted<'a>(&self, transaction: Transaction<'a>, original: ReportId, by: i32) -> Transaction<'a> {
        let values = Attributes::from([(":by".to_owned(), AttributeValue::N(by.to_string()))]);
        transaction.update(
            &report_key(self.id(), original),
            "SET #d.duplicates = #d.duplicates + :by",
            // Looked at inside the transaction: two reports closed at the same moment must not become each other's original.
            Some(if by > 0 {
                "attribute_exists(pk) AND attribute_not_exists(#d.duplicate_of)"
            } else {
                "attribute_exists(pk)"
            }),
            values,
            &[("#d", DATA)],
        )
    }
}

/// `transaction` with the use of a key, if there is one.
fn used<'t>(transaction: Transaction<'t>, idempotency: Option<&Idempotency>) -> Transaction<'t> {
    match idempotency {
        Some(idempotency) => transaction.put(idempotency, idempotency.condition()),
        None => transaction,
    }
}

/// An update expression in the making.
#[derive(Default)]
struct Update {
    set: Vec<String>,
    remove: Vec<String>,
    names: Vec<(String, String)>,
    values: Attributes,
}

impl Update {
    /// Adds what differs between two maps, below `path`.
    fn add(&mut self, path: &str, old: &Attributes, new: &Attributes, wanted: fn(&str) -> bool) {
        for (name, value) in new.iter().filter(|(name, value)| wanted(name) && old.get(*name) != Some(*value)) {
            let n = self.names.len();
            self.set.push(format!("{path}#n{n} = :v{n}"));
            self.values.insert(format!(":v{n}"), value.clone());
            self.names.push((format!("#n{n}"), name.clone()));
        }
        for name in old.keys().filter(|name| wanted(name) && !new.contains_key(*name)) {
            let n = self.names.len();
            self.remove.push(format!("{path}#n{n}"));
            self.names.push((format!("#n{n}"), name.clone()));
        }
    }

    /// The version always differs, so there is always something to set.
    fn expression(&self) -> String {
        let set = format!("SET {}", self.set.join(", "));
        if self.remove.is_empty() { set } else { format!("{set} REMOVE {}", self.remove.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Attributes {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), AttributeValue::S((*value).to_owned()))).collect()
    }

    #[test]
    fn a_change_writes_what_differs_and_removes_what_is_gone() {
        let old = map(&[("status", "scheduled"), ("scheduled_for", "2026-11-24"), ("kind", "problem")]);
        let new = map(&[("status", "resolved"), ("kind", "problem")]);
        let mut update = Update::default();
        update.add("#data.", &old, &new, |_| true);
        assert_eq!(update.expression(), "SET #data.#n0 = :v0 REMOVE #data.#n1");
        assert_eq!(update.names, [("#n0".into(), "status".into()), ("#n1".into(), "scheduled_for".into())]);
        assert_eq!(update.values, map(&[(":v0", "resolved")]));
    }

    #[test]
    fn what_is_not_wanted_is_left_alone() {
        let mut update = Update::default();
        update.add("", &map(&[("pk", "a"), ("due_pk", "b")]), &map(&[("pk", "c"), ("version", "2")]), |n| n != "pk");
        assert_eq!(update.expression(), "SET #n0 = :v0 REMOVE #n1");
        assert_eq!(update.names, [("#n0".into(), "version".into()), ("#n1".into(), "due_pk".into())]);
    }
}
