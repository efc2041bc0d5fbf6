//! Workers: functions that a stream, a queue or a schedule calls. Of a queue's batch they report the messages that failed; a
//! batch of the stream fails whole, and is halved until what fails is alone.

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use futures::future::join_all;
use parvis_domain::CommuneId;
use parvis_store::StoreError;
use parvis_store::grant::Grant;
use parvis_store::item::{self, Attributes};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::cx::Cx;
use crate::function::{Failure, Function, Queue, Trigger, merged, name_of};

/// Stream records that a worker wants: DynamoDB event names and values of the items' `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamFilter {
    /// `INSERT`, `MODIFY`, `REMOVE`.
    pub events: &'static [&'static str],
    /// Item types (of the new image, or of the old one for a removal).
    pub types: &'static [&'static str],
    /// Only in this state (`data.state.name`, in the same image); `None` for any.
    pub state: Option<&'static str>,
}

impl StreamFilter {
    /// Items of these types when these things happen to them.
    pub const fn of(events: &'static [&'static str], types: &'static [&'static str]) -> StreamFilter {
        StreamFilter { events, types, state: None }
    }

    /// Whether a record of an item of this type and in this state passes; the event source mapping's pattern says the same
    /// (infra/generated).
    pub fn admits(&self, event_name: &str, item_type: &str, state: Option<&str>) -> bool {
        let in_state = self.state.is_none_or(|wanted| state == Some(wanted));
        self.events.contains(&event_name) && self.types.contains(&item_type) && in_state
    }
}

/// One change of one item.
#[derive(Clone, Debug)]
pub struct Change {
    /// The commune of the item.
    pub commune: CommuneId,
    /// The item's type.
    pub kind: String,
    /// Before; none when it was made.
    pub old: Option<Attributes>,
    /// After; none when it was removed.
    pub new: Option<Attributes>,
}

/// Works on the table's stream, record by record, in order.
pub trait StreamWorker: 'static {
    /// Which records: what any of them admits.
    const FILTERS: &'static [StreamFilter];
    /// One sentence.
    const SUMMARY: &'static str;
    /// What `run` does to AWS resources.
    const GRANTS: &'static [Grant];
    /// Memory in MB.
    const MEMORY_MB: u32 = 256;
    /// Time limit in seconds.
    const TIMEOUT_S: u32 = 60;
    /// Instances kept free for it, and most at a time. Lambda runs one per shard of the stream. A change that finds no free
    /// instance waits, for a day at most: a flood of requests must not take their room.
    const AT_ONCE: u32 = 20;

    /// Handles one change; must be harmless when repeated, after later ones too.
    fn run(cx: &Cx, change: Change) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Handles what is cheaper for many changes at once, after `run` had each of them; must be harmless when repeated. When it
    /// fails they all come again.
    fn together(_cx: &Cx, _changes: &[Change]) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }
}

/// What a function logs when it tells somebody no more, after days of trying or, of an alert, when its time is over: an alarm counts these lines
/// (`NoticesLost` in infra/template.yaml).
pub const GIVEN_UP: &str = "somebody was given up";

/// Works on a queue; the messages of a batch run side by side.
pub trait QueueWorker: 'static {
    /// Which queue.
    const QUEUE: Queue;
    /// One sentence.
    const SUMMARY: &'static str;
    /// What `run` does to AWS resources.
    const GRANTS: &'static [Grant];
    /// Memory in MB.
    const MEMORY_MB: u32 = 256;
    /// Time limit in seconds; the queue hides a message six times as long.
    const TIMEOUT_S: u32 = 30;
    /// Instances kept free for it, and most at a time: what is sent through has limits of its own (SNS, SES), and work that
    /// can wait must not take the room of residents who do.
    const AT_ONCE: u32 = 50;
    /// A message's body.
    type Job: DeserializeOwned + Send;

    /// Handles one message; must be harmless when repeated.
    fn run(cx: &Cx, job: Self::Job) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Works when a schedule says so.
pub trait ScheduledWorker: 'static {
    /// Minutes between two runs.
    const EVERY_MINUTES: u32;
    /// One sentence.
    const SUMMARY: &'static str;
    /// What `run` does to AWS resources.
    const GRANTS: &'static [Grant];
    /// Memory in MB.
    const MEMORY_MB: u32 = 256;
    /// Time limit in seconds.
    const TIMEOUT_S: u32 = 300;
    /// Instances kept free for it, and most at a time: two runs side by side would do the same things.
    const AT_ONCE: u32 = 1;

    /// One run; returns how many things it dealt with.
    fn run(cx: &Cx) -> impl Future<Output = Result<usize, Failure>> + Send;
}

/// Works when a person who operates the platform says so: `aws lambda invoke` on AWS, `/_local/commands/` on one machine.
/// Has no address in the API.
pub trait CommandWorker: 'static {
    /// One sentence.
    const SUMMARY: &'static str;
    /// What `run` does to AWS resources.
    const GRANTS: &'static [Grant];
    /// Memory in MB.
    const MEMORY_MB: u32 = 256;
    /// Time limit in seconds.
    const TIMEOUT_S: u32 = 900;
    /// Instances kept free for it, and most at a time.
    const AT_ONCE: u32 = 1;
    /// The payload.
    type Order: DeserializeOwned + Send;

    /// Does it; returns how many things it dealt with.
    fn run(cx: &Cx, order: Self::Order) -> impl Future<Output = Result<usize, Failure>> + Send;
}

/// `W` as an entry of the catalog.
pub fn stream<W: StreamWorker>() -> Function {
    let (domain, id) = name_of::<W>();
    Function {
        id,
        domain,
        summary: W::SUMMARY,
        trigger: Trigger::Stream(W::FILTERS),
        grants: merged(W::GRANTS, &[]),
        memory_mb: W::MEMORY_MB,
        timeout_s: W::TIMEOUT_S,
        at_once: Some(W::AT_ONCE),
        run: |cx, event| Box::pin(run_stream::<W>(cx, event)),
    }
}

/// `W` as an entry of the catalog.
pub fn queue<W: QueueWorker>() -> Function {
    let (domain, id) = name_of::<W>();
    Function {
        id,
        domain,
        summary: W::SUMMARY,
        trigger: Trigger::Queue(W::QUEUE),
        grants: merged(W::GRANTS, &[]),
        memory_mb: W::MEMORY_MB,
        timeout_s: W::TIMEOUT_S,
        at_once: Some(W::AT_ONCE),
        run: |cx, event| Box::pin(run_queue::<W>(cx, event)),
    }
}

/// `W` as an entry of the catalog.
pub fn schedule<W: ScheduledWorker>() -> Function {
    let (domain, id) = name_of::<W>();
    Function {
        id,
        domain,
        summary: W::SUMMARY,
        trigger: Trigger::Schedule { every_minutes: W::EVERY_MINUTES },
        grants: merged(W::GRANTS, &[]),
        memory_mb: W::MEMORY_MB,
        timeout_s: W::TIMEOUT_S,
        at_once: Some(W::AT_ONCE),
        run: |cx, _| {
            Box::pin(async move {
                let done = W::run(&cx).await?;
                tracing::info!(function = %name_of::<W>().1, done, "schedule");
                Ok(json!({ "done": done }))
            })
        },
    }
}

/// `W` as an entry of the catalog.
pub fn command<W: CommandWorker>() -> Function {
    let (domain, id) = name_of::<W>();
    Function {
        id,
        domain,
        summary: W::SUMMARY,
        trigger: Trigger::Command,
        grants: merged(W::GRANTS, &[]),
        memory_mb: W::MEMORY_MB,
        timeout_s: W::TIMEOUT_S,
        at_once: Some(W::AT_ONCE),
        run: |cx, event| {
            Box::pin(async move {
                let order = serde_json::from_value(event).map_err(|e| Failure(format!("not an order: {e}")))?;
                let done = W::run(&cx, order).await?;
                tracing::info!(function = %name_of::<W>().1, done, "command");
                Ok(json!({ "done": done }))
            })
        },
    }
}

/// A batch of the stream; or a letter, which a person hands over.
async fn run_stream<W: StreamWorker>(cx: Cx, mut event: Value) -> Result<Value, Failure> {
    match event.get_mut("payload").map(Value::take) {
        Some(payload) => run_letter::<W>(&cx, payload).await,
        None => Ok(json!({ "done": run_batch::<W>(&cx, event).await? })),
    }
}

/// What was given up on, as Lambda wrote it to S3: the whole batch, as text. Every record by itself, so that one that fails
/// again keeps nothing from the others. As long as one does, the letter fails: it can be handed over until all of it is done.
async fn run_letter<W: StreamWorker>(cx: &Cx, payload: Value) -> Result<Value, Failure> {
    let batch: Value = match payload {
        Value::String(text) => serde_json::from_str(&text).map_err(|e| Failure(format!("not a batch: {e}")))?,
        batch => batch,
    };
    let records = batch["Records"].as_array().filter(|records| !records.is_empty());
    let records = records.ok_or_else(|| Failure("a letter without records".to_owned()))?;
    let (mut done, mut failed) = (0, Vec::new());
    for record in records {
        match run_batch::<W>(cx, json!({ "Records": [record] })).await {
            Ok(more) => done += more,
            Err(failure) => failed.push(failure.0),
        }
    }
    if failed.is_empty() {
        return Ok(json!({ "done": done }));
    }
    Err(Failure(format!("{} of {} records failed again: {}", failed.len(), records.len(), failed.join("; "))))
}

/// Stops at the first failure and fails as a whole: Lambda then halves the batch, which costs none of its tries, until the
/// record that fails is alone (docs/decisions/0037-a-record-that-fails.md). Those before it come again.
async fn run_batch<W: StreamWorker>(cx: &Cx, event: Value) -> Result<usize, Failure> {
    let event: aws_lambda_events::event::dynamodb::Event =
        serde_json::from_value(event).map_err(|e| Failure(format!("not a DynamoDB stream event: {e}")))?;
    let mut done = Vec::new();
    for record in event.records {
        let sequence = record.change.sequence_number.clone().unwrap_or_default();
        let change = one_change::<W>(cx, record).await;
        done.extend(change.map_err(|failure| failed::<W>(&format!("record {sequence}"), &failure))?);
    }
    let together = W::together(cx, &done).await;
    together.map_err(|failure| failed::<W>(&format!("{} records together", done.len()), &failure))?;
    Ok(done.len())
}

fn failed<W: 'static>(what: &str, failure: &Failure) -> Failure {
    tracing::warn!(function = %name_of::<W>().1, what, %failure, "changes failed");
    Failure(format!("{what}: {failure}"))
}

async fn one_change<W: StreamWorker>(
    cx: &Cx,
    record: aws_lambda_events::event::dynamodb::EventRecord,
) -> Result<Option<Change>, Failure> {
    let image = |item: serde_dynamo::Item| -> Option<Attributes> {
        let attributes: Attributes = item.into();
        (!attributes.is_empty()).then_some(attributes)
    };
    let (old, new) = (image(record.change.old_image), image(record.change.new_image));
    let current = new.as_ref().or(old.as_ref()).ok_or_else(|| Failure("a stream record without images".to_owned()))?;
    let (kind, state) = (item::type_of(current).to_owned(), item::state_of(current));
    if !W::FILTERS.iter().any(|filter| filter.admits(&record.event_name, &kind, state)) {
        return Ok(None);
    }
    let commune = item::commune_of(current).ok_or_else(|| Failure("an item without its commune".to_owned()))?;
    let change = Change { commune, kind, old, new };
    W::run(cx, change.clone()).await?;
    Ok(Some(change))
}

async fn run_queue<W: QueueWorker>(cx: Cx, event: Value) -> Result<Value, Failure> {
    let event: SqsEvent = serde_json::from_value(event).map_err(|e| Failure(format!("not an SQS event: {e}")))?;
    let work = event.records.into_iter().map(|message| {
        let cx = &cx;
        async move {
            let id = message.message_id.unwrap_or_default();
            let job =
                serde_json::from_str(&message.body.unwrap_or_default()).map_err(|e| Failure(format!("not a job: {e}")));
            let done = match job {
                Ok(job) => W::run(cx, job).await,
                Err(failure) => Err(failure),
            };
            done.err().map(|failure| {
                tracing::warn!(function = %name_of::<W>().1, message = id, %failure, "message failed");
                id
            })
        }
    });
    let mut response = SqsBatchResponse::default();
    for id in join_all(work).await.into_iter().flatten() {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    serde_json::to_value(response).map_err(|e| Failure(e.to_string()))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure(error.to_string())
    }
}
