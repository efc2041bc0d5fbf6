//! Ending a training: all that staff and whoever they invited made is removed, in slices that a schedule makes, and then the
//! commune is in draft again.
//!
//! A training is over for good when a whole walk through the table finds nothing of it any more, and that walk began when
//! nothing could be written for it any more: processes know the order after ten seconds, and the access token of an account
//! that is gone is good for a quarter of an hour.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Contact, Phase};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::error::StoreError;
use crate::invitations::Invitation;
use crate::item::{Attributes, DATA, Item, Placement, type_of};
use crate::key::{DueTask, IndexKey, Key};
use crate::purge::Purge;
use crate::staff::StaffMember;
use crate::table::{Condition, step_aside};

/// From then on nothing can be written for the training: longer than an access token is good (15 minutes) and a process
/// remembers settings (10 seconds).
const SETTLED_AFTER: SignedDuration = SignedDuration::from_mins(16);
/// Clocks of two processes differ by less.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// How often an order is written again when the settings, or an operator's decision, got in between.
const TRIES: u32 = 5;
/// The partitions that a training fills. What is in no list stays: settings, staff, the audit log, what text messages cost.
const OF_TRAINING: [&str; 10] =
    ["adoption", "alerts", "ambassadors", "report", "photo", "notice", "cells", "services", "idem", "invites"];

/// A training that is being wiped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wipe {
    /// When it was ordered.
    pub ordered: Timestamp,
    /// How many items were removed so far.
    pub removed: usize,
    /// When the schedule goes on.
    due: Timestamp,
    /// When the walk began that it is at.
    walk: Timestamp,
    so_far: Purge,
}

impl Item for Wipe {
    const TYPE: &'static str = "wipe";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let due = IndexKey::due(DueTask::Wipe, self.due, commune, "wipe");
        Placement { index: vec![due], ..Placement::at(wipe_key(commune)) }
    }
}

fn wipe_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "wipe")
}

/// Why nothing is wiped.
#[derive(Debug, thiserror::Error)]
pub enum NotWiped {
    /// Only a training is.
    #[error("the commune is in another phase")]
    NotInTraining(Phase),
    /// It is begun already.
    #[error("the training is being wiped since {0}")]
    Begun(Timestamp),
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Commune {
    /// How far the wipe of the training got, if there is one. Grant: `GET`.
    pub async fn wipe(&self) -> Result<Option<Wipe>, StoreError> {
        self.table().get(&wipe_key(self.id())).await
    }

    /// Orders the wipe. From here on nobody but staff is let in, and nothing is written for the training. Grants: `GET`,
    /// `PUT`.
    ///
    /// # Errors
    /// Why nothing is wiped.
    pub async fn begin_wipe(&self, by: AuditActor, now: Timestamp) -> Result<Wipe, NotWiped> {
        let mut tries = 0;
        loop {
            tries += 1;
            let stored = self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?;
            let launch = &stored.launch;
            match (launch.phase(), launch.wiping) {
                (Phase::Training, None) => {}
                (Phase::Training, Some(since)) => return Err(NotWiped::Begun(since)),
                (other, _) => return Err(NotWiped::NotInTraining(other)),
            }
            let mut next = launch.clone();
            next.wiping = Some(now);
            next.version += 1;
            let wipe = Wipe { ordered: now, removed: 0, due: now, walk: now, so_far: Purge::default() };
            let about = format!("launch version {}", next.version);
            let act = Act { by: by.clone(), what: "wipe_training", about, before: json!(null), after: json!(null) };
            let after = stored.launched(next);
            let condition = Condition::Version(stored.version);
            let written = self
                .commit_act(&act, now, |writes| writes.put(&after, condition.clone()).put(&wipe, Condition::Any))
                .await;
            self.store().forget_settings(self.id());
            match written {
                Ok(()) => return Ok(wipe),
                Err(StoreError::Conflict { .. }) if tries < TRIES => step_aside(tries).await,
                Err(other) => return Err(other.into()),
            }
        }
    }

    /// One slice of a wipe. Answers how it goes on: not before the next run where a walk has ended, and not at all when
    /// nothing is left. Grants: `GET`, `QUERY`, `SCAN`, `PUT`, `DELETE`, `DELETE_INCOMING`, `DELETE_PHOTO`,
    /// `DELETE_ENDPOINT`, `DELETE_EXPORT`, `UNSUBSCRIBE`.
    pub async fn wipe_slice(&self, wipe: Wipe, now: Timestamp) -> Result<Option<Wipe>, StoreError> {
        let stored = self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?;
        if stored.launch.phase() != Phase::Training || stored.launch.wiping.is_none() {
            // It has ended: this order is what another run left behind.
            self.table().delete(&wipe_key(self.id())).await?;
            return Ok(None);
        }
        let begins = wipe.so_far == Purge::default();
        let walk = if begins { now } else { wipe.walk };
        let staying = self.staying(wipe.ordered, now).await?;
        let found = wipe.so_far.found;
        let mut so_far = self.store().walk(self.id(), wipe.so_far, |item| goes(item, &staying)).await?;
        let removed = wipe.removed + so_far.found - found;
        // Whoever is spared because nobody knows yet is looked at in one more walk.
        so_far.found += staying.spared.load(Ordering::Relaxed);
        let settled = after(wipe.ordered, SETTLED_AFTER);
        let next = match (&so_far.after, so_far.found) {
            (None, 0) if walk >= settled => {
                let done = stored.launched(stored.launch.in_phase(Phase::Draft, now));
                let by = AuditActor::System { function: "end_trainings".to_owned() };
                let about = format!("launch version {}", done.launch.version);
                let (what, removed) = ("end_trainings", json!({ "removed": removed }));
                let act = Act { by, what, about, before: json!(null), after: removed };
                let (key, condition) = (wipe_key(self.id()), Condition::Version(stored.version));
                let ended = self
                    .commit_act(&act, now, |writes| writes.put(&done, condition.clone()).delete(&key, Condition::Any))
                    .await;
                self.store().forget_settings(self.id());
                return ended.map(|()| None);
            }
            // Looked at once more; what readers of the stream write meanwhile goes then.
            (None, 0) => Wipe { removed, walk, due: settled, so_far: Purge::default(), ..wipe },
            (None, _) => Wipe { removed, walk, due: now, so_far: Purge::default(), ..wipe },
            (Some(_), _) => Wipe { removed, walk, so_far, ..wipe },
        };
        self.table().put(&next, Condition::Present).await?;
        Ok(Some(next))
    }

    /// The accounts that stay: of the staff, and of who is invited to it. Invitations are read first: whoever accepts one
    /// meanwhile is found among the staff.
    async fn staying(&self, ordered: Timestamp, now: Timestamp) -> Result<Staying, StoreError> {
        let invited: Vec<Invitation> = self.table().all(&self.table().range(&["invitations"])).await?;
        let mut accounts = HashSet::new();
        for invitation in invited.into_iter().filter(|invitation| invitation.is_live(now)) {
            let account = self.account_of(&Contact::Email(invitation.email)).await?;
            accounts.extend(account.map(|account| account.id));
        }
        let staff: Vec<StaffMember> = self.table().all(&self.table().range(&["staff"])).await?;
        accounts.extend(staff.into_iter().map(|member| member.account));
        let unread = ordered.max(now.saturating_sub(SKEW).unwrap_or(Timestamp::MIN));
        Ok(Staying { accounts, unread, spared: AtomicUsize::new(0) })
    }
}

/// Whose items stay.
struct Staying {
    accounts: HashSet<AccountId>,
    /// Accounts made from then on may be of somebody who was invited and signed in after `accounts` was read. Residents make
    /// none after the order.
    unread: Timestamp,
    /// How many items stay for that.
    spared: AtomicUsize,
}

impl Staying {
    fn stays(&self, account: &str) -> bool {
        let Ok(account) = account.parse::<AccountId>() else { return false };
        let spared = !self.accounts.contains(&account) && account.timestamp() >= self.unread;
        self.spared.fetch_add(usize::from(spared), Ordering::Relaxed);
        spared || self.accounts.contains(&account)
    }
}

impl Wipe {
    /// Whether a slice can be done now: a walk has not come to its end.
    pub fn goes_on(&self) -> bool {
        self.so_far.after.is_some()
    }
}

/// Whether an item goes with the training.
fn goes(item: &Attributes, staying: &Staying) -> bool {
    let pk = item.get("pk").and_then(|value| value.as_s().ok()).map(String::as_str).unwrap_or_default();
    let mut parts = pk.split('#').skip(2);
    let (partition, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (partition, type_of(item)) {
        ("account", "followed" | "left") => true,
        ("account", _) => !staying.stays(id),
        // Whose a phone number, a mailbox or a device is.
        ("contact", "contact") | ("token", _) => !owner(item).is_some_and(|account| staying.stays(account)),
        // No picture is left. What the months came to stays: it was used.
        ("usage", _) => item.get("sk").and_then(|value| value.as_s().ok()).is_some_and(|sk| sk == "stored"),
        _ => OF_TRAINING.contains(&partition),
    }
}

/// The account in an item's value.
fn owner(item: &Attributes) -> Option<&str> {
    let account = item.get(DATA)?.as_m().ok()?.get("account")?;
    account.as_s().ok().map(String::as_str)
}

fn after(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
