//! A record of the table's stream as Lambda hands it to functions.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::types::{AttributeValue, Record};
use parvis_edge::StreamFilter;
use parvis_store::item::{DATA, TYPE};
use serde_json::{Value, json};

use crate::engines::REGION;

/// The record's sequence number.
pub(super) fn sequence(record: &Record) -> &str {
    record.dynamodb().and_then(|change| change.sequence_number()).unwrap_or_default()
}

/// Whether the function wants the record; the event source mapping's patterns on AWS say the same.
pub(super) fn admitted(filters: &[StreamFilter], record: &Record) -> bool {
    let image = record.dynamodb().and_then(|change| change.new_image().or(change.old_image()));
    let Some(image) = image else { return false };
    let kind = image.get(TYPE).and_then(|kind| kind.as_s().ok()).map_or("", String::as_str);
    let state = || image.get(DATA)?.as_m().ok()?.get("state")?.as_m().ok()?.get("name")?.as_s().ok();
    let event = record.event_name().map(|name| name.as_str()).unwrap_or_default();
    filters.iter().any(|filter| filter.admits(event, kind, state().map(String::as_str)))
}

/// The record inside an event's `Records`.
///
/// # Errors
/// An attribute that has no JSON form.
pub(super) fn as_event(record: &Record, stream: &str) -> Result<Value, String> {
    let mut change = json!({"SequenceNumber": sequence(record), "StreamViewType": "NEW_AND_OLD_IMAGES"});
    if let Some(dynamodb) = record.dynamodb() {
        change["SizeBytes"] = dynamodb.size_bytes().unwrap_or_default().into();
        let created = dynamodb.approximate_creation_date_time().map(|at| at.as_secs_f64());
        change["ApproximateCreationDateTime"] = created.unwrap_or_default().into();
        for (name, image) in
            [("Keys", dynamodb.keys()), ("NewImage", dynamodb.new_image()), ("OldImage", dynamodb.old_image())]
        {
            if let Some(image) = image {
                change[name] = as_json(image)?;
            }
        }
    }
    Ok(json!({
        "eventID": record.event_id(),
        "eventName": record.event_name().map(|name| name.as_str()),
        "eventVersion": record.event_version(),
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": stream,
        "dynamodb": change,
    }))
}

fn as_json(image: &HashMap<String, AttributeValue>) -> Result<Value, String> {
    let item: serde_dynamo::Item = image.clone().into();
    serde_json::to_value(item).map_err(|e| e.to_string())
}
