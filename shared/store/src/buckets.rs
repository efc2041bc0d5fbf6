//! Token buckets in the table: one item each, changed by one conditional write, so that of any number of requests at the
//! same moment exactly as many pass as there are tokens. The arithmetic is `parvis_domain::limit`.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use parvis_domain::limit::{Empty, Limit, micros, network};
use parvis_domain::{AccountId, today};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Attributes, COMMUNE, DATA, TTL, TYPE};
use crate::key::Key;
use crate::table::unless_held;

/// How often a bucket is looked at again that was removed between two writes.
const TRIES: u32 = 4;
/// An item is kept so many microseconds longer than its bucket needs it.
const KEPT: i64 = 3_600_000_000;
/// The value: when the bucket is full again, microseconds since 1970.
const FULL_AT: &str = "full_at";

impl Commune {
    /// Takes a token from the bucket `what` of `whose`, by which no contact and no address may be recognised
    /// ([`Commune::source`]). One write where the bucket is full, two where it is not, none more when it is empty.
    /// Grant: `UPDATE`.
    ///
    /// # Errors
    /// What the table says. A write that the SDK tried twice because its answer got lost takes two tokens.
    pub async fn take_token(
        &self,
        what: &str,
        whose: &str,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Result<(), Empty>, StoreError> {
        let key = Key::new(self.id(), &["bucket", what, whose], "bucket");
        let now = micros(now);
        for _ in 0..TRIES {
            let full = self
                .on_bucket(&key, now, limit)
                .update_expression("SET #data = :data, #type = :type, #commune = :commune, #ttl = :ttl")
                .condition_expression("attribute_not_exists(pk) OR #data.#full <= :now OR #data.#full > :impossible")
                .expression_attribute_names("#type", TYPE)
                .expression_attribute_names("#commune", COMMUNE)
                .expression_attribute_values(":type", AttributeValue::S("bucket".to_owned()))
                .expression_attribute_values(":commune", AttributeValue::S(self.id().to_string()))
                .expression_attribute_values(":data", data(now.saturating_add(limit.every)))
                .expression_attribute_values(":now", number(now))
                .expression_attribute_values(":impossible", number(limit.impossible(now)));
            let Some(full_at) = refused(full).await? else { return Ok(Ok(())) };
            if let Err(empty) = limit.take(Some(full_at), now) {
                return Ok(Err(empty));
            }
            let begun = self
                .on_bucket(&key, now, limit)
                .update_expression("SET #data.#full = #data.#full + :every, #ttl = :ttl")
                .condition_expression("#data.#full <= :latest")
                .expression_attribute_values(":every", number(limit.every))
                .expression_attribute_values(":latest", number(limit.latest(now)));
            let Some(full_at) = refused(begun).await? else { return Ok(Ok(())) };
            if let Err(empty) = limit.take(Some(full_at), now) {
                return Ok(Err(empty));
            }
        }
        Err(StoreError::Unavailable { service: "DynamoDB", detail: "a bucket changes all the time".to_owned() })
    }

    fn on_bucket(&self, key: &Key, now: i64, limit: Limit) -> UpdateItemFluentBuilder {
        let ttl = limit.impossible(now).saturating_add(KEPT) / 1_000_000;
        self.store()
            .clients()
            .dynamodb()
            .update_item()
            .table_name(&self.store().names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .expression_attribute_names("#data", DATA)
            .expression_attribute_names("#full", FULL_AT)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":ttl", number(ttl))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// By what buckets know an account: a digest, which says nothing once the account is erased.
    pub fn account_source(&self, account: AccountId) -> String {
        self.store().seal.digest("counted account", &account.to_string())
    }

    /// By what buckets know the address of a caller: a digest of its network, with the date, so that what is counted today
    /// and what was counted yesterday cannot be put together.
    pub fn source(&self, address: &str, now: Timestamp) -> String {
        let named = format!("{} {} {}", self.id(), today(now), network(address));
        self.store().seal.digest("source", &named)
    }
}

/// Writes; if the condition does not hold, what the bucket holds instead (0 where there is none).
async fn refused(update: UpdateItemFluentBuilder) -> Result<Option<i64>, StoreError> {
    use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException as Failed;
    match unless_held(|| update.clone().send()).await {
        Ok(_) => Ok(None),
        Err(error) => match error.as_service_error() {
            Some(Failed(failed)) => Ok(Some(failed.item().and_then(full_at).unwrap_or_default())),
            _ => Err(StoreError::from_sdk("DynamoDB", error)),
        },
    }
}

fn full_at(item: &Attributes) -> Option<i64> {
    item.get(DATA)?.as_m().ok()?.get(FULL_AT)?.as_n().ok()?.parse().ok()
}

fn data(full_at: i64) -> AttributeValue {
    AttributeValue::M(Attributes::from([(FULL_AT.to_owned(), number(full_at))]))
}

fn number(n: i64) -> AttributeValue {
    AttributeValue::N(n.to_string())
}
