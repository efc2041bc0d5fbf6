//! Dead letters: what no try got through. Kept until a person looks at them and has them tried again.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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

/// Changes that were put aside, as Lambda writes them to S3: `payload` is the whole batch, as text.
#[derive(Debug, Serialize, Deserialize)]
struct Buried {
    function: String,
    at: Timestamp,
    tries: u32,
    reason: String,
    payload: String,
}

/// Held while a file of letters changes.
static WRITING: Mutex<()> = Mutex::new(());

/// Name of the stream among the queues.
const STREAM: &str = "stream";

/// Puts records aside: whole in a file, and as a message without their content in a queue, which an alarm can count.
pub(super) async fn bury(feed: &Feed, function: &str, batch: Value, why: &str, tries: u32) -> Result<(), String> {
    let records = batch["Records"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sequences: Vec<&Value> = records.iter().map(|record| &record["dynamodb"]["SequenceNumber"]).collect();
    let notice = json!({"function": function, "sequences": sequences, "reason": why}).to_string();
    tracing::error!(function, ?sequences, why, "changes are put aside after {tries} tries; /_local/queues lists them");
    let (function, reason, payload) = (function.to_owned(), why.to_owned(), batch.to_string());
    let buried = Buried { function, at: Timestamp::now(), tries, reason, payload };
    append(&file(&feed.data, &buried.function), &buried).map_err(|e| format!("the letter cannot be written: {e}"))?;
    let send = feed.cx.store.clients().sqs().send_message().queue_url(url(feed, STREAM_DEAD_LETTERS));
    if let Err(error) = send.message_body(notice).send().await {
        tracing::warn!(error = %DisplayErrorContext(error), "the letter is only in its file");
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
    let bodies = graves(&feed.data).iter().flat_map(|path| read(path)).collect();
    all.push(DeadLetters { queue: STREAM.to_owned(), bodies });
    Ok(all)
}

/// The stream's dead letters that mention `what`.
pub(crate) fn buried(feed: &Feed, what: &str) -> Vec<String> {
    graves(&feed.data).iter().flat_map(|path| read(path)).filter(|letter| letter.contains(what)).collect()
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

/// Gives each letter to its function again and keeps those that fail again.
async fn redrive_stream(feed: &Feed) -> Result<usize, String> {
    let (mut done, mut left) = (0, 0);
    for path in graves(&feed.data) {
        let mut dealt_with = BTreeSet::new();
        for letter in read(&path) {
            let buried: Option<Buried> = serde_json::from_str(&letter).ok();
            let function = buried.and_then(|buried| feed.functions.iter().find(|f| f.id == buried.function));
            let whole = serde_json::from_str(&letter).unwrap_or_default();
            if let Some(function) = function
                && invoke(function, &feed.cx, whole, None).await.is_ok()
            {
                dealt_with.insert(letter);
            }
        }
        done += dealt_with.len();
        left += forget(&path, &dealt_with).map_err(|e| e.to_string())?;
    }
    if left == 0 {
        let purge = feed.cx.store.clients().sqs().purge_queue().queue_url(url(feed, STREAM_DEAD_LETTERS));
        purge.send().await.map_err(|e| DisplayErrorContext(e).to_string())?;
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

/// The letters of a file, one per line.
fn read(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Takes letters out of their file, where more may have come meanwhile; gives how many are left.
fn forget(path: &Path, letters: &BTreeSet<String>) -> std::io::Result<usize> {
    let _held = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let left: Vec<String> = read(path).into_iter().filter(|letter| !letters.contains(letter)).collect();
    let beside = path.with_extension("new");
    fs::write(&beside, left.iter().map(|letter| format!("{letter}\n")).collect::<String>())?;
    fs::rename(&beside, path)?;
    Ok(left.len())
}

fn append(path: &Path, buried: &Buried) -> std::io::Result<()> {
    let _held = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut line = serde_json::to_vec(buried)?;
    line.push(b'\n');
    File::options().create(true).append(true).open(path)?.write_all(&line)
}
