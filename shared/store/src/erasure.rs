//! Erasing an account (RGPD, article 17): at once what it is reached and signed in by, then, slice by slice, its name on
//! everything that stays.
//!
//! The erasure is an item in the account's own partition and in the due index. Each slice takes away what it finds and
//! leaves the indexes it found it by, so that a slice that was cut off is found again and one that is repeated does nothing.
//! When nothing is left, all of it is done once more a day later: until then an access token may still be good, and a stream
//! or a queue may bring what was on its way.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Event, PhotoId, Report};
use serde::{Deserialize, Serialize};

use crate::accounts::{self, contact_digest};
use crate::ambassadors::ambassador_key;
use crate::challenges::{self, Verified};
use crate::error::StoreError;
use crate::followers::{followed_report, left_report};
use crate::interest::interest_key;
use crate::item::{Attributes, Item, Placement, from_attributes, type_of};
use crate::key::{DueTask, IndexKey, Key};
use crate::photos::Photo;
use crate::table::{Condition, Range, Transaction};
use crate::{Account, Commune, Device, Export, staff};

/// Longer than a stream keeps a record (24 hours).
const ONCE_MORE_AFTER: SignedDuration = SignedDuration::from_hours(25);
/// How much of each kind one slice takes: a report with its history is up to 200 writes.
const SLICE: usize = 10;
/// Items read at a time.
const PAGE: u32 = 25;

/// An account that is being erased. It holds nothing but the account's id, and goes when all else has gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Erasure {
    /// The account, which no longer exists.
    pub account: AccountId,
    /// When its next slice is done.
    pub due: Timestamp,
    /// Whether everything was done once already.
    pub once_more: bool,
}

impl Item for Erasure {
    const TYPE: &'static str = "erasure";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let due = IndexKey::due(DueTask::Erasure, self.due, commune, &self.account.to_string());
        Placement { index: vec![due], ..Placement::at(key(commune, self.account)) }
    }
}

fn key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], SORT)
}

const SORT: &str = "erasure";

impl Commune {
    /// Redeems a code and, in the same transaction, removes the account with what leads to it, and orders the rest. From
    /// here on nobody is reached and nobody signs in by it. Grants: `PUT`, `DELETE`, `CHECK`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 when the code was redeemed a moment ago, item 1 when the account is of the
    /// staff, another one when it changed since it was read.
    pub async fn begin_erasure(&self, account: &Account, verified: Verified, now: Timestamp) -> Result<(), StoreError> {
        let mut codes = self.contact_digests(account);
        codes.retain(|digest| !verified.is_of(self.id(), digest));
        self.erased(verified.redeemed_in(self.table().transaction()), account, &codes, now).commit().await
    }

    /// `transaction` with the account removed as it was read, with what leads to it and what is kept of it elsewhere by its
    /// contacts or its id, unless it is of the staff; and with the rest of its erasure ordered. `codes`: digests of those
    /// contacts whose live code goes too.
    pub(crate) fn erased<'t>(
        &self,
        transaction: Transaction<'t>,
        account: &Account,
        codes: &[String],
        now: Timestamp,
    ) -> Transaction<'t> {
        let id = self.id();
        let mut transaction = transaction
            .check(&staff::staff_key(id, account.id), Condition::Absent)
            .delete(&accounts::account_key(id, account.id), Condition::Version(account.version))
            .put(&Erasure { account: account.id, due: now, once_more: false }, Condition::Any)
            .delete(&ambassador_key(id, account.id), Condition::Any);
        for digest in self.contact_digests(account) {
            transaction = transaction.delete(&accounts::owner_key(id, &digest), Condition::Any);
            transaction = transaction.delete(&interest_key(id, &digest), Condition::Any);
        }
        codes
            .iter()
            .fold(transaction, |transaction, digest| transaction.delete(&challenges::key(id, digest), Condition::Any))
    }

    /// An account's contacts as keys hold them.
    pub(crate) fn contact_digests(&self, account: &Account) -> Vec<String> {
        account.contacts().map(|contact| contact_digest(&self.store().seal, &contact)).collect()
    }

    /// Removes what is kept with an account: devices with their endpoints, sessions, its export with the files, whatever
    /// else. Not what it follows or left, by which the slices find what is elsewhere. Answers how much it was. Grants: `GET`,
    /// `QUERY`, `PUT`, `DELETE`, `CHECK`, `DELETE_ENDPOINT`, `DELETE_EXPORT`, `UNSUBSCRIBE`.
    pub async fn forget_account(&self, account: AccountId, now: Timestamp) -> Result<usize, StoreError> {
        let range = self.table().range(&["account", &account.to_string()]);
        self.forget_range(range, Trace::Own, usize::MAX, account, now).await
    }

    /// One slice of an erasure; answers how much it found to do: when that is nothing, nothing is left. Grants: `GET`,
    /// `QUERY`, `QUERY_AUTHOR`, `PUT`, `UPDATE`, `DELETE`, `CHECK`, `DELETE_ENDPOINT`, `DELETE_EXPORT`, `UNSUBSCRIBE`.
    pub async fn erase_slice(&self, account: AccountId, now: Timestamp) -> Result<usize, StoreError> {
        let own = |sort: &str| self.table().range(&["account", &account.to_string()]).starting(sort);
        let mut done = 0;
        for (range, trace) in [
            (own("follow#"), Trace::Followed),
            (own("left#"), Trace::Left),
            (self.authored_range(account), Trace::Report),
            (self.acts_range(account), Trace::Act),
            (self.photos_range(account), Trace::Photo),
        ] {
            done += self.forget_range(range, trace, SLICE, account, now).await?;
        }
        Ok(done + self.forget_account(account, now).await?)
    }

    /// Ends an erasure, or has it done once more in a day. Grants: `PUT`, `DELETE`.
    pub async fn end_erasure(&self, erasure: &Erasure, now: Timestamp) -> Result<(), StoreError> {
        if erasure.once_more {
            return self.table().delete(&key(self.id(), erasure.account)).await;
        }
        let due = now.saturating_add(ONCE_MORE_AFTER).unwrap_or(Timestamp::MAX);
        self.table().put(&Erasure { due, once_more: true, ..erasure.clone() }, Condition::Present).await
    }

    /// A report of the account, with its history and photos first: it leaves the index when they are done.
    async fn forget_author_of(&self, item: Attributes, account: AccountId) -> Result<usize, StoreError> {
        let found: Report = from_attributes(item)?;
        let Some(dossier) = self.dossier(found.id).await? else { return Ok(0) };
        // The index may be a moment behind.
        if dossier.report.reporter != Some(account) {
            return Ok(0);
        }
        let mut photos = dossier.report.photos.clone();
        for event in dossier.events.into_iter().filter(|event| event.is_by_resident(account)) {
            photos.extend(&event.photos);
            self.forget_actor(event).await?;
        }
        for photo in photos {
            self.forget_uploader(photo, account).await?;
        }
        match self.forget_author(&dossier.report).await {
            // Somebody changed it at this moment; the next slice meets it again.
            Err(StoreError::Conflict { .. }) => Ok(1),
            done => done.map(|()| 1),
        }
    }

    /// Something that the account did to a report of somebody else.
    async fn forget_act(&self, item: Attributes, account: AccountId) -> Result<usize, StoreError> {
        let found: Event = from_attributes(item)?;
        let event = self.event(found.report, found.version).await?;
        let Some(event) = event.filter(|event| event.is_by_resident(account)) else { return Ok(0) };
        for photo in &event.photos {
            self.forget_uploader(*photo, account).await?;
        }
        self.forget_actor(event).await.map(|()| 1)
    }

    /// Rewrites an entry of a history, which tells nobody: notices are planned for new ones only.
    async fn forget_actor(&self, event: Event) -> Result<(), StoreError> {
        match self.table().put(&event.without_resident(), Condition::Present).await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// A photo that is part of a report stays as its two pictures, without its uploader and where it was taken. One that is
    /// part of nothing is due to the sweep, which removes it.
    async fn forget_uploader(&self, photo: PhotoId, account: AccountId) -> Result<usize, StoreError> {
        let Some(photo) = self.photo(photo).await? else { return Ok(0) };
        let by_other = photo.owner.is_some_and(|owner| owner != account);
        if by_other || photo.owner.is_none() && photo.position.is_none() {
            return Ok(0);
        }
        let version = photo.version + 1;
        match self.update_photo(&Photo { owner: None, position: None, version, ..photo }).await {
            // It is being worked on; the next slice meets it again.
            Err(StoreError::Conflict { .. }) => Ok(1),
            done => done.map(|()| 1),
        }
    }

    /// Forgets the account in each item of a range until so much was done; answers how much.
    async fn forget_range(
        &self,
        range: Range,
        trace: Trace,
        most: usize,
        account: AccountId,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let (mut done, mut start) = (0, None);
        loop {
            let page = self.table().page(&range, PAGE, start).await?;
            for item in page.items {
                done += self.forget(trace, item, account, now).await?;
                if done >= most {
                    return Ok(done);
                }
            }
            start = page.next;
            if start.is_none() {
                return Ok(done);
            }
        }
    }

    /// Answers 1, or 0 when there was nothing to do.
    async fn forget(
        &self,
        trace: Trace,
        item: Attributes,
        account: AccountId,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        match trace {
            Trace::Followed => {
                let report = followed_report(item)?;
                self.forget_notices(report, account, now).await?;
                self.forget_follower(report, account).await.map(|()| 1)
            }
            Trace::Left => {
                let key = own_key(&item)?;
                self.forget_notices(left_report(item)?, account, now).await?;
                self.table().delete(&key).await.map(|()| 1)
            }
            Trace::Report => self.forget_author_of(item, account).await,
            Trace::Act => self.forget_act(item, account).await,
            Trace::Photo => {
                let photo: Photo = from_attributes(item)?;
                self.forget_uploader(photo.id, account).await
            }
            Trace::Own => {
                if matches!(type_of(&item), Erasure::TYPE | "followed" | "left") {
                    return Ok(0);
                }
                let key = own_key(&item)?;
                match type_of(&item) {
                    Device::TYPE => self.remove_device(&from_attributes(item)?).await?,
                    Export::TYPE => self.delete_export_files(&from_attributes(item)?).await?,
                    _ => {}
                }
                // Also a device that has changed hands meanwhile.
                self.table().delete(&key).await.map(|()| 1)
            }
        }
    }
}

/// What an account leaves behind.
#[derive(Clone, Copy)]
enum Trace {
    /// That it follows a report.
    Followed,
    /// That it left one.
    Left,
    /// A report of its own.
    Report,
    /// What it did to a report of somebody else.
    Act,
    /// A photo that it announced.
    Photo,
    /// What is kept with it.
    Own,
}

/// The key of an item of an account's partition.
fn own_key(item: &Attributes) -> Result<Key, StoreError> {
    let read = |name: &str| item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).cloned();
    let key = read("pk").zip(read("sk")).map(|(pk, sk)| Key { pk, sk });
    key.ok_or_else(|| StoreError::Defect("an item without its key".to_owned()))
}
