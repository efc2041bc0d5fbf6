//! Several writes as one: all of it happens, or nothing.

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};

use parvis_domain::CommuneId;

use super::{Condition, Table};
use crate::error::StoreError;
use crate::item::{Attributes, Item, to_attributes};
use crate::key::Key;

/// How often a write is tried when DynamoDB says that a transaction touches the same items just now.
pub(super) const CONFLICT_TRIES: u32 = 5;

/// Waits before the next try at what somebody else is writing at this moment: at random, so that several who met do not
/// meet again; 5 to 20 ms after the first try, up to 0.5 s from the fifth on.
pub async fn step_aside(tries: u32) {
    let most = 20 * u64::from(tries.min(5).pow(2));
    tokio::time::sleep(std::time::Duration::from_millis(fastrand::u64(most / 4..=most))).await;
}

/// Writes that happen together. At most 100 items (DynamoDB's limit).
#[derive(Debug)]
pub struct Transaction<'a> {
    table: Table<'a>,
    items: Vec<TransactWriteItem>,
    failed: Option<StoreError>,
}

impl<'a> Transaction<'a> {
    pub(super) fn on(table: Table<'a>) -> Transaction<'a> {
        Transaction { table, items: Vec::new(), failed: None }
    }

    /// Writes a whole item.
    #[must_use]
    pub fn put<T: Item>(self, value: &T, condition: Condition) -> Self {
        let commune = self.table.commune;
        self.put_for(commune, value, condition)
    }

    /// The same of another tenant: what operators keep of a commune changes together with the commune.
    #[must_use]
    pub(crate) fn put_for<T: Item>(self, tenant: &CommuneId, value: &T, condition: Condition) -> Self {
        let (expression, values) = condition.expression();
        let item = to_attributes(tenant, value).and_then(|item| {
            Put::builder()
                .table_name(&self.table.store.names.table)
                .set_item(Some(item))
                .set_condition_expression(expression)
                .set_expression_attribute_values(values)
                .build()
                .map_err(|e| StoreError::Defect(e.to_string()))
        });
        self.push(item.map(|put| TransactWriteItem::builder().put(put).build()))
    }

    /// Removes an item.
    #[must_use]
    pub fn delete(self, key: &Key, condition: Condition) -> Self {
        let (expression, values) = condition.expression();
        let item = Delete::builder()
            .table_name(&self.table.store.names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values)
            .build()
            .map_err(|e| StoreError::Defect(e.to_string()));
        self.push(item.map(|delete| TransactWriteItem::builder().delete(delete).build()))
    }

    /// Only holds if the item is as `condition` says; changes nothing.
    #[must_use]
    pub fn check(self, key: &Key, condition: Condition) -> Self {
        let (expression, values) = condition.expression();
        let item = ConditionCheck::builder()
            .table_name(&self.table.store.names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values)
            .build()
            .map_err(|e| StoreError::Defect(e.to_string()));
        self.push(item.map(|check| TransactWriteItem::builder().condition_check(check).build()))
    }

    /// Applies an update expression; makes the item if it is not there (unless `condition` forbids). `values` are the
    /// expression's `:values`, `names` its `#names`.
    #[must_use]
    pub fn update(
        self,
        key: &Key,
        expression: &str,
        condition: Option<&str>,
        values: Attributes,
        names: &[(&str, &str)],
    ) -> Self {
        let mut update = Update::builder()
            .table_name(&self.table.store.names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .update_expression(expression)
            .set_condition_expression(condition.map(str::to_owned))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::None);
        if !values.is_empty() {
            update = update.set_expression_attribute_values(Some(values));
        }
        for (name, attribute) in names {
            update = update.expression_attribute_names(*name, *attribute);
        }
        let item = update.build().map_err(|e| StoreError::Defect(e.to_string()));
        self.push(item.map(|update| TransactWriteItem::builder().update(update).build()))
    }

    /// How many items it has.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    fn push(mut self, item: Result<TransactWriteItem, StoreError>) -> Self {
        match item {
            Ok(item) => self.items.push(item),
            Err(error) => self.failed = self.failed.or(Some(error)),
        }
        self
    }

    /// Writes. When DynamoDB cancels because another transaction holds an item just now, it is tried again: that says
    /// nothing about the conditions.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the place of the first item whose condition does not hold.
    pub async fn commit(self) -> Result<(), StoreError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let sent = self
                .table
                .store
                .clients
                .dynamodb()
                .transact_write_items()
                .set_transact_items(Some(self.items.clone()))
                .send()
                .await;
            let Err(error) = sent else { return Ok(()) };
            let reasons: Vec<String> = match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(c)) => {
                    c.cancellation_reasons().iter().map(|r| r.code().unwrap_or_default().to_owned()).collect()
                }
                _ => return Err(StoreError::from_sdk("DynamoDB", error)),
            };
            if let Some(item) = reasons.iter().position(|code| code == "ConditionalCheckFailed") {
                return Err(StoreError::Conflict { item });
            }
            let passing = reasons.iter().any(|c| c == "TransactionConflict" || c.contains("Throttl"));
            if !passing {
                return Err(StoreError::Defect(format!("DynamoDB cancelled the transaction: {reasons:?}")));
            }
            if tries == CONFLICT_TRIES {
                let detail = format!("the items were busy {tries} times");
                return Err(StoreError::Unavailable { service: "DynamoDB", detail });
            }
            step_aside(tries).await;
        }
    }
}
