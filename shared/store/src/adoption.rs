//! How residents take to it, week by week and zone by zone: counted as it happens, from the table's stream.
//!
//! What was counted of a report or an account is remembered beside it and written in the transaction that counts. It only
//! ever grows (a report that was received stays so), so a record that comes twice, late or in another order adds nothing.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, Actor, CommuneId, Report, ReportId, Status, ZoneId, today};
use serde::{Deserialize, Serialize};

use crate::accounts::account_key;
use crate::error::StoreError;
use crate::item::{Attributes, COMMUNE, Item, Placement, TYPE};
use crate::key::Key;
use crate::table::{Condition, Transaction};
use crate::{Account, Commune};

/// How often something is counted anew when somebody else counts it at the same moment.
const TRIES: u32 = 5;
/// What was counted of a report that was never confirmed is remembered longer than the report is there.
const DRAFT_KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Who sends a report so long after the account was made has stayed.
const STAYED_AFTER: SignedDuration = SignedDuration::from_hours(28 * 24);
/// In place of a zone: the whole commune. No zone has such an id.
const WHOLE: &str = "-";

/// The counts of one ISO week in one zone, or in the whole commune.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// `2026-W47`, in Paris.
    pub week: String,
    /// Absent for the whole commune.
    pub zone: Option<ZoneId>,
    /// Accounts made in the week; only for the whole commune, because an account has no place.
    pub joined: u64,
    /// Of those, who sent a report 28 days or more later.
    pub stayed: u64,
    /// Reports of guests that had to be confirmed, sent in the week.
    pub drafts: u64,
    /// Of those, the confirmed.
    pub confirmed: u64,
    /// Reports sent in the week that reached the commune.
    pub reports: u64,
    /// Of those, which staff answered: by a public note or another status.
    pub answered: u64,
    /// Seconds from when they were received to the first answer, all together.
    pub answered_s: u64,
}

/// What is counted of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OfReport {
    report: ReportId,
    draft: bool,
    received: bool,
    answered: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    version: u32,
}

impl Item for OfReport {
    const TYPE: &'static str = "adopted";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = of_report_key(commune, self.report);
        Placement { version: Some(self.version), expires: self.expires, ..Placement::at(key) }
    }
}

fn of_report_key(commune: &CommuneId, report: ReportId) -> Key {
    Key::new(commune, &["report", &report.to_string()], "adopted")
}

/// What is counted of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OfAccount {
    account: AccountId,
    joined: bool,
    stayed: bool,
    version: u32,
}

impl Item for OfAccount {
    const TYPE: &'static str = "adopting";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = of_account_key(commune, self.account);
        Placement { version: Some(self.version), ..Placement::at(key) }
    }
}

fn of_account_key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], "adopted")
}

/// By how much each count grows.
type Deltas = Vec<(&'static str, u64)>;

/// The ISO week of a time, in Paris: `2026-W47`.
pub fn iso_week(at: Timestamp) -> String {
    let week = today(at).iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

impl Commune {
    /// Counts what is new in a report. Returns whether anything was. Grants: `GET`, `QUERY`, `PUT`, `UPDATE`, `CHECK`.
    pub async fn adopt_report(&self, report: &Report) -> Result<bool, StoreError> {
        let key = of_report_key(self.id(), report.id);
        for _ in 0..TRIES {
            let known: Option<OfReport> = self.table().get(&key).await?;
            let nothing = OfReport {
                report: report.id,
                draft: false,
                received: false,
                answered: false,
                expires: None,
                version: 0,
            };
            let before = known.clone().unwrap_or(nothing);
            let received = before.received || report.status.is_with_commune();
            let answer = if received && !before.answered { self.first_answer(report).await? } else { None };
            let draft = before.draft || report.status == Status::Unconfirmed;
            let answered = before.answered || answer.is_some();
            let mut deltas = Deltas::new();
            for (name, was, is) in [
                ("drafts", before.draft, draft),
                ("confirmed", before.draft && before.received, draft && received),
                ("reports", before.received, received),
                ("answered", before.answered, answered),
            ] {
                deltas.extend((is && !was).then_some((name, 1)));
            }
            deltas.extend(answer.map(|seconds| ("answered_s", seconds)));
            if deltas.is_empty() {
                return Ok(false);
            }
            let expires = if received { None } else { report.created.checked_add(DRAFT_KEPT).ok() };
            let next = OfReport { draft, received, answered, expires, version: before.version + 1, ..before };
            let unchanged = known.map_or(Condition::Absent, |known| Condition::Version(known.version));
            let transaction = self.table().transaction().put(&next, unchanged);
            let week = iso_week(report.created);
            let transaction = self.grown(transaction, &week, WHOLE, &deltas);
            let transaction = match &report.zone {
                Some(zone) => self.grown(transaction, &week, zone.as_str(), &deltas),
                None => transaction,
            };
            match transaction.commit().await {
                Err(StoreError::Conflict { .. }) => {}
                done => {
                    done?;
                    return Ok(true);
                }
            }
        }
        Err(busy(report.id))
    }

    /// Counts an account that was made. One that is gone already is not counted. Grants: `GET`, `PUT`, `UPDATE`, `CHECK`.
    pub async fn adopt_account(&self, account: &Account) -> Result<bool, StoreError> {
        self.count_account(account.id, account.created, "joined").await
    }

    /// Counts the sender of a report as one who stayed, if they joined long enough before. Grants: `GET`, `PUT`, `UPDATE`,
    /// `CHECK`.
    pub async fn adopt_sender(&self, report: &Report) -> Result<bool, StoreError> {
        let Some(reporter) = report.reporter.filter(|_| report.status.is_with_commune()) else { return Ok(false) };
        let Some(account) = self.account(reporter).await? else { return Ok(false) };
        if account.created.duration_until(report.created) < STAYED_AFTER {
            return Ok(false);
        }
        self.count_account(account.id, account.created, "stayed").await
    }

    async fn count_account(&self, id: AccountId, created: Timestamp, what: &'static str) -> Result<bool, StoreError> {
        let key = of_account_key(self.id(), id);
        for _ in 0..TRIES {
            let known: Option<OfAccount> = self.table().get(&key).await?;
            let mut next = known.clone().unwrap_or(OfAccount { account: id, joined: false, stayed: false, version: 0 });
            let fact = if what == "joined" { &mut next.joined } else { &mut next.stayed };
            if std::mem::replace(fact, true) {
                return Ok(false);
            }
            next.version += 1;
            let unchanged = known.map_or(Condition::Absent, |known| Condition::Version(known.version));
            let transaction = self.table().transaction();
            let transaction = transaction.check(&account_key(self.id(), id), Condition::Present).put(&next, unchanged);
            match self.grown(transaction, &iso_week(created), WHOLE, &[(what, 1)]).commit().await {
                // It is gone: nothing of it is written any more.
                Err(StoreError::Conflict { item: 0 }) => return Ok(false),
                Err(StoreError::Conflict { .. }) => {}
                done => return done.map(|()| true),
            }
        }
        Err(busy(id))
    }

    /// Seconds from when the report was received to the first thing that staff told its sender.
    async fn first_answer(&self, report: &Report) -> Result<Option<u64>, StoreError> {
        let Some(dossier) = self.dossier(report.id).await? else { return Ok(None) };
        let received = dossier.events.first().map_or(report.created, |event| event.at);
        let answer = dossier.events.iter().find(|e| matches!(e.actor, Actor::Staff { .. }) && !e.is_internal());
        Ok(answer.map(|event| u64::try_from(received.duration_until(event.at).as_secs()).unwrap_or(0)))
    }

    fn grown<'t>(
        &self,
        transaction: Transaction<'t>,
        week: &str,
        zone: &str,
        by: &[(&'static str, u64)],
    ) -> Transaction<'t> {
        let mut values = Attributes::from([
            (":type".to_owned(), AttributeValue::S("adoption".to_owned())),
            (":commune".to_owned(), AttributeValue::S(self.id().to_string())),
        ]);
        let mut added = Vec::with_capacity(by.len());
        for (name, by) in by {
            added.push(format!("{name} :{name}"));
            values.insert(format!(":{name}"), AttributeValue::N(by.to_string()));
        }
        let expression = format!("SET #type = :type, #commune = :commune ADD {}", added.join(", "));
        let key = Key::new(self.id(), &["adoption"], format!("{week}#{zone}"));
        transaction.update(&key, &expression, None, values, &[("#type", TYPE), ("#commune", COMMUNE)])
    }

    /// The counts from one week to another, both included (`2026-W40`): of each week those of the whole commune first, then
    /// those of its zones. Weeks in which nothing happened are left out. Grant: `QUERY`.
    pub async fn adoption(&self, from: &str, to: &str) -> Result<Vec<Adoption>, StoreError> {
        let range = self.table().range(&["adoption"]).between(from, format!("{to}~"));
        let (mut found, mut start) = (BTreeMap::new(), None);
        loop {
            let page = self.table().page(&range, 1_000, start).await?;
            for item in &page.items {
                let sort = item.get("sk").and_then(|value| value.as_s().ok()).map_or("", String::as_str);
                let (week, zone) = sort.split_once('#').unwrap_or((sort, WHOLE));
                let zone = if zone == WHOLE { None } else { zone.parse().ok() };
                let read = |name: &str| {
                    item.get(name).and_then(|value| value.as_n().ok()).and_then(|n| n.parse().ok()).unwrap_or(0)
                };
                let counts = Adoption {
                    week: week.to_owned(),
                    zone: zone.clone(),
                    joined: read("joined"),
                    stayed: read("stayed"),
                    drafts: read("drafts"),
                    confirmed: read("confirmed"),
                    reports: read("reports"),
                    answered: read("answered"),
                    answered_s: read("answered_s"),
                };
                found.insert((week.to_owned(), zone), counts);
            }
            start = page.next;
            if start.is_none() {
                return Ok(found.into_values().collect());
            }
        }
    }
}

fn busy(what: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable { service: "DynamoDB", detail: format!("{what} was counted by others {TRIES} times") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_of_its_year_in_paris_and_sorts_as_it_follows() {
        let week = |at: &str| iso_week(at.parse().expect("a time"));
        assert_eq!(week("2026-11-22T12:00:00Z"), "2026-W47");
        // Sunday night in London is Monday in Paris; the last days of a year may be of the next one's first week.
        assert_eq!(week("2026-11-22T23:30:00Z"), "2026-W48");
        assert_eq!(week("2024-12-30T12:00:00Z"), "2025-W01");
        assert!(week("2026-02-01T12:00:00Z") < week("2026-11-22T12:00:00Z"));
    }
}
