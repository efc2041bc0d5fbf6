//! The queues, each with its dead-letter queue.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;
use parvis_edge::{Function, Queue, Trigger};
use parvis_store::Store;
use serde_json::json;

use super::{INCOMING, ProvisionError, arn_of, cannot};
use crate::engines::{ACCOUNT, Engines};

/// How often a message is tried before it is a dead letter.
pub(crate) const MAX_RECEIVE: u32 = 5;
/// AWS recommends six times the function's time limit, so that retries of throttled invocations fit.
const HIDDEN_FACTOR: u32 = 6;
/// Longest that SQS keeps a message: 14 days.
const DEAD_LETTER_SECONDS: &str = "1209600";
/// Records of the table's stream that no try got through.
pub(crate) const STREAM_DEAD_LETTERS: &str = "parvis-stream-dead";

/// A queue's name.
pub(crate) fn queue_name(queue: Queue) -> String {
    format!("parvis-{}", queue.name())
}

/// The name of a queue's dead-letter queue.
pub(crate) fn dead_letters(queue: Queue) -> String {
    format!("parvis-{}-dead", queue.name())
}

pub(super) fn arn(name: &str) -> String {
    arn_of("sqs", name)
}

pub(super) fn url(engines: &Engines, queue: Queue) -> String {
    format!("{}/{ACCOUNT}/{}", engines.aws_url(), queue_name(queue))
}

pub(super) async fn provision(store: &Store, functions: &[Function]) -> Result<(), ProvisionError> {
    let keep_long = HashMap::from([(QueueAttributeName::MessageRetentionPeriod, DEAD_LETTER_SECONDS.to_owned())]);
    make(store, STREAM_DEAD_LETTERS, keep_long.clone()).await?;
    for queue in Queue::ALL {
        make(store, &dead_letters(queue), keep_long.clone()).await?;
        let limit = functions.iter().filter(|f| matches!(f.trigger, Trigger::Queue(q) if q == queue));
        let limit = limit.map(|f| f.timeout_s).max().unwrap_or(30);
        let redrive = json!({"deadLetterTargetArn": arn(&dead_letters(queue)), "maxReceiveCount": MAX_RECEIVE});
        let mut attributes = HashMap::from([
            (QueueAttributeName::VisibilityTimeout, (limit * HIDDEN_FACTOR).to_string()),
            (QueueAttributeName::RedrivePolicy, redrive.to_string()),
        ]);
        if queue == Queue::Photos {
            attributes.insert(QueueAttributeName::Policy, s3_may_send(queue));
        }
        make(store, &queue_name(queue), attributes).await?;
    }
    Ok(())
}

/// Makes the queue, and gives it its attributes whether it was there or not.
async fn make(
    store: &Store,
    name: &str,
    attributes: HashMap<QueueAttributeName, String>,
) -> Result<(), ProvisionError> {
    let sqs = store.clients().sqs();
    let made = sqs.create_queue().queue_name(name).send().await.map_err(cannot("a queue"))?;
    let set = sqs.set_queue_attributes().queue_url(made.queue_url.unwrap_or_default());
    set.set_attributes(Some(attributes)).send().await.map(drop).map_err(cannot("a queue"))
}

fn s3_may_send(queue: Queue) -> String {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn(&queue_name(queue)),
            "Condition": {
                "ArnLike": {"aws:SourceArn": format!("arn:aws:s3:::{INCOMING}")},
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
            },
        }],
    });
    policy.to_string()
}
