//! The floor: the calls of a noted run made bare, one after the other, with the AWS SDK's own clients. Signing, HTTP and
//! reading the answers are the SDK's; nothing is ours.
//!
//! Writes of items are made of attribute values that are there before, so that writing them down as JSON, which is most of
//! such a call, is part of the floor. Of any other call the noted body goes out as it is.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
use axum::body::Bytes;
use parvis_store::Clients;
use serde_json::Value;

use crate::recorder::Exchange;

type Attributes = HashMap<String, AttributeValue>;

/// A call that is ready to be made.
pub(super) struct Bare {
    operation: String,
    body: Bytes,
    typed: Option<Typed>,
    is_success: bool,
}

/// A write of items.
enum Typed {
    Put(Put),
    Transaction(Vec<TransactWriteItem>),
}

/// An operation of a client with the noted body instead of one of its own.
macro_rules! bare {
    ($request:expr, $body:expr) => {{
        let body: Bytes = $body.clone();
        let sent = $request.customize().mutate_request(move |request| {
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = body.clone().into();
        });
        sent.send().await.map(drop).map_err(|error| DisplayErrorContext(error).to_string())
    }};
}

/// Whether the floor knows all operations of a run. Not those on S3: what a picture costs is the photo benchmark's.
pub(super) fn knows(run: &[Exchange]) -> bool {
    run.iter().all(|exchange| !exchange.operation.starts_with("S3 "))
}

/// A noted run as bare calls.
///
/// # Errors
/// A write that cannot be read.
pub(super) fn prepared(run: &[Exchange]) -> Result<Vec<Bare>, String> {
    let bare = run.iter().map(|exchange| {
        let Exchange { operation, request, .. } = exchange;
        let typed = match operation.as_str() {
            "DynamoDB PutItem" => Some(Typed::Put(put(&read(request)?)?)),
            "DynamoDB TransactWriteItems" => Some(Typed::Transaction(transaction(&read(request)?)?)),
            _ => None,
        };
        let is_success = exchange.is_success();
        Ok(Bare { operation: operation.clone(), body: request.clone(), typed, is_success })
    });
    bare.collect()
}

fn read(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// Makes the calls.
///
/// # Errors
/// An operation that is not written down here, or an answer that is not as noted.
pub(super) async fn call(clients: &Clients, run: &[Bare]) -> Result<(), String> {
    for Bare { operation, body, typed, is_success } in run {
        let sent = match typed {
            Some(typed) => write(clients, typed).await,
            None => send(clients, operation, body).await?,
        };
        // What was no success when it was noted is none now; its answer is read all the same.
        if *is_success {
            sent.map_err(|error| format!("{operation} made bare: {error}"))?;
        }
    }
    Ok(())
}

async fn write(clients: &Clients, typed: &Typed) -> Result<(), String> {
    match typed {
        Typed::Put(put) => {
            let Put { table_name, item, condition_expression, expression_attribute_values, .. } = put.clone();
            let call = clients.dynamodb().put_item().table_name(table_name).set_item(Some(item));
            let call = call.set_condition_expression(condition_expression);
            let sent = call.set_expression_attribute_values(expression_attribute_values).send().await;
            sent.map(drop).map_err(|error| DisplayErrorContext(error).to_string())
        }
        Typed::Transaction(items) => {
            let call = clients.dynamodb().transact_write_items().set_transact_items(Some(items.clone()));
            call.send().await.map(drop).map_err(|error| DisplayErrorContext(error).to_string())
        }
    }
}

/// The inner result is the service's.
async fn send(clients: &Clients, operation: &str, body: &Bytes) -> Result<Result<(), String>, String> {
    let (dynamodb, sns) = (clients.dynamodb(), clients.sns());
    // Without a table the SDK refuses to send; the noted body names the real one.
    let table = "noted";
    Ok(match operation {
        "DynamoDB GetItem" => bare!(dynamodb.get_item().table_name(table), body),
        "DynamoDB Query" => bare!(dynamodb.query().table_name(table), body),
        "DynamoDB BatchGetItem" => bare!(dynamodb.batch_get_item(), body),
        "DynamoDB TransactGetItems" => bare!(dynamodb.transact_get_items(), body),
        "DynamoDB UpdateItem" => bare!(dynamodb.update_item().table_name(table), body),
        "DynamoDB DeleteItem" => bare!(dynamodb.delete_item().table_name(table), body),
        "SNS Publish" => bare!(sns.publish(), body),
        "SNS CreatePlatformEndpoint" => bare!(sns.create_platform_endpoint(), body),
        "SNS SetEndpointAttributes" => bare!(sns.set_endpoint_attributes(), body),
        "SNS DeleteEndpoint" => bare!(sns.delete_endpoint(), body),
        "SNS CreateTopic" => bare!(sns.create_topic(), body),
        "SNS Subscribe" => bare!(sns.subscribe(), body),
        "SNS Unsubscribe" => bare!(sns.unsubscribe(), body),
        "SES SendEmail" => bare!(clients.ses().send_email(), body),
        "SQS SendMessageBatch" => bare!(clients.sqs().send_message_batch(), body),
        "KMS Sign" => bare!(clients.kms().sign(), body),
        "KMS GetPublicKey" => bare!(clients.kms().get_public_key(), body),
        other => return Err(format!("the floor does not know {other}: add it to floor.rs")),
    })
}

fn put(json: &Value) -> Result<Put, String> {
    let put = Put::builder().set_table_name(text(json, "TableName")).set_item(attributes(json, "Item")?);
    let put = put.set_condition_expression(text(json, "ConditionExpression"));
    let put = put.set_expression_attribute_values(attributes(json, "ExpressionAttributeValues")?);
    put.build().map_err(|error| error.to_string())
}

fn transaction(json: &Value) -> Result<Vec<TransactWriteItem>, String> {
    json["TransactItems"].as_array().into_iter().flatten().map(item).collect()
}

fn item(json: &Value) -> Result<TransactWriteItem, String> {
    let failed = |error: aws_sdk_dynamodb::error::BuildError| error.to_string();
    let item = TransactWriteItem::builder();
    if let Some(json) = json.get("Put") {
        return Ok(item.put(put(json)?).build());
    }
    if let Some(json) = json.get("Update") {
        let update = Update::builder().set_table_name(text(json, "TableName")).set_key(attributes(json, "Key")?);
        let update = update.set_update_expression(text(json, "UpdateExpression"));
        let update = update.set_condition_expression(text(json, "ConditionExpression"));
        let update = update.set_expression_attribute_names(names(json));
        let update = update.set_expression_attribute_values(attributes(json, "ExpressionAttributeValues")?);
        return Ok(item.update(update.build().map_err(failed)?).build());
    }
    if let Some(json) = json.get("Delete") {
        let delete = Delete::builder().set_table_name(text(json, "TableName")).set_key(attributes(json, "Key")?);
        let delete = delete.set_condition_expression(text(json, "ConditionExpression"));
        let delete = delete.set_expression_attribute_values(attributes(json, "ExpressionAttributeValues")?);
        return Ok(item.delete(delete.build().map_err(failed)?).build());
    }
    let json = &json["ConditionCheck"];
    let check = ConditionCheck::builder().set_table_name(text(json, "TableName")).set_key(attributes(json, "Key")?);
    let check = check.set_condition_expression(text(json, "ConditionExpression"));
    let check = check.set_expression_attribute_values(attributes(json, "ExpressionAttributeValues")?);
    Ok(item.condition_check(check.build().map_err(failed)?).build())
}

fn text(json: &Value, name: &str) -> Option<String> {
    json[name].as_str().map(str::to_owned)
}

fn names(json: &Value) -> Option<HashMap<String, String>> {
    let names = json["ExpressionAttributeNames"].as_object()?.iter();
    Some(names.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect())
}

fn attributes(json: &Value, name: &str) -> Result<Option<Attributes>, String> {
    let Some(map) = json.get(name) else { return Ok(None) };
    let item: serde_dynamo::Item = serde_json::from_value(map.clone()).map_err(|error| error.to_string())?;
    Ok(Some(item.into()))
}
