//! What ends by its age: closed reports become anonymous, accounts that nobody uses are erased. What ended is counted by
//! kind and day, in the transaction that ended it, without a word of what it was.
//!
//! Each such item is in the due index from the time on that is the earliest a commune may choose. A schedule that finds one
//! whose time has not come moves it within the index by 30 days at most, so that a commune that shortens its times is
//! followed within a month, and no run reads all that is kept.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{
    AccountId, CommuneId, Event, Note, PhotoId, Report, StatusGroup, months_after, today, without_contacts,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts::{self, contact_digest};
use crate::erasure::Erasure;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, COMMUNE, Item, Placement, TTL, TYPE};
use crate::key::{DueTask, IndexKey, Key};
use crate::reports::report_key;
use crate::table::{Condition, Transaction};
use crate::{Account, Commune, challenges, staff};

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

/// That the end of an account is announced: once for each time that it was not used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    account: AccountId,
    /// Since when it was not used.
    unused_since: Timestamp,
    /// 1 or 2.
    number: u8,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// While it is not sent: when somebody else may send it.
    lease_until: Timestamp,
    version: u32,
}

/// What comes of wanting to announce.
#[derive(Debug)]
pub enum AnnouncementClaim {
    /// It is yours to send.
    Held(Announcement),
    /// Somebody else is at it.
    Busy,
    /// It was sent then.
    Sent(Timestamp),
}

/// An announcement that was begun and not marked may be sent by somebody else after so long.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

impl Item for Announcement {
    const TYPE: &'static str = "announcement";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = announcement_key(commune, self.account, self.unused_since, self.number);
        Placement { version: Some(self.version), ..Placement::at(key) }
    }
}

fn announcement_key(commune: &CommuneId, account: AccountId, since: Timestamp, number: u8) -> Key {
    let sort = format!("unused#{:012}#{number}", since.as_second().max(0));
    Key::new(commune, &["account", &account.to_string()], sort)
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

    /// Makes a closed report anonymous: followers and the ledger of them, names in its history, pictures, and last, with the
    /// count of it, the report itself. What is cut off goes on at the same report. Grants: `GET`, `QUERY`, `PUT`, `UPDATE`,
    /// `DELETE`, `DELETE_PHOTO`, `DELETE_INCOMING`.
    pub async fn anonymise_report(&self, found: &Report, now: Timestamp) -> Result<bool, StoreError> {
        let Some(dossier) = self.dossier(found.id).await? else { return Ok(false) };
        let report = dossier.report;
        if report.version != found.version || report.anonymous.is_some() {
            return Ok(false);
        }
        loop {
            let (followers, more) = self.followers(report.id, PAGE, None).await?;
            for follower in followers {
                self.forget_notices(report.id, follower.account, now).await?;
                self.forget_follower(report.id, follower.account).await?;
            }
            if more.is_none() {
                break;
            }
        }
        let mut photos: Vec<PhotoId> = report.photos.iter().chain(&report.after_photos).copied().collect();
        for event in &dossier.events {
            photos.extend(&event.photos);
        }
        photos.sort();
        photos.dedup();
        for photo in photos {
            if let Some(photo) = self.photo(photo).await? {
                self.delete_original(photo.id).await?;
                self.delete_pictures(photo.id).await?;
                match self.forget_photo(&photo).await {
                    // It is being worked on; the next run meets it again.
                    Err(StoreError::Conflict { .. }) => return Ok(false),
                    done => done?,
                }
            }
        }
        for event in dossier.events {
            let nameless = anonymous_event(event.clone())?;
            if nameless != event {
                self.table().put(&nameless, Condition::Present).await?;
            }
        }
        // Read again: its followers are fewer.
        let Some(report) = self.report(report.id).await?.filter(|now| now.version == report.version) else {
            return Ok(false);
        };
        let pictures = u64::try_from(report.photos.len() + report.after_photos.len()).unwrap_or_default();
        let new = anonymous(&report, now)?;
        let written =
            self.with_ended(self.with_anonymous(&report, &new)?, now, &[("reports", 1), ("photos", pictures)]);
        match written.commit().await {
            Ok(()) => Ok(true),
            // Somebody changed it at this moment: it is as young as that now.
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Begins the erasure of an account that nobody used and whose end was announced, as it was read: who signs in at this
    /// moment keeps it. Answers whether it began. Grants: `PUT`, `DELETE`, `CHECK`, `UPDATE`.
    pub async fn erase_unused(&self, account: &Account, now: Timestamp) -> Result<bool, StoreError> {
        let (id, seal) = (self.id(), &self.store().seal);
        let mut transaction = self
            .table()
            .transaction()
            .check(&staff::staff_key(id, account.id), Condition::Absent)
            .delete(&accounts::account_key(id, account.id), Condition::Version(account.version))
            .put(&Erasure { account: account.id, due: now, once_more: false }, Condition::Any);
        for contact in account.contacts() {
            let digest = contact_digest(seal, &contact);
            transaction = transaction.delete(&accounts::owner_key(id, &digest), Condition::Any);
            transaction = transaction.delete(&challenges::key(id, &digest), Condition::Any);
        }
        match self.with_ended(transaction, now, &[("accounts", 1)]).commit().await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Takes an announcement to send it, if nobody has it. Grants: `GET`, `PUT`.
    pub async fn claim_announcement(
        &self,
        account: &Account,
        number: u8,
        now: Timestamp,
    ) -> Result<AnnouncementClaim, StoreError> {
        let unused_since = account.last_used();
        let found: Option<Announcement> =
            self.table().get(&announcement_key(self.id(), account.id, unused_since, number)).await?;
        let (version, condition) = match found {
            None => (1, Condition::Absent),
            Some(Announcement { sent: Some(sent), .. }) => return Ok(AnnouncementClaim::Sent(sent)),
            Some(Announcement { lease_until, .. }) if lease_until > now => return Ok(AnnouncementClaim::Busy),
            Some(Announcement { version, .. }) => (version + 1, Condition::Version(version)),
        };
        let lease_until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let held = Announcement { account: account.id, unused_since, number, sent: None, lease_until, version };
        match self.table().put(&held, condition).await {
            Ok(()) => Ok(AnnouncementClaim::Held(held)),
            Err(StoreError::Conflict { .. }) => Ok(AnnouncementClaim::Busy),
            Err(error) => Err(error),
        }
    }

    /// When an announcement was sent, if it was. Grant: `GET`.
    pub async fn announced_at(&self, account: &Account, number: u8) -> Result<Option<Timestamp>, StoreError> {
        let key = announcement_key(self.id(), account.id, account.last_used(), number);
        let found: Option<Announcement> = self.table().get(&key).await?;
        Ok(found.and_then(|announcement| announcement.sent))
    }

    /// Ends an announcement: it is out. Grant: `PUT`.
    pub async fn mark_announcement(&self, held: Announcement, now: Timestamp) -> Result<(), StoreError> {
        let was = held.version;
        let sent = Announcement { sent: Some(now), version: was + 1, ..held };
        match self.table().put(&sent, Condition::Version(was)).await {
            // By ourselves: the answer was lost, and the second try found what the first had written.
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// Gives an announcement back that was certainly not sent. Grant: `DELETE`.
    pub async fn release_announcement(&self, held: &Announcement) -> Result<(), StoreError> {
        let key = announcement_key(self.id(), held.account, held.unused_since, held.number);
        self.table().delete(&key).await
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
    fn with_ended<'t>(&self, transaction: Transaction<'t>, now: Timestamp, kinds: &[(&str, u64)]) -> Transaction<'t> {
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
