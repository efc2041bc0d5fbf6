//! The table, one commune at a time: reads by key, pages of queries, transactions.

mod transaction;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use jiff::Timestamp;
use parvis_domain::CommuneId;

use crate::Store;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, Item, from_attributes, to_attributes};
use crate::key::{DueTask, Key, partition_of, sortable};

use transaction::CONFLICT_TRIES;
pub use transaction::{Transaction, step_aside};

/// The table as one commune sees it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    pub(crate) store: &'a Store,
    pub(crate) commune: &'a CommuneId,
}

/// What must hold for a write to happen.
#[derive(Clone, Debug)]
pub enum Condition {
    /// No item is under the key.
    Absent,
    /// An item is under the key.
    Present,
    /// The item under the key has this version.
    Version(u32),
    /// Nothing.
    Any,
}

/// A range of one partition.
#[derive(Clone, Debug)]
pub struct Range {
    index: Option<Index>,
    pk: String,
    sort: Sort,
    descending: bool,
    filter: Option<Filter>,
}

#[derive(Clone, Debug)]
struct Filter {
    expression: String,
    values: Attributes,
    names: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
enum Sort {
    All,
    Prefix(String),
    Between(String, String),
}

/// One page: items and, when there is more, where to go on.
#[derive(Debug)]
pub struct Page {
    /// Items that passed the filter.
    pub items: Vec<Attributes>,
    /// DynamoDB's `LastEvaluatedKey`.
    pub next: Option<Attributes>,
}

impl Range {
    /// Descending by sort key.
    #[must_use]
    pub fn newest_first(mut self) -> Range {
        self.descending = true;
        self
    }

    /// Sort keys that begin with `prefix`.
    #[must_use]
    pub fn starting(mut self, prefix: impl Into<String>) -> Range {
        self.sort = Sort::Prefix(prefix.into());
        self
    }

    /// Sort keys from `low` to `high`, both included.
    #[must_use]
    pub fn between(mut self, low: impl Into<String>, high: impl Into<String>) -> Range {
        self.sort = Sort::Between(low.into(), high.into());
        self
    }

    /// A filter expression with its values and names. A filter saves transfer, not cost: use it on short ranges.
    #[must_use]
    pub fn filtered(mut self, expression: String, values: Attributes, names: Vec<(String, String)>) -> Range {
        self.filter = Some(Filter { expression, values, names });
        self
    }
}

impl Store {
    /// One page of what is due for `task` in one shard (0 to [`DUE_SHARDS`](crate::key::DUE_SHARDS) - 1) at `now`, the
    /// longest due first, whatever the commune: only for schedules.
    pub async fn due(
        &self,
        task: DueTask,
        shard: u8,
        now: Timestamp,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<Page, StoreError> {
        let range = Range {
            index: Some(Index::Due),
            pk: task.partition(shard),
            // `~` is above every digit and letter: all ids at this very time are due too.
            sort: Sort::Between("0".to_owned(), format!("{}~", sortable(now))),
            descending: false,
            filter: None,
        };
        query(self, &range, limit, start).await
    }
}

impl<'a> Table<'a> {
    /// Items of the partition `C#<commune>#<parts>`.
    pub fn range(&self, partition: &[&str]) -> Range {
        Range {
            index: None,
            pk: partition_of(self.commune, partition),
            sort: Sort::All,
            descending: false,
            filter: None,
        }
    }

    /// The same in an index.
    pub fn index(&self, index: Index, partition: &[&str]) -> Range {
        Range { index: Some(index), ..self.range(partition) }
    }

    /// One item, if there is one. Reads are strongly consistent.
    pub async fn get<T: Item>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        let answer = self.store.clients.dynamodb().get_item();
        let answer = answer
            .table_name(&self.store.names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("DynamoDB", e))?;
        answer.item.map(from_attributes).transpose()
    }

    /// Many items of one type by key, in no order; absent ones are left out. May be behind by a moment.
    pub async fn get_many<T: Item>(&self, keys: &[Key]) -> Result<Vec<T>, StoreError> {
        self.batch(keys, false).await?.into_iter().map(from_attributes).collect()
    }

    /// Items of any types by key, each at its key's place; strongly consistent.
    pub async fn get_each(&self, keys: &[Key]) -> Result<Vec<Option<Attributes>>, StoreError> {
        let mut found = self.batch(keys, true).await?;
        let is = |item: &Attributes, name: &str, text: &str| {
            item.get(name).and_then(|v| v.as_s().ok()).is_some_and(|s| s == text)
        };
        let mut each = Vec::with_capacity(keys.len());
        for key in keys {
            let at = found.iter().position(|item| is(item, "pk", &key.pk) && is(item, "sk", &key.sk));
            each.push(at.map(|at| found.swap_remove(at)));
        }
        Ok(each)
    }

    /// Asks again for what the engine left over.
    async fn batch(&self, keys: &[Key], consistent: bool) -> Result<Vec<Attributes>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(100) {
            let mut wanted = Vec::with_capacity(chunk.len());
            for key in chunk {
                wanted.push(Attributes::from([
                    ("pk".to_owned(), AttributeValue::S(key.pk.clone())),
                    ("sk".to_owned(), AttributeValue::S(key.sk.clone())),
                ]));
            }
            while !wanted.is_empty() {
                let request = KeysAndAttributes::builder().consistent_read(consistent).set_keys(Some(wanted)).build();
                let request = request.map_err(|e| StoreError::Defect(e.to_string()))?;
                let answer = self.store.clients.dynamodb().batch_get_item();
                let answer = answer
                    .request_items(&self.store.names.table, request)
                    .send()
                    .await
                    .map_err(|e| StoreError::from_sdk("DynamoDB", e))?;
                found.extend(answer.responses.unwrap_or_default().into_values().flatten());
                let left = answer.unprocessed_keys.unwrap_or_default();
                wanted = left.into_values().flat_map(|k| k.keys).collect();
            }
        }
        Ok(found)
    }

    /// One page of a range: at most `limit` items are read (and paid for), those that pass the filter are returned.
    pub async fn page(&self, range: &Range, limit: u32, start: Option<Attributes>) -> Result<Page, StoreError> {
        query(self.store, range, limit, start).await
    }

    /// Every item of a range that is known to be short (a report's history, an account's devices).
    pub async fn all<T: Item>(&self, range: &Range) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        let mut start = None;
        loop {
            let page = self.page(range, 1_000, start).await?;
            for item in page.items {
                found.push(from_attributes(item)?);
            }
            match page.next {
                None => return Ok(found),
                next => start = next,
            }
        }
    }

    /// Writes one item.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the condition does not hold.
    pub async fn put<T: Item>(&self, value: &T, condition: Condition) -> Result<(), StoreError> {
        let (expression, values) = condition.expression();
        let put = self
            .store
            .clients
            .dynamodb()
            .put_item()
            .table_name(&self.store.names.table)
            .set_item(Some(to_attributes(self.commune, value)?))
            .set_condition_expression(expression)
            .set_expression_attribute_values(values);
        unless_held(|| put.clone().send()).await.map(drop).map_err(|e| match e.as_service_error() {
            Some(s) if s.is_conditional_check_failed_exception() => StoreError::Conflict { item: 0 },
            _ => StoreError::from_sdk("DynamoDB", e),
        })
    }

    /// Removes one item, if it is there.
    pub async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let delete = self
            .store
            .clients
            .dynamodb()
            .delete_item()
            .table_name(&self.store.names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()));
        unless_held(|| delete.clone().send()).await.map(drop).map_err(|e| StoreError::from_sdk("DynamoDB", e))
    }

    /// Starts a transaction: all of it happens, or nothing.
    pub fn transaction(&self) -> Transaction<'a> {
        Transaction::on(*self)
    }
}

/// Makes a write, again when a transaction holds its item at this moment: that says nothing about its condition, and the
/// SDK does not try again by itself.
pub(crate) async fn unless_held<T, E, R, F>(write: impl Fn() -> F) -> Result<T, SdkError<E, R>>
where
    F: Future<Output = Result<T, SdkError<E, R>>>,
    SdkError<E, R>: ProvideErrorMetadata,
{
    let mut tries = 0;
    loop {
        tries += 1;
        match write().await {
            Err(error) if error.code() == Some("TransactionConflictException") && tries < CONFLICT_TRIES => {
                step_aside(tries).await;
            }
            done => return done,
        }
    }
}

/// Asks DynamoDB for one page.
async fn query(store: &Store, range: &Range, limit: u32, start: Option<Attributes>) -> Result<Page, StoreError> {
    let (pk, sk) = match range.index {
        None => ("pk".to_owned(), "sk".to_owned()),
        Some(index) => (format!("{}_pk", index.name()), format!("{}_sk", index.name())),
    };
    let mut request = store
        .clients
        .dynamodb()
        .query()
        .table_name(&store.names.table)
        .set_index_name(range.index.map(|i| i.name().to_owned()))
        .expression_attribute_names("#pk", pk)
        .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
        .scan_index_forward(!range.descending)
        .consistent_read(range.index.is_none())
        .limit(i32::try_from(limit).unwrap_or(i32::MAX))
        .set_exclusive_start_key(start);
    let condition = match &range.sort {
        Sort::All => "#pk = :pk",
        Sort::Prefix(prefix) => {
            request = request
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":low", AttributeValue::S(prefix.clone()));
            "#pk = :pk AND begins_with(#sk, :low)"
        }
        Sort::Between(low, high) => {
            request = request
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":low", AttributeValue::S(low.clone()))
                .expression_attribute_values(":high", AttributeValue::S(high.clone()));
            "#pk = :pk AND #sk BETWEEN :low AND :high"
        }
    };
    if let Some(Filter { expression, values, names }) = &range.filter {
        request = request.filter_expression(expression);
        for (name, value) in values {
            request = request.expression_attribute_values(name, value.clone());
        }
        for (name, value) in names {
            request = request.expression_attribute_names(name, value);
        }
    }
    let answer =
        request.key_condition_expression(condition).send().await.map_err(|e| StoreError::from_sdk("DynamoDB", e))?;
    Ok(Page { items: answer.items.unwrap_or_default(), next: answer.last_evaluated_key.filter(|key| !key.is_empty()) })
}

impl Condition {
    fn expression(&self) -> (Option<String>, Option<Attributes>) {
        match self {
            Condition::Any => (None, None),
            Condition::Absent => (Some("attribute_not_exists(pk)".to_owned()), None),
            Condition::Present => (Some("attribute_exists(pk)".to_owned()), None),
            Condition::Version(version) => (
                Some("version = :version".to_owned()),
                Some(Attributes::from([(":version".to_owned(), AttributeValue::N(version.to_string()))])),
            ),
        }
    }
}
