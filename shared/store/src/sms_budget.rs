//! What a commune's text messages of a month come to: counted once per notice, against its budget, with what its
//! administrators were told about it.
//!
//! A notice is counted before it is sent, in the transaction that writes so into the ledger: a second try finds that it
//! was, and a try that cannot count sends nothing. Counting with the mark that it was sent would make that mark fail more
//! often, and a mark that fails sends the message again. One that is dropped in the end is taken off again. A second copy of
//! a notice (its `doubts`) is not counted.
//!
//! A month's count is several items, because thousands of notices at once would be in each other's way at one: far from the
//! end of the budget a notice is counted in any of [`SHARDS`], near it, where the last parts are given out one by one, all are
//! counted in the same one, as codes and announcements always are. The count is the sum.

mod mails;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{CommuneId, Month};
use serde::{Deserialize, Serialize};

pub use mails::{BudgetMail, BudgetMailClaim};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Attributes, COMMUNE, TTL, TYPE};
use crate::key::Key;
use crate::notices::{Notice, advanced};
use crate::table::{Transaction, step_aside, unless_held};

/// How long a month's count is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// How often a notice is counted again that the sweeper moved at the same moment, or whose share was used up.
const TRIES: u32 = 4;
/// Over how many items a month's notices are spread.
const SHARDS: u8 = 8;
/// How many parts are left of a budget when notices are not spread any more. Each of those who count at one moment may take a
/// share of what is left, so the budget is exceeded only by what is counted between a read and its write while so many
/// parts go out.
const NEAR: i64 = 500;

/// What a notice was counted as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmsCharge {
    /// `2026-11`, in Paris.
    pub month: String,
    /// How many messages the text was split into.
    pub parts: u32,
    /// In which of the month's items, if it was spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shard: Option<u8>,
}

/// Whether a notice may go out as a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charged {
    /// It is counted, now or by an earlier try.
    Counted,
    /// The month's budget has no room for it.
    Spent,
    /// Somebody else has the notice.
    Taken,
}

/// How much of a month's budget is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmsUsed {
    /// Parts.
    pub parts: u32,
    /// The highest share in percent that all administrators were told of.
    pub told: u32,
}

fn count_key(commune: &CommuneId, month: &str, shard: Option<u8>) -> Key {
    Key::new(commune, &["sms", month], shard.map_or_else(|| COUNT_SORT.to_owned(), |n| format!("{COUNT_SORT}#{n}")))
}

/// The sort key of the one count, and how those of the others begin.
const COUNT_SORT: &str = "count";

/// What a month came to at the moment of a read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    /// In the item that bounds the end of the budget.
    own: i64,
    /// In the others.
    spread: [i64; SHARDS as usize],
    told: u32,
}

/// Where something is counted, and how much may be there before.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    shard: Option<u8>,
    room: Option<i64>,
}

impl Counts {
    fn all(&self) -> i64 {
        self.own + self.spread.iter().sum::<i64>()
    }

    /// Where so many parts are counted within a budget of `most`; nothing where it has no room for them. Whoever read the same
    /// may count at the same moment, so each of the spread items takes its share of what is left and no more.
    fn place(&self, parts: i64, most: i64, shard: u8) -> Option<Place> {
        let left = most - self.all();
        if left < parts {
            return None;
        }
        let spread = usize::from(shard) % self.spread.len();
        Some(match self.spread.get(spread) {
            Some(there) if left - parts >= NEAR => {
                Place { shard: Some(shard % SHARDS), room: Some(there + left / i64::from(SHARDS) - parts) }
            }
            _ => self.at_the_end(parts, most),
        })
    }

    /// In the one item that bounds the end of the budget.
    fn at_the_end(&self, parts: i64, most: i64) -> Place {
        Place { shard: None, room: Some(self.own + most - self.all() - parts) }
    }
}

/// The month whose budget counts.
fn sms_month(now: Timestamp) -> String {
    Month::of(now).to_string()
}

impl Commune {
    /// Counts a claimed notice as a text message of so many parts, if it is not counted yet; `held` is as the ledger has it
    /// afterwards. Without a budget it is counted whatever there is. Grants: `GET`, `QUERY`, `PUT`, `UPDATE`.
    pub async fn charge_sms(
        &self,
        held: &mut Notice,
        parts: u32,
        budget: Option<u32>,
        now: Timestamp,
    ) -> Result<Charged, StoreError> {
        let month = sms_month(now);
        for tries in 1..=TRIES {
            if held.charged.is_some() {
                return Ok(Charged::Counted);
            }
            let (own, any) = (i64::from(parts), fastrand::u8(0..SHARDS));
            let place = match budget.map(i64::from) {
                None => Place { shard: Some(any), room: None },
                Some(budget) => {
                    let counts = self.sms_counts(&month).await?;
                    match counts.place(own, budget, any) {
                        None => return self.charged_before(held).await,
                        Some(place) if tries < TRIES => place,
                        Some(_) => counts.at_the_end(own, budget),
                    }
                }
            };
            let charge = SmsCharge { month: month.clone(), parts, shard: place.shard };
            let (next, condition) = advanced(Notice { charged: Some(Box::new(charge)), ..held.clone() });
            let transaction = self.table().transaction().put(&next, condition);
            let counted = self.with_sms_count(transaction, &month, own, place, now).commit().await;
            match counted {
                Ok(()) => {
                    *held = next;
                    return Ok(Charged::Counted);
                }
                Err(StoreError::Conflict { item: 0 }) => match self.notice(&held.key).await? {
                    // By the sweeper, which moves only its own time: the claim is ours still.
                    Some(found) if found.state == held.state => *held = found,
                    _ => return Ok(Charged::Taken),
                },
                // Others used its share up: what is left now says where to go on.
                Err(StoreError::Conflict { .. }) if place.shard.is_some() => step_aside(tries).await,
                Err(StoreError::Conflict { .. }) => return self.charged_before(held).await,
                Err(error) => return Err(error),
            }
        }
        Ok(Charged::Taken)
    }

    /// What there is no room for may be counted already: by an earlier try whose answer was lost.
    async fn charged_before(&self, held: &mut Notice) -> Result<Charged, StoreError> {
        Ok(match self.notice(&held.key).await? {
            Some(found) if found.state == held.state && found.charged.is_some() => {
                *held = found;
                Charged::Counted
            }
            Some(found) if found.state == held.state => Charged::Spent,
            _ => Charged::Taken,
        })
    }

    /// `transaction` with a notice that was counted taken off again.
    pub(crate) fn without_charge<'t>(
        &self,
        transaction: Transaction<'t>,
        charge: &SmsCharge,
        now: Timestamp,
    ) -> Transaction<'t> {
        let place = Place { shard: charge.shard, room: None };
        self.with_sms_count(transaction, &charge.month, -i64::from(charge.parts), place, now)
    }

    /// `transaction` with so many parts more (or fewer) at a place of the month's count; with a room, only while it is no higher.
    fn with_sms_count<'t>(
        &self,
        transaction: Transaction<'t>,
        month: &str,
        parts: i64,
        Place { shard, room }: Place,
        now: Timestamp,
    ) -> Transaction<'t> {
        let mut values = self.count_values(parts, now);
        values.extend(room.map(|room| (":room".to_owned(), number(room))));
        transaction.update(&count_key(self.id(), month, shard), COUNT, room.map(has), values, &NAMES)
    }

    /// Counts a code by SMS; says whether it may go out. Codes may use half as much again as the budget: a commune that has
    /// spent it must not be closed to whoever signs in by phone. Grants: `QUERY`, `UPDATE`.
    ///
    /// # Errors
    /// What the table says. A write that the SDK tried twice because its answer got lost counts twice.
    pub async fn charge_code(&self, parts: u32, budget: u32, now: Timestamp) -> Result<bool, StoreError> {
        let budget = i64::from(budget);
        self.count_parts(parts, budget + budget / 2, now).await
    }

    /// Counts an announcement by SMS; says whether it may go out, which is within the budget: what is above it is kept for
    /// codes. Grants: `QUERY`, `UPDATE`.
    pub async fn charge_announcement(&self, parts: u32, budget: u32, now: Timestamp) -> Result<bool, StoreError> {
        self.count_parts(parts, i64::from(budget), now).await
    }

    /// Takes parts off again that were counted at `charged` for a message that was certainly not sent. Grant: `UPDATE`.
    pub async fn uncharge(&self, parts: u32, charged: Timestamp) -> Result<(), StoreError> {
        let parts = i64::from(parts);
        let mut values = self.count_values(-parts, charged);
        values.insert(":least".to_owned(), number(parts));
        // A count that is not there any more is not made again.
        written(self.counting(charged, values, "parts >= :least")).await.map(drop)
    }

    /// Counts parts where they stay within `most`; whether they do.
    async fn count_parts(&self, parts: u32, most: i64, now: Timestamp) -> Result<bool, StoreError> {
        let parts = i64::from(parts);
        let room = self.sms_counts(&sms_month(now)).await?.at_the_end(parts, most).room.unwrap_or_default();
        let mut values = self.count_values(parts, now);
        values.insert(":room".to_owned(), number(room));
        written(self.counting(now, values, has(room))).await
    }

    /// The update that adds to a month's count.
    fn counting(&self, now: Timestamp, values: Attributes, condition: &str) -> UpdateItemFluentBuilder {
        let update = self.update_count(&sms_month(now)).update_expression(COUNT).condition_expression(condition);
        NAMES.iter().fold(update.set_expression_attribute_values(Some(values)), |update, (name, attribute)| {
            update.expression_attribute_names(*name, *attribute)
        })
    }

    /// What is used of this month's budget. Grant: `QUERY`.
    pub async fn sms_used(&self, now: Timestamp) -> Result<SmsUsed, StoreError> {
        let counts = self.sms_counts(&sms_month(now)).await?;
        Ok(SmsUsed { parts: u32::try_from(counts.all().max(0)).unwrap_or(u32::MAX), told: counts.told })
    }

    /// What a month came to. Grant: `QUERY`.
    pub(crate) async fn sms_parts(&self, month: Month) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.sms_counts(&month.to_string()).await?.all()).unwrap_or_default())
    }

    async fn sms_counts(&self, month: &str) -> Result<Counts, StoreError> {
        let range = self.table().range(&["sms", month]).starting(COUNT_SORT);
        let mut counts = Counts::default();
        for item in self.table().page(&range, u32::from(SHARDS) + 1, None).await?.items {
            let read = |name: &str| item.get(name).and_then(|v| v.as_n().ok()).and_then(|n| n.parse::<i64>().ok());
            let parts = read("parts").unwrap_or_default();
            let sort = item.get("sk").and_then(|v| v.as_s().ok()).map(String::as_str).unwrap_or_default();
            let shard = sort.split_once('#').and_then(|(_, shard)| shard.parse::<usize>().ok());
            match shard.and_then(|shard| counts.spread.get_mut(shard)) {
                Some(spread) => *spread = parts,
                None => {
                    counts.own = parts;
                    counts.told = read("told").and_then(|told| u32::try_from(told).ok()).unwrap_or_default();
                }
            }
        }
        Ok(counts)
    }

    /// Notes that all administrators were told of a share. What there is no count of, nobody has to be told of. Grants:
    /// `QUERY`, `UPDATE`.
    pub async fn keep_budget_told(&self, percent: u32, now: Timestamp) -> Result<(), StoreError> {
        let month = sms_month(now);
        if self.sms_counts(&month).await?.all() == 0 {
            return Ok(());
        }
        let mut values = self.count_values(0, now);
        values.remove(":parts");
        values.insert(":told".to_owned(), number(percent.into()));
        let update = self.update_count(&month).update_expression(TOLD).set_expression_attribute_values(Some(values));
        let update =
            NAMES.iter().fold(update, |update, (name, attribute)| update.expression_attribute_names(*name, *attribute));
        let update = update.condition_expression("attribute_not_exists(told) OR told < :told");
        written(update).await.map(drop)
    }

    fn update_count(&self, month: &str) -> UpdateItemFluentBuilder {
        let key = count_key(self.id(), month, None);
        let update = self.store().clients().dynamodb().update_item().table_name(&self.store().names.table);
        update.key("pk", AttributeValue::S(key.pk)).key("sk", AttributeValue::S(key.sk))
    }

    fn count_values(&self, parts: i64, now: Timestamp) -> Attributes {
        let ttl = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second();
        Attributes::from([
            (":parts".to_owned(), number(parts)),
            (":type".to_owned(), AttributeValue::S("sms_count".to_owned())),
            (":commune".to_owned(), AttributeValue::S(self.id().to_string())),
            (":ttl".to_owned(), number(ttl)),
        ])
    }
}

/// Adds `:parts` to the month's count, which is made if it is not there.
const COUNT: &str = "SET #type = :type, #commune = :commune, #ttl = :ttl ADD parts :parts";
/// That administrators were told of a share; where all is spread so far, the item is made with it.
const TOLD: &str = "SET #type = :type, #commune = :commune, #ttl = :ttl, told = :told";
const NAMES: [(&str, &str); 3] = [("#type", TYPE), ("#commune", COMMUNE), ("#ttl", TTL)];

/// Where there is no count yet there is room, unless there is none at all.
fn has(room: i64) -> &'static str {
    if room < 0 { "parts <= :room" } else { "attribute_not_exists(parts) OR parts <= :room" }
}

/// Whether the condition held.
async fn written(update: UpdateItemFluentBuilder) -> Result<bool, StoreError> {
    match unless_held(|| update.clone().send()).await {
        Ok(_) => Ok(true),
        Err(e) if e.as_service_error().is_some_and(|s| s.is_conditional_check_failed_exception()) => Ok(false),
        Err(e) => Err(StoreError::from_sdk("DynamoDB", e)),
    }
}

fn number(n: i64) -> AttributeValue {
    AttributeValue::N(n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(own: i64, each: i64) -> Counts {
        Counts { own, spread: [each; SHARDS as usize], told: 0 }
    }

    #[test]
    fn whoever_counts_at_one_moment_takes_together_no_more_than_is_left() {
        for (own, each, budget) in [(0, 0, 501), (0, 0, 2_000), (700, 150, 9_000), (90, 1_000, 8_600), (-3, 7, 1_003)] {
            for parts in 1..=4 {
                let read = counts(own, each);
                let rooms: i64 = (0..SHARDS)
                    .map(|shard| match read.place(parts, budget, shard) {
                        // What an item may hold in the end, less what it has.
                        Some(Place { shard: Some(of), room: Some(room) }) if of == shard => room + parts - each,
                        Some(Place { shard: None, room: Some(room) }) => (room + parts - own) / i64::from(SHARDS),
                        other => panic!("{other:?}"),
                    })
                    .sum();
                assert!(rooms <= budget - read.all(), "{rooms} of {} left", budget - read.all());
                assert!(rooms + i64::from(SHARDS) > budget - read.all(), "nothing is kept back: {rooms}");
            }
        }
    }

    #[test]
    fn the_last_parts_are_given_out_one_by_one_and_none_after_them() {
        let place = |own, each, budget| counts(own, each).place(2, budget, 3);
        assert_eq!(place(0, 0, NEAR + 2), Some(Place { shard: Some(3), room: Some((NEAR + 2) / 8 - 2) }));
        assert_eq!(place(0, 0, NEAR + 1), Some(Place { shard: None, room: Some(NEAR - 1) }));
        assert_eq!(place(5, 10, 87), Some(Place { shard: None, room: Some(5) }));
        assert_eq!(place(5, 10, 86), None);
        assert_eq!(place(0, 0, 0), None);
        // A plan that was made smaller than what is used.
        assert_eq!(place(0, 1_000, 600), None);
    }
}
