//! The errors the taps answer themselves, in each service's own protocol, so that an SDK takes them for the real ones.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::json;
use uuid::Uuid;

use super::call::{Call, Service};

/// Why a call is not answered by the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The service failed.
    Internal,
    /// The service is asked too often.
    Throttled,
    /// The device of a push was disabled.
    EndpointDisabled,
    /// The phone of a text message answered STOP.
    OptedOut,
    /// The device of a push was deleted.
    EndpointMissing,
    /// The device that is to listen to a topic was deleted.
    ListenerMissing,
    /// A transaction holds the items of a DynamoDB write.
    Conflict,
    /// The body passes the tap's limit.
    TooLarge,
    /// The engine is being restarted.
    Unavailable,
}

/// The answer to `call`.
pub(super) fn refuse(call: &Call, refusal: Refusal) -> Response<Full<Bytes>> {
    let streams = call.operation.as_deref().is_some_and(|o| ["GetRecords", "GetShardIterator"].contains(&o));
    let (status, code, message) = error(call.service, refusal, streams);
    let id = Uuid::new_v4().to_string();
    let answer = Response::builder().status(status).header("x-amzn-requestid", &id).header("x-amz-request-id", &id);
    let (answer, body) = match call.service {
        Some(Service::Dynamodb | Service::Kms | Service::Sqs) => {
            let answer = answer.header("content-type", "application/x-amz-json-1.0");
            let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
            let answer = match call.service {
                Some(Service::Sqs) => answer.header("x-amzn-query-error", format!("{code};{fault}")),
                _ => answer,
            };
            let mut error = json!({ "__type": code, "message": message });
            if refusal == Refusal::Conflict && call.operation.as_deref() == Some("TransactWriteItems") {
                error["__type"] = "TransactionCanceledException".into();
                error["CancellationReasons"] = reasons(call);
            }
            (answer, error.to_string())
        }
        Some(Service::Sns) => {
            let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
            let xml = format!(
                "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>{fault}</Type>\
                 <Code>{code}</Code><Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
            );
            (answer.header("content-type", "text/xml"), xml)
        }
        Some(Service::S3) => {
            let xml = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>"
            );
            (answer.header("content-type", "application/xml"), xml)
        }
        Some(Service::Push) => (answer.header("content-type", "text/plain"), message.to_owned()),
        Some(Service::Ses) | None => {
            let answer = answer.header("content-type", "application/json").header("x-amzn-errortype", code);
            (answer, json!({ "message": message }).to_string())
        }
    };
    // Every part above is a constant or a UUID, which headers may hold.
    answer.body(Full::from(body)).unwrap_or_default()
}

/// One reason for each item of a transaction: the first is held by another one.
fn reasons(call: &Call) -> serde_json::Value {
    let request: serde_json::Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let items = request["TransactItems"].as_array().map_or(1, Vec::len);
    let reason = |n| match n {
        0 => json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" }),
        _ => json!({ "Code": "None" }),
    };
    (0..items).map(reason).collect()
}

/// Status, code and message, from each service's API reference ("Common errors" and the operations' own).
fn error(service: Option<Service>, refusal: Refusal, streams: bool) -> (StatusCode, &'static str, &'static str) {
    const FAILED: &str = "The request processing has failed because of an internal error. (made by a local fault)";
    const RATE: &str = "Rate exceeded (made by a local fault)";
    const DOWN: &str = "The local engine is being restarted, try again.";
    let server = StatusCode::INTERNAL_SERVER_ERROR;
    let client = StatusCode::BAD_REQUEST;
    match (refusal, service) {
        (Refusal::Internal, Some(Service::Dynamodb)) => (server, "InternalServerError", FAILED),
        (Refusal::Internal, Some(Service::Kms)) => (server, "KMSInternalException", FAILED),
        (Refusal::Internal, Some(Service::Sns | Service::S3)) => (server, "InternalError", FAILED),
        (Refusal::Internal, _) => (server, "InternalFailure", FAILED),
        (Refusal::Throttled, Some(Service::Dynamodb)) if streams => (client, "LimitExceededException", RATE),
        (Refusal::Throttled, Some(Service::Dynamodb | Service::Kms)) => (client, "ThrottlingException", RATE),
        (Refusal::Throttled, Some(Service::Sqs)) => (client, "RequestThrottled", RATE),
        (Refusal::Throttled, Some(Service::Ses | Service::Push)) => {
            (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", RATE)
        }
        (Refusal::Throttled, Some(Service::S3)) => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown", RATE),
        (Refusal::Throttled, Some(Service::Sns) | None) => (client, "Throttling", RATE),
        (Refusal::EndpointDisabled, Some(Service::Push)) => {
            (StatusCode::GONE, "Gone", "push subscription has unsubscribed")
        }
        (Refusal::EndpointDisabled, _) => (client, "EndpointDisabled", "Endpoint is disabled"),
        (Refusal::OptedOut, _) => (client, "InvalidParameter", "Invalid parameter: Phone number is opted out"),
        (Refusal::Conflict, _) => (client, "TransactionConflictException", "Transaction is ongoing for the item"),
        (Refusal::ListenerMissing, _) => {
            (client, "InvalidParameter", "Invalid parameter: Endpoint Reason: Endpoint does not exist")
        }
        (Refusal::EndpointMissing, _) => (
            client,
            "InvalidParameter",
            "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
        ),
        (Refusal::TooLarge, Some(Service::S3)) => {
            (client, "EntityTooLarge", "The upload is larger than 20 MB, the limit of the local platform.")
        }
        (Refusal::TooLarge, _) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The body is larger than 20 MB, the limit of the local platform.",
        ),
        (Refusal::Unavailable, _) => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", DOWN),
    }
}
