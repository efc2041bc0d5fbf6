//! Opaque, signed cursors: a client can hand one back, but not make, alter or carry one to another query.

use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::BTreeMap;

use crate::error::StoreError;
use crate::item::Attributes;
use crate::seal::Seal;

/// `next` of a page as text, good only for the query that `query` names (commune, filters, order).
pub fn encode(seal: &Seal, query: &str, next: &Attributes) -> Result<String, StoreError> {
    let mut plain = BTreeMap::new();
    for (name, value) in next {
        let AttributeValue::S(text) = value else {
            return Err(StoreError::Defect(format!("key attribute {name} is not a string")));
        };
        plain.insert(name, text);
    }
    let json = serde_json::to_vec(&plain).map_err(|e| StoreError::Defect(e.to_string()))?;
    Ok(seal.close(&purpose(query), &json))
}

/// The start key in a cursor.
///
/// # Errors
/// [`StoreError::Cursor`] when it was altered or made for another query.
pub fn decode(seal: &Seal, query: &str, cursor: &str) -> Result<Attributes, StoreError> {
    let json = seal.open(&purpose(query), cursor).ok_or(StoreError::Cursor)?;
    let plain: BTreeMap<String, String> = serde_json::from_slice(&json).map_err(|_| StoreError::Cursor)?;
    Ok(plain.into_iter().map(|(name, text)| (name, AttributeValue::S(text))).collect())
}

fn purpose(query: &str) -> String {
    format!("cursor {query}")
}
