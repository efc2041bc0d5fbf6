//! The end of an account that nobody uses: that it was announced, twice, and the beginning of its erasure.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::table::Condition;
use crate::{Account, Commune};

/// That the end of an account is announced: once for each time that it was not used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Farewell {
    account: AccountId,
    /// Since when it was not used.
    pub unused_since: Timestamp,
    /// 1 or 2.
    pub number: u8,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// While it is not sent: when somebody else may send it.
    lease_until: Timestamp,
    version: u32,
}

/// How the sort keys begin.
const SORT: &str = "unused#";

/// What comes of wanting to announce.
#[derive(Debug)]
pub enum FarewellClaim {
    /// It is yours to send.
    Held(Farewell),
    /// Somebody else is at it.
    Busy,
    /// It was sent.
    Sent,
}

/// An announcement that was begun and not marked may be sent by somebody else after so long.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

impl Item for Farewell {
    const TYPE: &'static str = "farewell";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = farewell_key(commune, self.account, self.unused_since, self.number);
        Placement { version: Some(self.version), ..Placement::at(key) }
    }
}

fn farewell_key(commune: &CommuneId, account: AccountId, since: Timestamp, number: u8) -> Key {
    let sort = format!("{SORT}{:012}#{number}", since.as_second().max(0));
    Key::new(commune, &["account", &account.to_string()], sort)
}

impl Commune {
    /// Begins the erasure of an account that nobody used and whose end was announced, as it was read: who signs in at this
    /// moment keeps it. Answers whether it began. Grants: `PUT`, `DELETE`, `CHECK`, `UPDATE`.
    pub async fn erase_unused(&self, account: &Account, now: Timestamp) -> Result<bool, StoreError> {
        let codes = self.contact_digests(account);
        let transaction = self.erased(self.table().transaction(), account, &codes, now);
        match self.with_ended(transaction, now, &[("accounts", 1)]).commit().await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Takes an announcement to send it, if nobody has it. One that was sent before `counts_from` is sent again: it told of
    /// another end. Grants: `GET`, `PUT`.
    pub async fn claim_farewell(
        &self,
        account: &Account,
        number: u8,
        counts_from: Timestamp,
        now: Timestamp,
    ) -> Result<FarewellClaim, StoreError> {
        let unused_since = account.last_used();
        let found: Option<Farewell> =
            self.table().get(&farewell_key(self.id(), account.id, unused_since, number)).await?;
        let (version, condition) = match found {
            None => (1, Condition::Absent),
            Some(Farewell { sent: Some(sent), .. }) if sent >= counts_from => return Ok(FarewellClaim::Sent),
            Some(Farewell { sent: None, lease_until, .. }) if lease_until > now => return Ok(FarewellClaim::Busy),
            Some(Farewell { version, .. }) => (version + 1, Condition::Version(version)),
        };
        let lease_until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let held = Farewell { account: account.id, unused_since, number, sent: None, lease_until, version };
        match self.table().put(&held, condition).await {
            Ok(()) => Ok(FarewellClaim::Held(held)),
            Err(StoreError::Conflict { .. }) => Ok(FarewellClaim::Busy),
            Err(error) => Err(error),
        }
    }

    /// Every announcement that was begun. Grant: `QUERY`.
    pub async fn farewells(&self, account: AccountId) -> Result<Vec<Farewell>, StoreError> {
        self.table().all(&self.table().range(&["account", &account.to_string()]).starting(SORT)).await
    }

    /// When an announcement was sent, if it was, and not before `counts_from`. Grant: `GET`.
    pub async fn farewell_at(
        &self,
        account: &Account,
        number: u8,
        counts_from: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let key = farewell_key(self.id(), account.id, account.last_used(), number);
        let found: Option<Farewell> = self.table().get(&key).await?;
        Ok(found.and_then(|farewell| farewell.sent).filter(|sent| *sent >= counts_from))
    }

    /// Ends an announcement: it is out. Grant: `PUT`.
    pub async fn mark_farewell(&self, held: Farewell, now: Timestamp) -> Result<(), StoreError> {
        let was = held.version;
        let sent = Farewell { sent: Some(now), version: was + 1, ..held };
        match self.table().put(&sent, Condition::Version(was)).await {
            // By ourselves: the answer was lost, and the second try found what the first had written.
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// Gives an announcement back that was certainly not sent. Grant: `DELETE`.
    pub async fn release_farewell(&self, held: &Farewell) -> Result<(), StoreError> {
        let key = farewell_key(self.id(), held.account, held.unused_since, held.number);
        self.table().delete(&key).await
    }
}
