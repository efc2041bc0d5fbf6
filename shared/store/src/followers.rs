//! Who is told of what happens to a report.
//!
//! Each follower is two items, written together: one in the report's partition, for the planner of notices, and one in
//! the account's, for the list of what somebody follows. The report counts them without changing its version, so that
//! following never gets in the way of somebody who changes the report.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId, Event, ReportId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::Key;
use crate::reports::report_key;
use crate::table::{Condition, Range, Transaction};

/// How often several are tried to be made followers when one of them begins to follow at the same moment.
const TRIES: u32 = 5;

/// An account that is told of a report's events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Follower {
    /// The account.
    pub account: AccountId,
    /// The report.
    pub report: ReportId,
    /// Since when.
    pub since: Timestamp,
    /// The report's version at which it began to follow: it is told of what came after. None, of the reporter, and of who follows
    /// since before this was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u32>,
}

impl Follower {
    /// Whether it has to be told of an event: not of what was there before it began to follow.
    pub fn hears_of(&self, event: &Event) -> bool {
        self.seen.map_or(self.since <= event.at, |seen| seen < event.version)
    }
}

/// The same as the account sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Followed {
    account: AccountId,
    report: ReportId,
}

/// An account that followed a report and left it: nobody but itself makes it follow again. It is kept with the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Left {
    account: AccountId,
    report: ReportId,
}

impl Item for Follower {
    const TYPE: &'static str = "follower";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(follower_key(commune, self.report, self.account))
    }
}

impl Item for Followed {
    const TYPE: &'static str = "followed";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(followed_key(commune, self.report, self.account))
    }
}

impl Item for Left {
    const TYPE: &'static str = "left";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(left_key(commune, self.report, self.account))
    }
}

pub(crate) fn follower_key(commune: &CommuneId, report: ReportId, account: AccountId) -> Key {
    Key::new(commune, &["report", &report.to_string()], format!("follower#{account}"))
}

fn left_key(commune: &CommuneId, report: ReportId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], format!("left#{report}"))
}

fn followed_key(commune: &CommuneId, report: ReportId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], format!("follow#{report}"))
}

/// Adds the reporter as the first follower of a report that is written in the same transaction and counts it itself.
pub(crate) fn first<'a>(
    transaction: Transaction<'a>,
    report: ReportId,
    account: AccountId,
    now: Timestamp,
) -> Transaction<'a> {
    transaction
        .put(&Follower { account, report, since: now, seen: None }, Condition::Any)
        .put(&Followed { account, report }, Condition::Any)
}

impl Commune {
    /// Makes an account follow a report that has version `seen`. Returns whether it did not before.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the report has another version, or is gone: it has to be read again.
    pub async fn follow(
        &self,
        report: ReportId,
        seen: u32,
        account: AccountId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let transaction = self
            .table()
            .transaction()
            .put(&Follower { account, report, since: now, seen: Some(seen) }, Condition::Absent)
            .put(&Followed { account, report }, Condition::Any)
            .delete(&left_key(self.id(), report, account), Condition::Any);
        match counted(transaction, self.id(), report, 1, Some(seen)).commit().await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { item: 0 }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Makes accounts follow a report, at most 40 of them; those that do so already stay as they are, those that left it
    /// stay away. Does nothing when the report is gone.
    pub async fn follow_all(&self, report: ReportId, accounts: &[AccountId], now: Timestamp) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let keys: Vec<Key> = accounts.iter().map(|account| follower_key(self.id(), report, *account)).collect();
            let already: Vec<Follower> = self.table().get_many(&keys).await?;
            let keys: Vec<Key> = accounts.iter().map(|account| left_key(self.id(), report, *account)).collect();
            let left: Vec<Left> = self.table().get_many(&keys).await?;
            let stays = |account: &AccountId| {
                already.iter().all(|f| f.account != *account) && left.iter().all(|l| l.account != *account)
            };
            let new: Vec<AccountId> = accounts.iter().copied().filter(stays).collect();
            let seen = self.report(report).await?.map(|report| report.version);
            if new.is_empty() || seen.is_none() {
                return Ok(());
            }
            let transaction = counted(self.table().transaction(), self.id(), report, new.len(), seen);
            let transaction = new.iter().fold(transaction, |transaction, account| {
                transaction
                    .put(&Follower { account: *account, report, since: now, seen }, Condition::Absent)
                    .put(&Followed { account: *account, report }, Condition::Any)
            });
            match transaction.commit().await {
                // One of them began to follow at this moment, or the report changed: look again.
                Err(StoreError::Conflict { .. }) => {}
                done => return done,
            }
        }
        let detail = format!("the followers of report {report} changed {TRIES} times meanwhile");
        Err(StoreError::Unavailable { service: "DynamoDB", detail })
    }

    /// Makes an account follow a report no longer. Returns whether it did before.
    pub async fn unfollow(&self, report: ReportId, account: AccountId) -> Result<bool, StoreError> {
        let transaction = self
            .table()
            .transaction()
            .delete(&follower_key(self.id(), report, account), Condition::Present)
            .delete(&followed_key(self.id(), report, account), Condition::Any)
            .put(&Left { account, report }, Condition::Any);
        match counted(transaction, self.id(), report, -1, None).commit().await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Takes the followers' entry of an account that is being erased away: the report counts one fewer, and nothing says
    /// that it left. Harmless when repeated.
    pub(crate) async fn forget_follower(&self, report: ReportId, account: AccountId) -> Result<(), StoreError> {
        let followed = followed_key(self.id(), report, account);
        let transaction = self.table().transaction();
        let transaction = transaction.delete(&follower_key(self.id(), report, account), Condition::Present);
        let transaction = counted(transaction.delete(&followed, Condition::Any), self.id(), report, -1, None);
        match transaction.commit().await {
            // The other side is gone already, or the report is.
            Err(StoreError::Conflict { .. }) => {
                self.table().delete(&follower_key(self.id(), report, account)).await?;
                self.table().delete(&followed).await
            }
            done => done,
        }
    }

    /// Whether, and since when, an account follows a report.
    pub async fn follower(&self, report: ReportId, account: AccountId) -> Result<Option<Follower>, StoreError> {
        self.table().get(&follower_key(self.id(), report, account)).await
    }

    /// One page of a report's followers, at most `limit`, and where to go on.
    pub async fn followers(
        &self,
        report: ReportId,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<Follower>, Option<Attributes>), StoreError> {
        let table = self.table();
        let range = table.range(&["report", &report.to_string()]).starting("follower#");
        let page = table.page(&range, limit, start).await?;
        let followers = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((followers, page.next))
    }

    /// What an account follows, newest report first; `since` is the least report id, as text.
    pub(crate) fn followed_range(&self, account: AccountId, since: Option<&str>) -> Range {
        let range = self.table().range(&["account", &account.to_string()]).newest_first();
        match since {
            // `~` is above every digit and letter.
            Some(least) => range.between(format!("follow#{least}"), "follow#~"),
            None => range.starting("follow#"),
        }
    }
}

/// The report of an item that says that an account left it.
pub(crate) fn left_report(item: Attributes) -> Result<ReportId, StoreError> {
    from_attributes::<Left>(item).map(|left| left.report)
}

/// The report of an item of [`Commune::followed_range`].
pub(crate) fn followed_report(item: Attributes) -> Result<ReportId, StoreError> {
    from_attributes::<Followed>(item).map(|followed| followed.report)
}

/// Adds to the number of followers on the report; it must be there, in this version if one is named.
fn counted<'a>(
    transaction: Transaction<'a>,
    commune: &CommuneId,
    report: ReportId,
    by: impl std::fmt::Display,
    version: Option<u32>,
) -> Transaction<'a> {
    let mut values = Attributes::from([(":by".to_owned(), AttributeValue::N(by.to_string()))]);
    values.extend(version.map(|version| (":version".to_owned(), AttributeValue::N(version.to_string()))));
    let condition = if version.is_some() { "version = :version" } else { "attribute_exists(pk)" };
    transaction.update(
        &report_key(commune, report),
        "SET #d.followers = #d.followers + :by",
        Some(condition),
        values,
        &[("#d", "data")],
    )
}
