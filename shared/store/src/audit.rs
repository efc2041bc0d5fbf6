//! The audit log of a commune: one entry per act of its staff and of operators, written in the transaction of the act.
//!
//! Each entry holds the digest of the one before it, and the head holds the number and the digest of the last one. So an
//! entry that was altered, removed from the middle or put between two others no longer fits; only the oldest go, after
//! `KEPT`.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::Key;
use crate::table::{Condition, Range, Transaction, step_aside};

/// How long an entry is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How often an act is written again when another act took its number.
const TRIES: u32 = 10;

/// Who did it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuditActor {
    /// A member of the commune's staff.
    Staff {
        /// The account.
        account: AccountId,
        /// The name as staff see it.
        name: String,
    },
    /// Somebody who operates the platform.
    Operator {
        /// The account among the operators.
        account: AccountId,
        /// The name.
        name: String,
    },
    /// A schedule or a command.
    System {
        /// The function.
        function: String,
    },
}

/// An act, to be written down.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub by: AuditActor,
    /// Which function of the catalog: `update_settings`.
    pub what: &'static str,
    /// What it was done to, by its id. No name, phone number or address of a resident belongs in the log.
    pub about: String,
    /// What changed, before; null for what is new.
    pub before: Value,
    /// What changed, after; null for what is gone.
    pub after: Value,
}

/// One entry. Its JSON is what is hashed and what an export has on a line: the fields in this order, without spaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// 1, 2, 3, … without a gap.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AuditActor,
    /// Which function of the catalog.
    pub what: String,
    /// What it was done to.
    pub about: String,
    /// What changed, before, as JSON text: it is hashed, and numbers would not come back digit by digit.
    pub before: String,
    /// What changed, after, as JSON text.
    pub after: String,
    /// Digest of the entry before, 64 hexadecimal digits; of the first one empty.
    pub previous: String,
    /// When the entry before was written: tells one that has gone by its age from one that was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_at: Option<Timestamp>,
    /// Digest of this one: SHA-256 of it as JSON, this field empty.
    pub digest: String,
}

/// Where the log ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Head {
    number: u32,
    digest: String,
    at: Option<Timestamp>,
}

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditGap {
    /// At which entry.
    pub number: u32,
    /// What.
    pub what: &'static str,
}

impl AuditEntry {
    fn next(head: &Head, act: &Act, at: Timestamp) -> Result<AuditEntry, StoreError> {
        let entry = AuditEntry {
            number: head.number + 1,
            at,
            by: act.by.clone(),
            what: act.what.to_owned(),
            about: act.about.clone(),
            before: act.before.to_string(),
            after: act.after.to_string(),
            previous: head.digest.clone(),
            previous_at: head.at,
            digest: String::new(),
        };
        Ok(AuditEntry { digest: entry.sealed()?, ..entry })
    }

    fn sealed(&self) -> Result<String, StoreError> {
        let open = AuditEntry { digest: String::new(), ..self.clone() };
        let json = serde_json::to_vec(&open).map_err(|e| StoreError::Defect(e.to_string()))?;
        Ok(hex::encode(digest(&SHA256, &json)))
    }
}

impl Item for AuditEntry {
    const TYPE: &'static str = "audit";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let expires = self.at.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        let key = Key::new(commune, &["audit"], format!("entry#{:010}", self.number));
        Placement { expires: Some(expires), ..Placement::at(key) }
    }
}

impl Item for Head {
    const TYPE: &'static str = "audit_head";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.number), ..Placement::at(head_key(commune)) }
    }
}

fn head_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["audit"], "head")
}

impl Commune {
    /// Commits what `writes` adds to a transaction (at most 98 items) together with the entry that says who did it. Runs
    /// `writes` again when another act took the number. Grants: `GET`, `PUT`, and those of `writes`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the place of the first item of `writes` whose condition does not hold.
    pub async fn commit_act(
        &self,
        act: &Act,
        now: Timestamp,
        writes: impl for<'t> Fn(Transaction<'t>) -> Transaction<'t> + Send,
    ) -> Result<(), StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let last: Option<Head> = self.table().get(&head_key(self.id())).await?;
            let condition = last.as_ref().map_or(Condition::Absent, |head| Condition::Version(head.number));
            let entry = AuditEntry::next(&last.unwrap_or_default(), act, now)?;
            let head = Head { number: entry.number, digest: entry.digest.clone(), at: Some(now) };
            let transaction = writes(self.table().transaction());
            let own = transaction.len();
            match transaction.put(&entry, Condition::Absent).put(&head, condition).commit().await {
                Err(StoreError::Conflict { item }) if item >= own && tries < TRIES => step_aside(tries).await,
                Err(StoreError::Conflict { item }) if item >= own => {
                    let detail = format!("the audit log was busy {tries} times");
                    return Err(StoreError::Unavailable { service: "audit", detail });
                }
                done => return done,
            }
        }
    }

    /// One page of the log, the newest entries first, and where the next page begins. Grant: `QUERY`.
    pub async fn audit_entries(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<AuditEntry>, Option<Attributes>), StoreError> {
        self.entries_in(self.table().range(&["audit"]).starting("entry#").newest_first(), limit, start).await
    }

    /// The same, the oldest first; at most 1 MB. Grant: `QUERY`.
    pub async fn audit_entries_in_order(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<AuditEntry>, Option<Attributes>), StoreError> {
        self.entries_in(self.table().range(&["audit"]).starting("entry#"), limit, start).await
    }

    async fn entries_in(
        &self,
        range: Range,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<AuditEntry>, Option<Attributes>), StoreError> {
        let page = self.table().page(&range, limit, start).await?;
        let entries = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((entries, page.next))
    }

    /// Reads the whole log and answers how many entries fit, and what does not. Those that are older than a year may be
    /// gone. Grants: `GET`, `QUERY`.
    pub async fn verify_audit(&self, now: Timestamp) -> Result<(u32, Vec<AuditGap>), StoreError> {
        let mut expected: Head = self.table().get(&head_key(self.id())).await?.unwrap_or_default();
        let (mut fits, mut gaps, mut start) = (0, Vec::new(), None);
        loop {
            let (entries, next) = self.audit_entries(100, start).await?;
            for entry in entries {
                if entry.number != expected.number {
                    gaps.push(AuditGap { number: expected.number, what: "is missing" });
                } else if entry.digest != expected.digest || entry.sealed()? != entry.digest {
                    gaps.push(AuditGap { number: entry.number, what: "was altered" });
                } else {
                    fits += 1;
                }
                expected =
                    Head { number: entry.number.saturating_sub(1), digest: entry.previous, at: entry.previous_at };
            }
            match next {
                Some(_) => start = next,
                None => break,
            }
        }
        if expected.at.is_some_and(|at| at.duration_until(now) < KEPT) {
            gaps.push(AuditGap { number: expected.number, what: "is missing" });
        }
        Ok((fits, gaps))
    }
}
