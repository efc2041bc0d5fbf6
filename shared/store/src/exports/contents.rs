//! What an export holds, page by page.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use parvis_domain::{AccountId, Event, PhotoId, Report, ReportId};

use crate::error::StoreError;
use crate::followers::{followed_report, left_report};
use crate::item::{Attributes, COMMUNE, from_attributes};
use crate::notices::{KEPT as NOTICES_KEPT, Notice};
use crate::objects::Size;
use crate::photos::Photo;
use crate::table::Range;
use crate::{Commune, Store};

/// One page, and the key after which the next one begins.
#[derive(Debug)]
pub struct Found<T> {
    /// What is on it.
    pub all: Vec<T>,
    /// Nothing on the last page.
    pub next: Option<BTreeMap<String, String>>,
}

impl Commune {
    /// The ids of an account's own reports. Grant: `QUERY_AUTHOR`.
    pub async fn authored(
        &self,
        account: AccountId,
        most: u32,
        after: Option<&BTreeMap<String, String>>,
    ) -> Result<Found<ReportId>, StoreError> {
        self.found(&self.authored_range(account), most, after, |item| Ok(from_attributes::<Report>(item)?.id)).await
    }

    /// What an account did to reports of others. Grant: `QUERY_AUTHOR`.
    pub async fn acts(
        &self,
        account: AccountId,
        most: u32,
        after: Option<&BTreeMap<String, String>>,
    ) -> Result<Found<Event>, StoreError> {
        self.found(&self.acts_range(account), most, after, from_attributes).await
    }

    /// The reports that an account follows. Grant: `QUERY`.
    pub async fn followed(
        &self,
        account: AccountId,
        most: u32,
        after: Option<&BTreeMap<String, String>>,
    ) -> Result<Found<ReportId>, StoreError> {
        self.found(&self.followed_range(account, None), most, after, followed_report).await
    }

    /// The reports that an account followed once. Grant: `QUERY`.
    pub async fn left(
        &self,
        account: AccountId,
        most: u32,
        after: Option<&BTreeMap<String, String>>,
    ) -> Result<Found<ReportId>, StoreError> {
        let range = self.table().range(&["account", &account.to_string()]).starting("left#");
        self.found(&range, most, after, left_report).await
    }

    /// The photos that an account uploaded. Grant: `QUERY_AUTHOR`.
    pub async fn photos_of(
        &self,
        account: AccountId,
        most: u32,
        after: Option<&BTreeMap<String, String>>,
    ) -> Result<Found<Photo>, StoreError> {
        self.found(&self.photos_range(account), most, after, from_attributes).await
    }

    async fn found<T>(
        &self,
        range: &Range,
        most: u32,
        after: Option<&BTreeMap<String, String>>,
        read: impl Fn(Attributes) -> Result<T, StoreError>,
    ) -> Result<Found<T>, StoreError> {
        let page = self.table().page(range, most, after.map(key_of)).await?;
        let all = page.items.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Found { all, next: page.next.as_ref().map(texts) })
    }

    /// The notices that told an account about a report, as long as the ledger keeps them. Grant: `QUERY`.
    pub async fn notices_about(
        &self,
        report: ReportId,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<Notice>, StoreError> {
        let history = self.table().range(&["report", &report.to_string()]).starting("report#e#");
        let mut found = Vec::new();
        for event in self.table().all::<Event>(&history).await? {
            // Of what is older, the ledger holds nothing.
            if event.at.duration_until(now) <= NOTICES_KEPT {
                found.extend(self.notices_of(event.id, account).await?);
            }
        }
        Ok(found)
    }

    /// A finished picture, large; nothing if it is not there any more. Grant: `GET_PHOTO`.
    pub async fn picture(&self, photo: PhotoId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_picture(self.picture_key(photo, Size::Large)).await
    }
}

impl Store {
    /// What a slice of the table (1 MB) holds of a commune, in no order that says anything. The keys of a commune cannot be
    /// listed otherwise, and it is exported rarely. Grant: `SCAN`.
    pub async fn items_of(
        &self,
        commune: &Commune,
        after: Option<&BTreeMap<String, String>>,
    ) -> Result<Found<Attributes>, StoreError> {
        let slice = self
            .clients()
            .dynamodb()
            .scan()
            .table_name(&self.names.table)
            .filter_expression("#commune = :commune")
            .expression_attribute_names("#commune", COMMUNE)
            .expression_attribute_values(":commune", AttributeValue::S(commune.id().to_string()))
            .set_exclusive_start_key(after.map(key_of))
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("DynamoDB", e))?;
        let next = slice.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(Found { all: slice.items.unwrap_or_default(), next: next.as_ref().map(texts) })
    }
}

/// The key of an item, to go on after it.
pub(super) fn place_of(item: &Attributes) -> BTreeMap<String, String> {
    let mut key = texts(item);
    key.retain(|name, _| matches!(name.as_str(), "pk" | "sk"));
    key
}

/// A key as it is kept: all its parts are texts.
fn texts(key: &Attributes) -> BTreeMap<String, String> {
    key.iter().filter_map(|(name, value)| Some((name.clone(), value.as_s().ok()?.clone()))).collect()
}

fn key_of(texts: &BTreeMap<String, String>) -> Attributes {
    texts.iter().map(|(name, text)| (name.clone(), AttributeValue::S(text.clone()))).collect()
}
