//! Brings the messages of one queue to its function: batches of up to ten, several at a time; what the function does not
//! report as failed is deleted.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName};
use jiff::Timestamp;
use parvis_edge::{Function, Queue};
use serde_json::{Map, Value, json};
use tokio::sync::{Semaphore, watch};

use super::{Feed, backoff, pause};
use crate::engines::{ACCOUNT, REGION};
use crate::invoke::invoke;
use crate::provision::{MAX_RECEIVE, queue_name};

const BATCH: usize = 10;
/// How long one look at the queue waits for a message, in seconds.
const WAIT: i32 = 1;
/// Batches that run side by side; Lambda begins with five.
const SIDE_BY_SIDE: usize = 5;
const READ_PAUSE: Duration = Duration::from_millis(500);
/// Lambda leaves a failed message hidden until its visibility timeout ends, minutes later. One machine has nobody to
/// overload and somebody who waits, so it comes back after 1, 2, 4, … seconds.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// Receives until it is time to stop, then waits for what runs.
pub(super) async fn run(feed: Arc<Feed>, function: Function, queue: Queue, mut stopped: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let received = tokio::select! {
            received = receive(&feed, queue) => received,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        match received {
            Ok(messages) if messages.is_empty() => {}
            Ok(messages) => {
                let (feed, function) = (Arc::clone(&feed), function.clone());
                tokio::spawn(async move {
                    hand_over(&feed, &function, queue, messages).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(queue = queue.name(), error, "the queue cannot be read");
                if !pause(&mut stopped, READ_PAUSE).await {
                    break;
                }
            }
        }
    }
    let all = u32::try_from(SIDE_BY_SIDE).unwrap_or(1);
    let _ = room.acquire_many(all).await;
}

fn url(feed: &Feed, queue: Queue) -> &str {
    match queue {
        Queue::Notices => &feed.cx.store.names.notice_queue,
        Queue::Photos => &feed.cx.store.names.photo_queue,
    }
}

async fn receive(feed: &Feed, queue: Queue) -> Result<Vec<Message>, String> {
    let began = Timestamp::now();
    let ask = feed.cx.store.clients().sqs().receive_message().queue_url(url(feed, queue));
    let ask = ask.max_number_of_messages(10).wait_time_seconds(WAIT);
    let received = ask
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await
        .map_err(|e| DisplayErrorContext(e).to_string())?;
    let messages = received.messages.unwrap_or_default();
    // Messages come in the order in which they arrived; a full batch may have left younger ones behind.
    let through = match messages.last().filter(|_| messages.len() == BATCH) {
        Some(last) => sent_at(last).map_or(began, |sent| sent.min(began)),
        None => began,
    };
    let bodies = messages.iter().map(|m| (id(m).to_owned(), m.body.clone().unwrap_or_default()));
    feed.progress.queue_received(queue, through, bodies);
    Ok(messages)
}

async fn hand_over(feed: &Feed, function: &Function, queue: Queue, messages: Vec<Message>) {
    let records: Vec<Value> = messages.iter().map(|message| as_event(message, queue)).collect();
    let ids: Vec<&str> = messages.iter().map(id).collect();
    let failed = match invoke(function, &feed.cx, json!({ "Records": records }), None).await {
        Ok(answer) => failed(&answer, &ids),
        Err(broken) => {
            tracing::warn!(function = function.id, %broken, "a batch of messages is tried again");
            ids.clone()
        }
    };
    let done: Vec<&Message> = messages.iter().filter(|message| !failed.contains(&id(message))).collect();
    delete(feed, queue, &done).await;
    feed.progress.queue_done(done.iter().map(|message| id(message)));
    for message in messages.iter().filter(|message| failed.contains(&id(message))) {
        again_later(feed, queue, message).await;
    }
}

/// The messages a function reports as failed; a name that is not in the batch fails all of it, as in Lambda.
fn failed<'b>(answer: &Value, batch: &[&'b str]) -> Vec<&'b str> {
    let failures = answer["batchItemFailures"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named: Option<Vec<&str>> =
        failures.iter().map(|failure| batch.iter().copied().find(|id| failure["itemIdentifier"] == **id)).collect();
    named.unwrap_or_else(|| batch.to_vec())
}

async fn delete(feed: &Feed, queue: Queue, done: &[&Message]) {
    let entries: Result<Vec<_>, _> = done
        .iter()
        .enumerate()
        .map(|(n, message)| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(n.to_string());
            entry.receipt_handle(message.receipt_handle().unwrap_or_default()).build()
        })
        .collect();
    let entries = entries.unwrap_or_default();
    if entries.is_empty() {
        return;
    }
    let ask = feed.cx.store.clients().sqs().delete_message_batch().queue_url(url(feed, queue));
    if let Err(error) = ask.set_entries(Some(entries)).send().await {
        // They come again, and workers bear that.
        tracing::warn!(queue = queue.name(), error = %DisplayErrorContext(error), "messages could not be deleted");
    }
}

async fn again_later(feed: &Feed, queue: Queue, message: &Message) {
    let tries = received_times(message);
    let last = tries >= MAX_RECEIVE;
    // After the last try it is free at once, and SQS moves it to the dead letters.
    let delay = if last { Duration::ZERO } else { backoff(FIRST_RETRY, LAST_RETRY, tries) };
    if last {
        tracing::error!(
            queue = queue.name(),
            message = id(message),
            "a dead letter after {tries} tries; /_local/queues lists it"
        );
        feed.progress.queue_dead(id(message));
    }
    let ask = feed.cx.store.clients().sqs().change_message_visibility().queue_url(url(feed, queue));
    let ask = ask.receipt_handle(message.receipt_handle().unwrap_or_default());
    let ask = ask.visibility_timeout(i32::try_from(delay.as_secs()).unwrap_or(1));
    if let Err(error) = ask.send().await {
        tracing::warn!(queue = queue.name(), error = %DisplayErrorContext(error), "a message stays hidden for longer");
    }
}

fn id(message: &Message) -> &str {
    message.message_id().unwrap_or_default()
}

fn attribute<'m>(message: &'m Message, name: &MessageSystemAttributeName) -> Option<&'m str> {
    message.attributes()?.get(name).map(String::as_str)
}

fn received_times(message: &Message) -> u32 {
    let times = attribute(message, &MessageSystemAttributeName::ApproximateReceiveCount);
    times.and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn sent_at(message: &Message) -> Option<Timestamp> {
    let millis = attribute(message, &MessageSystemAttributeName::SentTimestamp)?.parse().ok()?;
    Timestamp::from_millisecond(millis).ok()
}

fn as_event(message: &Message, queue: Queue) -> Value {
    let attributes = message.attributes().into_iter().flatten();
    let attributes: Map<String, Value> =
        attributes.map(|(name, value)| (name.as_str().to_owned(), value.as_str().into())).collect();
    json!({
        "messageId": message.message_id(),
        "receiptHandle": message.receipt_handle(),
        "body": message.body(),
        "md5OfBody": message.md5_of_body(),
        "attributes": attributes,
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", queue_name(queue)),
        "awsRegion": REGION,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_failed_and_an_unknown_name_fails_all() {
        let answer = |ids: &[&str]| {
            let ids: Vec<Value> = ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
            json!({ "batchItemFailures": ids })
        };
        let batch = ["a", "b", "c"];
        assert!(failed(&Value::Null, &batch).is_empty());
        assert_eq!(failed(&answer(&["b"]), &batch), ["b"]);
        assert_eq!(failed(&answer(&["b", "z"]), &batch), batch);
    }
}
