//! Brings the table's changes to one function, in order: batches of up to 100, retried with growing pauses, split on
//! failure; a record that fails every time is put aside so that those behind it go on.

use std::collections::VecDeque;
use std::time::Duration;

use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodbstreams::error::DisplayErrorContext;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use jiff::Timestamp;
use parvis_edge::{Function, StreamFilter};
use serde_json::{Value, json};
use tokio::sync::watch;

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

/// Reads until it is time to stop.
pub(super) async fn run(feed: &Feed, function: &Function, filter: StreamFilter, mut stopped: watch::Receiver<bool>) {
    loop {
        match read(feed, function, filter, &mut stopped).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(function = function.id, error, "the stream is read again from the checkpoint"),
        }
        if !pause(&mut stopped, READ_PAUSE).await {
            return;
        }
    }
}

async fn read(
    feed: &Feed,
    function: &Function,
    filter: StreamFilter,
    stopped: &mut watch::Receiver<bool>,
) -> Result<(), String> {
    let client = client(&feed.streams_url);
    let (stream, mut iterator, checkpoint) = begin(feed, function, &client).await?;
    while !*stopped.borrow() {
        let began = Timestamp::now();
        let page = client.get_records().shard_iterator(&iterator).limit(PAGE).send().await.map_err(said)?;
        iterator = page.next_shard_iterator.ok_or("the shard is closed")?;
        let records = page.records.unwrap_or_default();
        let (all, last) = (records.len(), records.last().map(|record| sequence(record).to_owned()));
        let wanted: VecDeque<Record> = records.into_iter().filter(|record| admitted(filter, record)).collect();
        let mut lane = Lane { feed, function, stream: &stream, checkpoint: &checkpoint, waiting: wanted };
        if !lane.deliver(stopped).await? {
            return Ok(());
        }
        if let Some(last) = last {
            checkpoint.save(&last).map_err(|e| format!("the checkpoint cannot be written: {e}"))?;
        }
        if all < PAGE.unsigned_abs() as usize {
            feed.progress.stream_done(&function.id, began);
        }
        if all == 0 && !pause(stopped, feed.pace).await {
            return Ok(());
        }
    }
    Ok(())
}

/// Stream, iterator after the checkpoint, and the checkpoint. The engine has one shard per stream.
async fn begin(
    feed: &Feed,
    function: &Function,
    client: &aws_sdk_dynamodbstreams::Client,
) -> Result<(String, String, Checkpoint), String> {
    let streams = client.list_streams().table_name(&feed.cx.store.names.table).send().await.map_err(said)?;
    let stream = streams.streams().iter().rev().find_map(|stream| stream.stream_arn());
    let stream = stream.ok_or("the table has no stream")?.to_owned();
    let described = client.describe_stream().stream_arn(&stream).send().await.map_err(said)?.stream_description;
    let shard = described.and_then(|stream| stream.shards?.into_iter().next()?.shard_id);
    let shard = shard.ok_or("the stream has no shard")?;
    let checkpoint = Checkpoint::new(&feed.data, &function.id, &stream).map_err(|e| e.to_string())?;
    let ask = client.get_shard_iterator().stream_arn(&stream).shard_id(shard);
    let ask = match checkpoint.read() {
        Some(last) => ask.shard_iterator_type(ShardIteratorType::AfterSequenceNumber).sequence_number(last),
        None => ask.shard_iterator_type(ShardIteratorType::TrimHorizon),
    };
    let iterator = ask.send().await.map_err(said)?.shard_iterator.ok_or("the stream gives no iterator")?;
    Ok((stream, iterator, checkpoint))
}

/// Records on their way to one function.
struct Lane<'l> {
    feed: &'l Feed,
    function: &'l Function,
    stream: &'l str,
    checkpoint: &'l Checkpoint,
    waiting: VecDeque<Record>,
}

/// What became of a batch.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// All of it is done.
    Done,
    /// The records before this place are done, this one failed.
    FailedAt(usize),
    /// Nothing is known: the invocation itself failed.
    Lost,
}

impl Lane<'_> {
    /// Hands everything over. False when it was time to stop before the end.
    async fn deliver(&mut self, stopped: &mut watch::Receiver<bool>) -> Result<bool, String> {
        let mut size = BATCH;
        let mut tries = 0;
        while let Some(first) = self.waiting.front() {
            if *stopped.borrow() {
                return Ok(false);
            }
            let batch = size.min(self.waiting.len());
            let (outcome, why) = self.hand_over(batch).await;
            match outcome {
                Outcome::Done => {
                    self.done(batch)?;
                    (size, tries) = (BATCH, 0);
                    continue;
                }
                Outcome::FailedAt(place) if place > 0 => {
                    self.done(place)?;
                    (size, tries) = (BATCH, 1);
                }
                Outcome::Lost if batch > 1 => {
                    // Half of it, until the record that breaks the function is alone (BisectBatchOnFunctionError).
                    size = batch / 2;
                    continue;
                }
                Outcome::FailedAt(_) | Outcome::Lost => {
                    tries += 1;
                    if tries >= TRIES {
                        let event = as_event(first, self.stream).unwrap_or_else(|e| json!({ "unreadable": e }));
                        dead::bury(self.feed, &self.function.id, event, &why, tries).await?;
                        self.done(1)?;
                        (size, tries) = (BATCH, 0);
                        continue;
                    }
                }
            }
            if !pause(stopped, backoff(FIRST_PAUSE, LAST_PAUSE, tries)).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The first `count` records are dealt with.
    fn done(&mut self, count: usize) -> Result<(), String> {
        if let Some(last) = self.waiting.drain(..count).next_back() {
            self.checkpoint.save(sequence(&last)).map_err(|e| format!("the checkpoint cannot be written: {e}"))?;
        }
        Ok(())
    }

    async fn hand_over(&self, batch: usize) -> (Outcome, String) {
        let records = self.waiting.iter().take(batch);
        let records: Result<Vec<Value>, String> = records.map(|record| as_event(record, self.stream)).collect();
        let records = match records {
            Ok(records) => records,
            Err(error) => return (Outcome::Lost, error),
        };
        let answer = invoke(self.function, &self.feed.cx, json!({ "Records": records }), None).await;
        match answer {
            Ok(answer) => {
                let sequences: Vec<&str> = self.waiting.iter().take(batch).map(sequence).collect();
                (outcome(&answer, &sequences), "the function reports the record as failed; its log says why".to_owned())
            }
            Err(broken) => {
                tracing::warn!(function = self.function.id, batch, %broken, "a batch of changes is tried again");
                (Outcome::Lost, broken.to_string())
            }
        }
    }
}

/// Reads a function's answer as Lambda does (`ReportBatchItemFailures`): the first failure that is named counts; a name
/// that is not in the batch fails all of it.
fn outcome(answer: &Value, sequences: &[&str]) -> Outcome {
    let failures = answer["batchItemFailures"].as_array();
    let Some(failures) = failures.filter(|failures| !failures.is_empty()) else { return Outcome::Done };
    let places: Option<Vec<usize>> =
        failures.iter().map(|failure| sequences.iter().position(|s| failure["itemIdentifier"] == **s)).collect();
    places.and_then(|places| places.into_iter().min()).map_or(Outcome::FailedAt(0), Outcome::FailedAt)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failures_means_done_and_the_earliest_failure_counts() {
        let failures = |ids: &[&str]| {
            let ids: Vec<Value> = ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
            outcome(&json!({ "batchItemFailures": ids }), &["1", "2", "3"])
        };
        assert_eq!(outcome(&Value::Null, &["1"]), Outcome::Done);
        assert_eq!(failures(&[]), Outcome::Done);
        assert_eq!(failures(&["3", "2"]), Outcome::FailedAt(1));
        assert_eq!(failures(&["2", "nobody"]), Outcome::FailedAt(0));
    }
}
