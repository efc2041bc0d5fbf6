//! Who wants to be told when the commune opens: contacts that were verified by a code, or that an account has. When it goes
//! live each is told once, and then it is not in the list any more.
//!
//! An entry is its own ledger: it is claimed for a while, told, and removed. Two runs never tell the same entry at once; only
//! a run that dies between SNS or SES taking the message and the removal leaves it to be told again, as with every notice
//! (docs/decisions/0010-a-try-without-a-word.md).

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{CommuneId, Contact, Language, Phase};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::accounts::contact_digest;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::{DueTask, IndexKey, Key};
use crate::notices::doubled;
use crate::table::{Condition, Transaction};

/// Purpose of the seal on tokens that take a contact off the list.
const WAY_OUT: &str = "no interest";
/// A commune that has not opened within a year forgets who waits.
const KEPT: SignedDuration = SignedDuration::from_hours(366 * 24);
/// How long an entry is held by who tells it: longer than a run lasts.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// An entry that failed waits so long, and twice as long after every further try, up to an hour.
const RETRY: SignedDuration = SignedDuration::from_mins(5);
/// An entry that the month's budget has no room for waits so long.
const NO_ROOM: SignedDuration = SignedDuration::from_hours(24);
/// A walk begins so long after the one before at the earliest.
const PACE: SignedDuration = SignedDuration::from_mins(1);
/// A process that does not know yet that the commune is live may take an entry for so long.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// Somebody who waits for the launch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interest {
    /// Where they are told.
    pub contact: Contact,
    /// In which language.
    pub language: Language,
    /// When they asked.
    pub asked: Timestamp,
    /// How often it was tried to tell them.
    pub tries: u32,
    /// After how many of these tries nobody knew whether the message was out.
    #[serde(default)]
    pub doubts: u32,
    /// Until when somebody is at it, or it waits after a try that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held_until: Option<Timestamp>,
    digest: String,
    version: u32,
}

impl Item for Interest {
    const TYPE: &'static str = "interest";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let expires = Some(self.asked.saturating_add(KEPT).unwrap_or(Timestamp::MAX));
        Placement { version: Some(self.version), expires, ..Placement::at(interest_key(commune, &self.digest)) }
    }
}

impl Interest {
    /// Until when nobody else may tell it, if that is after `now`.
    pub fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.held_until.filter(|until| *until > now)
    }
}

pub(crate) fn interest_key(commune: &CommuneId, digest: &str) -> Key {
    Key::new(commune, &["interest"], digest)
}

/// That those who wait are to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// When the commune went live.
    pub live: Timestamp,
    due: Timestamp,
    /// The version of the launch that ordered it: a run that still has an older order ends or moves that alone.
    order: u32,
}

impl Item for Announcement {
    const TYPE: &'static str = "announcement";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let due = IndexKey::due(DueTask::Announcement, self.due, commune, "announcement");
        Placement { index: vec![due], version: Some(self.order), ..Placement::at(announcement_key(commune)) }
    }
}

impl Announcement {
    pub(crate) fn new(order: u32, now: Timestamp) -> Announcement {
        Announcement { live: now, due: now, order }
    }
}

fn announcement_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "announcement")
}

impl Commune {
    /// `transaction` with a contact that is to be told; who asks again is in the list once. Grant: `PUT`.
    #[must_use]
    pub fn with_interest<'t>(
        &self,
        transaction: Transaction<'t>,
        contact: &Contact,
        language: Language,
        now: Timestamp,
    ) -> Transaction<'t> {
        let digest = contact_digest(&self.store().seal, contact);
        let contact = contact.clone();
        let interest =
            Interest { contact, language, asked: now, tries: 0, doubts: 0, held_until: None, digest, version: 1 };
        transaction.put(&interest, Condition::Any)
    }

    /// The entry of a contact, if it waits. Grant: `GET`.
    pub async fn interest_of(&self, contact: &Contact) -> Result<Option<Interest>, StoreError> {
        let digest = contact_digest(&self.store().seal, contact);
        self.table().get(&interest_key(self.id(), &digest)).await
    }

    /// What a mail to a contact carries, to be taken off the list again by whoever reads it: good in this commune alone.
    pub fn interest_token(&self, contact: &Contact) -> String {
        let seal = &self.store().seal;
        seal.close(WAY_OUT, format!("{} {}", self.id(), contact_digest(seal, contact)).as_bytes())
    }

    /// Takes the contact off the list that a token was made for, if it is on it. Grant: `DELETE`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the token was not made here.
    pub async fn forget_interest(&self, token: &str) -> Result<(), StoreError> {
        let content = self.store().seal.open(WAY_OUT, token).and_then(|content| String::from_utf8(content).ok());
        let content = content.ok_or(StoreError::NotFound)?;
        let (commune, digest) = content.split_once(' ').ok_or(StoreError::NotFound)?;
        if commune != self.id().as_str() {
            return Err(StoreError::NotFound);
        }
        self.table().delete(&interest_key(self.id(), digest)).await
    }

    /// `transaction` with a contact taken off the list, if it is on it. Grant: `DELETE`.
    #[must_use]
    pub fn without_interest<'t>(&self, transaction: Transaction<'t>, contact: &Contact) -> Transaction<'t> {
        let digest = contact_digest(&self.store().seal, contact);
        transaction.delete(&interest_key(self.id(), &digest), Condition::Any)
    }

    /// One page of those who wait, and where to go on. Grant: `QUERY`.
    pub async fn interests(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<Interest>, Option<Attributes>), StoreError> {
        let page = self.table().page(&self.table().range(&["interest"]), limit, start).await?;
        let interests = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((interests, page.next))
    }

    /// How many wait, `most` at most. Grant: `QUERY`.
    pub async fn waiting(&self, most: u32) -> Result<usize, StoreError> {
        let page = self.table().page(&self.table().range(&["interest"]), most, None).await?;
        Ok(page.items.len())
    }

    /// Takes an entry to tell it, if nobody has it. Grant: `PUT`.
    pub async fn claim_interest(&self, found: Interest, now: Timestamp) -> Result<Option<Interest>, StoreError> {
        if found.waits_until(now).is_some() {
            return Ok(None);
        }
        let tries = found.tries + 1;
        self.keep_interest(Interest { tries, held_until: Some(after(now, LEASE)), ..found }).await
    }

    /// Gives an entry back that was certainly not told; until when it waits. Grant: `PUT`.
    pub async fn release_interest(&self, held: Interest, now: Timestamp) -> Result<Timestamp, StoreError> {
        let until = after(now, doubled(RETRY, held.tries.saturating_sub(1)));
        self.keep_interest(Interest { held_until: Some(until), ..held }).await.map(|_| until)
    }

    /// The same for one that the month's budget had no room for, which is no try. Grant: `PUT`.
    pub async fn put_off_interest(&self, held: Interest, now: Timestamp) -> Result<Timestamp, StoreError> {
        let (until, tries) = (after(now, NO_ROOM), held.tries.saturating_sub(1));
        self.keep_interest(Interest { held_until: Some(until), tries, ..held }).await.map(|_| until)
    }

    /// Gives an entry back that may have been told. Grant: `PUT`.
    pub async fn doubt_interest(&self, held: Interest, now: Timestamp) -> Result<Timestamp, StoreError> {
        let doubts = held.doubts + 1;
        self.release_interest(Interest { doubts, ..held }, now).await
    }

    /// Removes an entry that was told, or cannot be. Who asked again meanwhile is told already. Grant: `DELETE`.
    pub async fn end_interest(&self, held: &Interest) -> Result<(), StoreError> {
        self.table().delete(&interest_key(self.id(), &held.digest)).await
    }

    async fn keep_interest(&self, next: Interest) -> Result<Option<Interest>, StoreError> {
        let was = next.version;
        let next = Interest { version: was + 1, ..next };
        match self.table().put(&next, Condition::Version(was)).await {
            Ok(()) => Ok(Some(next)),
            // Somebody else has it, or has told it.
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether those who wait are to be told now: the commune is live, whatever a cache says. Where it is not any more, they
    /// wait on. Grants: `GET`, `DELETE`.
    pub async fn announces(&self, found: &Announcement) -> Result<bool, StoreError> {
        if self.current_launch().await?.phase() == Phase::Live {
            return Ok(true);
        }
        self.end_announcement(found).await?;
        Ok(false)
    }

    /// Removes an order, unless a newer one has taken its place.
    async fn end_announcement(&self, done: &Announcement) -> Result<(), StoreError> {
        let key = announcement_key(self.id());
        match self.table().transaction().delete(&key, Condition::Version(done.order)).commit().await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            ended => ended,
        }
    }

    /// Ends a walk through those who wait. The schedule comes again at `next`, when the first that is left can be told; where
    /// nobody is left, once more when nobody can come to the list any more, and then never. What a newer order says holds.
    /// Grants: `PUT`, `DELETE`.
    pub async fn walked(
        &self,
        done: &Announcement,
        began: Timestamp,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let settled = after(done.live, SETTLED_AFTER);
        let due = match next {
            _ if began < settled => settled,
            Some(next) => next.max(after(began, PACE)),
            None => return self.end_announcement(done).await,
        };
        match self.table().put(&Announcement { due, ..done.clone() }, Condition::Version(done.order)).await {
            Err(StoreError::Conflict { .. }) => Ok(()),
            kept => kept,
        }
    }
}

fn after(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
