//! The floor: the calls of a noted run made bare, one after the other, with the AWS SDK's own clients. Signing, HTTP and
//! reading the answers are the SDK's; nothing is ours. The noted body goes out as it is, so that even writing it costs the
//! floor nothing: ratios to it err against us.

use aws_sdk_dynamodb::error::DisplayErrorContext;
use axum::body::Bytes;
use parvis_store::Clients;

use crate::recorder::Exchange;

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

/// Whether [`call`] knows all operations of a run. Not those on S3: what a picture costs is the photo benchmark's.
pub(super) fn knows(run: &[Exchange]) -> bool {
    run.iter().all(|exchange| !exchange.operation.starts_with("S3 "))
}

/// Makes the calls.
///
/// # Errors
/// An operation that is not written down here, or an answer that is not as noted.
pub(super) async fn call(clients: &Clients, run: &[Exchange]) -> Result<(), String> {
    for exchange in run {
        let (request, dynamodb, sns) = (&exchange.request, clients.dynamodb(), clients.sns());
        // Without a table the SDK refuses to send; the noted body names the real one.
        let table = "noted";
        let sent = match exchange.operation.as_str() {
            "DynamoDB GetItem" => bare!(dynamodb.get_item().table_name(table), request),
            "DynamoDB Query" => bare!(dynamodb.query().table_name(table), request),
            "DynamoDB BatchGetItem" => bare!(dynamodb.batch_get_item(), request),
            "DynamoDB PutItem" => bare!(dynamodb.put_item().table_name(table), request),
            "DynamoDB UpdateItem" => bare!(dynamodb.update_item().table_name(table), request),
            "DynamoDB DeleteItem" => bare!(dynamodb.delete_item().table_name(table), request),
            "DynamoDB TransactWriteItems" => bare!(dynamodb.transact_write_items(), request),
            "DynamoDB DescribeTable" => bare!(dynamodb.describe_table().table_name(table), request),
            "SNS Publish" => bare!(sns.publish(), request),
            "SNS CreatePlatformEndpoint" => bare!(sns.create_platform_endpoint(), request),
            "SNS SetEndpointAttributes" => bare!(sns.set_endpoint_attributes(), request),
            "SNS DeleteEndpoint" => bare!(sns.delete_endpoint(), request),
            "SES SendEmail" => bare!(clients.ses().send_email(), request),
            "SQS SendMessageBatch" => bare!(clients.sqs().send_message_batch(), request),
            "SQS GetQueueAttributes" => bare!(clients.sqs().get_queue_attributes(), request),
            "KMS Sign" => bare!(clients.kms().sign(), request),
            "KMS GetPublicKey" => bare!(clients.kms().get_public_key(), request),
            other => return Err(format!("the floor does not know {other}: add it to floor.rs")),
        };
        // What was no success when it was noted is none now; its answer is read all the same.
        if exchange.is_success() {
            sent.map_err(|error| format!("{} made bare: {error}", exchange.operation))?;
        }
    }
    Ok(())
}
