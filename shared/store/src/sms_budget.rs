//! What a commune's text messages of a month come to: counted once per notice, against its budget, with what its
//! administrators were told about it.
//!
//! A notice is counted before it is sent, in the transaction that writes so into the ledger: a second try finds that it
//! was, and a try that cannot count sends nothing. Counting with the mark that it was sent would make that mark fail more
//! often, and a mark that fails sends the message again. One that is dropped in the end is taken off again. A second copy of
//! a notice (its `doubts`) is not counted.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Month, Role};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::item::{Attributes, COMMUNE, Item, Placement, TTL, TYPE};
use crate::key::Key;
use crate::notices::{Notice, advanced};
use crate::table::{Condition, Transaction, unless_held};
use crate::{Account, Commune, StaffMember};

/// How long a month's count is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// A mail about the budget that was begun and not marked may be sent by somebody else after so long.
const MAIL_LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How often a notice is looked at again that the sweeper moved at the same moment.
const TRIES: u32 = 3;

/// What a notice was counted as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmsCharge {
    /// `2026-11`, in Paris.
    pub month: String,
    /// How many messages the text was split into.
    pub parts: u32,
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

/// That an administrator is told that a share of the budget is used: once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BudgetMail {
    month: String,
    percent: u32,
    account: AccountId,
    /// While it is not sent: when somebody else may send it.
    lease_until: Option<Timestamp>,
    begun: Timestamp,
    version: u32,
}

impl Item for BudgetMail {
    const TYPE: &'static str = "sms_mail";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement {
            expires: Some(self.begun.saturating_add(KEPT).unwrap_or(Timestamp::MAX)),
            version: Some(self.version),
            ..Placement::at(mail_key(commune, &self.month, self.percent, self.account))
        }
    }
}

/// What comes of wanting to send such a mail.
#[derive(Debug)]
pub enum BudgetMailClaim {
    /// It is yours to send.
    Held(BudgetMail),
    /// Somebody else is at it.
    Busy,
    /// It is sent.
    Done,
}

fn mail_key(commune: &CommuneId, month: &str, percent: u32, account: AccountId) -> Key {
    Key::new(commune, &["sms", month], format!("told#{percent:03}#{account}"))
}

pub(crate) fn count_key(commune: &CommuneId, month: &str) -> Key {
    Key::new(commune, &["sms", month], "count")
}

/// The month whose budget counts.
fn sms_month(now: Timestamp) -> String {
    Month::of(now).to_string()
}

impl Commune {
    /// Counts a claimed notice as a text message of so many parts, if it is not counted yet; `held` is as the ledger has it
    /// afterwards. Without a budget it is counted whatever there is. Grants: `GET`, `PUT`, `UPDATE`.
    pub async fn charge_sms(
        &self,
        held: &mut Notice,
        parts: u32,
        budget: Option<u32>,
        now: Timestamp,
    ) -> Result<Charged, StoreError> {
        let month = sms_month(now);
        for _ in 0..TRIES {
            if held.charged.is_some() {
                return Ok(Charged::Counted);
            }
            let charge = SmsCharge { month: month.clone(), parts };
            let (next, condition) = advanced(Notice { charged: Some(Box::new(charge)), ..held.clone() });
            let transaction = self.table().transaction().put(&next, condition);
            let room = budget.map(|budget| i64::from(budget) - i64::from(parts));
            let counted = self.with_sms_count(transaction, &month, i64::from(parts), room, now).commit().await;
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
                Err(StoreError::Conflict { .. }) => return Ok(Charged::Spent),
                Err(error) => return Err(error),
            }
        }
        Ok(Charged::Taken)
    }

    /// `transaction` with so many parts more (or fewer) in the month's count; with `room`, only while it is no higher.
    pub(crate) fn with_sms_count<'t>(
        &self,
        transaction: Transaction<'t>,
        month: &str,
        parts: i64,
        room: Option<i64>,
        now: Timestamp,
    ) -> Transaction<'t> {
        let mut values = self.count_values(parts, now);
        values.extend(room.map(|room| (":room".to_owned(), number(room))));
        transaction.update(&count_key(self.id(), month), COUNT, room.map(has), values, &NAMES)
    }

    /// Counts a code by SMS; says whether it may go out. Codes may use half as much again as the budget: a commune that has
    /// spent it must not be closed to whoever signs in by phone. Grant: `UPDATE`.
    ///
    /// # Errors
    /// What the table says. A write that the SDK tried twice because its answer got lost counts twice.
    pub async fn charge_code(&self, parts: u32, budget: u32, now: Timestamp) -> Result<bool, StoreError> {
        let budget = i64::from(budget);
        self.charge_up_to(parts, budget + budget / 2, now).await
    }

    /// Counts a message that is neither a code nor a notice; says whether it may go out. What is left beyond the budget is for
    /// codes. Grant: `UPDATE`.
    ///
    /// # Errors
    /// As of [`Commune::charge_code`].
    pub async fn charge_message(&self, parts: u32, budget: u32, now: Timestamp) -> Result<bool, StoreError> {
        self.charge_up_to(parts, i64::from(budget), now).await
    }

    /// Takes a message off again that was counted at `charged` and is certainly not out. Grant: `UPDATE`.
    pub async fn refund_message(&self, parts: u32, charged: Timestamp) -> Result<(), StoreError> {
        let transaction = self.table().transaction();
        self.with_sms_count(transaction, &sms_month(charged), -i64::from(parts), None, charged).commit().await
    }

    async fn charge_up_to(&self, parts: u32, most: i64, now: Timestamp) -> Result<bool, StoreError> {
        let room = most - i64::from(parts);
        let mut values = self.count_values(i64::from(parts), now);
        values.insert(":room".to_owned(), number(room));
        let mut update = self
            .update_count(&sms_month(now))
            .update_expression(COUNT)
            .condition_expression(has(room))
            .set_expression_attribute_values(Some(values));
        for (name, attribute) in NAMES {
            update = update.expression_attribute_names(name, attribute);
        }
        written(update).await
    }

    /// What is used of this month's budget. Grant: `BATCH_GET`.
    pub async fn sms_used(&self, now: Timestamp) -> Result<SmsUsed, StoreError> {
        let found = self.table().get_each(&[count_key(self.id(), &sms_month(now))]).await?;
        let item = found.into_iter().next().flatten().unwrap_or_default();
        let read = |name: &str| item.get(name).and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok());
        Ok(SmsUsed { parts: read("parts").unwrap_or_default(), told: read("told").unwrap_or_default() })
    }

    /// Who is told of the budget: the commune's administrators of this moment. Grants: `QUERY`, `BATCH_GET`.
    pub async fn administrators(&self) -> Result<Vec<Account>, StoreError> {
        let staff: Vec<StaffMember> = self.table().all(&self.table().range(&["staff"])).await?;
        let administrators = staff.iter().filter(|member| member.role == Role::Administrator);
        self.accounts(&administrators.map(|member| member.account).collect::<Vec<_>>()).await
    }

    /// Takes the mail about a share of this month's budget to one administrator, if nobody has it. Grants: `GET`, `PUT`.
    pub async fn claim_budget_mail(
        &self,
        percent: u32,
        account: AccountId,
        now: Timestamp,
    ) -> Result<BudgetMailClaim, StoreError> {
        let month = sms_month(now);
        let found: Option<BudgetMail> = self.table().get(&mail_key(self.id(), &month, percent, account)).await?;
        let (version, condition) = match found {
            None => (1, Condition::Absent),
            Some(BudgetMail { lease_until: None, .. }) => return Ok(BudgetMailClaim::Done),
            Some(BudgetMail { lease_until: Some(until), .. }) if until > now => return Ok(BudgetMailClaim::Busy),
            Some(BudgetMail { version, .. }) => (version + 1, Condition::Version(version)),
        };
        let lease_until = Some(now.saturating_add(MAIL_LEASE).unwrap_or(Timestamp::MAX));
        let mail = BudgetMail { month, percent, account, lease_until, begun: now, version };
        match self.table().put(&mail, condition).await {
            Ok(()) => Ok(BudgetMailClaim::Held(mail)),
            Err(StoreError::Conflict { .. }) => Ok(BudgetMailClaim::Busy),
            Err(error) => Err(error),
        }
    }

    /// Ends a mail that was claimed: it is out. Grant: `PUT`.
    pub async fn mark_budget_mail(&self, mail: BudgetMail) -> Result<(), StoreError> {
        let was = mail.version;
        let sent = BudgetMail { lease_until: None, version: was + 1, ..mail };
        match self.table().put(&sent, Condition::Version(was)).await {
            // By ourselves: the answer was lost, and the second try found what the first had written.
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// Gives a mail back that was certainly not sent. Grant: `DELETE`.
    pub async fn release_budget_mail(&self, mail: &BudgetMail) -> Result<(), StoreError> {
        self.table().delete(&mail_key(self.id(), &mail.month, mail.percent, mail.account)).await
    }

    /// Notes that all administrators were told of a share. Grant: `UPDATE`.
    pub async fn keep_budget_told(&self, percent: u32, now: Timestamp) -> Result<(), StoreError> {
        let update = self
            .update_count(&sms_month(now))
            .update_expression("SET told = :told")
            // What there is no count of, nobody has to be told of; and an item of nothing but this would be nobody's.
            .condition_expression("attribute_exists(pk) AND (attribute_not_exists(told) OR told < :told)")
            .expression_attribute_values(":told", number(percent.into()));
        written(update).await.map(drop)
    }

    fn update_count(&self, month: &str) -> UpdateItemFluentBuilder {
        let key = count_key(self.id(), month);
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
