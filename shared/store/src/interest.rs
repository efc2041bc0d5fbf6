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
use crate::table::{Condition, Transaction};

/// A commune that has not opened within a year forgets who waits.
const KEPT: SignedDuration = SignedDuration::from_hours(366 * 24);
/// How long an entry is held by who tells it: longer than a run lasts.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// An entry that failed waits so long.
const RETRY: SignedDuration = SignedDuration::from_mins(5);
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

pub(crate) fn interest_key(commune: &CommuneId, digest: &str) -> Key {
    Key::new(commune, &["interest"], digest)
}

/// That those who wait are to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announcement {
    /// When the commune went live.
    pub live: Timestamp,
    due: Timestamp,
}

impl Item for Announcement {
    const TYPE: &'static str = "announcement";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let due = IndexKey::due(DueTask::Announcement, self.due, commune, "announcement");
        Placement { index: vec![due], ..Placement::at(announcement_key(commune)) }
    }
}

impl Announcement {
    pub(crate) fn new(now: Timestamp) -> Announcement {
        Announcement { live: now, due: now }
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
        let interest = Interest { contact, language, asked: now, tries: 0, held_until: None, digest, version: 1 };
        transaction.put(&interest, Condition::Any)
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

    /// Takes an entry to tell it, if nobody has it. Grant: `PUT`.
    pub async fn claim_interest(&self, found: Interest, now: Timestamp) -> Result<Option<Interest>, StoreError> {
        if found.held_until.is_some_and(|until| until > now) {
            return Ok(None);
        }
        let tries = found.tries + 1;
        self.keep_interest(Interest { tries, held_until: Some(after(now, LEASE)), ..found }).await
    }

    /// Gives an entry back that was certainly not told. Grant: `PUT`.
    pub async fn release_interest(&self, held: Interest, now: Timestamp) -> Result<(), StoreError> {
        self.keep_interest(Interest { held_until: Some(after(now, RETRY)), ..held }).await.map(drop)
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
    pub async fn announces(&self) -> Result<bool, StoreError> {
        if self.current_launch().await?.phase() == Phase::Live {
            return Ok(true);
        }
        self.table().delete(&announcement_key(self.id())).await?;
        Ok(false)
    }

    /// Ends a walk through those who wait, of whom so many are `left`: the schedule comes again, unless nobody can come to the
    /// list any more. Grants: `PUT`, `DELETE`.
    pub async fn walked(&self, done: &Announcement, began: Timestamp, left: bool) -> Result<(), StoreError> {
        let settled = after(done.live, SETTLED_AFTER);
        if !left && began >= settled {
            return self.table().delete(&announcement_key(self.id())).await;
        }
        let due = if left { after(began, SignedDuration::from_mins(1)) } else { settled };
        self.table().put(&Announcement { due, ..done.clone() }, Condition::Present).await
    }
}

fn after(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
