//! A record of the table's stream as Lambda hands it to functions.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::types::{AttributeValue, Record};
use parvis_edge::StreamFilter;
use parvis_store::item::TYPE;
use serde_json::{Value, json};

use crate::engines::REGION;

/// The record's sequence number.
pub(super) fn sequence(record: &Record) -> &str {
    record.dynamodb().and_then(|change| change.sequence_number()).unwrap_or_default()
}

/// Whether the function wants the record; the event source mapping's pattern on AWS says the same.
pub(super) fn admitted(filter: StreamFilter, record: &Record) -> bool {
    let kind = record.dynamodb().and_then(|change| {
        let image = change.new_image().or(change.old_image())?;
        image.get(TYPE)?.as_s().ok()
    });
    let event = record.event_name().map(|name| name.as_str()).unwrap_or_default();
    kind.is_some_and(|kind| filter.admits(event, kind))
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
