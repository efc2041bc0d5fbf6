//! How a value becomes a table item: its key, its index keys, its expiry and its version come from one function per type.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use parvis_domain::CommuneId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::key::{IndexKey, Key};

/// An item as DynamoDB has it.
pub type Attributes = HashMap<String, AttributeValue>;

/// Attribute of the item's type; stream filters read it.
pub const TYPE: &str = "type";
/// Attribute of the version that optimistic writes compare.
pub const VERSION: &str = "version";
/// Attribute that DynamoDB's TTL reads (seconds since 1970).
pub const TTL: &str = "ttl";
/// Attribute of the value itself, a map.
pub const DATA: &str = "data";
/// Attribute of the commune's id, for stream workers.
pub const COMMUNE: &str = "commune";

/// Where and how a value is stored.
#[derive(Debug)]
pub struct Placement {
    /// Primary key.
    pub key: Key,
    /// Index keys; an item is in the indexes named here and in no other.
    pub index: Vec<IndexKey>,
    /// When it may be removed. Readers must still filter: DynamoDB removes late.
    pub expires: Option<Timestamp>,
    /// The version for optimistic writes.
    pub version: Option<u32>,
}

impl Placement {
    /// A placement with nothing but the key.
    pub fn at(key: Key) -> Placement {
        Placement { key, index: Vec::new(), expires: None, version: None }
    }
}

/// A type that is stored as items of its own.
pub trait Item: Serialize + DeserializeOwned {
    /// Value of the `type` attribute.
    const TYPE: &'static str;

    /// Derives every key from the value, so that reads and writes cannot differ.
    fn placement(&self, commune: &CommuneId) -> Placement;
}

/// The whole item for `value`.
pub fn to_attributes<T: Item>(commune: &CommuneId, value: &T) -> Result<Attributes, StoreError> {
    let Placement { key, index, expires, version } = value.placement(commune);
    let data: AttributeValue =
        serde_dynamo::to_attribute_value(value).map_err(|e| StoreError::Defect(format!("{}: {e}", T::TYPE)))?;
    let mut item = Attributes::from([
        ("pk".to_owned(), AttributeValue::S(key.pk)),
        ("sk".to_owned(), AttributeValue::S(key.sk)),
        (TYPE.to_owned(), AttributeValue::S(T::TYPE.to_owned())),
        (COMMUNE.to_owned(), AttributeValue::S(commune.to_string())),
        (DATA.to_owned(), data),
    ]);
    for IndexKey { index, pk, sk } in index {
        item.insert(format!("{}_pk", index.name()), AttributeValue::S(pk));
        item.insert(format!("{}_sk", index.name()), AttributeValue::S(sk));
    }
    if let Some(at) = expires {
        item.insert(TTL.to_owned(), AttributeValue::N(at.as_second().to_string()));
    }
    if let Some(version) = version {
        item.insert(VERSION.to_owned(), AttributeValue::N(version.to_string()));
    }
    Ok(item)
}

/// The value in an item that was read.
pub fn from_attributes<T: Item>(mut item: Attributes) -> Result<T, StoreError> {
    let data = item.remove(DATA).ok_or_else(|| StoreError::Defect(format!("a {} item without {DATA}", T::TYPE)))?;
    serde_dynamo::from_attribute_value(data).map_err(|e| StoreError::Defect(format!("a {} item: {e}", T::TYPE)))
}

/// The item's type.
pub fn type_of(item: &Attributes) -> &str {
    item.get(TYPE).and_then(|v| v.as_s().ok()).map_or("", String::as_str)
}

/// The name of the state that the item's value is in, if it has such states.
pub fn state_of(item: &Attributes) -> Option<&str> {
    let state = item.get(DATA)?.as_m().ok()?.get("state")?.as_m().ok()?;
    state.get("name")?.as_s().ok().map(String::as_str)
}

/// The commune an item belongs to.
pub fn commune_of(item: &Attributes) -> Option<CommuneId> {
    item.get(COMMUNE)?.as_s().ok()?.parse().ok()
}
