//! Brings the table's changes to the functions that want them, each in order and at its own pace: batches of up to 100,
//! halved when they fail; a record that fails alone is retried with growing pauses, and in the end put aside so that those
//! behind it go on. The stream is read once for all of them: to the engine on one machine a read costs as much as a write.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodbstreams::error::DisplayErrorContext;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use jiff::Timestamp;
use parvis_edge::{Function, StreamFilter};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::checkpoint::Checkpoint;
use super::record::{admitted, as_event, sequence};
use super::{Feed, backoff, dead, pause};
use crate::engines::{ACCESS_KEY, REGION, SECRET_KEY};
use crate::invoke::invoke;

/// As in infra/generated: `BatchSize` and `MaximumRetryAttempts` of the event source mapping.
const BATCH: usize = 100;
const TRIES: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);
/// Records read at once.
const PAGE: i32 = 500;
/// After a read that failed.
const READ_PAUSE: Duration = Duration::from_millis(500);

/// Reads for these functions until it is time to stop.
pub(super) async fn run(
    feed: Arc<Feed>,
    functions: Vec<(Function, &'static [StreamFilter])>,
    mut stopped: watch::Receiver<bool>,
) {
    while !functions.is_empty() {
        match read(&feed, &functions, &mut stopped).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(error, "the stream is read again from the checkpoints"),
        }
        if !pause(&mut stopped, READ_PAUSE).await {
            return;
        }
    }
}

async fn read(
    feed: &Arc<Feed>,
    functions: &[(Function, &'static [StreamFilter])],
    stopped: &mut watch::Receiver<bool>,
) -> Result<(), String> {
    let client = client(&feed.streams_url);
    let (stream, shard) = place(feed, &client).await?;
    let mut readers = Vec::new();
    let mut lanes = JoinSet::new();
    for (function, filters) in functions {
        let checkpoint = Checkpoint::new(&feed.data, &function.id, &stream).map_err(|e| e.to_string())?;
        let (pages, lane) = mpsc::unbounded_channel();
        readers.push(Reader { filters, done: checkpoint.read(), pages });
        let (feed, function, stream, stopped) = (Arc::clone(feed), function.clone(), stream.clone(), stopped.clone());
        lanes.spawn(async move { carry(&feed, &function, &stream, &checkpoint, lane, stopped).await });
    }
    let read = read_on(feed, &client, &stream, &shard, readers, stopped).await;
    // The readers are gone: each lane ends with what it has, before another begins.
    let mut carried = Ok(());
    while let Some(ended) = lanes.join_next().await {
        carried = carried.and(ended.map_err(|e| e.to_string()).and_then(|ended| ended));
    }
    // Lanes end at a stop, too, and then nobody takes a page.
    if *stopped.borrow() { Ok(()) } else { carried.and(read) }
}

/// The stream and its shard. The engine has one shard per stream.
async fn place(feed: &Feed, client: &aws_sdk_dynamodbstreams::Client) -> Result<(String, String), String> {
    let streams = client.list_streams().table_name(&feed.cx.store.names.table).send().await.map_err(said)?;
    let stream = streams.streams().iter().rev().find_map(|stream| stream.stream_arn());
    let stream = stream.ok_or("the table has no stream")?.to_owned();
    let described = client.describe_stream().stream_arn(&stream).send().await.map_err(said)?.stream_description;
    let shard = described.and_then(|stream| stream.shards?.into_iter().next()?.shard_id);
    Ok((stream, shard.ok_or("the stream has no shard")?))
}

/// What one function gets of the pages that are read.
struct Reader {
    filters: &'static [StreamFilter],
    /// The last record it was done with when the reading began.
    done: Option<String>,
    /// Without a limit: a function that is slow holds up nobody else, and holds only what it wants.
    pages: mpsc::UnboundedSender<Page>,
}

struct Page {
    wanted: VecDeque<Record>,
    /// The last record of the page, wanted or not.
    last: Option<String>,
    /// Every change from before this time is in this page or before it.
    through: Option<Timestamp>,
}

/// Reads from behind the oldest of the checkpoints.
async fn read_on(
    feed: &Feed,
    client: &aws_sdk_dynamodbstreams::Client,
    stream: &str,
    shard: &str,
    readers: Vec<Reader>,
    stopped: &mut watch::Receiver<bool>,
) -> Result<(), String> {
    let ask = client.get_shard_iterator().stream_arn(stream).shard_id(shard);
    let ask = match readers.iter().map(|reader| reader.done.as_deref()).min_by_key(|done| done.map(place_of)) {
        Some(Some(oldest)) => ask.shard_iterator_type(ShardIteratorType::AfterSequenceNumber).sequence_number(oldest),
        Some(None) | None => ask.shard_iterator_type(ShardIteratorType::TrimHorizon),
    };
    let mut iterator = ask.send().await.map_err(said)?.shard_iterator.ok_or("the stream gives no iterator")?;
    while !*stopped.borrow() {
        let began = Timestamp::now();
        let page = client.get_records().shard_iterator(&iterator).limit(PAGE).send().await.map_err(said)?;
        iterator = page.next_shard_iterator.ok_or("the shard is closed")?;
        let records = page.records.unwrap_or_default();
        let through = (records.len() < PAGE.unsigned_abs() as usize).then_some(began);
        for reader in &readers {
            reader.pass(&records, through)?;
        }
        // There is no more for now, and a read for every change that comes next would cost more than a short wait.
        if through.is_some() && !pause(stopped, feed.pace).await {
            return Ok(());
        }
    }
    Ok(())
}

impl Reader {
    fn pass(&self, records: &[Record], through: Option<Timestamp>) -> Result<(), String> {
        let known = self.done.as_deref().map(place_of);
        let new = |record: &&Record| Some(place_of(sequence(record))) > known;
        let last = records.last().filter(new).map(|record| sequence(record).to_owned());
        let wanted = records.iter().filter(new).filter(|record| admitted(self.filters, record)).cloned().collect();
        let page = Page { wanted, last, through };
        self.pages.send(page).map_err(|_| "a checkpoint cannot be written".to_owned())
    }
}

/// Sequence numbers are numbers without leading zeros: the longer one is the later one.
fn place_of(sequence: &str) -> (usize, &str) {
    (sequence.len(), sequence)
}

/// Hands one function its pages until there are no more.
async fn carry(
    feed: &Feed,
    function: &Function,
    stream: &str,
    checkpoint: &Checkpoint,
    mut pages: mpsc::UnboundedReceiver<Page>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), String> {
    while let Some(Page { wanted, last, through }) = pages.recv().await {
        let mut lane = Lane { feed, function, stream, checkpoint, waiting: wanted };
        if !lane.deliver(&mut stopped).await? {
            return Ok(());
        }
        if let Some(last) = last {
            checkpoint.save(&last).map_err(|e| format!("the checkpoint cannot be written: {e}"))?;
        }
        if let Some(through) = through {
            feed.progress.stream_done(&function.id, through);
        }
    }
    Ok(())
}

/// Records on their way to one function.
struct Lane<'l> {
    feed: &'l Feed,
    function: &'l Function,
    stream: &'l str,
    checkpoint: &'l Checkpoint,
    waiting: VecDeque<Record>,
}

impl Lane<'_> {
    /// Hands everything over. False when it was time to stop before the end.
    async fn deliver(&mut self, stopped: &mut watch::Receiver<bool>) -> Result<bool, String> {
        // What a batch was halved into, the next part last.
        let mut parts = Vec::new();
        let mut tries = 0;
        while !self.waiting.is_empty() {
            if *stopped.borrow() {
                return Ok(false);
            }
            let size = parts.pop().unwrap_or_else(|| BATCH.min(self.waiting.len()));
            let Err(why) = self.hand_over(size).await else {
                self.done(size)?;
                tries = 0;
                continue;
            };
            if size > 1 {
                // Until the record that fails is alone (BisectBatchOnFunctionError), which counts as no try.
                parts.extend([size - size / 2, size / 2]);
                continue;
            }
            tries += 1;
            if tries >= TRIES {
                self.give_up(size, &why, tries).await?;
                tries = 0;
                continue;
            }
            parts.push(size);
            if !pause(stopped, backoff(FIRST_PAUSE, LAST_PAUSE, tries)).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A part whose tries are used up is put aside, all of it.
    async fn give_up(&mut self, size: usize, why: &str, tries: u32) -> Result<(), String> {
        let event = |record| as_event(record, self.stream).unwrap_or_else(|e| json!({ "unreadable": e }));
        let records: Vec<Value> = self.waiting.iter().take(size).map(event).collect();
        dead::bury(self.feed, &self.function.id, json!({ "Records": records }), why, tries).await?;
        self.done(size)
    }

    /// The first `count` records are dealt with.
    fn done(&mut self, count: usize) -> Result<(), String> {
        if let Some(last) = self.waiting.drain(..count).next_back() {
            self.checkpoint.save(sequence(&last)).map_err(|e| format!("the checkpoint cannot be written: {e}"))?;
        }
        Ok(())
    }

    /// Answers why all of it failed, if it did: whatever else a function answers means that all of it is done.
    async fn hand_over(&self, size: usize) -> Result<(), String> {
        let records = self.waiting.iter().take(size);
        let records: Vec<Value> = records.map(|record| as_event(record, self.stream)).collect::<Result<_, _>>()?;
        let answer = invoke(self.function, &self.feed.cx, json!({ "Records": records }), None).await;
        answer.map(drop).map_err(|broken| {
            tracing::warn!(function = self.function.id, size, %broken, "changes are tried again");
            broken.to_string()
        })
    }
}

fn client(url: &str) -> aws_sdk_dynamodbstreams::Client {
    let config = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local"))
        .endpoint_url(url);
    aws_sdk_dynamodbstreams::Client::from_conf(config.build())
}

fn said<E: std::error::Error + 'static>(error: E) -> String {
    DisplayErrorContext(error).to_string()
}
