//! What a commune uses in a month: reports, notices, active residents, pictures. Its bill and its operators' planning rest on it,
//! so it is exact: whatever the stream brings twice, late or in another order is counted once.
//!
//! A fact that is counted leaves a mark, in the transaction that counts it. Marks go when no stream or dead letter can bring the
//! fact again. What is stored in pictures is counted in the transaction that writes the photo; text messages in parts are counted
//! before they are sent (`sms_budget`).

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, Actor, Channel, CommuneId, Event, Month, What};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Attributes, COMMUNE, Item, Placement, TTL, TYPE};
use crate::key::Key;
use crate::notices::{Notice, NoticeState};
use crate::table::{Condition, Transaction, step_aside};

/// How long a month is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// How long it is remembered that something was counted: longer than a stream (1 day) and a dead letter (14 days) bring it.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(16 * 24);
/// The same of a resident's first act of a month, which the month's last act must still meet.
const REMEMBERED_RESIDENT: SignedDuration = SignedDuration::from_hours((31 + 16) * 24);
/// Facts in one transaction, with room for the counts of some months.
const AT_ONCE: usize = 90;
/// How often facts are counted anew that somebody else counts at the same moment.
const TRIES: u32 = 8;
/// The attribute that counts bytes of pictures.
const PHOTO_BYTES: &str = "photo_bytes";
/// Purpose of the digests that marks are found by.
const METERED: &str = "metered";

/// What a commune used in a month.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Usage {
    /// Reports that reached the commune; those that nobody confirmed are not among them.
    pub reports: u64,
    /// Residents with an account who sent a report or wrote to one.
    pub active_residents: u64,
    /// Notices that went out.
    pub notices: NoticesUsed,
    /// Text messages as operators of networks bill them, codes too.
    pub sms_parts: u64,
    /// Bytes of pictures made in the month.
    pub photo_bytes_added: u64,
    /// Bytes of pictures that are stored now, whatever the month.
    pub photo_bytes_stored: u64,
}

/// Notices by channel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct NoticesUsed {
    /// One for each device; an alert to everybody is one.
    pub push: u64,
    /// Messages, of one or more parts.
    pub sms: u64,
    /// Mails.
    pub email: u64,
}

/// Something that is counted once.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What makes it this one.
    id: String,
    month: Month,
    count: Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Count {
    Reports,
    ActiveResidents,
    Push,
    Sms,
    Email,
}

impl Count {
    const fn attribute(self) -> &'static str {
        match self {
            Count::Reports => "reports",
            Count::ActiveResidents => "active_residents",
            Count::Push => "push",
            Count::Sms => "sms",
            Count::Email => "email",
        }
    }
}

impl Fact {
    /// What an entry of a report's history, when it is made, adds to its month.
    pub fn of_event(event: &Event) -> Vec<Fact> {
        let month = Month::of(event.at);
        let mut facts = Vec::new();
        if event.what == What::Received {
            facts.push(Fact { id: format!("report {}", event.report), month, count: Count::Reports });
        }
        if let Actor::Reporter(account) | Actor::Resident(account) = &event.actor {
            facts.push(Fact::active(*account, month));
        }
        facts
    }

    /// What a notice adds, once it is sent.
    pub fn of_notice(notice: &Notice) -> Option<Fact> {
        let NoticeState::Sent { at, .. } = &notice.state else { return None };
        let count = match notice.key.channel {
            Channel::Push => Count::Push,
            Channel::Sms => Count::Sms,
            Channel::Email => Count::Email,
        };
        Some(Fact { id: format!("notice {}", notice.key), month: Month::of(*at), count })
    }

    fn active(account: AccountId, month: Month) -> Fact {
        Fact { id: format!("active {month} {account}"), month, count: Count::ActiveResidents }
    }
}

/// That a fact was counted. It is found by a keyed digest: it outlives an account that is erased, and tells nothing of it.
#[derive(Debug, Serialize, Deserialize)]
struct Metered {
    digest: String,
    expires: Timestamp,
}

impl Item for Metered {
    const TYPE: &'static str = "metered";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { expires: Some(self.expires), ..Placement::at(metered_key(commune, &self.digest)) }
    }
}

fn metered_key(commune: &CommuneId, digest: &str) -> Key {
    Key::new(commune, &["metered", digest], "metered")
}

fn month_key(commune: &CommuneId, month: Month) -> Key {
    Key::new(commune, &["usage"], month.to_string())
}

fn stored_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["usage"], "stored")
}

/// Apart from the pictures, which go with a training.
fn stored_map_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["usage"], "stored_map")
}

impl Commune {
    /// Counts facts, each once, whoever brings them how often. Grants: `BATCH_GET`, `PUT`, `UPDATE`.
    pub async fn meter(&self, facts: &[Fact], now: Timestamp) -> Result<(), StoreError> {
        let seal = &self.store().seal;
        // A batch may bring one twice.
        let facts: BTreeMap<String, &Fact> =
            facts.iter().map(|fact| (seal.digest(METERED, &format!("{} {}", self.id(), fact.id)), fact)).collect();
        let facts: Vec<(String, &Fact)> = facts.into_iter().collect();
        for some in facts.chunks(AT_ONCE) {
            self.meter_some(some.to_vec(), now).await?;
        }
        Ok(())
    }

    async fn meter_some(&self, mut facts: Vec<(String, &Fact)>, now: Timestamp) -> Result<(), StoreError> {
        for tries in 1..=TRIES {
            if facts.is_empty() {
                return Ok(());
            }
            let mut transaction = self.table().transaction();
            let mut months: BTreeMap<Month, BTreeMap<&'static str, i64>> = BTreeMap::new();
            for (digest, fact) in &facts {
                let kept = if fact.count == Count::ActiveResidents { REMEMBERED_RESIDENT } else { REMEMBERED };
                let expires = now.saturating_add(kept).unwrap_or(Timestamp::MAX);
                transaction = transaction.put(&Metered { digest: digest.clone(), expires }, Condition::Absent);
                *months.entry(fact.month).or_default().entry(fact.count.attribute()).or_default() += 1;
            }
            for (month, counts) in &months {
                transaction = self.with_usage(transaction, *month, counts, now);
            }
            match transaction.commit().await {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict { .. }) if tries < TRIES => {}
                Err(error) => return Err(error),
            }
            // Some were counted before, or are at this moment.
            let keys: Vec<Key> = facts.iter().map(|(digest, _)| metered_key(self.id(), digest)).collect();
            let mut known = self.table().get_each(&keys).await?.into_iter();
            let before = facts.len();
            facts.retain(|_| known.next().flatten().is_none());
            if facts.len() == before {
                step_aside(tries).await;
            }
        }
        let detail = format!("facts were counted by others {TRIES} times");
        Err(StoreError::Unavailable { service: "DynamoDB", detail })
    }

    /// `transaction` with more in a month's counts.
    fn with_usage<'t>(
        &self,
        transaction: Transaction<'t>,
        month: Month,
        counts: &BTreeMap<&'static str, i64>,
        now: Timestamp,
    ) -> Transaction<'t> {
        let expires = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second();
        let values = Attributes::from([(":ttl".to_owned(), number(expires))]);
        self.with_counts(transaction, &month_key(self.id(), month), counts, Some(values))
    }

    /// `transaction` with pictures of so many bytes more (or fewer) that are stored.
    pub(crate) fn with_stored<'t>(&self, transaction: Transaction<'t>, bytes: i64) -> Transaction<'t> {
        self.with_counts(transaction, &stored_key(self.id()), &BTreeMap::from([(PHOTO_BYTES, bytes)]), None)
    }

    /// `transaction` with so many bytes more (or fewer) of a map that is stored.
    pub(crate) fn with_stored_map<'t>(&self, transaction: Transaction<'t>, bytes: i64) -> Transaction<'t> {
        self.with_counts(transaction, &stored_map_key(self.id()), &BTreeMap::from([(PHOTO_BYTES, bytes)]), None)
    }

    /// `transaction` with pictures of so many bytes that were made now.
    pub(crate) fn with_made<'t>(&self, transaction: Transaction<'t>, bytes: i64, now: Timestamp) -> Transaction<'t> {
        let transaction = self.with_stored(transaction, bytes);
        self.with_usage(transaction, Month::of(now), &BTreeMap::from([(PHOTO_BYTES, bytes)]), now)
    }

    fn with_counts<'t>(
        &self,
        transaction: Transaction<'t>,
        key: &Key,
        counts: &BTreeMap<&'static str, i64>,
        expires: Option<Attributes>,
    ) -> Transaction<'t> {
        let mut values = Attributes::from([
            (":type".to_owned(), AttributeValue::S("usage".to_owned())),
            (":commune".to_owned(), AttributeValue::S(self.id().to_string())),
        ]);
        let mut expression = "SET #type = :type, #commune = :commune".to_owned();
        let mut names = vec![("#type".to_owned(), TYPE), ("#commune".to_owned(), COMMUNE)];
        if let Some(expires) = expires {
            expression.push_str(", #ttl = :ttl");
            names.push(("#ttl".to_owned(), TTL));
            values.extend(expires);
        }
        let adds: Vec<String> = counts.keys().map(|name| format!("#{name} :{name}")).collect();
        expression.push_str(&format!(" ADD {}", adds.join(", ")));
        for (name, by) in counts {
            names.push((format!("#{name}"), name));
            values.insert(format!(":{name}"), number(*by));
        }
        let names: Vec<(&str, &str)> = names.iter().map(|(name, attribute)| (name.as_str(), *attribute)).collect();
        transaction.update(key, &expression, None, values, &names)
    }

    /// What a month came to. Grants: `BATCH_GET`, `QUERY`.
    pub async fn usage(&self, month: Month) -> Result<Usage, StoreError> {
        let keys = [month_key(self.id(), month), stored_key(self.id()), stored_map_key(self.id())];
        let found = self.table().get_each(&keys).await?;
        let read = |place: usize, name: &str| counted(found.get(place).and_then(Option::as_ref), name);
        let of_month = |count: Count| read(0, count.attribute());
        Ok(Usage {
            reports: of_month(Count::Reports),
            active_residents: of_month(Count::ActiveResidents),
            notices: NoticesUsed {
                push: of_month(Count::Push),
                sms: of_month(Count::Sms),
                email: of_month(Count::Email),
            },
            sms_parts: self.sms_parts(month).await?,
            photo_bytes_added: read(0, PHOTO_BYTES),
            photo_bytes_stored: read(1, PHOTO_BYTES) + read(2, PHOTO_BYTES),
        })
    }

    /// Bytes of pictures, the map's among them, that are stored now. Grant: `BATCH_GET`.
    pub async fn photo_bytes_stored(&self) -> Result<u64, StoreError> {
        let found = self.table().get_each(&[stored_key(self.id()), stored_map_key(self.id())]).await?;
        Ok(found.iter().map(|item| counted(item.as_ref(), PHOTO_BYTES)).sum())
    }
}

/// What an item counts under a name; nothing below nothing.
fn counted(item: Option<&Attributes>, name: &str) -> u64 {
    let text = item.and_then(|item| item.get(name)).and_then(|value| value.as_n().ok());
    text.and_then(|text| text.parse::<i64>().ok()).and_then(|n| u64::try_from(n).ok()).unwrap_or_default()
}

fn number(n: i64) -> AttributeValue {
    AttributeValue::N(n.to_string())
}
