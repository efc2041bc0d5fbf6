//! Dead letters: what no try got through. Kept until a person looks at them and has them tried again.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use jiff::Timestamp;
use parvis_edge::Queue;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Feed;
use crate::engines::ACCOUNT;
use crate::invoke::invoke;
use crate::provision::{STREAM_DEAD_LETTERS, dead_letters, queue_name};

/// How many messages a queue has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueDepth {
    /// `notices`, `photos`, `stream`.
    pub queue: String,
    /// Messages that wait.
    pub waiting: u64,
    /// Messages that are being worked on or wait for another try.
    pub hidden: u64,
    /// Messages in its dead-letter queue.
    pub dead: u64,
}

/// The dead letters of one queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetters {
    /// `notices`, `photos`, `stream`.
    pub queue: String,
    /// Their bodies.
    pub bodies: Vec<String>,
}

/// A stream record that was put aside.
#[derive(Debug, Serialize, Deserialize)]
struct Buried {
    function: String,
    at: Timestamp,
    tries: u32,
    reason: String,
    record: Value,
}

/// Name of the stream among the queues.
const STREAM: &str = "stream";

/// Puts a record aside: whole in a file, and as a message without its content in a queue, which an alarm can count.
pub(super) async fn bury(feed: &Feed, function: &str, record: Value, why: &str, tries: u32) -> Result<(), String> {
    let sequence = record["dynamodb"]["SequenceNumber"].clone();
    tracing::error!(function, %sequence, why, "a change is put aside after {tries} tries; /_local/queues lists it");
    let notice = json!({"function": function, "sequence": sequence, "keys": record["dynamodb"]["Keys"], "reason": why});
    let buried = Buried { function: function.to_owned(), at: Timestamp::now(), tries, reason: why.to_owned(), record };
    append(&file(&feed.data, function), &buried).map_err(|e| format!("the dead letter cannot be written: {e}"))?;
    let send = feed.cx.store.clients().sqs().send_message().queue_url(url(feed, STREAM_DEAD_LETTERS));
    if let Err(error) = send.message_body(notice.to_string()).send().await {
        tracing::warn!(error = %DisplayErrorContext(error), "the dead letter is only in its file");
    }
    Ok(())
}

/// How full every queue is.
pub(crate) async fn depths(feed: &Feed) -> Result<Vec<QueueDepth>, String> {
    let mut all = Vec::new();
    for queue in Queue::ALL {
        let (waiting, hidden) = depth(feed, &queue_name(queue)).await?;
        let (dead, _) = depth(feed, &dead_letters(queue)).await?;
        all.push(QueueDepth { queue: queue.name().to_owned(), waiting, hidden, dead });
    }
    let (dead, _) = depth(feed, STREAM_DEAD_LETTERS).await?;
    all.push(QueueDepth { queue: STREAM.to_owned(), waiting: 0, hidden: 0, dead });
    Ok(all)
}

/// The dead letters of the stream, and up to ten of each queue, as they are (looking does not remove them).
pub(crate) async fn letters(feed: &Feed) -> Result<Vec<DeadLetters>, String> {
    let mut all = Vec::new();
    for queue in Queue::ALL {
        let messages = take(feed, &dead_letters(queue), 0).await?;
        let bodies = messages.into_iter().filter_map(|message| message.body).collect();
        all.push(DeadLetters { queue: queue.name().to_owned(), bodies });
    }
    let buried = graves(&feed.data).into_iter().flat_map(|path| read(&path));
    let bodies = buried.filter_map(|b| serde_json::to_string(&b).ok()).collect();
    all.push(DeadLetters { queue: STREAM.to_owned(), bodies });
    Ok(all)
}

/// The stream's dead letters that mention `what`.
pub(crate) fn buried(feed: &Feed, what: &str) -> Vec<String> {
    let all = graves(&feed.data).into_iter().flat_map(|path| read(&path));
    all.filter_map(|b| serde_json::to_string(&b).ok()).filter(|text| text.contains(what)).collect()
}

/// Has the dead letters of a queue tried again; gives how many.
///
/// # Errors
/// No queue of that name, or what an engine says.
pub(crate) async fn redrive(feed: &Feed, queue: &str) -> Result<usize, String> {
    if queue == STREAM {
        return redrive_stream(feed).await;
    }
    let Some(queue) = Queue::ALL.into_iter().find(|q| q.name() == queue) else {
        return Err(format!("there is no queue {queue}; there are notices, photos and stream"));
    };
    let sqs = feed.cx.store.clients().sqs();
    let (from, to) = (url(feed, &dead_letters(queue)), url(feed, &queue_name(queue)));
    let mut moved = 0;
    loop {
        let messages = take(feed, &dead_letters(queue), 30).await?;
        if messages.is_empty() {
            return Ok(moved);
        }
        for message in messages {
            let send = sqs.send_message().queue_url(&to).message_body(message.body.unwrap_or_default());
            send.send().await.map_err(|e| DisplayErrorContext(e).to_string())?;
            let delete = sqs.delete_message().queue_url(&from).set_receipt_handle(message.receipt_handle);
            delete.send().await.map_err(|e| DisplayErrorContext(e).to_string())?;
            moved += 1;
        }
    }
}

/// Gives each record to its function again and keeps those that fail again.
async fn redrive_stream(feed: &Feed) -> Result<usize, String> {
    let mut done = 0;
    for path in graves(&feed.data) {
        let mut left = Vec::new();
        for buried in read(&path) {
            let function = feed.functions.iter().find(|f| f.id == buried.function);
            let Some(function) = function else { continue };
            let answer = invoke(function, &feed.cx, json!({"Records": [buried.record.clone()]}), None).await;
            match answer {
                Ok(_) => done += 1,
                Err(_) => left.push(buried),
            }
        }
        let beside = path.with_extension("new");
        let _ = fs::remove_file(&beside);
        File::create(&beside).map_err(|e| e.to_string())?;
        for buried in &left {
            append(&beside, buried).map_err(|e| e.to_string())?;
        }
        fs::rename(&beside, &path).map_err(|e| e.to_string())?;
        if left.is_empty() {
            let purge = feed.cx.store.clients().sqs().purge_queue().queue_url(url(feed, STREAM_DEAD_LETTERS));
            purge.send().await.map_err(|e| DisplayErrorContext(e).to_string())?;
        }
    }
    Ok(done)
}

/// Up to a page of messages, hidden for `seconds`.
async fn take(feed: &Feed, queue: &str, seconds: i32) -> Result<Vec<Message>, String> {
    let ask = feed.cx.store.clients().sqs().receive_message().queue_url(url(feed, queue));
    let ask = ask.max_number_of_messages(10).visibility_timeout(seconds);
    let received = ask.send().await.map_err(|e| DisplayErrorContext(e).to_string())?;
    Ok(received.messages.unwrap_or_default())
}

async fn depth(feed: &Feed, queue: &str) -> Result<(u64, u64), String> {
    let ask = feed.cx.store.clients().sqs().get_queue_attributes().queue_url(url(feed, queue));
    let names =
        [QueueAttributeName::ApproximateNumberOfMessages, QueueAttributeName::ApproximateNumberOfMessagesNotVisible];
    let asked = ask.set_attribute_names(Some(names.to_vec())).send().await;
    let attributes: HashMap<_, _> =
        asked.map_err(|e| DisplayErrorContext(e).to_string())?.attributes.unwrap_or_default();
    let number = |name| attributes.get(&name).and_then(|n| n.parse().ok()).unwrap_or(0);
    let [waiting, hidden] = names;
    Ok((number(waiting), number(hidden)))
}

fn url(feed: &Feed, queue: &str) -> String {
    let notices = &feed.cx.store.names.notice_queue;
    let origin = notices.split(ACCOUNT).next().unwrap_or_default();
    format!("{origin}{ACCOUNT}/{queue}")
}

fn file(data: &Path, function: &str) -> PathBuf {
    data.join("dead-letters").join(format!("{function}.jsonl"))
}

fn graves(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data.join("dead-letters")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect()
}

fn read(path: &Path) -> Vec<Buried> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn append(path: &Path, buried: &Buried) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut line = serde_json::to_vec(buried)?;
    line.push(b'\n');
    File::options().create(true).append(true).open(path)?.write_all(&line)
}
