//! What ends by its age: closed reports become anonymous, accounts that nobody uses are erased. What ended is counted by
//! kind and day, in the transaction that ended it, without a word of what it was.
//!
//! Each such item is in the due index from the time on that is the earliest a commune may choose. A schedule that finds one
//! whose time has not come moves it within the index by 30 days at most, so that a commune that shortens its times is
//! followed within a month, and no run reads all that is kept.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{
    CommuneId, Event, Note, PhotoId, Report, ReportId, StatusGroup, months_after, today, without_contacts,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, COMMUNE, Item, Placement, TTL, TYPE};
use crate::key::{DueTask, IndexKey, Key};
use crate::reports::report_key;
use crate::table::{Condition, Transaction};
use crate::{Account, Commune};

/// The earliest that anything may end by its age.
const EARLIEST_MONTHS: u32 = 12;
/// A day before an account's end is first announced.
pub(crate) const FIRST_NOTICE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The longest that an item is not looked at.
const LOOKED_AT_EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long the counts are kept.
const COUNTS_KEPT: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);
/// Followers taken off at a time.
const PAGE: u32 = 50;

/// What ended on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The day, in Paris.
    pub day: Date,
    /// Reports that became anonymous.
    pub reports: u64,
    /// Photos that went with them.
    pub photos: u64,
    /// Accounts that nobody used.
    pub accounts: u64,
}

/// That a report became anonymous, and what is around it is still to be taken away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    report: ReportId,
    /// When it became anonymous.
    at: Timestamp,
    /// Of the report then.
    version: u32,
    /// Its pictures; those of its history are named there.
    photos: Vec<PhotoId>,
}

impl Item for Sweep {
    const TYPE: &'static str = "sweep";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let due = IndexKey::due(DueTask::ClosedReport, self.at, commune, &self.report.to_string());
        Placement { index: vec![due], ..Placement::at(sweep_key(commune, self.report)) }
    }
}

fn sweep_key(commune: &CommuneId, report: ReportId) -> Key {
    Key::new(commune, &["report", &report.to_string()], "sweep")
}

fn counts_key(commune: &CommuneId, day: Date) -> Key {
    Key::new(commune, &["ended"], day.to_string())
}

/// Where a report is in the due index because of its age: nowhere while it is open, or once it is anonymous.
pub(crate) fn report_look(report: &Report, commune: &CommuneId) -> Option<IndexKey> {
    let closed = report.status.is_with_commune() && report.status.group() == StatusGroup::Closed;
    let at = months_after(report.updated, EARLIEST_MONTHS);
    (closed && report.anonymous.is_none())
        .then(|| IndexKey::due(DueTask::ClosedReport, at, commune, &report.id.to_string()))
}

/// The same of an account. Those of operators are looked after by operators.
pub(crate) fn account_look(account: &Account, commune: &CommuneId) -> Option<IndexKey> {
    let at = months_after(account.last_used(), EARLIEST_MONTHS).saturating_sub(FIRST_NOTICE).unwrap_or(Timestamp::MIN);
    (!commune.is_operators()).then(|| IndexKey::due(DueTask::UnusedAccount, at, commune, &account.id.to_string()))
}

impl Commune {
    /// Has a schedule look at a report again at `at`, or earlier. Grant: `UPDATE`.
    pub async fn look_at_report(&self, report: &Report, at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let id = report.id.to_string();
        self.look_again(&report_key(self.id(), report.id), DueTask::ClosedReport, &id, report.version, at, now).await
    }

    /// The same of an account. Grant: `UPDATE`.
    pub async fn look_at_account(&self, account: &Account, at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let (id, key) = (account.id.to_string(), accounts::account_key(self.id(), account.id));
        self.look_again(&key, DueTask::UnusedAccount, &id, account.version, at, now).await
    }

    /// Moves an item within the due index, unless it changed: then its change has placed it.
    async fn look_again(
        &self,
        key: &Key,
        task: DueTask,
        id: &str,
        version: u32,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = at.min(now.saturating_add(LOOKED_AT_EVERY).unwrap_or(Timestamp::MAX));
        let place = IndexKey::due(task, at, self.id(), id);
        let values = Attributes::from([
            (":at".to_owned(), AttributeValue::S(place.sk)),
            (":pk".to_owned(), AttributeValue::S(place.pk)),
            (":was".to_owned(), AttributeValue::N(version.to_string())),
        ]);
        let name = format!("{}_sk", Index::Due.name());
        let partition = format!("{}_pk", Index::Due.name());
        let names = [("#at", name.as_str()), ("#pk", partition.as_str())];
        let same = Some("version = :was AND #pk = :pk");
        match self.table().transaction().update(key, "SET #at = :at", same, values, &names).commit().await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// Makes a closed report anonymous, with the count of it, unless it changed since it was read; then takes away what is
    /// around it. Answers whether it became so. Grants: `GET`, `QUERY`, `PUT`, `UPDATE`, `DELETE`, `DELETE_PHOTO`,
    /// `DELETE_INCOMING`.
    pub async fn anonymise_report(&self, found: &Report, now: Timestamp) -> Result<bool, StoreError> {
        // The index may be a moment behind.
        let current = self.report(found.id).await?;
        let Some(report) = current.filter(|r| r.version == found.version && r.anonymous.is_none()) else {
            return Ok(false);
        };
        let photos: Vec<PhotoId> = report.photos.iter().chain(&report.after_photos).copied().collect();
        let pictures = u64::try_from(photos.len()).unwrap_or_default();
        let new = anonymous(&report, now)?;
        let sweep = Sweep { report: report.id, at: now, version: new.version, photos };
        // First of all: who changes the report at this moment keeps it whole.
        let written = self.with_anonymous(&report, &new)?.put(&sweep, Condition::Absent);
        match self.with_ended(written, now, &[("reports", 1), ("photos", pictures)]).commit().await {
            Ok(()) => {}
            // Somebody changed it at this moment: it is as young as that now.
            Err(StoreError::Conflict { .. }) => return Ok(false),
            Err(other) => return Err(other),
        }
        self.sweep_report(&sweep, now).await.map(|()| true)
    }

    /// Takes away what is around a report that became anonymous: followers and the ledger of them, pictures, names in its
    /// history. Who follows it since, and what was added since, stays. What is cut off goes on at the next run. Grants:
    /// `GET`, `QUERY`, `PUT`, `UPDATE`, `DELETE`, `DELETE_PHOTO`, `DELETE_INCOMING`.
    pub async fn sweep_report(&self, sweep: &Sweep, now: Timestamp) -> Result<(), StoreError> {
        let mut start = None;
        loop {
            let (followers, next) = self.followers(sweep.report, PAGE, start).await?;
            for follower in followers.into_iter().filter(|follower| follower.since <= sweep.at) {
                self.forget_notices(sweep.report, follower.account, now).await?;
                self.forget_follower(sweep.report, follower.account).await?;
            }
            start = next;
            if start.is_none() {
                break;
            }
        }
        let mut events = self.dossier(sweep.report).await?.map(|dossier| dossier.events).unwrap_or_default();
        events.retain(|event| event.version < sweep.version);
        let photos = sweep.photos.iter().chain(events.iter().flat_map(|event| &event.photos));
        for photo in photos.copied().collect::<BTreeSet<PhotoId>>() {
            if let Some(photo) = self.photo(photo).await? {
                self.delete_original(photo.id).await?;
                self.delete_pictures(photo.id).await?;
                match self.forget_photo(&photo).await {
                    // It is being worked on; the next run meets it again.
                    Err(StoreError::Conflict { .. }) => return Ok(()),
                    done => done?,
                }
            }
        }
        for event in events {
            let nameless = anonymous_event(event.clone())?;
            if nameless != event {
                self.table().put(&nameless, Condition::Present).await?;
            }
        }
        self.table().delete(&sweep_key(self.id(), sweep.report)).await
    }

    /// What ended, the newest day first, and where the next page begins. Grant: `QUERY`.
    pub async fn ended(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<Ended>, Option<Attributes>), StoreError> {
        let page = self.table().page(&self.table().range(&["ended"]).newest_first(), limit, start).await?;
        let days = page.items.iter().map(|item| {
            let number = |name: &str| item.get(name).and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok());
            let day = item.get("sk").and_then(|v| v.as_s().ok()).and_then(|day| day.parse().ok());
            let day = day.ok_or_else(|| StoreError::Defect("a count without its day".to_owned()))?;
            let of = |name: &str| number(name).unwrap_or_default();
            Ok(Ended { day, reports: of("reports"), photos: of("photos"), accounts: of("accounts") })
        });
        Ok((days.collect::<Result<_, StoreError>>()?, page.next))
    }

    /// `transaction` with so many more of each kind in the day's counts.
    pub(crate) fn with_ended<'t>(
        &self,
        transaction: Transaction<'t>,
        now: Timestamp,
        kinds: &[(&str, u64)],
    ) -> Transaction<'t> {
        let ttl = now.saturating_add(COUNTS_KEPT).unwrap_or(Timestamp::MAX).as_second();
        let mut values = Attributes::from([
            (":type".to_owned(), AttributeValue::S("ended".to_owned())),
            (":commune".to_owned(), AttributeValue::S(self.id().to_string())),
            (":ttl".to_owned(), AttributeValue::N(ttl.to_string())),
        ]);
        let mut added = Vec::new();
        for (kind, more) in kinds {
            values.insert(format!(":{kind}"), AttributeValue::N(more.to_string()));
            added.push(format!("{kind} :{kind}"));
        }
        let expression = format!("SET #type = :type, #commune = :commune, #ttl = :ttl ADD {}", added.join(", "));
        let names = [("#type", TYPE), ("#commune", COMMUNE), ("#ttl", TTL)];
        transaction.update(&counts_key(self.id(), today(now)), &expression, None, values, &names)
    }
}

/// A report without who sent it, pictures, and contacts in its texts.
fn anonymous(report: &Report, now: Timestamp) -> Result<Report, StoreError> {
    let mut new = report.clone();
    let defect = |e: parvis_domain::Invalid| StoreError::Defect(format!("a text without contacts: {e}"));
    new.description = without_contacts(report.description.as_str()).parse().map_err(defect)?;
    for answer in new.answers.values_mut() {
        if let Value::String(text) = answer {
            *text = without_contacts(text);
        }
    }
    (new.reporter, new.guest_contact) = (None, None);
    (new.photos, new.after_photos) = (Vec::new(), Vec::new());
    (new.anonymous, new.version) = (Some(now), report.version + 1);
    Ok(new)
}

/// An entry of a history without a resident's name, pictures, and contacts in its texts.
fn anonymous_event(event: Event) -> Result<Event, StoreError> {
    let event = event.without_resident();
    let note = |note: Option<Note>| -> Result<Option<Note>, StoreError> {
        let defect = |e: parvis_domain::Invalid| StoreError::Defect(format!("a text without contacts: {e}"));
        note.map(|note| without_contacts(note.as_str()).parse().map_err(defect)).transpose()
    };
    let (public_note, internal_note) = (note(event.public_note.clone())?, note(event.internal_note.clone())?);
    Ok(Event { public_note, internal_note, photos: Vec::new(), ..event })
}
